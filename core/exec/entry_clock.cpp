// SPDX-License-Identifier: Apache-2.0
// Recordings with marks, and the times between these.
#include "core/exec/entry_clock.h"

#include <algorithm>

namespace vitrine {

Result<bool> EntryClock::run(int first, int last) {
    const auto found = std::ranges::find_if(m_recordings, [&](const Recording& recording) {
        return recording.first == first && recording.last == last;
    });
    if (found == m_recordings.end()) return false;
    found->hasRun = true;
    VITRINE_TRY(m_device.launch(found->graph));
    return true;
}

Result<void> EntryClock::begin(int first, int last) {
    if (m_recordings.size() == mostRecordings) forget();
    VITRINE_TRY(m_device.beginCapture());
    m_recordings.push_back(
        {.first = first, .last = last, .firstMark = m_marks, .laps = {}, .graph = {}});
    m_isRecording = true;
    return {};
}

Result<void> EntryClock::mark(int first, int end) {
    if (!m_isRecording) return {};
    m_recordings.back().laps.push_back({first, end});
    return m_device.mark(m_marks++);
}

Result<void> EntryClock::end() {
    m_isRecording = false;
    Result<StreamGraph> graph = m_device.endCapture();
    if (!graph) return graph.error();
    m_recordings.back().graph = std::move(graph).value();
    return {};
}

void EntryClock::start() {
    for (Recording& recording : m_recordings) recording.hasRun = false;
}

void EntryClock::forget() {
    m_recordings.clear();
    m_marks = 0;
}

Result<void> EntryClock::read(const Tape& tape, std::span<double> seconds) {
    std::ranges::fill(seconds, 0);
    for (const Recording& recording : m_recordings) {
        if (!recording.hasRun) continue;
        std::vector<float> laps(recording.laps.size() - 1);  // nothing follows the last mark
        VITRINE_TRY(m_device.secondsBetween(recording.firstMark, laps));
        for (size_t i = 0; i < laps.size(); ++i)
            share(tape, recording.laps[i], static_cast<double>(laps[i]), seconds);
    }
    return {};
}

void EntryClock::share(const Tape& tape, const Lap& lap, double seconds, std::span<double> each) {
    const auto bytesOf = [&](int i) {
        return std::max(1.0, tape.entries[static_cast<size_t>(i)].bytes);
    };
    double all = 0;
    for (int i = lap.first; i < lap.end; ++i) all += bytesOf(i);
    for (int i = lap.first; i < lap.end; ++i)
        each[static_cast<size_t>(i)] = seconds * bytesOf(i) / all;
}

}  // namespace vitrine
