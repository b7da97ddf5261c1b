// SPDX-License-Identifier: Apache-2.0
// What refines a training: does each thing find what it is for?
#include <algorithm>

#include <fmt/format.h>

#include "core/graph/trained_part.h"
#include "core/session/setup_findings.h"
#include "core/train/early_stopping.h"

namespace vitrine {

namespace {

std::vector<std::string> trainedNames(const TrainedPart& part) {
    std::vector<std::string> names;
    for (const NodeShapes& shapes : part.shapes().nodes)
        for (const NodeParameter& parameter : shapes.parameters)
            if (parameter.isTrained()) names.push_back(parameter.id);
    return names;
}

void checkGroups(std::span<const Attrs> groups, const TrainedPart& part, SetupFindings& findings) {
    if (groups.empty() || !part.shapes().ok()) return;
    const std::vector<std::string> names = trainedNames(part);
    std::vector<int64_t> counts(groups.size());
    for (const std::string& name : names)
        if (const int place = placeInGroups(groups, name); place >= 0)
            ++counts[static_cast<size_t>(place)];
    for (size_t i = 0; i < groups.size(); ++i) {
        if (counts[i] > 0) continue;
        const std::string& patterns = groups[i].text("parameters");
        const bool isCovered = std::ranges::any_of(
            names, [&](const std::string& name) { return isInGroup(groups[i], name); });
        findings.warn(
            "U25", placeOf("groups"),
            fmt::format("group {} ({}) has no parameter{}", i + 1, patterns,
                        isCovered
                            ? ": those that fit are in groups before it"
                            : fmt::format(": none of the {} that are trained fits, such as {}",
                                          names.size(), names.empty() ? "none" : names.front())),
            isCovered ? "Move it in front of them." : "Correct its pattern, or take it out.");
    }
}

/// Each batch has statistics of its own.
void checkAccumulation(const TrainingSettings& training, const TrainedPart& part,
                       const DataFacts& data, SetupFindings& findings) {
    if (training.accumulate == 1) return;
    if (data.trainCount > 0 && training.batch * training.accumulate > data.trainCount)
        findings.warn("U25", placeOf("accumulate"),
                      fmt::format("{} batches of {} are more than the {} training images: an epoch "
                                  "makes one update",
                                  training.accumulate, training.batch, data.trainCount),
                      "Accumulate fewer batches.");
    for (const Node& node : part.graph().nodes()) {
        if (!node.op->id.starts_with("batch_norm")) continue;
        findings.warn("U25", placeOf(node, "accumulate"),
                      fmt::format("{} takes mean and deviation of each batch of {} by itself: {} "
                                  "accumulated ones are not the same as one large batch",
                                  node.text(), training.batch, training.accumulate),
                      "Group or layer normalisation does not depend on the batch.");
        return;
    }
}

/// An average looks back over about 1 / (1 − decay) updates; one that looks back further than the
/// run is long holds the weights of its start.
void checkAverage(const TrainingSettings& training, const DataFacts& data,
                  SetupFindings& findings) {
    if (data.trainCount <= 0) return;
    const int64_t images = training.batch * training.accumulate;
    const double updates =
        static_cast<double>(training.epochs * ((data.trainCount + images - 1) / images));
    for (const ChosenThing& extra : training.extras) {
        if (extra.id != "ema") continue;
        const double reach = 1 / (1 - extra.attrs.real("decay"));
        if (2 * reach <= updates) continue;
        findings.warn(
            "U25", placeOf("extras"),
            fmt::format("the moving average looks back over {:.0f} updates, and the run "
                        "has {:.0f}: what is tested and saved is mostly the weights of "
                        "its start",
                        reach, updates),
            fmt::format("Choose a decay of at most {:.4g}.", std::max(0.0, 1 - 10 / updates)));
    }
}

}  // namespace

void checkRefinements(const TrainingSettings& training, const TrainedPart& part,
                      const DataFacts& data, SetupFindings& findings) {
    checkGroups(training.groups, part, findings);
    checkAccumulation(training, part, data, findings);
    checkAverage(training, data, findings);
    const Attrs& fields = training.stopping;
    const bool isOn = fields.integer("patience") > 0 || fields.flag("keep_best");
    if (!isOn || !part.shapes().ok()) return;
    const auto stopping =
        earlyStoppingOf(training.stopping, channelsOf(part, training.metrics), data.testCount != 0);
    if (!stopping) findings.refuse(stopping.error());
}

}  // namespace vitrine
