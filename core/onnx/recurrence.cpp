// SPDX-License-Identifier: Apache-2.0
// Attributes in the words of this program, and the order of axes.
#include "core/onnx/recurrence.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vitrine::onnx {

namespace {

enum Input { X, W, R, B, Lengths, Hidden, Cell, Peepholes };

/// A function by its name, the name that it has here, and its usual numbers.
struct CellFunction {
    std::string_view name, ours;
    int numbers = 0;
    double alpha = 0, beta = 0;
};
constexpr CellFunction known[] = {
    {"Relu", "relu"},
    {"Tanh", "tanh"},
    {"Sigmoid", "sigmoid"},
    {"Softsign", "softsign"},
    {"Softplus", "softplus"},
    {"LeakyRelu", "leaky_relu", 1, 0.01},
    {"ThresholdedRelu", "thresholded_relu", 1, 1},
    {"Elu", "elu", 1, 1},
    {"Affine", "affine", 2, 1, 0},
    {"ScaledTanh", "scaled_tanh", 2, 1, 1},
    {"HardSigmoid", "hard_sigmoid", 2, 0.2, 0.5},
};

/// Numbers of the lists go to the functions that take some, in their order.
class NumberList {
  public:
    explicit NumberList(std::optional<std::vector<double>> list) : m_list(std::move(list)) {}
    double next(double usual) {
        return m_list && m_at < m_list->size() ? (*m_list)[m_at++] : usual;
    }

  private:
    std::optional<std::vector<double>> m_list;
    size_t m_at = 0;
};

std::string wordsOf(const Context& c, const std::vector<std::string>& names) {
    NumberList alphas(c.reals("activation_alpha")), betas(c.reals("activation_beta"));
    std::vector<std::string> words;
    for (const std::string& name : names) {
        const auto found = std::ranges::find(known, name, &CellFunction::name);
        if (found == std::end(known))
            c.refuse(fmt::format("attribute activations has '{}', which is not known", name));
        std::string word(found->ours);
        if (found->numbers > 0) word += fmt::format(":{}", alphas.next(found->alpha));
        if (found->numbers > 1) word += fmt::format(":{}", betas.next(found->beta));
        words.push_back(word);
    }
    return fmt::format("{}", fmt::join(words, ","));
}

/// The first two axes exchanged, where examples come first in the file.
Value stepsFirst(Context& c, size_t k, bool isBatchFirst) {
    if (!c.has(k) || !isBatchFirst) return c.optional(k);
    return c.transpose(c.in(k), {1, 0, 2});
}

/// What the first step finds; zeros, as exporters write them for one batch, are left out.
Value start(Context& c, size_t k, bool isBatchFirst) {
    const Value given = c.optional(k);
    const auto isNothing = [](std::byte b) { return b == std::byte{0}; };
    if (!given.numbers || !std::ranges::all_of(given.numbers->bytes, isNothing))
        return stepsFirst(c, k, isBatchFirst);
    c.numbers(given, "the first state");
    return {};
}

}  // namespace

Attrs recurrentAttrs(const Context& c, std::string_view op, size_t functions) {
    const std::string direction = c.text("direction", "forward");
    if (direction != "forward" && direction != "reverse" && direction != "bidirectional")
        c.refuseAttribute("direction", "forward, reverse or bidirectional");
    Attrs attrs = c.attrs(op).with("direction", direction).with("clip", c.real("clip", 0));
    const auto names = c.texts("activations");
    if (!names || names->empty()) return attrs;
    const size_t wanted = functions * (direction == "bidirectional" ? 2 : 1);
    if (names->size() != wanted)
        c.refuse(
            fmt::format("attribute activations has {} names, wanted {}", names->size(), wanted));
    return attrs.with("activations", wordsOf(c, *names));
}

void readRecurrence(Context& c, std::string_view op, const Attrs& attrs, bool hasCell) {
    const bool isBatchFirst = c.integer("layout", 0) != 0;
    std::vector<Value> operands{
        stepsFirst(c, X, isBatchFirst), c.in(W), c.in(R), c.optional(B), c.optional(Lengths),
        start(c, Hidden, isBatchFirst)};
    if (hasCell) {
        operands.push_back(start(c, Cell, isBatchFirst));
        operands.push_back(c.optional(Peepholes));
    }
    const std::vector<Value> given = c.emitAll(op, attrs, operands);
    for (size_t k = 0; k < given.size(); ++k) {
        if (!c.wants(k)) continue;
        const std::vector<int64_t> order =
            k == 0 ? std::vector<int64_t>{2, 0, 1, 3} : std::vector<int64_t>{1, 0, 2};
        c.give(k, isBatchFirst ? c.transpose(given[k], order) : given[k]);
    }
}

}  // namespace vitrine::onnx
