// SPDX-License-Identifier: Apache-2.0
// Which chains are a Finish.
#include "kernels/cpu/finish.h"

#include <algorithm>

#include "kernels/cpu/chain.h"
#include "kernels/cpu/pointwise.h"
#include "kernels/cpu/reach.h"

namespace vitrine::kernels::cpu {

namespace {

constexpr int soFar = ChainStep::soFar;

/// Takes the steps of a call one by one.
class Reader {
  public:
    explicit Reader(const Call& call) : m_call(call) {}

    bool isDone() const { return m_next == m_call.store.size(); }

    void takeNormalize(Finish& finish) {
        if (m_next + 1 >= m_call.store.size()) return;
        const ChainStep &offset = m_call.store[m_next], &affine = m_call.store[m_next + 1];
        if (offset.function != Pointwise::Sub || affine.function != Pointwise::MulAdd) return;
        if (offset.a != soFar || affine.a != soFar) return;
        for (const int place : {offset.b, affine.b, affine.c})
            if (!reaches(place, Reach::Channel)) return;
        finish.center = offset.b;
        finish.scale = affine.b;
        finish.shift = affine.c;
        m_next += 2;
    }

    void takeAdded(Finish& finish) {
        if (isDone() || m_call.store[m_next].function != Pointwise::Add) return;
        const ChainStep& step = m_call.store[m_next];
        const int place = step.a == soFar ? step.b : step.b == soFar ? step.a : soFar;
        if (!reaches(place, Reach::Whole)) return;
        finish.added = place;
        finish.addedImage = m_call.in(static_cast<size_t>(place));
        ++m_next;
    }

    void takeActivation(Finish& finish) {
        if (isDone() || m_call.store[m_next].a != soFar) return;
        const ChainStep& step = m_call.store[m_next];
        finish.activation = activationOf(step.function);
        if (finish.activation == Finish::Activation::None) return;
        const Parameters numbers = parameters(step.p, step.q);
        finish.low = numbers.p;
        finish.high = numbers.q;
        ++m_next;
    }

  private:
    static Finish::Activation activationOf(Pointwise function) {
        switch (function) {
            case Pointwise::Relu:
                return Finish::Activation::Relu;
            case Pointwise::Clamp:
                return Finish::Activation::Clamp;
            case Pointwise::HardSwish:
                return Finish::Activation::HardSwish;
            default:
                return Finish::Activation::None;
        }
    }

    bool reaches(int place, Reach reach) const {
        return place != soFar && reachInPlanes(m_call, static_cast<size_t>(place)) == reach;
    }

    const Call& m_call;
    size_t m_next = 0;
};

void fillLine(const float* from, int64_t first, int64_t channels, int64_t count, float* line) {
    const int64_t real = std::clamp<int64_t>(channels - first, 0, count);
    std::copy_n(from + first, real, line);
    std::fill_n(line + real, count - real, 0.0F);
}

}  // namespace

std::optional<Finish> finishOf(const Call& call) {
    if (!call.load.empty() || call.out(0).layout != Layout::Blocked) return std::nullopt;
    if (!canChain(call, Layout::Blocked)) return std::nullopt;
    Finish finish{.result = static_cast<int>(call.inputs())};
    Reader reader(call);
    reader.takeNormalize(finish);
    reader.takeAdded(finish);
    reader.takeActivation(finish);
    return reader.isDone() ? std::optional(finish) : std::nullopt;
}

FinishOperands finishOperands(const Finish& finish, void* const* operands) {
    const auto at = [&](int place) {
        return place == Finish::absent ? nullptr : static_cast<const float*>(operands[place]);
    };
    return {at(finish.center), at(finish.scale), at(finish.shift), at(finish.added)};
}

void FinishLines::fill(const FinishOperands& from, int64_t first, int64_t channels, int64_t count) {
    if (!from.center) return;
    fillLine(from.center, first, channels, count, center);
    fillLine(from.scale, first, channels, count, scale);
    fillLine(from.shift, first, channels, count, shift);
}

}  // namespace vitrine::kernels::cpu
