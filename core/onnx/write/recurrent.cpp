// SPDX-License-Identifier: Apache-2.0
// Recurrent layers: gates in ONNX's order, directions one after the other.
#include "core/onnx/export/write_rule_parts.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

namespace vitrine::onnx::writers::recurrent {

namespace {

/// Rows of a weight, gate by gate in another order.
void appendGates(std::vector<std::byte>& bytes, const TensorData& weight,
                 std::span<const int> order) {
    const size_t gate = weight.bytes.size() / order.size();
    for (const int from : order) {
        const auto rows = weight.bytes.subspan(static_cast<size_t>(from) * gate, gate);
        bytes.insert(bytes.end(), rows.begin(), rows.end());
    }
}

/// Weights of both directions, one behind the other: [D, G, F], or of the biases [D, 2 G].
class Weights {
  public:
    Weights(WriteContext& c, std::span<const int> order, size_t first, size_t directions)
        : m_c(c), m_order(order), m_first(first), m_directions(directions) {}

    /// `which`: 0 of the input, 1 of the hidden state.
    std::string matrix(size_t which) const {
        std::vector<std::byte> bytes;
        const Numbers first = numbers(0, which);
        for (size_t d = 0; d < m_directions; ++d) appendGates(bytes, *numbers(d, which), m_order);
        return made(first->dtype, {count(), first->shape[0], first->shape[1]}, std::move(bytes));
    }
    std::string biases() const {
        std::vector<std::byte> bytes;
        const Numbers first = numbers(0, 2);
        for (size_t d = 0; d < m_directions; ++d)
            for (const size_t which : {2u, 3u}) appendGates(bytes, *numbers(d, which), m_order);
        return made(first->dtype, {count(), 2 * first->shape[0]}, std::move(bytes));
    }

  private:
    int64_t count() const { return static_cast<int64_t>(m_directions); }
    Numbers numbers(size_t direction, size_t which) const {
        const Numbers found = m_c.numbers(m_first + 4 * direction + which);
        if (!found) m_c.refuse("its weights are computed, and ONNX wants their gates in an order");
        return found;
    }
    std::string made(DType type, const Shape& shape, std::vector<std::byte> bytes) const {
        return m_c.constant(TensorData::of(type, shape, std::move(bytes)));
    }

