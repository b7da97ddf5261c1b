// SPDX-License-Identifier: Apache-2.0
// Joins steps into passes once, and runs them over pieces.
#include "kernels/cpu/chain_passes.h"

namespace vitrine::kernels::cpu {

namespace {

bool isRelu(std::span<const ChainStep> steps, size_t i) {
    return i < steps.size() && steps[i].function == Pointwise::Relu &&
           steps[i].a == ChainStep::soFar && steps[i].at == steps[i - 1].at;
}

}  // namespace

Passes::Passes(std::span<const ChainStep> steps, size_t first, ChainWalk& walk) : m_first(first) {
    std::vector<char> isReadWhole(walk.operands(), 0);
    for (size_t i = 0; i < steps.size();) {
        const bool normalizes = isNormalize(steps, i, walk);
        const size_t next = i + (normalizes ? 2 : 1);
        const bool thenRelu = isRelu(steps, next);
        Pass pass = normalizes ? normalization(steps[i], steps[i + 1], thenRelu)
                               : single(steps[i], thenRelu);
        for (size_t k = 0; k < (normalizes ? 1 : 4); ++k)
            if (const int operand = pass.from[k]; operand != ChainStep::soFar)
                isReadWhole[static_cast<size_t>(operand)] = 1;
        pass.at = operandOf(steps[i].at);
        if (pass.at != ChainStep::soFar) pass.buffer = bufferOf(pass.at);
        (pass.at == ChainStep::soFar ? m_passes : m_loads).push_back(pass);
        i = next + (thenRelu ? 1 : 0);
    }
    for (size_t k = 0; k < isReadWhole.size(); ++k)
        if (!isReadWhole[k]) walk.writeOnePixel(k);
}

size_t Passes::bufferOf(int at) {
    const auto found = std::ranges::find(m_loaded, at);
    if (found != m_loaded.end()) return static_cast<size_t>(found - m_loaded.begin());
    m_loaded.push_back(at);
    return m_loaded.size() - 1;
}

void Passes::run(const Pass& pass, const PieceOperands& operands, const float* soFar, float* to,
                 int64_t count) {
    const auto from = [&](size_t k) {
        const int operand = pass.from[k];
        return operand == ChainStep::soFar ? soFar : operands[static_cast<size_t>(operand)];
    };
    if (pass.normalize)
        pass.normalize(from(0), {from(1), from(2), from(3)}, to, count);
    else
        pass.run({from(0), from(1), from(2)}, to, count, pass.parameters);
}

void Passes::run(const PieceOperands& operands, const float* soFar, float* between, float* to,
                 int64_t count) const {
    const PieceOperands* seen = &operands;
    PieceOperands loaded;
    alignas(64) float buffers[mostLoaded][chainPiece];
    if (!m_loads.empty()) {
        loaded = operands;
        seen = &loaded;
        for (const Pass& pass : m_loads) {
            const float*& operand = loaded[static_cast<size_t>(pass.at)];
            float* const buffer = buffers[pass.buffer];
            run(pass, loaded, operand, buffer, count);
            operand = buffer;
        }
    }
    for (size_t i = 0; i < m_passes.size(); ++i) {
        float* const result = i + 1 < m_passes.size() ? between : to;
        run(m_passes[i], *seen, soFar, result, count);
        soFar = result;
    }
}

/// (a − center) · scale + shift with numbers by channel: that of channels' own kernel.
bool Passes::isNormalize(std::span<const ChainStep> steps, size_t i, const ChainWalk& walk) const {
    if (walk.isRowMajor() || i + 1 >= steps.size()) return false;
    const ChainStep &offset = steps[i], &affine = steps[i + 1];
    const auto isByChannel = [&](int place) {
        const int operand = operandOf(place);
        return operand != ChainStep::soFar && walk.isByChannel(static_cast<size_t>(operand));
    };
    return offset.function == Pointwise::Sub && affine.function == Pointwise::MulAdd &&
           affine.a == ChainStep::soFar && affine.at == offset.at && isByChannel(offset.b) &&
           isByChannel(affine.b) && isByChannel(affine.c);
}

Passes::Pass Passes::single(const ChainStep& step, bool thenRelu) const {
    return {rowFunction(step.function, thenRelu),
            nullptr,
            parameters(step.p, step.q),
            {operandOf(step.a), operandOf(step.b), operandOf(step.c), ChainStep::soFar}};
}

Passes::Pass Passes::normalization(const ChainStep& offset, const ChainStep& affine,
                                   bool thenRelu) const {
    return {nullptr,
            normalizeRow(thenRelu),
            {},
            {operandOf(offset.a), operandOf(offset.b), operandOf(affine.b), operandOf(affine.c)}};
}

}  // namespace vitrine::kernels::cpu
