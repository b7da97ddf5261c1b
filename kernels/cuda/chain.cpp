// SPDX-License-Identifier: Apache-2.0
// From the steps of a call to those of a chain.
#include "kernels/cuda/chain.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "kernels/api/chain_steps.h"

namespace vitrine::kernels::cuda {

namespace {

constexpr const char* repeatsOtherwise = "an operand of its steps repeats otherwise";

/// Axes of an operand beside those of the result; 0 where it repeats. Nothing where it has an
/// extent of another kind.
std::optional<std::array<int64_t, Strided::maxRank>> stepsAlong(const Operand& operand,
                                                                const Operand& y, bool byChannel) {
    std::array<int64_t, Strided::maxRank> steps{};
    const int before = byChannel ? 1 : y.array.rank - operand.array.rank;
    if (before < 0) return std::nullopt;
    for (int own = 0; own < operand.array.rank; ++own) {
        const int axis = before + own;
        if (extent(operand, own) == 1) continue;
        if (axis >= y.array.rank || extent(operand, own) != extent(y, axis)) return std::nullopt;
        steps[static_cast<size_t>(axis)] = stride(operand, own);
    }
    return steps;
}

/// The axes of y from the innermost in memory on, those of extent 1 left out; none where it has
/// gaps.
std::optional<std::vector<int>> axesOutwards(const Operand& y) {
    std::vector<int> axes;
    for (int axis = 0; axis < y.array.rank; ++axis)
        if (extent(y, axis) != 1) axes.push_back(axis);
    std::ranges::stable_sort(axes, {}, [&](int axis) { return stride(y, axis); });
    int64_t expected = 1;
    for (int axis : axes) {
        if (stride(y, axis) != expected) return std::nullopt;
        expected *= extent(y, axis);
    }
    return axes;
}

/// How an operand repeats over the result: the axes that it goes along lie side by side.
bool placeOperand(const Operand& operand, const Operand& y, bool byChannel, Chain::Operand& to) {
    const auto axes = axesOutwards(y);
    const auto steps = stepsAlong(operand, y, byChannel);
    if (!axes || !steps) return false;
    int64_t inner = 1, count = 1;
    enum { Behind, Own, Before } where = Behind;
    for (int axis : *axes) {
        const int64_t step = (*steps)[static_cast<size_t>(axis)];
        if (step == 0) {
            if (where == Behind) inner *= extent(y, axis);
            if (where == Own) where = Before;
            continue;
        }
        if (where == Before || step != count) return false;
        where = Own;
        count *= extent(y, axis);
    }
    to.isWhole = count == y.array.elements();
    to.inner = Divisor(inner);
    to.count = Divisor(count);
    return true;
}

class Maker {
  public:
    Maker(const Call& call, Chain& chain) : m_call(call), m_chain(chain) {}

    bool make(std::string& why) {
        std::vector<ChainStep> steps = std::visit(AsSteps{}, m_call.problem);
        steps.insert(steps.end(), m_call.store.begin(), m_call.store.end());
        if (m_call.out(0).dtype != DType::F32) m_why = unexpectedType("f32", m_call.out(0).dtype);
        for (const ChainStep& step : steps) add(step);
        m_chain.steps = m_chain.allSteps;
        for (int k = 0; k < m_chain.operands; ++k) addLoads(k);
        why = m_why;
        return m_why.empty();
    }

  private:
    void add(const ChainStep& step) {
        if (m_chain.allSteps == Chain::mostSteps) {
            m_why = "takes 12 steps at most";
            return;
        }
        const int inputs = operandsOf(step.function);
        Chain::Step& made = m_chain.step[m_chain.allSteps++];
        made = {.function = step.function,
                .p = static_cast<float>(step.p),
                .q = static_cast<float>(step.q)};
        made.a = numberOf(step.a, step);
        if (inputs > 1) made.b = numberOf(step.b, step);
        if (inputs > 2) made.c = numberOf(step.c, step);
    }

    /// Of an operand in the chain, which has it from now on.
    int8_t numberOf(int place, const ChainStep& step) {
        if (place == ChainStep::soFar || place == step.at) return Chain::Step::soFar;
        const auto end = m_chain.operand + m_chain.operands;
        const auto known =
            std::find_if(m_chain.operand, end, [&](const auto& one) { return one.place == place; });
        const Operand &operand = m_call.in(static_cast<size_t>(place)), &y = m_call.out(0);
        const bool byChannel = step.byChannel && operand.array.rank == 1;
        if (known != end) {
            const auto number = static_cast<int8_t>(known - m_chain.operand);
            if (m_byChannel[static_cast<size_t>(number)] != byChannel) m_why = repeatsOtherwise;
            return number;
        }
        if (m_chain.operands == Chain::mostOperands) {
            m_why = "takes 10 operands at most";
            return Chain::Step::soFar;
        }
        Chain::Operand& made = m_chain.operand[m_chain.operands];
        made.place = static_cast<int8_t>(place);
        m_byChannel[static_cast<size_t>(m_chain.operands)] = byChannel;
        if (operand.dtype != DType::F32) m_why = unexpectedType("f32", operand.dtype);
        if (!placeOperand(operand, y, byChannel, made)) m_why = repeatsOtherwise;
        return m_chain.operands++;
    }

    /// The steps on operand `k`, an image like the result. They read no other that has some.
    void addLoads(int k) {
        const int place = m_chain.operand[k].place;
        m_chain.operand[k].first = m_chain.allSteps;
        for (const ChainStep& step : m_call.load)
            if (step.at == place) {
                add(step);
                if (!m_chain.operand[k].isWhole) m_why = "loads images like the result alone";
                m_why = readsLoaded(step) ? "a load reads what is loaded" : m_why;
            }
        m_chain.operand[k].end = m_chain.allSteps;
    }
    bool readsLoaded(const ChainStep& step) const {
        return std::ranges::any_of(m_call.load, [&](const ChainStep& other) {
            return other.at != step.at && step.reads(other.at);
        });
    }

    const Call& m_call;
    Chain& m_chain;
    std::array<bool, Chain::mostOperands> m_byChannel{};
    std::string m_why;
};

}  // namespace

std::string chainText(const Call& call) {
    std::string text;
    const std::vector<ChainStep> own = std::visit(AsSteps{}, call.problem);
    for (const std::vector<ChainStep>* steps : {&call.load, &own, &call.store})
        for (const ChainStep& step : *steps) text.append(" + ").append(name(step.function));
    return text;
}

bool makeChain(const Call& call, Chain& chain, std::string& why) {
    return Maker(call, chain).make(why);
}

}  // namespace vitrine::kernels::cuda