    WriteContext& m_c;
    std::span<const int> m_order;
    size_t m_first, m_directions;
};

/// [T, D, N, H] → [N, T, D · H], or with the steps first.
std::string sideBySide(WriteContext& c, const std::string& y, bool isBatchFirst) {
    const std::vector<int64_t> order =
        isBatchFirst ? std::vector<int64_t>{2, 0, 1, 3} : std::vector<int64_t>{0, 2, 1, 3};
    return c.emit("Reshape", {c.transposed(y, order), c.integers({0, 0, -1})});
}

void layer(WriteContext& c, std::string_view opType, std::span<const int> order, size_t states,
           std::vector<OutAttribute> attributes) {
    const Attrs& attrs = c.attrs();
    const bool isBatchFirst = attrs.flag("batch_first"), isBoth = attrs.flag("bidirectional");
    const Weights weights(c, order, 1 + states, isBoth ? 2 : 1);
    attributes.push_back({"hidden_size", attrs.integer("hidden")});
    attributes.push_back({"direction", std::string(isBoth ? "bidirectional" : "forward")});
    std::vector<std::string> inputs{isBatchFirst ? c.transposed(c.in(0), {1, 0, 2}) : c.in(0),
                                    weights.matrix(0), weights.matrix(1),
                                    attrs.flag("bias") ? weights.biases() : std::string(), ""};
    for (size_t state = 0; state < states; ++state) inputs.push_back(c.in(1 + state));
    const std::vector<std::string> results =
        c.emitSeveral(opType, std::move(inputs), std::move(attributes), 1 + states);
    c.give(sideBySide(c, results[0], isBatchFirst), 0);
    for (size_t state = 0; state < states; ++state) c.give(results[1 + state], 1 + state);
}

void lstm(WriteContext& c) {
    constexpr int order[] = {0, 3, 1, 2};  // input, output, forget, cell
    layer(c, "LSTM", order, 2, {});
}

void gru(WriteContext& c) {
    constexpr int order[] = {1, 0, 2};  // update, reset, hidden
    layer(c, "GRU", order, 1, {{"linear_before_reset", int64_t{1}}});
}

struct CellFunction {
    std::string_view ours, name;
};
constexpr CellFunction functions[] = {{"relu", "Relu"},
                                      {"tanh", "Tanh"},
                                      {"sigmoid", "Sigmoid"},
                                      {"softsign", "Softsign"},
                                      {"softplus", "Softplus"},
                                      {"leaky_relu", "LeakyRelu"},
                                      {"thresholded_relu", "ThresholdedRelu"},
                                      {"elu", "Elu"},
                                      {"affine", "Affine"},
                                      {"scaled_tanh", "ScaledTanh"},
                                      {"hard_sigmoid", "HardSigmoid"}};

/// `affine:2:0.5,tanh` as three lists.
std::vector<OutAttribute> activationsOf(const std::string& words) {
    std::vector<std::string> names;
    std::vector<double> alphas, betas;
    for (std::string_view rest = words; !rest.empty();) {
        const size_t end = std::min(rest.find(','), rest.size());
        std::string_view word = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        for (size_t part = 0; !word.empty(); ++part) {
            const size_t colon = std::min(word.find(':'), word.size());
            const std::string_view text = word.substr(0, colon);
            word.remove_prefix(std::min(colon + 1, word.size()));
            double number = 0;
            std::from_chars(text.data(), text.data() + text.size(), number);
            if (part > 0) (part == 1 ? alphas : betas).push_back(number);
            if (part > 0) continue;
            const auto* const known = std::ranges::find(functions, text, &CellFunction::ours);
            names.emplace_back(known->name);
        }
    }
    std::vector<OutAttribute> lists;
    if (!names.empty()) lists.push_back({"activations", names});
    if (!alphas.empty()) lists.push_back({"activation_alpha", alphas});
    if (!betas.empty()) lists.push_back({"activation_beta", betas});
    return lists;
}

/// Layers that have ONNX's form already.
void given(WriteContext& c, std::string_view opType, std::vector<OutAttribute> attributes) {
    const Attrs& attrs = c.attrs();
    for (OutAttribute& list : activationsOf(attrs.text("activations")))
        attributes.push_back(std::move(list));
    if (attrs.real("clip") != 0) attributes.push_back({"clip", attrs.real("clip")});
    attributes.push_back({"direction", attrs.text("direction")});
    attributes.push_back({"hidden_size", c.shape(2)[2]});
    std::vector<std::string> inputs;
    for (size_t k = 0; k < c.operands(); ++k) inputs.push_back(c.in(k));
    if (c.has(4) && c.type(4) != DType::I32) inputs[4] = c.cast(inputs[4], DType::I32);
    const std::vector<std::string> results =
        c.emitSeveral(opType, std::move(inputs), std::move(attributes), c.results());
    for (size_t k = 0; k < results.size(); ++k) c.give(results[k], k);
}

void lstmGiven(WriteContext& c) {
    given(c, "LSTM", {{"input_forget", int64_t{c.attrs().flag("coupled")}}});
}
void gruGiven(WriteContext& c) {
    given(c, "GRU", {{"linear_before_reset", int64_t{c.attrs().flag("reset_behind")}}});
}
void rnnGiven(WriteContext& c) { given(c, "RNN", {}); }

constexpr WriteRule rules[] = {{"lstm", lstm},
                               {"gru", gru},
                               {"lstm_given", lstmGiven},
                               {"gru_given", gruGiven},
                               {"rnn_given", rnnGiven}};

}  // namespace

extern const WriteRules descriptor;
constinit const WriteRules descriptor = {rules};

}  // namespace vitrine::onnx::writers::recurrent
