// SPDX-License-Identifier: Apache-2.0
// Elements that go to positions of a copy, in plain loops: parts own planes of the outer axes.
#include "kernels/api/scatter.h"

#include <algorithm>
#include <type_traits>

#include "kernels/dispatch/choose.h"
#include "kernels/reference/plain_kernel.h"
#include "kernels/reference/whole_numbers.h"

namespace vitrine::kernels {
namespace {

using reference::Operands;
using reference::plainGrain;
namespace whole = reference::whole;

struct Write {
    template <class T>
    static T of(T, T u) {
        return u;
    }
};
struct Add {
    template <class T>
    static T of(T x, T u) {
        if constexpr (std::is_floating_point_v<T>)
            return x + u;
        else
            return whole::add(x, u);
    }
};
struct Mul {
    template <class T>
    static T of(T x, T u) {
        if constexpr (std::is_floating_point_v<T>)
            return x * u;
        else
            return whole::mul(x, u);
    }
};
/// A NaN stays: nothing is above it.
struct Max {
    template <class T>
    static T of(T x, T u) {
        return u > x || !(u == u) ? u : x;
    }
};
struct Min {
    template <class T>
    static T of(T x, T u) {
        return u < x || !(u == u) ? u : x;
    }
};

/// Items are the outer places.
template <class Mode>
struct Body {
    template <class T>
    void operator()(const ScatterProblem& p, Operands operands, int64_t begin, int64_t end) const {
        const T* const x = operands.next<const T>();
        const int64_t* const index = operands.next<const int64_t>();
        const T* const updates = operands.next<const T>();
        T* const y = operands.next<T>();
        for (int64_t o = begin; o < end; ++o) {
            T* const to = y + o * p.in * p.inner;
            std::copy_n(x + o * p.in * p.inner, p.in * p.inner, to);
            for (int64_t r = 0; r < p.count; ++r)
                for (int64_t i = 0; i < p.inner; ++i) {
                    const int64_t from = (o * p.count + r) * p.inner + i;
                    const int64_t at = index[from] < 0 ? index[from] + p.in : index[from];
                    if (at < 0 || at >= p.in) continue;
                    T& element = to[at * p.inner + i];
                    element = Mode::of(element, updates[from]);
                }
        }
    }
};

template <class Mode>
Kernel combining(std::string_view family, const ScatterProblem& p, Cut outer) {
    return reference::plainNumberKernel(family, p, {.dtype = p.dtype}, outer, Body<Mode>{});
}

}  // namespace

Kernel selectScatter(const ScatterProblem& p) {
    const Cut outer = cut(p.outer, (p.in + p.count) * p.inner, plainGrain);
    switch (p.mode) {
        case ScatterMode::Write:
            if (isPacked(p.dtype)) return refuse("scatter.write: wants whole bytes");
            return reference::plainMove("scatter.write", p, p.dtype, outer, Body<Write>{});
        case ScatterMode::Add:
            return combining<Add>("scatter.add", p, outer);
        case ScatterMode::Mul:
            return combining<Mul>("scatter.mul", p, outer);
        case ScatterMode::Max:
            return combining<Max>("scatter.max", p, outer);
        default:
            return combining<Min>("scatter.min", p, outer);
    }
}

}  // namespace vitrine::kernels
