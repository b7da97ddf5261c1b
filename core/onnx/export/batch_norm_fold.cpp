// SPDX-License-Identifier: Apache-2.0
// w'[k] = w[k] · g[k], b'[k] = (b[k] − mean[k]) · g[k] + shift[k], g = scale / √(variance + eps).
#include "core/onnx/export/batch_norm_fold.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/opdef/descriptor.h"
#include "core/tensor/element.h"

namespace vitrine::onnx {

namespace {

bool isConvolution(std::string_view op) {
    return op == "conv1d" || op == "conv2d" || op == "conv3d" || op == "depthwise_conv2d";
}

class Folding {
  public:
    Folding(const Program& program, const WeightsByName& weights)
        : m_program(program), m_weights(weights) {
        m_uses.assign(program.values.size(), 0);
        for (const Instr& instr : program.instrs)
            for (const ValueId value : instr.operands()) ++m_uses[static_cast<size_t>(value)];
        for (const NamedValue& output : program.outputs)
            ++m_uses[static_cast<size_t>(output.value)];
        for (const StateBinding& state : program.states) m_states[state.in] = &state;
    }

    /// The convolution that instruction `norm` can go into.
    std::optional<size_t> convolutionOf(size_t norm) const {
        const Instr& instr = m_program.instrs[norm];
        if (!instr.op->id.starts_with("batch_norm")) return {};
        const int maker = m_program.value(instr.in[0]).definedBy;
        if (maker < 0 || m_uses[static_cast<size_t>(instr.in[0])] != 1) return {};
        const Instr& conv = m_program.instrs[static_cast<size_t>(maker)];
        bool fits = isConvolution(conv.op->id) && numbersOf(conv.in[1]);
        if (fits && conv.in[2] != noValue) fits = numbersOf(conv.in[2]) != nullptr;
        for (size_t k = 1; k <= 4; ++k) fits = fits && numbersOf(instr.in[k]);
        return fits ? std::optional(static_cast<size_t>(maker)) : std::nullopt;
    }

    Numbers numbersOf(ValueId value) const {
        const auto state = m_states.find(value);
        if (state == m_states.end()) return nullptr;
        const auto found = m_weights.find(state->second->name);
        return found == m_weights.end() ? nullptr : found->second;
    }
    const std::string& stateName(ValueId value) const { return m_states.at(value)->name; }

  private:
    const Program& m_program;
    const WeightsByName& m_weights;
    std::vector<int> m_uses;
    std::map<ValueId, const StateBinding*> m_states;
};

struct Joined {
    Numbers weight, bias;
};

double at(const Numbers& numbers, int64_t i) {
    return readElement(numbers->bytes.data(), numbers->dtype, i);
}

Joined joined(const Folding& folding, const Instr& conv, const Instr& norm) {
    const Numbers weight = folding.numbersOf(conv.in[1]);
    const Numbers bias = conv.in[2] == noValue ? nullptr : folding.numbersOf(conv.in[2]);
    const Numbers scale = folding.numbersOf(norm.in[1]), shift = folding.numbersOf(norm.in[2]),
                  mean = folding.numbersOf(norm.in[3]), variance = folding.numbersOf(norm.in[4]);
    const int64_t filters = weight->shape[0], each = weight->shape.elements() / filters;
    std::vector<std::byte> weights(weight->bytes.size());
    std::vector<std::byte> biases(static_cast<size_t>(filters * sizeOf(weight->dtype)));
    for (int64_t k = 0; k < filters; ++k) {
        const double factor = at(scale, k) / std::sqrt(at(variance, k) + norm.attrs.real("eps"));
        for (int64_t i = k * each; i < (k + 1) * each; ++i)
            writeElement(weights.data(), weight->dtype, i, at(weight, i) * factor);
        const double was = bias ? at(bias, k) : 0;
        writeElement(biases.data(), weight->dtype, k, (was - at(mean, k)) * factor + at(shift, k));
    }
    return {TensorData::of(weight->dtype, weight->shape, std::move(weights)),
            TensorData::of(weight->dtype, Shape{filters}, std::move(biases))};
}

ValueId addState(Program& program, const std::string& name, const TensorData& numbers) {
    const auto id = static_cast<ValueId>(program.values.size());
    program.values.push_back({numbers.shape, numbers.dtype, name, -1});
    StateBinding state;
    state.name = state.key = name;
    state.in = id;
    program.states.push_back(std::move(state));
    return id;
}

/// The normalisation's place is the convolution's from now on.
void join(Program& program, size_t conv, size_t norm, ValueId weight, ValueId bias) {
    Instr& first = program.instrs[conv];
    Instr& second = program.instrs[norm];
    first.in[1] = weight;
    first.in[2] = bias;
    first.attrs.with("bias", true);
    first.out = second.out;
    program.values[static_cast<size_t>(first.out[0])].definedBy = static_cast<int>(conv);
    second.op = nullptr;
}

void eraseJoined(Program& program) {
    std::erase_if(program.instrs, [](const Instr& instr) { return !instr.op; });
    for (size_t i = 0; i < program.instrs.size(); ++i)
        for (const ValueId value : program.instrs[i].out)
            program.values[static_cast<size_t>(value)].definedBy = static_cast<int>(i);
}

}  // namespace

int64_t foldBatchNorms(std::vector<Program>& programs, WeightsByName& weights) {
    int64_t count = 0;
    for (size_t norm = 0; norm < programs[0].instrs.size(); ++norm) {
        if (!programs[0].instrs[norm].op) continue;
        const Folding folding(programs[0], weights);
        const auto conv = folding.convolutionOf(norm);
        if (!conv) continue;
        const Instr& first = programs[0].instrs[*conv];
        const Joined made = joined(folding, first, programs[0].instrs[norm]);
        const std::string base = folding.stateName(first.in[1]) + ".folded";
        weights[base] = made.weight;
        weights[base + "_bias"] = made.bias;
        for (Program& program : programs) {
            const ValueId weight = addState(program, base, *made.weight);
            const ValueId bias = addState(program, base + "_bias", *made.bias);
            join(program, *conv, norm, weight, bias);
        }
        ++count;
    }
    for (Program& program : programs) eraseJoined(program);
    return count;
}

}  // namespace vitrine::onnx
