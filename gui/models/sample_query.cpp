// SPDX-License-Identifier: GPL-3.0-or-later
// Sieving and sorting.
#include "gui/models/sample_query.h"

#include <QStringList>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "gui/models/number_text.h"

namespace vitrine::gui {

namespace {

constexpr int64_t lookEvery = 4096;  // examples between two looks at the stop token

bool holdsText(const std::string& text, const std::string& part) {
    const auto same = [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == static_cast<unsigned char>(b);
    };
    return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

/// One look at everything that is asked of an example.
class Sieve {
  public:
    Sieve(const SampleSource& source, const SampleQuery& query)
        : m_table(*source.table), m_source(source), m_query(query) {
        m_asksAnswers = query.predicted || query.verdict != SampleVerdict::Any ||
                        query.aboveLoss >= 0 || std::isfinite(query.belowLoss);
    }

    bool takes(int64_t place) const {
        if (m_query.order == SampleOrder::Doubles && !isDouble(place)) return false;
        if (!takesChange(m_table.changeOf(place))) return false;
        if (m_query.truth && m_table.classOf(place) != *m_query.truth) return false;
        if (m_asksAnswers && !takesAnswer(place)) return false;
        return m_query.name.empty() || holdsText(m_table.nameOf(place), m_query.name);
    }

  private:
    bool isDouble(int64_t place) const {
        return m_source.doubles && (*m_source.doubles)[static_cast<size_t>(place)] >= 0;
    }
    bool takesChange(const SampleChange& change) const {
        switch (m_query.changes) {
            case SampleChanges::Changed:
                return change != SampleChange();
            case SampleChanges::Excluded:
                return change.isExcluded;
            case SampleChanges::Kept:
                return !change.isExcluded;
            case SampleChanges::Any:
                break;
        }
        return true;
    }
    bool takesAnswer(int64_t place) const {
        const Answer answer = m_source.answers.of(m_table, place);
        if (m_query.predicted && answer.predicted != *m_query.predicted) return false;
        const auto loss = static_cast<double>(answer.loss);
        if (m_query.aboveLoss >= 0 && !(loss > m_query.aboveLoss)) return false;
        if (std::isfinite(m_query.belowLoss) && !(loss < m_query.belowLoss)) return false;
        if (m_query.verdict == SampleVerdict::Any) return true;
        if (m_query.verdict == SampleVerdict::NotAsked) return answer.predicted == notAsked;
        if (answer.predicted == notAsked) return false;
        const bool isRight = answer.predicted == m_table.classOf(place);
        return isRight == (m_query.verdict == SampleVerdict::Right);
    }

    const SampleTable& m_table;
    const SampleSource& m_source;
    const SampleQuery& m_query;
    bool m_asksAnswers = false;
};

/// What an order goes by, the smallest first.
double keyOf(const SampleSource& source, SampleOrder order, int64_t place) {
    constexpr double last = std::numeric_limits<double>::infinity();
    const Answer answer = source.answers.of(*source.table, place);
    const auto loss = static_cast<double>(answer.loss);
    switch (order) {
        case SampleOrder::WorstFirst:  // an answer that is no number is worse than any
            if (answer.predicted == noAnswer) return -last;
            return std::isnan(loss) ? last : -loss;
        case SampleOrder::BestFirst:
            return std::isnan(loss) ? last : loss;
        case SampleOrder::MostChanged:
            return -source.answers.changeOf(*source.table, place);
        case SampleOrder::MostConfident:
            if (answer.predicted == noAnswer) return -last;
            return answer.predicted == notAsked ? last : -static_cast<double>(answer.probability);
        case SampleOrder::Doubles:
            return source.doubles ? (*source.doubles)[static_cast<size_t>(place)] : last;
        case SampleOrder::OfData:
            break;
    }
    return 0;
}

void sortPlaces(const SampleSource& source, SampleOrder order, std::vector<int32_t>& places) {
    if (order == SampleOrder::OfData) return;
    struct Keyed {
        double key;
        int32_t place;
    };
    std::vector<Keyed> keyed;
    keyed.reserve(places.size());
    for (const int32_t place : places) keyed.push_back({keyOf(source, order, place), place});
    std::ranges::sort(keyed, [](const Keyed& a, const Keyed& b) {
        return a.key != b.key ? a.key < b.key : a.place < b.place;
    });
    std::ranges::transform(keyed, places.begin(), &Keyed::place);
}

}  // namespace

bool SampleQuery::isWhole() const {
    SampleQuery rest = *this;
    rest.part.reset();
    return rest == SampleQuery();
}

bool SampleQuery::needsClasses() const {
    return truth || verdict == SampleVerdict::Right || verdict == SampleVerdict::Wrong;
}

void readWords(const QString& words, SampleQuery& query) {
    QStringList others;
    for (const QString& word : words.toLower().split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        const bool isLimit = word.startsWith(QLatin1String("loss")) && word.size() > 4 &&
                             (word[4] == QLatin1Char('>') || word[4] == QLatin1Char('<'));
        if (!isLimit) {
            others << word;
            continue;
        }
        const std::optional<double> limit = numberFromText(word.mid(5));
        if (limit && *limit >= 0)
            (word[4] == QLatin1Char('>') ? query.aboveLoss : query.belowLoss) = *limit;
    }
    query.name = others.join(QLatin1Char(' ')).toStdString();
}

std::optional<FoundSamples> findSamples(const SampleSource& source, const SampleQuery& query,
                                        std::stop_token stop) {
    if (!source.table) return FoundSamples();
    const SampleTable& table = *source.table;
    const int64_t first = query.part ? table.firstOf(*query.part) : 0;
    const int64_t count = query.part ? table.countOf(*query.part) : table.count();
    if (query.isWhole()) return FoundSamples{{}, first, count};
    const Sieve sieve(source, query);
    auto places = std::make_shared<std::vector<int32_t>>();
    for (int64_t place = first; place < first + count; ++place) {
        if (place % lookEvery == 0 && stop.stop_requested()) return {};
        if (sieve.takes(place)) places->push_back(static_cast<int32_t>(place));
    }
    sortPlaces(source, query.order, *places);
    if (stop.stop_requested()) return {};
    const auto found = std::ssize(*places);
    return FoundSamples{std::move(places), 0, found};
}

}  // namespace vitrine::gui
