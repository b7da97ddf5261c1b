// SPDX-License-Identifier: GPL-3.0-or-later
// A stack of questions, and a thread that answers them.
#include "gui/models/sample_pictures.h"

#include <algorithm>
#include <exception>

namespace vitrine::gui {

namespace {

constexpr size_t mostAsked = 512;  // more than a screen shows: older ones are asked again

}  // namespace

SamplePictures::SamplePictures(QObject* parent) : QObject(parent), m_kept(mostBytes) {
    connect(this, &SamplePictures::oneMade, this, &SamplePictures::take, Qt::QueuedConnection);
}

SamplePictures::~SamplePictures() {
    {
        const std::lock_guard lock(m_mutex);
        m_isEnding = true;
    }
    m_wake.notify_one();
    if (m_thread.joinable()) m_thread.join();
}

void SamplePictures::setLook(const PictureLook& look, std::shared_ptr<const SampleTable> table) {
    m_table = std::move(table);
    if (look == m_look) return;
    m_look = look;
    m_kept.clear();
    ++m_round;
    const std::lock_guard lock(m_mutex);
    m_asked.clear();
}

QImage SamplePictures::at(int64_t place) {
    if (!m_table || !m_look.fits(*m_table)) return {};
    if (const QImage* kept = m_kept.object(place)) return *kept;
    if (m_look.isCheap(*m_table, place)) return pictureOf(m_look, *m_table, place);
    ask(place);
    return {};
}

void SamplePictures::ask(int64_t place) {
    const std::lock_guard lock(m_mutex);
    const auto isSame = [&](const Work& work) { return work.place == place; };
    if (const auto found = std::ranges::find_if(m_asked, isSame); found != m_asked.end())
        m_asked.erase(found);
    m_asked.push_front({m_look, m_table, place, m_round});
    if (m_asked.size() > mostAsked) m_asked.pop_back();
    if (!m_thread.joinable()) m_thread = std::thread([this] { work(); });
    m_wake.notify_one();
}

void SamplePictures::work() {
    for (;;) {
        Work next;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [this] { return m_isEnding || !m_asked.empty(); });
            if (m_isEnding) return;
            next = std::move(m_asked.front());
            m_asked.pop_front();
        }
        Made made{next.place, next.round, {}};
        try {
            made.picture = pictureOf(next.look, *next.table, next.place);
        } catch (const std::exception&) {
            // No memory for it: its place stays empty.
        }
        next = {};  // the data may go while this thread sleeps
        const std::lock_guard lock(m_mutex);
        m_made.push_back(std::move(made));
        if (m_made.size() == 1) oneMade();
    }
}

void SamplePictures::take() {
    std::vector<Made> all;
    {
        const std::lock_guard lock(m_mutex);
        all.swap(m_made);
    }
    bool isNews = false;
    for (Made& one : all) {
        if (one.round != m_round || one.picture.isNull()) continue;
        const qsizetype cost = std::max<qsizetype>(1, one.picture.sizeInBytes());
        isNews = m_kept.insert(one.place, new QImage(std::move(one.picture)), cost) || isNews;
    }
    if (isNews) made();
}

}  // namespace vitrine::gui
