// SPDX-License-Identifier: Apache-2.0
// Pooling in plain loops over row-major images.
#include "kernels/reference/pool.h"

#include "kernels/reference/plain_kernel.h"

#include <cmath>

namespace vitrine::kernels::reference {
namespace {

/// Calls body(plane, y offset, p, q) for every element of y, planes in order.
template <class Body>
void forEachOutput(const PoolProblem& pool, Body body) {
    int64_t offset = 0;
    for (int64_t plane = 0; plane < pool.y.n * pool.y.c; ++plane)
        for (int64_t p = 0; p < pool.y.h; ++p)
            for (int64_t q = 0; q < pool.y.w; ++q) body(plane, offset++, p, q);
}

/// Calls body(position in the window, x offset) for every element of x under window (p, q).
template <class Body>
void forEachTap(const PoolProblem& pool, int64_t plane, int64_t p, int64_t q, Body body) {
    for (int64_t u = 0; u < pool.r; ++u)
        for (int64_t v = 0; v < pool.s; ++v) {
            const int64_t i = p * pool.strideH + u - pool.padH;
            const int64_t j = q * pool.strideW + v - pool.padW;
            if (i >= 0 && i < pool.x.h && j >= 0 && j < pool.x.w)
                body(u * pool.s + v, (plane * pool.x.h + i) * pool.x.w + j);
        }
}

/// What an average divides by at (p, q).
int64_t divisor(const PoolProblem& pool, int64_t p, int64_t q) {
    if (pool.countIncludePad) return pool.r * pool.s;
    int64_t taps = 0;
    forEachTap(pool, 0, p, q, [&](int64_t, int64_t) { ++taps; });
    return taps;
}

template <class T>
void clear(const PoolProblem& pool, T* dx) {
    for (int64_t i = 0; i < pool.x.elements(); ++i) dx[i] = 0;
}

template <class T>
void applyGate(const PoolProblem& pool, const T* gate, T* dx) {
    if (pool.epilogue != Epilogue::ReluGate) return;
    for (int64_t i = 0; i < pool.x.elements(); ++i)
        if (!(gate[i] > 0)) dx[i] = 0;
}

}  // namespace

Kernel maxPool(const PoolProblem& problem) {
    return plainKernel("pool.max", problem, problem.x.layout,
                       []<class T>(const PoolProblem& pool, Operands operands) {
                           const T* x = operands.next<const T>();
                           T* y = operands.next<T>();
                           int32_t* index = operands.next<int32_t>();
                           forEachOutput(
                               pool, [&](int64_t plane, int64_t out, int64_t p, int64_t q) {
                                   T best = 0;
                                   int64_t first = -1;
                                   forEachTap(pool, plane, p, q, [&](int64_t position, int64_t in) {
                                       const T value = x[in];
                                       const bool firstNan = std::isnan(value) && !std::isnan(best);
                                       if (first >= 0 && !(value > best) && !firstNan) return;
                                       best = value;
                                       first = position;
                                   });
                                   y[out] = best;
                                   index[out] = static_cast<int32_t>(first);
                               });
                       });
}

Kernel maxPoolBackward(const PoolProblem& problem) {
    return plainKernel(
        "pool.max_backward", problem, problem.x.layout,
        []<class T>(const PoolProblem& pool, Operands operands) {
            const T* dy = operands.next<const T>();
            const int32_t* index = operands.next<const int32_t>();
            const T* gate = operands.nextIf<const T>(pool.epilogue == Epilogue::ReluGate);
            T* dx = operands.next<T>();
            clear(pool, dx);
            forEachOutput(pool, [&](int64_t plane, int64_t out, int64_t p, int64_t q) {
                forEachTap(pool, plane, p, q, [&](int64_t position, int64_t in) {
                    if (position == index[out]) dx[in] += dy[out];
                });
            });
            applyGate(pool, gate, dx);
        });
}

Kernel maxPoolGather(const PoolProblem& problem) {
    return plainKernel("pool.max_gather", problem, problem.x.layout,
                       []<class T>(const PoolProblem& pool, Operands operands) {
                           const T* x = operands.next<const T>();
                           const int32_t* index = operands.next<const int32_t>();
                           T* y = operands.next<T>();
                           forEachOutput(
                               pool, [&](int64_t plane, int64_t out, int64_t p, int64_t q) {
                                   y[out] = 0;
                                   forEachTap(pool, plane, p, q, [&](int64_t position, int64_t in) {
                                       if (position == index[out]) y[out] = x[in];
                                   });
                               });
                       });
}

Kernel avgPool(const PoolProblem& problem) {
    return plainKernel(
        "pool.avg", problem, problem.x.layout,
        []<class T>(const PoolProblem& pool, Operands operands) {
            const T* x = operands.next<const T>();
            T* y = operands.next<T>();
            forEachOutput(pool, [&](int64_t plane, int64_t out, int64_t p, int64_t q) {
                double sum = 0;
                forEachTap(pool, plane, p, q, [&](int64_t, int64_t in) { sum += x[in]; });
                y[out] = static_cast<T>(sum / static_cast<double>(divisor(pool, p, q)));
            });
        });
}

Kernel avgPoolBackward(const PoolProblem& problem) {
    return plainKernel(
        "pool.avg_backward", problem, problem.x.layout,
        []<class T>(const PoolProblem& pool, Operands operands) {
            const T* dy = operands.next<const T>();
            const T* gate = operands.nextIf<const T>(pool.epilogue == Epilogue::ReluGate);
            T* dx = operands.next<T>();
            clear(pool, dx);
            forEachOutput(pool, [&](int64_t plane, int64_t out, int64_t p, int64_t q) {
                const T share = dy[out] / static_cast<T>(divisor(pool, p, q));
                forEachTap(pool, plane, p, q, [&](int64_t, int64_t in) { dx[in] += share; });
            });
            applyGate(pool, gate, dx);
        });
}

}  // namespace vitrine::kernels::reference
