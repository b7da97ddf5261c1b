// SPDX-License-Identifier: Apache-2.0
// Kernels whose threads meet in blocks. A body says what a thread does between two meetings, so
// that the host, where no threads meet, can do it for one thread after the other:
//   begin(at, shared, own)        then they meet
//   load(step, at, shared, own)   then they meet   ┐ for every step
//   work(step, at, shared, own)   then they meet   ┘
//   finish(at, shared, own)
// `Shared` is of the block, `Own` of the thread: both plain values. steps(block) says how many.
#pragma once

#include <type_traits>
#include <vector>

#include "kernels/api/both.h"
#include "kernels/cuda/kernels.h"

/// Before a loop over what a thread keeps: nvcc has an array in registers only where its indices are
/// known.
#ifdef __CUDA_ARCH__
#define VITRINE_UNROLL _Pragma("unroll")
#else
#define VITRINE_UNROLL
#endif

namespace vitrine::kernels::cuda {

inline constexpr int blockThreads = 256;

/// Which thread of which block.
struct ThreadPlace {
    int64_t block = 0;
    int thread = 0;
};

#ifdef __CUDACC__
template <class Body>
__global__ void __launch_bounds__(blockThreads) blockKernel(Body body, const int32_t* held) {
    if (isHeld(held)) return;
    static_assert(std::is_trivially_default_constructible_v<typename Body::Shared>);
    __shared__ typename Body::Shared shared;
    typename Body::Own own;
    const ThreadPlace at{blockIdx.x, static_cast<int>(threadIdx.x)};
    body.begin(at, shared, own);
    __syncthreads();
    const int steps = body.steps(at.block);
    for (int step = 0; step < steps; ++step) {
        body.load(step, at, shared, own);
        __syncthreads();
        body.work(step, at, shared, own);
        __syncthreads();
    }
    body.finish(at, shared, own);
}
#else
/// The first thread of a block does it for all of them.
template <class Body>
__global__ void blockKernel(Body body, const int32_t* held) {
    if (threadIdx.x != 0 || isHeld(held)) return;
    static typename Body::Shared shared;
    std::vector<typename Body::Own> own(blockThreads);
    const auto all = [&](auto work) {
        for (int t = 0; t < blockThreads; ++t)
            work(ThreadPlace{blockIdx.x, t}, own[static_cast<size_t>(t)]);
    };
    all([&](ThreadPlace at, auto& mine) { body.begin(at, shared, mine); });
    const int steps = body.steps(blockIdx.x);
    for (int step = 0; step < steps; ++step) {
        all([&](ThreadPlace at, auto& mine) { body.load(step, at, shared, mine); });
        all([&](ThreadPlace at, auto& mine) { body.work(step, at, shared, mine); });
    }
    all([&](ThreadPlace at, auto& mine) { body.finish(at, shared, mine); });
}
#endif

/// As many blocks as the body wants, each of blockThreads.
template <class Body>
DeviceStatus launchBlocks(const Context& context, const Body& body, int64_t blocks) {
    const DeviceStatus status = enter(context);
    if (status != DeviceStatus::Ok) return status;
    cudaLaunchConfig_t config{};
    config.gridDim = dim3(static_cast<unsigned>(blocks));
    config.blockDim = dim3(blockThreads);
    config.stream = context.stream;
    return statusOf(cudaLaunchKernelEx(&config, blockKernel<Body>, body, context.held),
                    "cudaLaunchKernelEx");
}

}  // namespace vitrine::kernels::cuda
