// SPDX-License-Identifier: Apache-2.0
// Optimisers' updates, and the norm of all gradients together. Learning rate, scale and step are
// read on the device, so that a recorded step takes those of its day.
#include <cmath>

#include "kernels/cuda/reduction.h"
#include "kernels/cuda/together.h"

namespace vitrine::kernels::cuda {

namespace {

/// p, g, v, lr, scale → p', v'.
template <class T>
struct SgdEach {
    Places<7> at;
    T momentum = 0, weightDecay = 0;
    bool nesterov = false;
    VITRINE_BOTH void operator()(int64_t i) const {
        const T p = at.get<const T>(0)[i];
        const T g = at.get<const T>(4)[0] * at.get<const T>(1)[i] + weightDecay * p;
        const T v = momentum * at.get<const T>(2)[i] + g;
        at.get<T>(5)[i] = p - at.get<const T>(3)[0] * (nesterov ? g + momentum * v : v);
        at.get<T>(6)[i] = v;
    }
};

/// What the step makes of Adam's moments, for some parameters: 1 / (1 − β^t).
template <class T>
struct Corrections {
    static constexpr int most = 96;
    const int64_t* step[most] = {};
    double beta[2 * most] = {};
    int parameters = 0;
    std::byte* corrections = nullptr;  ///< two each, at multiples of deviceAlignment
    VITRINE_BOTH void operator()(int64_t i) const {
        const auto t = static_cast<double>(*step[i / 2]);
        reinterpret_cast<T*>(corrections + i / 2 * deviceAlignment)[i % 2] =
            static_cast<T>(1 / (1 - std::pow(beta[i], t)));
    }
};

/// p, g, m, v, step, lr, scale → p', m', v'.
template <class T>
struct AdamEach {
    Places<10> at;
    T beta1 = 0, beta2 = 0, rest1 = 0, rest2 = 0, epsilon = 0, weightDecay = 0;
    bool decoupled = false;
    const T* corrections = nullptr;
    VITRINE_BOTH void operator()(int64_t i) const {
        const T lr = at.get<const T>(5)[0];
        T p = at.get<const T>(0)[i], g = at.get<const T>(6)[0] * at.get<const T>(1)[i];
        if (decoupled)
            p *= 1 - lr * weightDecay;
        else
            g += weightDecay * p;
        const T m = beta1 * at.get<const T>(2)[i] + rest1 * g;
        const T v = beta2 * at.get<const T>(3)[i] + rest2 * g * g;
        at.get<T>(7)[i] = p - lr * (m * corrections[0]) / (std::sqrt(v * corrections[1]) + epsilon);
        at.get<T>(8)[i] = m;
        at.get<T>(9)[i] = v;
    }
};

template <class T>
struct BoundAdam {
    AdamEach<T> body;
    double beta1 = 0, beta2 = 0;
    int64_t count = 0;
};

template <class T>
using BoundAdams = std::vector<const BoundAdam<T>*>;

template <class T>
DeviceStatus launchCorrections(const Context& context, const BoundAdams<T>& all,
                               void* const* const* operands, std::byte* workspace) {
    for (size_t first = 0; first < all.size(); first += Corrections<T>::most) {
        Corrections<T> body;
        body.corrections = workspace + static_cast<int64_t>(first) * deviceAlignment;
        for (size_t k = first; k < all.size() && body.parameters < body.most; ++k) {
            const int p = body.parameters++;
            body.step[p] = static_cast<const int64_t*>(operands[k][4]);
            body.beta[2 * p] = all[k]->beta1;
            body.beta[2 * p + 1] = all[k]->beta2;
        }
        const int64_t count = 2 * body.parameters;
        const DeviceStatus status = launch(context, eachKernel<Corrections<T>>, count, body, count);
        if (status != DeviceStatus::Ok) return status;
    }
    return DeviceStatus::Ok;
}

/// The workspace of each starts at a multiple of deviceAlignment.
template <class T>
DeviceStatus launchAdams(const Context& context, const BoundAdams<T>& all,
                         void* const* const* operands, std::byte* workspace) {
    const DeviceStatus status = launchCorrections(context, all, operands, workspace);
    if (status != DeviceStatus::Ok) return status;
    const auto bodyOf = [&](int32_t k) {
        AdamEach<T> body = all[static_cast<size_t>(k)]->body;
        std::copy_n(operands[k], Places<10>::count, body.at.place);
        body.corrections = reinterpret_cast<const T*>(workspace + k * deviceAlignment);
        return body;
    };
    return launchBodies<AdamEach<T>>(context, static_cast<int32_t>(all.size()), bodyOf,
                                     [&](int32_t k) { return all[static_cast<size_t>(k)]->count; });
}

template <class T>
DeviceStatus launchAdam(DeviceContext* context, const void* problem, void* const* operands,
                        void* workspace) {
    return launchAdams<T>(*contextOf(context), {static_cast<const BoundAdam<T>*>(problem)},
                          &operands, static_cast<std::byte*>(workspace));
}

template <class T>
DeviceStatus launchAdamTogether(DeviceContext* context, const StreamKernel* const* kernels,
                                int32_t count, void* const* const* operands, void* workspace) {
    BoundAdams<T> all;
    for (int32_t k = 0; k < count; ++k)
        all.push_back(static_cast<const BoundAdam<T>*>(kernels[k]->problem.get()));
    return launchAdams<T>(*contextOf(context), all, operands, static_cast<std::byte*>(workspace));
}

/// Some of the gradients, as one run of pieces: a block sums one piece.
template <class T>
struct SquaresOfPieces {
    static constexpr int most = 96;
    static constexpr int64_t piece = 8192;
    struct Shared {
        double sum[blockThreads];
    };
    struct Own {};

