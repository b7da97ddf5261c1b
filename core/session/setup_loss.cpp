// SPDX-License-Identifier: Apache-2.0
// Set-up check: whether losses have something to learn from, and logits that can say it.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/count_text.h"
#include "core/graph/special_nodes.h"
#include "core/session/setup_findings.h"

namespace vitrine {

namespace {

/// A loss, and what it compares.
struct LossSetup {
    const SetupGraph& setup;
    const LossRole& role;

    const Node& node() const { return setup.node(role.node); }
    /// The input that class numbers come in by; null where they do not come straight from the data.
    const Node* target() const {
        const bool isThere =
            role.target.isConnected() && isClassInput(setup.node(role.target.node));
        return isThere ? &setup.node(role.target.node) : nullptr;
    }
    /// The node that makes the logits' numbers: what only shapes them anew is passed over.
    const Node& maker() const { return source(role.prediction); }
    const Node& source(const Source& of) const {
        int index = of.node;
        while (setup.node(index).op->id == "flatten" || setup.node(index).op->id == "reshape")
            index = setup.wiring.source(index, 0).node;
        return setup.node(index);
    }
    int64_t classes() const { return setup.shapesOf(role.node).operands.front().shape[1]; }
};

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

void checkSquash(const LossSetup& loss, SetupFindings& findings) {
    const Node& node = loss.maker();
    const auto* const squash = std::find_if(std::begin(squashes), std::end(squashes),
                                            [&](const Squash& s) { return s.op == node.op->id; });
    if (squash == std::end(squashes)) return;
    std::string message = fmt::format("{} {}", node.text(), squash->does);
    if (squash->spread > 0 && loss.node().attrs.has("label_smoothing") &&
        loss.node().attrs.real("label_smoothing") == 0)
        message += fmt::format(": with {} the loss cannot fall below {:.3f}",
                               countOf(loss.classes(), "class", "classes"),
                               leastLoss(squash->spread, loss.classes()));
    findings.warn("U18", placeOf(node), std::move(message),
                  fmt::format("Take it out: {} takes numbers of any size.", loss.node().op->id));
}

void checkDropout(const LossSetup& loss, SetupFindings& findings) {
    const Node& node = loss.maker();
    if (node.op->id != "dropout" || node.attrs.real("rate") == 0) return;
    findings.warn("U18", placeOf(node),
                  fmt::format("{} sets logits to 0 at random: in training the loss sees what the "
                              "network did not say",
                              node.text()),
                  "Put it before the last layer.");
}

void checkSmoothing(const Node& loss, SetupFindings& findings) {
    if (loss.attrs.real("label_smoothing") < 1) return;
    findings.warn("U14", placeOf(loss, "label_smoothing"),
                  fmt::format("{}: label_smoothing is 1, so that every class is wanted alike, "
                              "whatever the label is",
                              loss.text()),
                  "Choose less; 0.1 is usual.");
}

/// Of numbers from 0, as the shape pass has seen to: none has a digit but 0 before its exponent.
bool areAllZero(std::string_view numbers) {
    bool isExponent = false;
    for (const char c : numbers) {
        if (c == ',') isExponent = false;
        if (c == 'e' || c == 'E') isExponent = true;
        if (!isExponent && c >= '1' && c <= '9') return false;
    }
    return true;
}

void checkClassWeights(const Node& loss, SetupFindings& findings) {
    if (!loss.attrs.has("class_weights")) return;
    const std::string& weights = loss.attrs.text("class_weights");
    if (weights.empty() || !areAllZero(weights)) return;
    findings.warn("U14", placeOf(loss, "class_weights"),
                  fmt::format("{}: class_weights are all 0, so that no image counts: the loss is 0 "
                              "and nothing can be learnt",
                              loss.text()),
                  "Give the classes that count a weight above 0, or leave the field empty.");
}

void checkComparesTwo(const LossSetup& loss, SetupFindings& findings) {
    const Source &a = loss.role.prediction, &b = loss.role.target;
    if (a.node != b.node || a.port != b.port) return;
    findings.warn("U14", placeOf(loss.node()),
                  fmt::format("{} compares {} with itself: nothing can be learnt from it",
                              loss.node().text(), loss.setup.node(a.node).text()),
                  "Connect what it should say to its second port.");
}

/// Softmax over one number is 1, so that its gradient is 0.
void checkOneLogit(const LossSetup& loss, SetupFindings& findings) {
    if (loss.classes() != 1) return;
    const Node* target = loss.target();
    findings.warn("U14", target ? placeOf(*target, "classes") : placeOf(loss.node()),
                  fmt::format("{} has one class and one logit: softmax over one number is "
                              "always 1, so the loss is 0 and nothing can be learnt",
                              loss.node().text()),
                  "Give target and last layer two classes or more.");
}

void checkSoftmaxOfOne(const SetupGraph& setup, SetupFindings& findings) {
    for (int index = 0; index < setup.count(); ++index) {
        const Node& node = setup.node(index);
        if (node.op->id != "softmax") continue;
        const Shape& shape = setup.shapesOf(index).outputs.front().shape;
        const int64_t axis = node.attrs.integer("axis");
        if (shape[static_cast<int>(axis < 0 ? axis + shape.rank() : axis)] != 1) continue;
        findings.warn("U14", placeOf(node),
                      fmt::format("{} has one number an image: its result is always 1, and nothing "
                                  "before it can learn",
                                  node.text()),
                      "Give it two numbers or more, or use sigmoid.");
    }
}

/// What the data have where a loss wants answers from 0, no, to 1, yes; nothing: not known.
std::optional<NumberSpan> answersOf(const Node& input, const ColumnFacts& facts) {
    if (facts.numbers) return facts.numbers;
    const Column& column = facts.column;
    if (column.dtype != DType::U8 || !column.hasClasses() || scalingOf(input) != Scaling::Raw)
        return {};
    return NumberSpan{0, static_cast<double>(column.classes.size() - 1)};
}

/// Beyond 0 and 1 the loss of yes-or-no questions falls without end: nothing is its least.
void checkAnswers(const LossSetup& loss, const DataFacts& data, SetupFindings& findings) {
    const std::string_view op = loss.node().op->id;
    if ((op != "binary_cross_entropy" && op != "focal") || !loss.role.target.isConnected()) return;
    const Node& input = loss.source(loss.role.target);
    const ColumnFacts* facts = isInput(input) ? data.find(columnOf(input)) : nullptr;
    const auto answers = facts ? answersOf(input, *facts) : std::nullopt;
    if (!answers || (answers->smallest >= 0 && answers->largest <= 1)) return;
    findings.refuse(
        "U06", placeOf(input, "column"),
        fmt::format("{} compares with answers from 0 to 1, and column '{}' has numbers from {:.4g} "
                    "to {:.4g}",
                    loss.node().text(), columnOf(input), answers->smallest, answers->largest),
        facts->column.hasClasses()
            ? "Take a mask of two classes, or the template 'U-Net for several classes'."
            : "Bring them to 0 to 1 in the data, or choose a loss for numbers, such as mse.");
}

void checkLabels(const Node& target, const DataFacts& data, SetupFindings& findings) {
    const int64_t classes = target.attrs.integer("classes");
    const ColumnFacts* facts = data.find(columnOf(target));
    if (!facts || facts->trainCounts.empty() || data.trainCount <= 0 || classes < 2) return;
    const auto known = static_cast<int64_t>(facts->trainCounts.size());
    std::vector<int64_t> there, missing;
    for (int64_t label = 0; label < std::max(classes, known); ++label) {
        const bool isThere = label < known && facts->trainCounts[static_cast<size_t>(label)] > 0;
        (isThere ? there : missing).push_back(label);
    }
    const Place place = placeOf(target, "classes");
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
                  fmt::format("{} of {} {} no training image: {}{}", count,
                              countOf(classes, "class", "classes"), count == 1 ? "has" : "have",
                              fmt::join(missing, ", "), count > shown ? ", …" : ""),
                  "Choose data with images of every class, or fewer classes.");
}

void checkCrossEntropy(const LossSetup& loss, SetupFindings& findings) {
    checkOneLogit(loss, findings);
    checkSmoothing(loss.node(), findings);
}

}  // namespace

void checkLosses(const SetupGraph& setup, const DataFacts& data, SetupFindings& findings) {
    checkSoftmaxOfOne(setup, findings);
    for (const LossRole& role : setup.roles.losses) {
        const LossSetup loss{setup, role};
        if (const Node* target = loss.target()) checkLabels(*target, data, findings);
        checkComparesTwo(loss, findings);
        checkAnswers(loss, data, findings);
        checkClassWeights(loss.node(), findings);
        if (loss.node().op->id == "cross_entropy") checkCrossEntropy(loss, findings);
        if (loss.node().op->inputs.front().id != "logits") continue;
        checkSquash(loss, findings);
        checkDropout(loss, findings);
    }
}

}  // namespace vitrine
