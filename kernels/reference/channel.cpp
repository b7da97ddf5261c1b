// SPDX-License-Identifier: Apache-2.0
// Per-channel statistics and maps in plain loops over row-major images.
#include "kernels/reference/channel.h"

#include "kernels/reference/plain_kernel.h"

namespace vitrine::kernels::reference {
namespace {

/// Calls body(offset) for every element of one channel, images in order.
template <class Body>
void forEachOfChannel(const Image& x, int64_t channel, Body body) {
    const int64_t pixels = x.h * x.w;
    for (int64_t image = 0; image < x.n; ++image)
        for (int64_t pixel = 0; pixel < pixels; ++pixel)
            body((image * x.c + channel) * pixels + pixel);
}

/// Σ term(offset) over one channel.
template <class Term>
double channelTotal(const Image& x, int64_t channel, Term term) {
    double total = 0;
    forEachOfChannel(x, channel, [&](int64_t offset) { total += term(offset); });
    return total;
}

Cut channels(const ChannelProblem& problem) {
    return cut(problem.x.c, problem.x.n * problem.x.h * problem.x.w, plainGrain);
}

}  // namespace

Kernel channelMoments(const ChannelProblem& problem) {
    return plainKernel(
        "channel.moments", problem, placed(problem.x), channels(problem),
        []<class T>(const ChannelProblem& p, Operands operands, int64_t begin, int64_t end) {
            const T* x = operands.next<const T>();
            T* mean = operands.next<T>();
            T* variance = operands.next<T>();
            const auto count = static_cast<double>(p.x.n * p.x.h * p.x.w);
            for (int64_t c = begin; c < end; ++c) {
                const double center =
                    channelTotal(p.x, c, [&](int64_t i) -> double { return x[i]; }) / count;
                const double squares = channelTotal(
                    p.x, c, [&](int64_t i) { return (x[i] - center) * (x[i] - center); });
                mean[c] = static_cast<T>(center);
                variance[c] = static_cast<T>(squares / count);
            }
        });
}

Kernel channelNormalize(const ChannelProblem& problem) {
    return plainKernel(
        "channel.normalize", problem, placed(problem.x), channels(problem),
        []<class T>(const ChannelProblem& p, Operands operands, int64_t begin, int64_t end) {
            const T* x = operands.next<const T>();
            const T* center = operands.next<const T>();
            const T* scale = operands.next<const T>();
            const T* shift = operands.next<const T>();
            T* y = operands.next<T>();
            const bool relu = p.epilogue == Epilogue::Relu;
            for (int64_t c = begin; c < end; ++c)
                forEachOfChannel(p.x, c, [&](int64_t i) {
                    const T value = (x[i] - center[c]) * scale[c] + shift[c];
                    y[i] = relu && value < 0 ? 0 : value;
                });
        });
}

Kernel channelSum(const ChannelProblem& problem) {
    return plainKernel(
        "channel.sum", problem, placed(problem.x), channels(problem),
        []<class T>(const ChannelProblem& p, Operands operands, int64_t begin, int64_t end) {
            const T* x = operands.next<const T>();
            T* sum = operands.next<T>();
            for (int64_t c = begin; c < end; ++c)
                sum[c] =
                    static_cast<T>(channelTotal(p.x, c, [&](int64_t i) -> double { return x[i]; }));
        });
}

Kernel channelDot(const ChannelProblem& problem) {
    return plainKernel(
        "channel.dot", problem, placed(problem.x), channels(problem),
        []<class T>(const ChannelProblem& p, Operands operands, int64_t begin, int64_t end) {
            const T* x = operands.next<const T>();
            const T* y = operands.next<const T>();
            const T* center = operands.next<const T>();
            T* dot = operands.next<T>();
            for (int64_t c = begin; c < end; ++c) {
                const double middle = center[c];
                dot[c] = static_cast<T>(
                    channelTotal(p.x, c, [&](int64_t i) { return x[i] * (y[i] - middle); }));
            }
        });
}

}  // namespace vitrine::kernels::reference
