// SPDX-License-Identifier: Apache-2.0
// Chains of pointwise functions on numbers in registers: alone, or on what a kernel is about to
// store. Every step rounds to float32. Operands are read where they are needed.
#pragma once

#include <string>

#include "kernels/cuda/divisor.h"
#include "kernels/cuda/operands.h"
#include "kernels/cuda/pointwise_values.h"

namespace vitrine::kernels::cuda {

/// Steps of float32, with what they read of the call's operands.
struct Chain {
    static constexpr int mostSteps = 12, mostOperands = 10;

    /// a, b, c: numbers of operands, or what the chain has given so far.
    struct Step {
        static constexpr int8_t soFar = -1;
        Pointwise function = Pointwise::Add;
        int8_t a = soFar, b = soFar, c = soFar;
        float p = 0, q = 0;
    };
    /// Element i of the result reads element i / inner % count, on which the steps from `first` to
    /// `end` are done.
    struct Operand {
        Divisor inner, count;
        int8_t place = 0;
        bool isWhole = true;  ///< element i
        int8_t first = 0, end = 0;
    };

    Step step[mostSteps];  ///< the chain's own, then those on operands
    Operand operand[mostOperands];
    int8_t steps = 0, allSteps = 0, operands = 0;

    /// Whether every step costs no more than reading its operands.
    bool isCheap() const {
        for (int k = 0; k < allSteps; ++k)
            if (!cuda::isCheap(step[k].function)) return false;
        return true;
    }

    /// What the chain gives at element i of the result. `every`: functions that are not cheap too.
    template <bool every>
    VITRINE_BOTH float at(int64_t i, float soFar, void* const* places) const {
        for (int k = 0; k < steps; ++k) {
            const Step& s = step[k];
            const int inputs = operandsOf(s.function);
            const float a = s.a < 0 ? soFar : read<every>(s.a, i, places);
            const float b = inputs < 2 ? 0 : s.b < 0 ? soFar : read<every>(s.b, i, places);
            const float c = inputs < 3 ? 0 : s.c < 0 ? soFar : read<every>(s.c, i, places);
            soFar = valueOf<every>(s, a, b, c);
        }
        return soFar;
    }

  private:
    template <bool every>
    VITRINE_BOTH static float valueOf(const Step& s, float a, float b, float c) {
        if constexpr (every)
            if (!cuda::isCheap(s.function))
                return static_cast<float>(cuda::valueOf<double>(s.function, a, b, c, s.p, s.q));
        return cheapValueOf(s.function, a, b, c, s.p, s.q);
    }
    VITRINE_BOTH float stored(const Operand& from, int64_t i, void* const* places) const {
        int64_t element = i;
        if (!from.isWhole) {
            uint32_t rest = from.inner.quotient(static_cast<uint32_t>(i));
            static_cast<void>(from.count.take(rest));
            element = rest;
        }
        return static_cast<const float*>(places[from.place])[element];
    }
    /// Steps on an operand read others as they are stored.
    template <bool every>
    VITRINE_BOTH float read(int which, int64_t i, void* const* places) const {
        const Operand& from = operand[which];
        float value = stored(from, i, places);
        for (int k = from.first; k < from.end; ++k) {
            const Step& s = step[k];
            const float a = s.a < 0 ? value : stored(operand[s.a], i, places);
            const float b = s.b < 0 ? value : stored(operand[s.b], i, places);
            const float c = s.c < 0 ? value : stored(operand[s.c], i, places);
            value = valueOf<every>(s, a, b, c);
        }
        return value;
    }
};

/// A call without steps.
struct NoChain {
    static constexpr int operands = 0;
    template <class T>
    VITRINE_BOTH static T stored(int64_t, T number, void* const*) {
        return number;
    }
};
/// Cheap steps on what a kernel stores.
struct StoreChain {
    static constexpr int operands = Chain::mostOperands;
    Chain chain;
    VITRINE_BOTH float stored(int64_t i, float number, void* const* places) const {
        return chain.at<false>(i, number, places);
    }
};

/// ` + sub + mul_add`: all of a call.
std::string chainText(const Call& call);

/// The steps of a call on its first result: those of the problem where it is pointwise, and its
/// `store`, with its `load` of what they read. Nothing of the problem's other operands. `why`: says
/// why there is none.
bool makeChain(const Call& call, Chain& chain, std::string& why);

}  // namespace vitrine::kernels::cuda
