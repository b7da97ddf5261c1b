// SPDX-License-Identifier: Apache-2.0
// One remark for each thing that stands out.
#include "core/session/survey_remarks.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/count_text.h"
#include "core/base/file.h"

namespace vitrine {

namespace {

void remarkEmptyParts(DataSurvey& survey) {
    if (survey.train == 0)
        survey.remarks.push_back({"U04",
                                  "the training part is empty: there is nothing to learn from",
                                  {},
                                  {},
                                  "Choose a smaller test share, or data with training examples."});
    if (survey.test == 0)
        survey.remarks.push_back({"U04",
                                  "the test part is empty: what is learnt is measured on nothing",
                                  {},
                                  "Training works all the same.",
                                  "Choose a test share, or data with test examples."});
}

void remarkClasses(DataSurvey& survey) {
    for (const auto& [name, train, test] : survey.classes) {
        if (train + test > 1) continue;
        survey.remarks.push_back(
            {"M12",
             fmt::format("class '{}' has {}", printable(name, 60),
                         train + test == 0 ? "no example" : "one example"),
             {},
             "It is a class all the same.",
             "A class needs some ten examples at least to be learnt and measured."});
    }
}

void remarkSizes(DataSurvey& survey) {
    const auto isOther = [&](const DataSurvey::SizeCount& one) {
        return one.shape[1] != survey.sizes[0].shape[1] || one.shape[2] != survey.sizes[0].shape[2];
    };
    if (std::ranges::none_of(survey.sizes, isOther)) return;
    const auto text = [](const DataSurvey::SizeCount& one) {
        return fmt::format("{} × {} {} ({})", one.shape[1], one.shape[2],
                           one.shape[0] == 1 ? "grey" : "colour", fmt::group_digits(one.count));
    };
    survey.remarks.push_back(
        {"M09",
         fmt::format("pictures have {} sizes: {}, {}{}", survey.sizes.size(), text(survey.sizes[0]),
                     text(survey.sizes[1]), survey.sizes.size() > 2 ? ", …" : ""),
         {},
         {},
         "What becomes of pictures that differ is chosen with 'Other sizes'; where that is "
         "'refuse', the first of them ends a training."});
}

void remarkDoubled(DataSurvey& survey) {
    if (survey.doubled <= 0) return;
    survey.remarks.push_back(
        {"M10",
         fmt::format("{} of {} test examples stand in the training part too, byte for byte, the "
                     "first: {} as {}",
                     fmt::group_digits(survey.doubled), fmt::group_digits(survey.test),
                     printable(survey.firstDoubled[0].one, 80),
                     printable(survey.firstDoubled[0].first, 80)),
         {},
         "They were kept.",
         "What is measured on them is too good: exclude them, or split otherwise."});
}

void remarkContradicting(DataSurvey& survey) {
    if (survey.contradicting <= 0) return;
    survey.remarks.push_back(
        {"M15",
         fmt::format("{} an image that stands in another class too, byte for byte, the first: {} "
                     "as {}",
                     countOf(survey.contradicting, "example has", "examples have"),
                     printable(survey.firstContradicting[0].one, 80),
                     printable(survey.firstContradicting[0].first, 80)),
         {},
         "They were kept.",
         "No network can give both answers: relabel or exclude one of the two."});
}

void remarkNumbers(const Dataset& stored, DataSurvey& survey) {
    const int64_t all = survey.train + survey.test;
    for (const NumberSurvey& numbers : survey.numbers) {
        if (numbers.notFinite == 0) continue;
        std::string of = fmt::format("{} examples", fmt::group_digits(all));
        if (numbers.lookedAt < all)
            of = fmt::format("{} examples that were looked at, out of {}",
                             fmt::group_digits(numbers.lookedAt), fmt::group_digits(all));
        survey.remarks.push_back(
            {"V04",
             fmt::format("column '{}' has a number that is NaN or infinite in {} of {}; the first: "
                         "{}",
                         printable(numbers.column, 60), fmt::group_digits(numbers.notFinite), of,
                         printable(ExampleWalk{stored}.nameOf(numbers.firstPlace), 80)),
             {},
             "They were kept.",
             "Such an example ends a training: correct it, or exclude it."});
    }
}

/// What looking at examples has found out.
void remarkUnread(const Dataset& stored, DataSurvey& survey) {
    for (const ExampleSet* set : {&stored.train, &stored.test}) {
        if (set->count == 0) continue;
        if (auto remark = set->source->remark()) survey.remarks.push_back(*std::move(remark));
        if (auto trouble = set->source->trouble()) {
            survey.remarks.push_back(*trouble);
            survey.troubles.push_back(*std::move(trouble));
        }
    }
}

}  // namespace

void addRemarks(const Dataset& stored, DataSurvey& survey) {
    remarkUnread(stored, survey);
    remarkEmptyParts(survey);
    remarkClasses(survey);
    remarkSizes(survey);
    remarkNumbers(stored, survey);
    remarkDoubled(survey);
    remarkContradicting(survey);
}

}  // namespace vitrine
