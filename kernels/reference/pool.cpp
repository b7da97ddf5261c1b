// SPDX-License-Identifier: Apache-2.0
// Pooling in plain loops over row-major images.
#include "kernels/reference/pool.h"

#include "kernels/reference/plain_kernel.h"
#include "kernels/reference/window_taps.h"

#include <algorithm>
#include <cmath>

namespace vitrine::kernels::reference {
namespace {

/// The window of one element of y.
struct Place {
    int64_t plane, z, p, q;
};

/// Planes of x.
Cut planes(const PoolProblem& pool) {
    return cut(pool.x.n * pool.x.c, pool.x.h * pool.x.w, plainGrain);
}

/// Calls body(y offset, window) for every element of some planes of y, in order.
template <class Body>
void forEachOutput(const PoolProblem& pool, int64_t begin, int64_t end, Body body) {
    int64_t offset = begin * pool.y.h * pool.y.w;
    for (int64_t plane = begin; plane < end; ++plane)
        forEachWindow(pool.window, [&](int64_t, int64_t q, int64_t z, int64_t p) {
            body(offset++, Place{plane, z, p, q});
        });
}

/// Calls body(position in the window, x offset) for every element of x under a window.
template <class Body>
void forEachElementOf(const PoolProblem& pool, const Place& at, Body body) {
    forEachTap(pool.window, at.z, at.p, at.q, [&](int64_t tap, int64_t row, int64_t column) {
        body(tap, (at.plane * pool.x.h + row) * pool.x.w + column);
    });
}

/// What an average divides by.
int64_t divisor(const PoolProblem& pool, const Place& at) {
    // A window that ceil_mode adds may reach past the padding, which does not count.
    const auto counted = [](const WindowAxis& axis, int64_t p) {
        return std::min(axis.kernel, axis.in + axis.after - axis.position(p, 0));
    };
    if (pool.countIncludePad)
        return counted(pool.window.depth, at.z) * counted(pool.window.rows, at.p) *
               counted(pool.window.columns, at.q);
    int64_t taps = 0;
    forEachElementOf(pool, at, [&](int64_t, int64_t) { ++taps; });
    return taps;
}

template <class T>
void clear(const PoolProblem& pool, int64_t begin, int64_t end, T* dx) {
    const int64_t pixels = pool.x.h * pool.x.w;
    std::fill(dx + begin * pixels, dx + end * pixels, T(0));
}

template <class T>
void applyGate(const PoolProblem& pool, int64_t begin, int64_t end, const T* gate, T* dx) {
    if (pool.epilogue != Epilogue::ReluGate || pool.isGateOfY) return;
    const int64_t pixels = pool.x.h * pool.x.w;
    for (int64_t i = begin * pixels; i < end * pixels; ++i)
        if (!(gate[i] > 0)) dx[i] = 0;
}

/// Places of maxima in either of their types.
class Index {
  public:
    Index(const PoolProblem& pool, void* at)
        : m_bytes(pool.index.dtype == DType::U8 ? static_cast<uint8_t*>(at) : nullptr),
          m_ints(static_cast<int32_t*>(at)) {}

    int64_t operator[](int64_t element) const {
        return m_bytes ? int64_t{m_bytes[element]} : int64_t{m_ints[element]};
    }
    void put(int64_t element, int64_t position) const {
        if (m_bytes)
            m_bytes[element] = static_cast<uint8_t>(position);
        else
            m_ints[element] = static_cast<int32_t>(position);
    }

  private:
    uint8_t* m_bytes;
    int32_t* m_ints;
};

}  // namespace

Kernel maxPool(const PoolProblem& problem) {
    return plainKernel(
        "pool.max", problem, placed(problem.x), planes(problem),
        []<class T>(const PoolProblem& pool, Operands operands, int64_t begin, int64_t end) {
            const T* x = operands.next<const T>();
            T* y = operands.next<T>();
            const Index index(pool, operands.next<void>());
            forEachOutput(pool, begin, end, [&](int64_t out, const Place& at) {
                T best = 0;
                int64_t first = -1;
                forEachElementOf(pool, at, [&](int64_t position, int64_t in) {
                    const T value = x[in];
                    const bool firstNan = std::isnan(value) && !std::isnan(best);
                    if (first >= 0 && !(value > best) && !firstNan) return;
                    best = value;
                    first = position;
                });
                y[out] = best;
                index.put(out, first);
            });
        });
}

Kernel maxPoolBackward(const PoolProblem& problem) {
    return plainKernel(
        "pool.max_backward", problem, placed(problem.x), planes(problem),
        []<class T>(const PoolProblem& pool, Operands operands, int64_t begin, int64_t end) {
            const T* dy = operands.next<const T>();
            const Index index(pool, operands.next<void>());
            const T* gate = operands.nextIf<const T>(pool.epilogue == Epilogue::ReluGate);
            T* dx = operands.next<T>();
            clear(pool, begin, end, dx);
            forEachOutput(pool, begin, end, [&](int64_t out, const Place& at) {
                if (pool.isGateOfY && !(gate[out] > 0)) return;
                forEachElementOf(pool, at, [&](int64_t position, int64_t in) {
                    if (position == index[out]) dx[in] += dy[out];
                });
            });
            applyGate(pool, begin, end, gate, dx);
        });
}

Kernel maxPoolGather(const PoolProblem& problem) {
    return plainKernel(
        "pool.max_gather", problem, placed(problem.x), planes(problem),
        []<class T>(const PoolProblem& pool, Operands operands, int64_t begin, int64_t end) {
            const T* x = operands.next<const T>();
            const Index index(pool, operands.next<void>());
            T* y = operands.next<T>();
            forEachOutput(pool, begin, end, [&](int64_t out, const Place& at) {
                y[out] = 0;
                forEachElementOf(pool, at, [&](int64_t position, int64_t in) {
                    if (position == index[out]) y[out] = x[in];
                });
            });
        });
}

Kernel avgPool(const PoolProblem& problem) {
    return plainKernel(
        "pool.avg", problem, placed(problem.x), planes(problem),
        []<class T>(const PoolProblem& pool, Operands operands, int64_t begin, int64_t end) {
            const T* x = operands.next<const T>();
            T* y = operands.next<T>();
            forEachOutput(pool, begin, end, [&](int64_t out, const Place& at) {
                double sum = 0;
                forEachElementOf(pool, at, [&](int64_t, int64_t in) { sum += x[in]; });
                y[out] = static_cast<T>(sum / static_cast<double>(divisor(pool, at)));
            });
        });
}

Kernel avgPoolBackward(const PoolProblem& problem) {
    return plainKernel(
        "pool.avg_backward", problem, placed(problem.x), planes(problem),
        []<class T>(const PoolProblem& pool, Operands operands, int64_t begin, int64_t end) {
            const T* dy = operands.next<const T>();
            const T* gate = operands.nextIf<const T>(pool.epilogue == Epilogue::ReluGate);
            T* dx = operands.next<T>();
            clear(pool, begin, end, dx);
            forEachOutput(pool, begin, end, [&](int64_t out, const Place& at) {
                const T share = dy[out] / static_cast<T>(divisor(pool, at));
                forEachElementOf(pool, at, [&](int64_t, int64_t in) { dx[in] += share; });
            });
            applyGate(pool, begin, end, gate, dx);
        });
}

}  // namespace vitrine::kernels::reference
