// SPDX-License-Identifier: Apache-2.0
// Several schedules, one behind the other.
#include <algorithm>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/optim/families/schedule_text.h"
#include "core/optim/optimizer.h"

namespace vitrine::schedules::sequence {

namespace {

constexpr double mostEpochs = 1e6;

struct Part {
    int64_t epochs = 0;  ///< 0: until the end
    const ScheduleDescriptor* schedule = nullptr;
    Attrs attrs;
};

Error trouble(std::string_view words, std::string_view wanted) {
    Error error{"P11",
                fmt::format("field 'parts' has '{}', wanted {}", printable(words, 60), wanted),
                {},
                {},
                "An example: 5 constant; 10 step every=3 gamma=0.5; cosine."};
    error.place.field = "parts";
    return error;
}

const FieldSpec* fieldNamed(const ScheduleDescriptor& schedule, std::string_view id) {
    for (const FieldSpec& spec : schedule.fields)
        if (spec.id == id) return &spec;
    return nullptr;
}

Result<void> setFields(Part& part, std::string_view text) {
    while (!text.empty()) {
        const std::string_view word = takeUntil(text, ' ');
        if (word.empty()) continue;
        const size_t equals = std::min(word.find('='), word.size());
        const FieldSpec* spec = fieldNamed(*part.schedule, word.substr(0, equals));
        if (!spec || equals == word.size())
            return trouble(word, fmt::format("field=value of {}", part.schedule->id));
        const Result<FieldValue> value = fieldFromText(*spec, word.substr(equals + 1));
        if (!value) return value.error();
        VITRINE_TRY(part.attrs.set(spec->id, *value));
    }
    return checkFields(*part.schedule, part.attrs);
}

/// `20 step every=3`; the epochs may be missing in the last part.
Result<Part> partIn(std::string_view words, bool isLast) {
    const std::string_view all = words;
    Part part;
    std::string_view word = takeUntil(words, ' ');
    if (const std::optional<double> epochs = numberIn(word)) {
        part.epochs = static_cast<int64_t>(std::clamp(*epochs, 0.0, mostEpochs));
        if (static_cast<double>(part.epochs) != *epochs || part.epochs < 1)
            return trouble(word, "epochs as a whole number from 1 to 1000000");
        words = trimmed(words);
        word = takeUntil(words, ' ');
    } else if (!isLast) {
        return trouble(all, "epochs in front of all parts but the last");
    }
    part.schedule = findSchedule(word);
    if (!part.schedule || part.schedule->id == "sequence" || part.schedule->learn)
        return trouble(all, "the id of a schedule that is no sequence and follows no losses");
    part.attrs = Attrs(part.schedule->fields);
    VITRINE_TRY(setFields(part, words));
    return part;
}

Result<void> check(const Attrs& attrs) {
    std::string_view text = attrs.text("parts");
    do {
        const std::string_view words = takeUntil(text, ';');
        const Result<Part> part = partIn(words, text.empty());
        if (!part) return part.error();
    } while (!text.empty());
    return {};
}

/// Each part is as in a run of its own, as long as the part. What check refuses counts as 1.
double factor(const Attrs& attrs, const ScheduleContext& c) {
    std::string_view text = attrs.text("parts");
    ScheduleContext within = c;
    do {
        const std::string_view words = takeUntil(text, ';');
        const Result<Part> part = partIn(words, text.empty());
        if (!part) return 1;
        const int64_t steps = part->epochs * c.stepsPerEpoch;
        const int64_t left = c.totalSteps - (c.step - within.step);
        within.totalSteps = std::max<int64_t>(1, steps > 0 ? steps : left);
        if (text.empty() || within.step < steps) return part->schedule->factor(part->attrs, within);
        within.step -= steps;
    } while (!text.empty());
    return 1;
}

constexpr FieldSpec fields[] = {
    {.id = "parts",
     .title = "Parts",
     .type = FieldType::Text,
     .defaultText = "5 constant; cosine",
     .help = "Schedules by their ids, separated by semicolons, each with its epochs in front and "
             "fields behind it: 5 constant; 10 step every=3 gamma=0.5; cosine. The last one may "
             "go without epochs: it lasts until the end. One behind another counts its epochs from "
             "its own start."}};

}  // namespace

extern const ScheduleDescriptor descriptor;
constinit const ScheduleDescriptor descriptor = {
    .id = "sequence",
    .title = "Sequence",
    .summary = "Several schedules, one behind the other.",
    .fields = fields,
    .factor = factor,
    .check = check,
};

}  // namespace vitrine::schedules::sequence
