// SPDX-License-Identifier: Apache-2.0
// From the rings, and from the log where something is missing between two of their entries.
#include "core/session/run_feed.h"

#include <algorithm>

#include "core/session/run_log.h"

namespace vitrine {

namespace {

constexpr int64_t bytesAtOnce = 1 << 16;
constexpr size_t mostQueued = 1 << 16;

}  // namespace

/// Takes one entry, or a piece of the log. False where nothing is there.
bool RunFeed::pull() {
    if (!m_held) {
        News news;
        if (!m_writer.nextNews(news)) {
            const int64_t dropped = m_writer.droppedEnd();
            return dropped > m_at && readAgain(dropped);
        }
        m_held = news;
    }
    if (m_held->begin > m_at) return readAgain(m_held->begin);
    if (m_held->end > m_at) {
        m_at = m_held->end;
        if (m_held->isStep)
            m_records.push_back(m_held->step);
        else
            m_epochs.push_back(m_held->event);
    }
    m_held.reset();
    return true;
}

/// False where the lines are not in the file yet.
bool RunFeed::readAgain(int64_t end) {
    const int64_t readable = std::min({end, m_writer.written(), m_at + bytesAtOnce});
    if (readable <= m_at) return false;
    std::string text(static_cast<size_t>(readable - m_at), '\0');
    const int64_t count = m_writer.log().read(m_at, text.data(), readable - m_at);
    text.resize(static_cast<size_t>(std::max<int64_t>(count, 0)));
    const size_t whole = text.rfind('\n') + 1;
    if (whole == 0) {
        m_at = end;  // the log cannot be read: what is missing stays so
        return true;
    }
    for (size_t at = 0; at < whole;) {
        const size_t stop = text.find('\n', at);
        takeLine(std::string_view(text).substr(at, stop - at));
        at = stop + 1;
    }
    m_at += static_cast<int64_t>(whole);
    return true;
}

void RunFeed::takeLine(std::string_view line) {
    StepRecord record;
    RunEvent epoch;
    if (readStepLine(line, record))
        m_records.push_back(record);
    else if (readEpochLine(line, epoch))
        m_epochs.push_back(epoch);
}

bool RunFeed::nextRecord(StepRecord& record) {
    while (m_records.empty())
        if (!pull()) return false;
    record = m_records.front();
    m_records.pop_front();
    return true;
}

bool RunFeed::nextEvent(RunEvent& event) {
    while (m_epochs.empty() && m_records.size() < mostQueued && pull()) continue;
    if (!m_epochs.empty()) {
        event = m_epochs.front();
        m_epochs.pop_front();
        return true;
    }
    if (News news; !m_heldEvent && m_writer.nextEvent(news)) m_heldEvent = news;
    if (!m_heldEvent || m_heldEvent->begin > m_at) return false;
    event = m_heldEvent->event;
    m_heldEvent.reset();
    return true;
}

}  // namespace vitrine
