// SPDX-License-Identifier: Apache-2.0
// Set-up check: whether the loss has something to learn from, and logits that can say it.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/session/setup_findings.h"

namespace vitrine {

namespace {

/// The node that makes the logits' numbers: what only shapes them anew is passed over.
int makerOfLogits(const SetupGraph& setup) {
    int index = setup.roles.logits.node;
    while (index >= 0 &&
           (setup.node(index).op->id == "flatten" || setup.node(index).op->id == "reshape"))
        index = setup.wiring.source(index, 0).node;
    return index;
}

int64_t classesOf(const SetupGraph& setup) {
    return setup.node(setup.roles.target).attrs.integer("classes");
}

/// What an operator does to logits, where it is no good thing.
struct Squash {
    std::string_view op, does;
    double spread;  ///< between the largest and the smallest logit; 0: any
};
constexpr Squash squashes[] = {
    {"softmax", "makes probabilities, and the loss makes them again", 1},
    {"sigmoid", "keeps logits between 0 and 1", 1},
    {"tanh", "keeps logits between -1 and 1", 2},
    {"relu", "keeps logits from being negative; images whose logits are all 0 teach nothing", 0},
};

/// The best that logits of a limited spread can do: −log(e^s / (e^s + C − 1)).
double leastLoss(double spread, int64_t classes) {
    return std::log1p(static_cast<double>(classes - 1) * std::exp(-spread));
}

void checkSquash(const SetupGraph& setup, SetupFindings& findings) {
    const int index = makerOfLogits(setup);
    const Node &node = setup.node(index), &loss = setup.node(setup.roles.loss);
    const auto* const squash = std::find_if(std::begin(squashes), std::end(squashes),
                                            [&](const Squash& s) { return s.op == node.op->id; });
    if (squash == std::end(squashes)) return;
    std::string message = fmt::format("{} {}", node.text(), squash->does);
    if (squash->spread > 0 && loss.attrs.real("label_smoothing") == 0)
        message += fmt::format(": with {} classes the loss cannot fall below {:.3f}",
                               classesOf(setup), leastLoss(squash->spread, classesOf(setup)));
    findings.warn("U18", placeOf(node), std::move(message),
                  fmt::format("Take it out: {} takes numbers of any size.", loss.op->id));
}

void checkDropout(const SetupGraph& setup, SetupFindings& findings) {
    const Node& node = setup.node(makerOfLogits(setup));
    if (node.op->id != "dropout" || node.attrs.real("rate") == 0) return;
    findings.warn("U18", placeOf(node),
                  fmt::format("{} sets logits to 0 at random: in training the loss sees what the "
                              "network did not say",
                              node.text()),
                  "Put it before the last layer.");
}

void checkSmoothing(const SetupGraph& setup, SetupFindings& findings) {
    const Node& loss = setup.node(setup.roles.loss);
    if (loss.attrs.real("label_smoothing") < 1) return;
    findings.warn("U14", placeOf(loss, "label_smoothing"),
                  fmt::format("{}: label_smoothing is 1, so that every class is wanted alike, "
                              "whatever the label is",
                              loss.text()),
                  "Choose less; 0.1 is usual.");
}

/// Softmax over one number is 1, so that its gradient is 0.
void checkOneNumber(const SetupGraph& setup, SetupFindings& findings) {
    const Node& loss = setup.node(setup.roles.loss);
    if (classesOf(setup) == 1)
        findings.warn("U14", placeOf(setup.node(setup.roles.target), "classes"),
                      fmt::format("{} has one class and one logit: softmax over one number is "
                                  "always 1, so the loss is 0 and nothing can be learnt",
                                  loss.text()),
                      "Give target and last layer two classes or more.");
    for (int index = 0; index < setup.count(); ++index) {
        const Node& node = setup.node(index);
        if (node.op->id != "softmax") continue;
        const Shape& shape = setup.shapesOf(index).outputs.front().shape;
        if (shape[shape.rank() - 1] != 1) continue;
        findings.warn("U14", placeOf(node),
                      fmt::format("{} has one number an image: its result is always 1, and nothing "
                                  "before it can learn",
                                  node.text()),
                      "Give it two numbers or more, or use sigmoid.");
    }
}

void checkLabels(const SetupGraph& setup, const DataFacts& data, SetupFindings& findings) {
    const int64_t classes = classesOf(setup);
    if (data.trainLabels.empty() || data.trainCount <= 0 || classes < 2) return;
    const auto known = static_cast<int64_t>(data.trainLabels.size());
    std::vector<int64_t> there, missing;
    for (int64_t label = 0; label < std::max(classes, known); ++label) {
        const bool isThere = label < known && data.trainLabels[static_cast<size_t>(label)] > 0;
        (isThere ? there : missing).push_back(label);
    }
    const Place place = placeOf(setup.node(setup.roles.target), "classes");
    if (there.size() == 1)
        return findings.warn(
            "U14", place,
            fmt::format("all {} training images are of class {}: nothing can be learnt but that",
                        fmt::group_digits(data.trainCount), there.front()),
            "Choose data with images of every class.");
    if (missing.empty()) return;
    constexpr size_t shown = 10;
    const size_t count = missing.size();
    missing.resize(std::min(count, shown));
    findings.warn("U17", place,
                  fmt::format("{} of {} classes have no training image: {}{}", count, classes,
                              fmt::join(missing, ", "), count > shown ? ", …" : ""),
                  "Choose data with images of every class, or fewer classes.");
}

}  // namespace

void checkLoss(const SetupGraph& setup, const DataFacts& data, SetupFindings& findings) {
    checkOneNumber(setup, findings);
    checkLabels(setup, data, findings);
    if (setup.node(setup.roles.loss).op->id != "cross_entropy") return;
    checkSmoothing(setup, findings);
    checkSquash(setup, findings);
    checkDropout(setup, findings);
}

}  // namespace vitrine