    const T* gradient[most] = {};
    int64_t count[most] = {}, firstPiece[most + 1] = {};
    int gradients = 0;
    double* sums = nullptr;  ///< of pieces

    VITRINE_BOTH int steps(int64_t) const { return 8; }
    VITRINE_BOTH void begin(ThreadPlace at, Shared& shared, Own&) const {
        int g = 0;
        while (g + 1 < gradients && firstPiece[g + 1] <= at.block) ++g;
        const int64_t first = (at.block - firstPiece[g]) * piece;
        const int64_t end = first + piece < count[g] ? first + piece : count[g];
        double sum = 0;
        for (int64_t i = first + at.thread; i < end; i += blockThreads) {
            const auto x = static_cast<double>(gradient[g][i]);
            sum += x * x;
        }
        shared.sum[at.thread] = sum;
    }
    VITRINE_BOTH void load(int, ThreadPlace, Shared&, Own&) const {}
    VITRINE_BOTH void work(int step, ThreadPlace at, Shared& shared, Own&) const {
        const int half = blockThreads >> (step + 1);
        if (at.thread < half) shared.sum[at.thread] += shared.sum[at.thread + half];
    }
    VITRINE_BOTH void finish(ThreadPlace at, Shared& shared, Own&) const {
        if (at.thread == 0) sums[at.block] = shared.sum[0];
    }
};

/// The root of the sum of what pieces have: one place.
template <class T>
struct RootOfSums : Total {
    const double* sums = nullptr;
    T* norm = nullptr;
    VITRINE_BOTH void add(double& sum, int64_t, int64_t i) const { sum += sums[i]; }
    VITRINE_BOTH void store(int64_t, double sum) const { *norm = static_cast<T>(std::sqrt(sum)); }
};

struct BoundNorm {
    std::vector<int64_t> counts;
    int64_t pieces = 0;
    ReductionSize join;
    int64_t sumBytes() const { return pieces * int64_t{sizeof(double)}; }
};

template <class T>
DeviceStatus launchNorm(DeviceContext* given, const void* problem, void* const* operands,
                        void* workspace) {
    const auto& bound = *static_cast<const BoundNorm*>(problem);
    const Context& context = *contextOf(given);
    using Body = SquaresOfPieces<T>;
    auto* const sums = static_cast<double*>(workspace);
    int64_t done = 0;
    for (size_t first = 0; first < bound.counts.size(); first += Body::most) {
        Body body;
        body.sums = sums + done;
        for (size_t k = first; k < bound.counts.size() && body.gradients < Body::most; ++k) {
            const int g = body.gradients++;
            body.gradient[g] = static_cast<const T*>(operands[k]);
            body.count[g] = bound.counts[k];
            body.firstPiece[g + 1] =
                body.firstPiece[g] + (bound.counts[k] + Body::piece - 1) / Body::piece;
        }
        const int64_t pieces = body.firstPiece[body.gradients];
        const DeviceStatus status = launchBlocks(context, body, pieces);
        if (status != DeviceStatus::Ok) return status;
        done += pieces;
    }
    RootOfSums<T> root;
    root.sums = sums;
    root.norm = static_cast<T*>(operands[bound.counts.size()]);
    return runReduction(context, root, bound.join,
                        static_cast<std::byte*>(workspace) + bound.sumBytes());
}

}  // namespace

DeviceStatus bindSgd(Context&, const Call& call, StreamKernel* kernel) {
    const auto& sgd = std::get<SgdUpdate>(call.problem);
    if (const std::string why = whyNotPlain(call); !why.empty())
        return refuse(kernel, "update.sgd", why);
    return forReal(kernel, "update.sgd", call.in(0).dtype, [&](auto number) {
        using T = decltype(number);
        kernel->kind = kindOf(launchEachTogether<SgdEach<T>>);
        return takeEach(kernel, call, "update.sgd",
                        SgdEach<T>{.at = {},
                                   .momentum = static_cast<T>(sgd.momentum),
                                   .weightDecay = static_cast<T>(sgd.weightDecay),
                                   .nesterov = sgd.nesterov},
                        call.in(0).array.elements());
    });
}

DeviceStatus bindAdam(Context&, const Call& call, StreamKernel* kernel) {
    const auto& adam = std::get<AdamUpdate>(call.problem);
    if (const std::string why = whyNotPlain(call); !why.empty())
        return refuse(kernel, "update.adam", why);
    return forReal(kernel, "update.adam", call.in(0).dtype, [&](auto number) {
        using T = decltype(number);
        const AdamEach<T> body{.at = {},
                               .beta1 = static_cast<T>(adam.beta1),
                               .beta2 = static_cast<T>(adam.beta2),
                               .rest1 = static_cast<T>(1 - adam.beta1),
                               .rest2 = static_cast<T>(1 - adam.beta2),
                               .epsilon = static_cast<T>(adam.epsilon),
                               .weightDecay = static_cast<T>(adam.weightDecay),
                               .decoupled = adam.decoupled};
        kernel->workspaceBytes = 2 * int64_t{sizeof(T)};
        kernel->kind = kindOf(launchAdamTogether<T>);
        return take(kernel, adam.decoupled ? "update.adamw CUDA" : "update.adam CUDA",
                    BoundAdam<T>{body, adam.beta1, adam.beta2, call.in(0).array.elements()},
                    launchAdam<T>);
    });
}

DeviceStatus bindGlobalNorm(Context&, const Call& call, StreamKernel* kernel) {
    if (const std::string why = whyNotPlain(call); !why.empty())
        return refuse(kernel, "update.global_norm", why);
    return forReal(kernel, "update.global_norm", call.in(0).dtype, [&](auto number) {
        using T = decltype(number);
        BoundNorm bound;
        for (size_t k = 0; k < call.inputs(); ++k) {
            bound.counts.push_back(call.in(k).array.elements());
            bound.pieces +=
                (bound.counts.back() + SquaresOfPieces<T>::piece - 1) / SquaresOfPieces<T>::piece;
        }
        bound.join = ReductionSize(1, bound.pieces);
        kernel->workspaceBytes = bound.sumBytes() + reductionBytes<RootOfSums<T>>(bound.join);
        return take(kernel, "update.global_norm CUDA", bound, launchNorm<T>);
    });
}

}  // namespace vitrine::kernels::cuda
