// SPDX-License-Identifier: Apache-2.0
// Joins steps into passes once, and runs them over pieces.
#include "kernels/cpu/chain_passes.h"

#include <algorithm>

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
    join();
}

bool Passes::Pass::reads(int operand) const {
    return std::ranges::count(from, operand) > 0 || other == operand;
}

/// Takes in what a pass does to this one's result, `with` another row.
void Passes::Pass::follow(NormalizedBy by, const Pass& pass, int with) {
    then = by;
    normalize = normalizeRow(by);
    summed = summedRow(by);
    parameters = pass.parameters;
    other = with;
}

/// Bounds on what was just normalized.
void Passes::joinBounds(List& list) {
    for (size_t i = 0; i + 1 < list.size(); ++i) {
        const Pass& next = list[i + 1];
        if (!list[i].isBareNormalize() || !next.isPlain(Pointwise::Clamp)) continue;
        if (next.at != list[i].at || next.from[0] != ChainStep::soFar) continue;
        list[i].follow(NormalizedBy::Clamp, next, ChainStep::soFar);
        list.erase(list.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    }
}

/// `next` adds something to what `normalize` has given, or lets something pass by it.
bool Passes::joinBehind(Pass& normalize, const Pass& next) {
    const int a = next.from[0], b = next.from[1];
    if (a == b || (a != ChainStep::soFar && b != ChainStep::soFar)) return false;
    const bool isBare = normalize.isBareNormalize(), gates = b == ChainStep::soFar;
    // A relu opens a gate for what it lets pass.
    const bool mayGate = isBare || (normalize.normalize && normalize.then == NormalizedBy::Relu);
    if (isBare && next.isPlain(Pointwise::Add))
        normalize.follow(NormalizedBy::Add, next, a == ChainStep::soFar ? b : a);
    else if (mayGate && gates && next.isPlain(Pointwise::ReluGate))
        normalize.follow(NormalizedBy::ReluGate, next, a);
    else if (isBare && gates && next.isPlain(Pointwise::InsideGate))
        normalize.follow(NormalizedBy::InsideGate, next, a);
    else
        return false;
    return true;
}

/// A pass over the result that reads, as the only one, what an operand is normalized to: that
/// happens where it is read then.
bool Passes::joinLoaded(Pass& pass) {
    if (!pass.run) return false;
    for (auto load = m_loads.begin(); load != m_loads.end(); ++load) {
        const int loaded = load->at;
        const auto reads = [&](const Pass& any) { return any.reads(loaded); };
        if (load->from[0] != ChainStep::soFar || std::ranges::count_if(m_passes, reads) != 1 ||
            std::ranges::count_if(m_loads, [&](const Pass& any) {
                return any.at == loaded || any.reads(loaded);
            }) != 1)
            continue;
        // Seen from the loaded operand, that is what was made last.
        Pass turned = pass;
        for (int& place : turned.from)
            if (place == loaded)
                place = ChainStep::soFar;
            else if (place == ChainStep::soFar)
                place = loaded;
        Pass joined = *load;
        if (!joinBehind(joined, turned)) continue;
        joined.from[0] = loaded;
        if (joined.other == loaded) joined.other = ChainStep::soFar;
        joined.at = ChainStep::soFar;
        pass = joined;
        m_loads.erase(load);
        return true;
    }
    return false;
}

/// The same of passes over an operand.
void Passes::joinLoads() {
    for (size_t i = 0; i + 1 < m_loads.size();)
        if (m_loads[i].at == m_loads[i + 1].at && joinBehind(m_loads[i], m_loads[i + 1]))
            m_loads.erase(m_loads.begin() + static_cast<std::ptrdiff_t>(i) + 1);
        else
            ++i;
}

/// Several passes into one: what comes between them stays in registers, with the same bits.
void Passes::join() {
    joinBounds(m_loads);
    joinBounds(m_passes);
    joinLoads();
    for (size_t i = 0; i < m_passes.size(); ++i) {
        const bool isLoaded = joinLoaded(m_passes[i]);
        if (i == 0) continue;
        Pass &before = m_passes[i - 1], &pass = m_passes[i];
        const bool addsBefore =
            isLoaded && pass.then == NormalizedBy::Add && pass.other == ChainStep::soFar;
        if (addsBefore && before.isBareNormalize()) {
            pass.follow(NormalizedBy::AddNormalized, pass, before.from[0]);
            std::copy_n(before.from.begin() + 1, 3, pass.ofOther.begin());
            before = pass;
        } else if (isLoaded || !joinBehind(before, pass)) {
            continue;
        }
        m_passes.erase(m_passes.begin() + static_cast<std::ptrdiff_t>(i--));
    }
}

size_t Passes::bufferOf(int at) {
    const auto found = std::ranges::find(m_loaded, at);
    if (found != m_loaded.end()) return static_cast<size_t>(found - m_loaded.begin());
    m_loaded.push_back(at);
    return m_loaded.size() - 1;
}

NormalizeOperands Passes::rowsOf(const Pass& pass, const PieceOperands& operands,
                                 const float* soFar) {
    const auto from = [&](int operand) {
        return operand == ChainStep::soFar ? soFar : operands[static_cast<size_t>(operand)];
    };
    const auto numbers = [&](int center, int scale, int shift) {
        return PixelNumbers{from(center), from(scale), from(shift)};
    };
    NormalizeOperands rows{.x = from(pass.from[0]),
                           .of = numbers(pass.from[1], pass.from[2], pass.from[3]),
                           .other = from(pass.other),
                           .ofOther = {}};
    if (pass.then == NormalizedBy::AddNormalized)
        rows.ofOther = numbers(pass.ofOther[0], pass.ofOther[1], pass.ofOther[2]);
    return rows;
}

void Passes::run(const Pass& pass, const PieceOperands& operands, const float* soFar, float* to,
                 int64_t count) {
    if (pass.normalize)
        return pass.normalize(rowsOf(pass, operands, soFar), to, count, pass.parameters);
    const auto from = [&](size_t k) {
        const int operand = pass.from[k];
        return operand == ChainStep::soFar ? soFar : operands[static_cast<size_t>(operand)];
    };
    pass.run({from(0), from(1), from(2)}, to, count, pass.parameters);
}

bool Passes::takeSums() const {
    return m_loads.empty() && m_passes.size() == 1 && m_passes[0].summed;
}

void Passes::runWithSums(const PieceOperands& operands, const float* soFar, float* to,
                         int64_t count, const RowSums& sums) const {
    const Pass& pass = m_passes[0];
    pass.summed(rowsOf(pass, operands, soFar), to, count, pass.parameters, sums);
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
    return {.function = step.function,
            .run = rowFunction(step.function, thenRelu),
            .thenRelu = thenRelu,
            .parameters = parameters(step.p, step.q),
            .from = {operandOf(step.a), operandOf(step.b), operandOf(step.c), ChainStep::soFar}};
}

Passes::Pass Passes::normalization(const ChainStep& offset, const ChainStep& affine,
                                   bool thenRelu) const {
    const NormalizedBy then = thenRelu ? NormalizedBy::Relu : NormalizedBy::Nothing;
    return {.normalize = normalizeRow(then),
            .then = then,
            .from = {operandOf(offset.a), operandOf(offset.b), operandOf(affine.b),
                     operandOf(affine.c)}};
}

}  // namespace vitrine::kernels::cpu
