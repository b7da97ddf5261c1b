// SPDX-License-Identifier: Apache-2.0
// Reads `id field=value …` by the descriptors' fields.
#include "core/session/training_changes.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/file.h"
#include "core/io/settings.h"
#include "core/optim/extra.h"
#include "core/optim/families/schedule_text.h"
#include "core/optim/optimizer.h"

namespace vitrine {

namespace {

using schedules::takeUntil;

Error unknown(std::string_view option, std::string_view found,
              const std::vector<std::string_view>& known) {
    return {"P11",
            fmt::format("--{} is '{}', wanted one of {}", option, printable(found, 60),
                        fmt::join(known, ", ")),
            {},
            "Nothing was started.",
            "Its fields can follow, as field=value."};
}

/// `field=value`.
Result<void> setField(Attrs& attrs, std::string_view option, std::string_view word) {
    const size_t equals = word.find('=');
    const auto spec = std::ranges::find(attrs.specs(), word.substr(0, equals), &FieldSpec::id);
    if (equals == std::string_view::npos || spec == attrs.specs().end()) {
        std::vector<std::string_view> known;
        for (const FieldSpec& field : attrs.specs()) known.push_back(field.id);
        return Error{"P11",
                     fmt::format("--{} has '{}', wanted field=value with one of {}", option,
                                 printable(word, 60), fmt::join(known, ", ")),
                     {},
                     "Nothing was started.",
                     {}};
    }
    std::string text(word.substr(equals + 1));
    if (spec->type == FieldType::IntList) std::erase(text, ' ');
    Result<FieldValue> value = fieldFromText(*spec, text);
    if (!value) return value.error();
    return attrs.set(spec->id, std::move(value).value());
}

/// The field that a word sets; null: none.
const FieldSpec* fieldOf(std::string_view word, std::span<const FieldSpec> fields) {
    const auto found = std::ranges::find_if(fields, [&](const FieldSpec& field) {
        return word.starts_with(field.id) && word.substr(field.id.size()).starts_with('=');
    });
    return found == fields.end() ? nullptr : &*found;
}

/// `a=1 b=2; 3`: a value that is a text or a list goes on over blanks, up to the next field.
std::vector<std::string_view> assignments(std::string_view text,
                                          std::span<const FieldSpec> fields) {
    std::vector<std::string_view> found;
    while (!text.empty()) {
        const std::string_view word = takeUntil(text, ' ');
        if (word.empty()) continue;
        const FieldSpec* last = found.empty() ? nullptr : fieldOf(found.back(), fields);
        const bool hasBlanks =
            last && (last->type == FieldType::Text || last->type == FieldType::IntList);
        if (hasBlanks && !fieldOf(word, fields))
            found.back() = {found.back().data(), word.data() + word.size()};
        else
            found.push_back(word);
    }
    return found;
}

template <class Descriptor>
Result<ChosenThing> chosen(std::string_view option, std::string_view text,
                           std::span<const Descriptor* const> all) {
    const std::string_view id = takeUntil(text, ' ');
    const auto found = std::ranges::find(all, id, [](const Descriptor* d) { return d->id; });
    if (found == all.end()) {
        std::vector<std::string_view> known;
        for (const Descriptor* descriptor : all) known.push_back(descriptor->id);
        return unknown(option, id, known);
    }
    ChosenThing thing{std::string(id), Attrs((*found)->fields)};
    for (const std::string_view word : assignments(text, (*found)->fields))
        VITRINE_TRY(setField(thing.attrs, option, word));
    if constexpr (requires { (*found)->check; }) VITRINE_TRY(checkFields(**found, thing.attrs));
    return thing;
}

Result<void> applyChoices(const TrainingChanges& changes, TrainingSettings& training) {
    if (changes.optimizer) {
        auto optimizer = chosen("optimizer", *changes.optimizer, allOptimizers());
        if (!optimizer) return optimizer.error();
        training.optimizer = std::move(optimizer).value();
    }
    if (changes.schedule) {
        auto schedule = chosen("schedule", *changes.schedule, allSchedules());
        if (!schedule) return schedule.error();
        training.schedule = std::move(schedule).value();
    }
    return {};
}

Result<void> applyExtras(const TrainingChanges& changes, TrainingSettings& training) {
    if (changes.extras.empty()) return {};
    training.extras.clear();
    std::vector<Extra> extras;
    for (const std::string& text : changes.extras) {
        if (text == "none") continue;
        auto extra = chosen("extra", text, allExtras());
        if (!extra) return extra.error();
        extras.push_back({findExtra(extra->id), extra->attrs});
        training.extras.push_back(std::move(extra).value());
    }
    const auto ordered = inOrder(std::move(extras));
    return ordered ? Result<void>{} : Result<void>(ordered.error());
}

Result<void> applyClipping(const TrainingChanges& changes, TrainingSettings& training) {
    if (changes.clipNorm) {
        const auto limit = settingFromText(clipNormSetting, *changes.clipNorm);
        if (!limit) return limit.error();
        training.clipNorm = *limit;
    }
    if (!changes.clipBy) return {};
    const ClippingWords* words = findClipping(*changes.clipBy);
    if (!words) {
        std::vector<std::string_view> known;
        for (const ClippingWords& each : clippingWords) known.push_back(each.id);
        return unknown("clip-by", *changes.clipBy, known);
    }
    training.clipping = words->clipping;
    return {};
}

Result<void> setStopping(TrainingSettings& training, std::string_view field,
                         const std::optional<std::string>& text) {
    if (!text) return {};
    const auto spec = std::ranges::find(stoppingFields, field, &FieldSpec::id);
    Result<FieldValue> value = fieldFromText(*spec, *text);
    if (!value) return value.error();
    return training.stopping.set(field, std::move(value).value());
}

}  // namespace

Result<void> apply(const TrainingChanges& changes, TrainingSettings& training) {
    VITRINE_TRY(applyChoices(changes, training));
    VITRINE_TRY(applyExtras(changes, training));
    VITRINE_TRY(applyClipping(changes, training));
    if (changes.accumulate) {
        const auto batches = settingFromText(accumulateSetting, *changes.accumulate);
        if (!batches) return batches.error();
        training.accumulate = *batches;
    }
    VITRINE_TRY(setStopping(training, "patience", changes.patience));
    VITRINE_TRY(setStopping(training, "watch", changes.watch));
    if (changes.keepsBest) training.stopping.with("keep_best", true);
    return {};
}

}  // namespace vitrine
