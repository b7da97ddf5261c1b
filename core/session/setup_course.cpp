// SPDX-License-Identifier: Apache-2.0
// Set-up check: what schedule and optimiser come to over the length of the run.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/session/setup_findings.h"

namespace vitrine {

namespace {

constexpr const char* longerRun = "Train for more epochs";

/// -1: not known.
int64_t totalSteps(const TrainingSettings& training, const DataFacts& data) {
    if (data.trainCount <= 0) return -1;
    return training.epochs * ((data.trainCount + training.batch - 1) / training.batch);
}

std::string epochsText(int64_t epochs) {
    return fmt::format("{} epoch{}", epochs, epochs == 1 ? "" : "s");
}

/// 0 where the schedule has none of its own.
int64_t warmupOf(const ChosenThing& schedule) {
    return schedule.attrs.has("warmup_epochs") ? schedule.attrs.integer("warmup_epochs") : 0;
}

void checkWarmup(const TrainingSettings& training, SetupFindings& findings) {
    const int64_t warmup = warmupOf(training.schedule);
    if (warmup < training.epochs) return;
    findings.warn("U15", placeOf("warmup_epochs"),
                  fmt::format("the learning rate rises for {}, and the run has {}: it never falls",
                              epochsText(warmup), epochsText(training.epochs)),
                  fmt::format("{}, or shorten the warm-up.", longerRun));
}

/// The first drop of `field`, counted from the end of the warm-up.
void checkDrop(const TrainingSettings& training, const std::string& field, int64_t drop,
               SetupFindings& findings) {
    const int64_t warmup = warmupOf(training.schedule), after = warmup + drop;
    if (after < training.epochs || warmup >= training.epochs) return;
    findings.warn(
        "U15", placeOf(field),
        fmt::format("the learning rate would drop after {}, and the run has {}: it never drops",
                    epochsText(after), epochsText(training.epochs)),
        fmt::format("{}, or drop sooner.", longerRun));
}

void checkStep(const TrainingSettings& training, SetupFindings& findings) {
    checkDrop(training, "every", training.schedule.attrs.integer("every"), findings);
}

void checkMultiStep(const TrainingSettings& training, SetupFindings& findings) {
    const std::vector<int64_t>& drops = training.schedule.attrs.list("epochs");
    if (!drops.empty())
        checkDrop(training, "epochs", *std::min_element(drops.begin(), drops.end()), findings);
}

/// A step must lie on the way up and one on the way down: share · steps > 1 and (1 − share) · steps
/// ≥ 1.
void checkOneCycle(const TrainingSettings& training, int64_t steps, SetupFindings& findings) {
    const double share = training.schedule.attrs.real("warmup_share");
    double needed = 1;
    if (share > 0) needed = std::max(needed, std::floor(1 / share) + 1);
    if (share < 1) needed = std::max(needed, std::ceil(1 / (1 - share)));
    if (steps < 0 || static_cast<double>(steps) >= needed) return;
    findings.warn("U15", placeOf("warmup_share"),
                  fmt::format("the run has {} step{}, and one_cycle needs {:.0f} to go up and down",
                              fmt::group_digits(steps), steps == 1 ? "" : "s", needed),
                  fmt::format("{}, in smaller batches, or with a constant rate.", longerRun));
}

/// Does decay act on the weights themselves? With Adam and its like it joins the gradient, whose
/// length does not count there.
bool decaysWeights(const ChosenThing& optimizer) {
    if (optimizer.attrs.has("decoupled")) return optimizer.attrs.flag("decoupled");
    for (const char* id : {"sgd", "adamw", "lion", "muon"})
        if (optimizer.id == id) return true;
    return false;
}

/// w ← (1 − lr · decay) · w − …, where decay acts on the weights themselves.
void checkDecay(const TrainingSettings& training, SetupFindings& findings) {
    const double decay = training.optimizer.attrs.real("weight_decay");
    const double share = training.learningRate * decay;
    if (share < 1) return;
    findings.warn("U19", placeOf("weight_decay"),
                  fmt::format("learning rate times weight decay is {:.4g}: a step takes all of a "
                              "weight away, wanted less than 1",
                              share),
                  fmt::format("Choose a weight decay below {:.4g}.", 1 / training.learningRate));
}

/// A clipped gradient moves all weights together by lr · clip_norm at most, through momentum by
/// 1 / (1 − momentum) times that.
void checkClipping(const TrainingSettings& training, int64_t steps, SetupFindings& findings) {
    constexpr double shortestWay = 1e-4;  // weights start near 0.1
    const double momentum = training.optimizer.attrs.real("momentum");
    if (training.clipping != Clipping::Norm) return;
    if (training.clipNorm <= 0 || steps < 0 || momentum >= 1) return;
    const double way =
        training.learningRate * training.clipNorm * static_cast<double>(steps) / (1 - momentum);
    if (way >= shortestWay) return;
    findings.warn("U19", placeOf("clip_norm"),
                  fmt::format("clip_norm is {:.4g}: the gradients of all {} steps together move "
                              "the weights by {:.2g} at most",
                              training.clipNorm, fmt::group_digits(steps), way),
                  "Raise clip_norm; values from 0.1 to 10 are usual.");
}

/// Weights start near 0.1. A gradient of length 1 moves them all together by lr / (1 − momentum) in
/// the end; Adam moves each by lr in nearly every step. Rates that train stay far below these.
void checkRate(const TrainingSettings& training, SetupFindings& findings) {
    constexpr double farthest = 10, farthestOfAdam = 1;
    const double rate = training.learningRate;
    const char* next = "Choose a smaller learning rate; 0.001 to 0.1 is usual.";
    // How far these go depends on the weights, or on how far they went before.
    for (const char* own : {"adadelta", "adagrad", "lamb", "muon", "radam"})
        if (training.optimizer.id == own) return;
    if (training.optimizer.id != "sgd") {
        if (rate >= farthestOfAdam)
            findings.warn("U19", placeOf("lr"),
                          fmt::format("learning rate is {:.6g}: a step moves nearly every weight "
                                      "by that, and weights start near 0.1",
                                      rate),
                          next);
        return;
    }
    const double momentum = training.optimizer.attrs.real("momentum");
    const bool isShortened = training.clipping == Clipping::Norm && training.clipNorm > 0;
    const double length = isShortened ? std::min(1.0, training.clipNorm) : 1;
    if (momentum >= 1 || rate * length / (1 - momentum) < farthest) return;
    findings.warn(
        "U19", placeOf("lr"),
        fmt::format("learning rate is {:.6g}{}: a gradient of length {:.6g} moves the "
                    "weights by {:.6g}, and they start near 0.1",
                    rate, momentum > 0 ? fmt::format(" and momentum {:.6g}", momentum) : "", length,
                    rate * length / (1 - momentum)),
        next);
}

void checkMomentum(const TrainingSettings& training, SetupFindings& findings) {
    if (training.optimizer.attrs.real("momentum") < 1) return;
    findings.warn("U19", placeOf("momentum"),
                  "momentum is 1: nothing slows the weights down, so they never come to rest",
                  "Choose less than 1; 0.9 is usual.");
}

}  // namespace

void checkCourse(const TrainingSettings& training, const DataFacts& data, SetupFindings& findings) {
    const int64_t steps = totalSteps(training, data);
    checkWarmup(training, findings);
    if (training.schedule.id == "step") checkStep(training, findings);
    if (training.schedule.id == "multi_step") checkMultiStep(training, findings);
    if (training.schedule.id == "one_cycle") checkOneCycle(training, steps, findings);
    checkRate(training, findings);
    if (decaysWeights(training.optimizer)) checkDecay(training, findings);
    if (training.optimizer.id != "sgd") return;
    checkClipping(training, steps, findings);
    checkMomentum(training, findings);
}

}  // namespace vitrine
