// SPDX-License-Identifier: Apache-2.0
// Reads `id field=value …` by the descriptors' fields.
#include "core/session/training_changes.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/file.h"
#include "core/io/settings.h"
#include "core/optim/extra.h"
#include "core/optim/optimizer.h"
#include "core/session/chosen_text.h"

namespace vitrine {

namespace {

Result<void> applyChoices(const TrainingChanges& changes, TrainingSettings& training) {
    if (changes.optimizer) {
        auto optimizer = chosenFromText("optimizer", *changes.optimizer, allOptimizers());
        if (!optimizer) return optimizer.error();
        training.optimizer = std::move(optimizer).value();
    }
    if (changes.schedule) {
        auto schedule = chosenFromText("schedule", *changes.schedule, allSchedules());
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
        auto extra = chosenFromText("extra", text, allExtras());
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
        Error error = unknownChoice("clip-by", *changes.clipBy, known);
        error.next = "Choose one of these.";
        return error;
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

Error twoWaysToRecompute(const std::string& recompute) {
    return {"L01",
            fmt::format("'{}' and a budget each say what is made again", printable(recompute, 60)),
            {},
            "Nothing was started.",
            "Choose one of them; a budget makes as little again as it needs."};
}

Result<void> applyRecompute(const TrainingChanges& changes, TrainingSettings& training) {
    if (changes.recompute) {
        const RecomputeWords* words = findRecompute(*changes.recompute);
        if (!words || (words->recompute == Recompute::Budget && !changes.budget)) {
            std::vector<std::string_view> known;
            for (const RecomputeWords& each : recomputeWords)
                if (each.recompute != Recompute::Budget) known.push_back(each.id);
            Error error = unknownChoice("recompute", *changes.recompute, known);
            error.next = "Choose one of these, or give a budget.";
            return error;
        }
        if (changes.budget && words->recompute != Recompute::Budget)
            return twoWaysToRecompute(*changes.recompute);
        training.recompute = words->recompute;
    }
    if (!changes.budget) return {};
    const auto budget = bytesFromText(memoryBudgetSetting, *changes.budget);
    if (!budget) return budget.error();
    training.recompute = Recompute::Budget;
    training.memoryBudget = *budget;
    return {};
}

}  // namespace

Result<void> apply(const TrainingChanges& changes, TrainingSettings& training) {
    VITRINE_TRY(applyChoices(changes, training));
    VITRINE_TRY(applyExtras(changes, training));
    VITRINE_TRY(applyClipping(changes, training));
    VITRINE_TRY(applyRecompute(changes, training));
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
