// SPDX-License-Identifier: Apache-2.0
// Extremes, order, positions and running sums along one axis in plain loops.
#include "kernels/api/along.h"

#include <algorithm>
#include <numeric>
#include <type_traits>

#include "kernels/dispatch/choose.h"
#include "kernels/reference/plain_kernel.h"
#include "kernels/reference/whole_numbers.h"

namespace vitrine::kernels {
namespace {

using reference::Operands;
using reference::plainGrain;
namespace whole = reference::whole;

/// Inner places that are taken together: neighbours lie side by side.
constexpr int64_t bandWidth = 64;

int64_t bandsOf(const AlongProblem& p) { return (p.inner + bandWidth - 1) / bandWidth; }

/// Of the lines [outer][band].
struct Band {
    int64_t outer, first, count;
};
Band bandAt(const AlongProblem& p, int64_t item) {
    const int64_t first = item % bandsOf(p) * bandWidth;
    return {item / bandsOf(p), first, std::min(bandWidth, p.inner - first)};
}

template <class T>
bool isNan(T x) {
    if constexpr (std::is_floating_point_v<T>) return x != x;
    return false;
}

template <class T>
T sumOf(T a, T b) {
    if constexpr (std::is_floating_point_v<T>) return a + b;
    return static_cast<T>(whole::bits(a) + whole::bits(b));
}

/// Items are [outer][result][band].
constexpr auto extreme = []<class T>(const AlongProblem& p, Operands operands, int64_t begin,
                                     int64_t end) {
    const T* const x = operands.next<const T>();
    T* const y = operands.next<T>();
    int64_t* const index = operands.next<int64_t>();
    const auto takeMoreExtreme = [&p](T element, int64_t position, T& best, int64_t& at) {
        const bool isMore = p.largest ? element > best : element < best;
        if (!isNan(best) && (isMore || isNan(element))) {
            best = element;
            at = position;
        }
    };
    for (int64_t item = begin; item < end; ++item) {
        const int64_t row = item / bandsOf(p), result = row % p.out;
        const int64_t column = item % bandsOf(p) * bandWidth;
        const int64_t count = std::min(bandWidth, p.inner - column);
        const int64_t first = result * p.in / p.out;
        const int64_t last = ((result + 1) * p.in + p.out - 1) / p.out;
        const T* const from = x + row / p.out * p.in * p.inner + column;
        T* const best = y + row * p.inner + column;
        int64_t* const at = index + row * p.inner + column;
        std::copy_n(from + first * p.inner, count, best);
        std::fill_n(at, count, first);
        for (int64_t k = first + 1; k < last; ++k)
            for (int64_t i = 0; i < count; ++i)
                takeMoreExtreme(from[k * p.inner + i], k, best[i], at[i]);
    }
};

constexpr auto take = []<class T>(const AlongProblem& p, Operands operands, int64_t begin,
                                  int64_t end) {
    const T* const x = operands.next<const T>();
    const int64_t* const index = operands.next<const int64_t>();
    T* const y = operands.next<T>();
    for (int64_t row = begin; row < end; ++row) {
        const T* const from = x + row / p.out * p.in * p.inner;
        for (int64_t i = 0; i < p.inner; ++i)
            y[row * p.inner + i] = from[index[row * p.inner + i] * p.inner + i];
    }
};

/// Items are [outer][band].
constexpr auto put = []<class T>(const AlongProblem& p, Operands operands, int64_t begin,
                                 int64_t end) {
    const T* const y = operands.next<const T>();
    const int64_t* const index = operands.next<const int64_t>();
    T* const x = operands.next<T>();
    for (int64_t item = begin; item < end; ++item) {
        const Band band = bandAt(p, item);
        T* const to = x + band.outer * p.in * p.inner + band.first;
        for (int64_t k = 0; k < p.in; ++k) std::fill_n(to + k * p.inner, band.count, T{0});
        const int64_t source = band.outer * p.out * p.inner + band.first;
        for (int64_t r = 0; r < p.out; ++r)
            for (int64_t i = 0; i < band.count; ++i) {
                const int64_t at = source + r * p.inner + i;
                T& sum = to[index[at] * p.inner + i];
                sum = sumOf(sum, y[at]);
            }
    }
};

/// Items are [outer][band].
constexpr auto scan = []<class T>(const AlongProblem& p, Operands operands, int64_t begin,
                                  int64_t end) {
    const T* const x = operands.next<const T>();
    T* const y = operands.next<T>();
    for (int64_t item = begin; item < end; ++item) {
        const Band band = bandAt(p, item);
        const int64_t start = band.outer * p.in * p.inner + band.first;
        using Sum = cpu::SumOf<T>;
        Sum sums[bandWidth] = {};
        for (int64_t k = 0; k < p.in; ++k) {
            const int64_t row = start + (p.reverse ? p.in - 1 - k : k) * p.inner;
            for (int64_t i = 0; i < band.count; ++i) {
                const Sum before = sums[i];
                sums[i] += static_cast<Sum>(x[row + i]);
                y[row + i] = static_cast<T>(p.exclusive ? before : sums[i]);
            }
        }
    }
};

struct TopPlan {
    AlongProblem problem;
    Cut lines;  ///< [outer][inner]
};

/// A part sorts positions in a stretch of the workspace of its own.
template <class T>
void runTop(const void* bound, void* const* operands, Workspace workspace, int, int64_t part) {
    const auto& plan = *static_cast<const TopPlan*>(bound);
    const AlongProblem& p = plan.problem;
    const T* const x = static_cast<const T*>(operands[0]);
    T* const y = static_cast<T*>(operands[1]);
    int64_t* const index = static_cast<int64_t*>(operands[2]);
    int64_t* const order = static_cast<int64_t*>(workspace.shared) + part * p.in;
    for (int64_t line = plan.lines.begin(part); line < plan.lines.end(part); ++line) {
        const int64_t outer = line / p.inner, inner = line % p.inner;
        const T* const from = x + outer * p.in * p.inner + inner;
        std::iota(order, order + p.in, int64_t{0});
        std::partial_sort(order, order + p.out, order + p.in, [&](int64_t a, int64_t b) {
            const T u = from[a * p.inner], v = from[b * p.inner];
            if (isNan(u) != isNan(v)) return isNan(u) == p.largest;
            if (u == v || isNan(u)) return a < b;
            return p.largest ? u > v : u < v;
        });
        for (int64_t r = 0; r < p.out; ++r) {
            const int64_t to = (outer * p.out + r) * p.inner + inner;
            y[to] = from[order[r] * p.inner];
            index[to] = order[r];
        }
    }
}

Kernel top(const AlongProblem& p) {
    const TopPlan plan{p, cut(p.outer * p.inner, p.in, plainGrain)};
    const Kernel::Run whole =
        cpu::forWhole(p.dtype, [](auto number) -> Kernel::Run { return runTop<decltype(number)>; });
    Kernel kernel =
        whole
            ? bindKernel("along.top row-major reference " + std::string(name(p.dtype)), plan, whole)
            : bindReference("along.top", plan, {.dtype = p.dtype}, runTop<float>, runTop<double>);
    kernel.parts[0] = plan.lines.parts;
    kernel.workspaceBytes = plan.lines.parts * p.in * int64_t{sizeof(int64_t)};
    return kernel;
}

}  // namespace

Kernel selectAlong(const AlongProblem& p) {
    const Placed type{.dtype = p.dtype};
    const int64_t width = std::min(bandWidth, p.inner);
    const Cut lines = cut(p.outer * bandsOf(p), (p.in + p.out) * width, plainGrain);
    switch (p.pass) {
        case AlongPass::Extreme: {
            const int64_t window = (p.in + p.out - 1) / p.out;
            return reference::plainNumberKernel(
                "along.extreme", p, type,
                cut(p.outer * p.out * bandsOf(p), window * width, plainGrain), extreme);
        }
        case AlongPass::Top:
            return top(p);
        case AlongPass::Take:
            if (isPacked(p.dtype)) return refuse("along.take: wants whole bytes");
            return reference::plainMove("along.take", p, p.dtype,
                                        cut(p.outer * p.out, p.inner, plainGrain), take);
        case AlongPass::Put:
            return reference::plainNumberKernel("along.put", p, type, lines, put);
        default:
            return reference::plainNumberKernel("along.scan", p, type, lines, scan);
    }
}

}  // namespace vitrine::kernels
