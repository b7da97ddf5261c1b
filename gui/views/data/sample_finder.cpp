// SPDX-License-Identifier: GPL-3.0-or-later
// One search at a time; what an old one found is dropped.
#include "gui/views/data/sample_finder.h"

namespace vitrine::gui {

SampleFinder::SampleFinder(QObject* parent) : QObject(parent), m_work(this) {
    connect(&m_work, &BackgroundWork::finished, this, &SampleFinder::isDone);
}

SampleFinder::~SampleFinder() { m_stop.request_stop(); }

void SampleFinder::setSource(const SampleSource& source) {
    m_source = source;
    find();
}

void SampleFinder::setQuery(const SampleQuery& query) {
    if (query == m_query) return;
    m_query = query;
    find();
}

bool SampleFinder::isQuick() const {
    if (!m_source.table || m_query.isWhole()) return true;
    const SampleTable& table = *m_source.table;
    return table.count() <= few && (!m_query.needsClasses() || table.hasClasses());
}

void SampleFinder::find() {
    m_isStale = true;
    m_stop.request_stop();
    if (m_work.isRunning()) return;  // isDone() goes on
    m_isStale = false;
    m_stop = {};
    if (isQuick()) return take(*findSamples(m_source, m_query));
    m_work.run("looking for examples",
               [source = m_source, query = m_query, stop = m_stop.get_token()] {
                   return findSamples(source, query, stop);
               });
}

void SampleFinder::isDone() {
    Answer answer = m_work.take();
    if (m_isStale) return find();
    // Without memory for a list nothing is found; the next question is another chance.
    take(answer.found.value_or(FoundSamples()));
}

void SampleFinder::take(FoundSamples found) {
    const bool isSame = m_query == m_answered;
    m_answered = m_query;
    m_found = std::move(found);
    changed(isSame);
}

}  // namespace vitrine::gui
