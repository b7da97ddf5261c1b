// SPDX-License-Identifier: Apache-2.0
// Counts, sizes, and what stands in both parts.
#include "core/session/data_survey.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "core/session/doubles.h"
#include "core/session/example_walk.h"
#include "core/session/survey_remarks.h"

namespace vitrine {

namespace {

constexpr int64_t fewFiles = 256;  ///< looked at where not all are
constexpr size_t mostNamed = 20;

void countClasses(const Dataset& data, size_t column, DataSurvey& survey) {
    for (const std::string& name : data.storedColumns()[column].classes)
        survey.classes.push_back({name});
    const auto count = [&](const ExampleSet& set, int64_t DataSurvey::ClassCount::*of) {
        if (set.count == 0) return;
        for (int64_t i = 0; i < set.count; ++i) {
            const int32_t number = set.number(column, i);
            if (number >= 0 && number < std::ssize(survey.classes))
                ++(survey.classes[static_cast<size_t>(number)].*of);
        }
    };
    count(data.train, &DataSurvey::ClassCount::train);
    count(data.test, &DataSurvey::ClassCount::test);
}

void sortSizes(const std::map<std::vector<int64_t>, int64_t>& counts, DataSurvey& survey) {
    for (const auto& [dims, count] : counts)
        survey.sizes.push_back({Shape(std::span<const int64_t>(dims)), count});
    std::ranges::stable_sort(survey.sizes, std::greater(), &DataSurvey::SizeCount::count);
}

bool countSizes(const ExampleWalk& walk, bool looksAtAll, DataSurvey& survey) {
    const ExampleSet& train = walk.data.train;
    if (train.count == 0 || !train.fileShape(0)) return true;
    std::map<std::vector<int64_t>, int64_t> counts;
    std::mutex mutex;
    const auto look = [&](int64_t place) {
        const auto shape = walk.set(place).fileShape(walk.index(place));
        if (!shape) return;
        const std::lock_guard lock(mutex);
        ++counts[{shape->dims().begin(), shape->dims().end()}];
    };
    survey.sawAllSizes = looksAtAll || train.count <= fewFiles;
    if (looksAtAll) {
        if (!walk.run(look)) return false;
    } else {
        for (int64_t i = 0; i < std::min(train.count, fewFiles); ++i)
            look(train.count <= fewFiles ? i : i * (train.count / fewFiles));
    }
    sortSizes(counts, survey);
    return true;
}

/// Class numbers of examples that are the same.
class Labels {
  public:
    Labels(const ExampleWalk& walk, const std::string& column)
        : m_walk(walk), m_column(columnNamed(walk.data.storedColumns(), column)) {}
    bool differ(int64_t a, int64_t b) const { return m_column >= 0 && at(a) != at(b); }

  private:
    int32_t at(int64_t place) const {
        return m_walk.set(place).number(static_cast<size_t>(m_column), m_walk.index(place));
    }
    const ExampleWalk& m_walk;
    const int m_column;
};

/// What stands in both parts, or in two classes.
Result<void> findDoubles(const ExampleWalk& walk, DataSurvey& survey) {
    const auto& columns = walk.data.storedColumns();
    const auto isPicture = [](const Column& one) { return one.isImage() && !one.hasClasses(); };
    if (std::ranges::none_of(columns, isPicture)) return {};
    const auto found = doublesOf(walk.data, {walk.threads, walk.progress, walk.stop});
    if (!found) return found.error();
    const Labels labels(walk, survey.classColumn);
    if (survey.test > 0) survey.doubled = 0;
    survey.contradicting = 0;
    const auto note = [&](int64_t place, int64_t first, int64_t& count, auto& named) {
        ++count;
        if (named.size() < mostNamed) named.push_back({walk.nameOf(place), walk.nameOf(first)});
    };
    for (int64_t place = 0; place < walk.count(); ++place) {
        const int64_t first = (*found)[static_cast<size_t>(place)];
        if (first < 0 || first == place) continue;
        if (place >= survey.train && first < survey.train)
            note(place, first, survey.doubled, survey.firstDoubled);
        if (labels.differ(place, first))
            note(place, first, survey.contradicting, survey.firstContradicting);
    }
    return {};
}

void countClassesOf(const Dataset& stored, bool looksAtAll, DataSurvey& survey) {
    const int column = classColumn(survey.columns);
    if (column < 0) return;
    const auto place = static_cast<size_t>(column);
    const auto isThere = [&](const ExampleSet& set) {
        return set.count == 0 || set.source->isAtHand(place);
    };
    survey.classColumn = survey.columns[place].name;
    // What is drawn is drawn for it, where all of it is looked at.
    if (looksAtAll || (isThere(stored.train) && isThere(stored.test)))
        countClasses(stored, place, survey);
}

}  // namespace

Result<DataSurvey> surveyOf(const Dataset& stored, const SurveyOptions& options) {
    DataSurvey survey{.train = stored.train.count,
                      .test = stored.test.count,
                      .columns = stored.storedColumns(),
                      .remarks = stored.remarks};
    countClassesOf(stored, options.looksAtAll, survey);
    const auto walk = [&](double from, double share) {
        ExampleWalk part{.data = stored, .threads = options.threads, .stop = options.stop};
        if (options.progress)
            part.progress = [&options, from, share](double of) {
                options.progress(from + share * of);
            };
        return part;
    };
    if (!countSizes(walk(0, 0.2), options.looksAtAll, survey)) return stoppedError();
    auto numbers = numbersOf(walk(0.2, 0.2), options.looksAtAll);
    if (!numbers) return numbers.error();
    survey.numbers = std::move(numbers).value();
    if (options.looksAtAll) VITRINE_TRY(findDoubles(walk(0.4, 0.6), survey));
    addRemarks(stored, survey);
    if (options.progress) options.progress(1);
    return survey;
}

bool refusesSizes(const DataSurvey& survey, const Attrs& fields) {
    const auto says = [&](const char* field, const char* what) {
        return fields.has(field) && fields.text(field) == what;
    };
    const auto image = std::ranges::find_if(survey.columns, &Column::isImage);
    if (!says("fit", "refuse") || says("broken", "skip") || image == survey.columns.end())
        return false;
    return std::ranges::any_of(survey.sizes, [&](const DataSurvey::SizeCount& size) {
        return size.shape[1] != image->shape[1] || size.shape[2] != image->shape[2];
    });
}

std::vector<double> balancingWeights(const std::vector<DataSurvey::ClassCount>& classes) {
    int64_t all = 0, kinds = 0;
    for (const auto& one : classes) {
        all += one.train;
        kinds += one.train > 0;
    }
    std::vector<double> weights;
    for (const auto& one : classes)
        weights.push_back(one.train == 0 ? 0
                                         : static_cast<double>(all) / static_cast<double>(kinds) /
                                               static_cast<double>(one.train));
    return weights;
}

}  // namespace vitrine
