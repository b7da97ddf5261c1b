// SPDX-License-Identifier: GPL-3.0-or-later
// Tables are made one after the other; each is new, so that whoever reads an old one may go on.
#include "gui/views/data/sample_keeper.h"

#include "core/session/doubles.h"
#include "gui/views/data/sample_finder.h"

namespace vitrine::gui {

SampleKeeper::SampleKeeper(QObject* parent) : QObject(parent), m_making(this), m_looking(this) {
    connect(&m_making, &BackgroundWork::finished, this, &SampleKeeper::isMade);
    connect(&m_looking, &BackgroundWork::finished, this, &SampleKeeper::haveLooked);
}

SampleKeeper::~SampleKeeper() {
    m_stop.request_stop();
    m_stopLooking.request_stop();
}

void SampleKeeper::setData(std::shared_ptr<const Dataset> stored, int classColumn) {
    const bool isSame = m_source.table && m_source.table->data() == stored &&
                        m_source.table->classColumn() == classColumn;
    if (isSame) return;
    putAnswersAside(stored.get(), classColumn);
    m_counts = {};
    m_known.clear();
    m_stopLooking.request_stop();
    if (stored)
        m_source.table = std::make_shared<const SampleTable>(std::move(stored), classColumn);
    make();
}

/// The source is empty then, but for answers that are about the next data.
void SampleKeeper::putAnswersAside(const Dataset* next, int classColumn) {
    const auto& table = m_source.table;
    const bool isAnswered =
        m_source.answers.has(DataPart::Training) || m_source.answers.has(DataPart::Test);
    if (table && table->data() && isAnswered)
        m_former = {table->data()->fingerprint, table->classColumn(), std::move(m_source.answers)};
    m_source = {};
    if (!next || !hasFormerAnswers() || next->fingerprint != m_former.data ||
        classColumn != m_former.classColumn)
        return;
    m_source.answers = std::move(m_former.answers);
    m_former = {};
}

void SampleKeeper::setChanges(const std::vector<DataChange>& changes) {
    if (changes == m_changes) return;
    m_changes = changes;
    make();
}

void SampleKeeper::noteNames(std::span<const int64_t> places) {
    if (!m_source.table) return;
    for (const int64_t place : places) m_known.emplace(m_source.table->nameOf(place), place);
}

bool SampleKeeper::isQuick() const {
    const SampleTable& table = *m_source.table;
    if (table.count() > SampleFinder::few) return false;
    if (table.hasClasses() || table.classColumn() < 0) return true;
    const auto column = static_cast<size_t>(table.classColumn());
    const auto isAtHand = [&](const ExampleSet& part) {
        return part.count == 0 || part.source->isAtHand(column);
    };
    return isAtHand(table.data()->train) && isAtHand(table.data()->test);
}

SampleKeeper::Made SampleKeeper::complete(SampleTable table, const std::vector<DataChange>& changes,
                                          std::unordered_map<std::string, int64_t> known,
                                          const std::stop_token& stop) {
    if (!table.hasClasses() && table.classColumn() >= 0)
        table.setClasses(classesOf(*table.data(), table.classColumn(), stop));
    if (stop.stop_requested() || !table.setChanges(changes, std::move(known), stop))
        return std::shared_ptr<const SampleTable>();
    Made made(std::make_shared<const SampleTable>(std::move(table)));
    made.counts = classCounts(*made.table);
    return made;
}

void SampleKeeper::make() {
    m_isStale = true;
    m_stop.request_stop();
    if (m_making.isRunning()) return;  // isMade() goes on
    m_isStale = false;
    m_stop = {};
    if (!m_source.table) return changed();
    if (isQuick()) return take(complete(*m_source.table, m_changes, m_known, {}));
    m_making.run("looking through the examples",
                 [table = *m_source.table, changes = m_changes, known = m_known,
                  stop = m_stop.get_token()] { return complete(table, changes, known, stop); });
    changed();
}

void SampleKeeper::isMade() {
    Made made = m_making.take();
    if (m_isStale) {
        // Classes do not depend on what has changed.
        if (made.table && m_source.table && made.table->data() == m_source.table->data())
            m_source.table = made.table;
        return make();
    }
    take(std::move(made));
}

void SampleKeeper::take(Made made) {
    if (!made.table) return;
    m_known = made.table->known();
    m_counts = std::move(made.counts);
    m_source.table = std::move(made.table);
    changed();
}

bool SampleKeeper::addAnswers(DataPart part, const Predictions& predictions,
                              const std::vector<DataChange>& changes) {
    if (!m_source.table) return false;
    SampleTable asked = *m_source.table;
    asked.setChanges(changes, m_known);
    if (!m_source.answers.add(asked, part, predictions)) return false;
    changed();
    return true;
}

bool SampleKeeper::addAnswers(DataPart part, const Predictions& predictions,
                              const SampleTable& asked) {
    const bool isOfThese = m_source.table && m_source.table->data() == asked.data();
    if (!isOfThese || !m_source.answers.add(asked, part, predictions, true)) return false;
    changed();
    return true;
}

void SampleKeeper::clearAnswers() {
    m_former = {};
    m_source.answers.clear();
    changed();
}

void SampleKeeper::lookForDoubles() {
    if (!m_source.table || m_source.doubles || m_looking.isRunning()) return;
    m_stopLooking = {};
    m_lookedAt = m_source.table->data();
    m_looking.run("looking for examples that are there twice",
                  [data = m_lookedAt, stop = m_stopLooking.get_token()] {
                      return doublesOf(*data, {.stop = stop});
                  });
}

void SampleKeeper::haveLooked() {
    auto found = m_looking.take();
    const auto data = std::exchange(m_lookedAt, nullptr);
    const bool isOfThese = m_source.table && m_source.table->data() == data;
    if (!isOfThese) return changed();  // whoever still wants it asks again
    // What could not be looked through for want of memory has none that anybody could be told of.
    m_source.doubles = std::make_shared<const std::vector<int32_t>>(
        found ? *std::move(found)
              : std::vector<int32_t>(static_cast<size_t>(m_source.table->count()), -1));
    changed();
}

}  // namespace vitrine::gui
