// SPDX-License-Identifier: Apache-2.0
// One opened device: its stream, pinned memory for transfers, and how trouble with it is told.
#pragma once

#include <cuda_runtime_api.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "kernels/api/both.h"
#include "kernels/api/device.h"

namespace vitrine::kernels::cuda {

/// Pinned memory that transfers go through, and the end of the last that did.
struct Staging {
    std::byte* host = nullptr;
    cudaEvent_t done = nullptr;
    int64_t used = 0;  ///< by writes that may still be on their way
};

struct Context : DeviceContext {
    static constexpr int64_t stagingBytes = int64_t{4} << 20;
    static constexpr int64_t smallBytes = int64_t{64} << 10;

    int device = 0;
    int multiprocessors = 1;
    ProductFormat products = ProductFormat::F32;
    bool hasWarpGroups = false;  ///< for these
    cudaStream_t stream = nullptr;
    std::array<Staging, 2> staging;
    size_t nextStaging = 0;
    std::byte* small = nullptr;  ///< pinned, for reads that are waited for at once
    bool isCapturing = false;
    int32_t* flag = nullptr;             ///< on the device: what hold() has found
    const int32_t* held = nullptr;       ///< of the launches to come: null, or the flag
    std::vector<cudaEvent_t> marks;      ///< by number
    std::shared_ptr<void> matmulHandle;  ///< cuBLASLt's, from the first product on

    Context() = default;
    ~Context();
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    Staging& presentStaging() { return staging[nextStaging % staging.size()]; }
    Staging& takeStaging() { return staging[++nextStaging % staging.size()]; }
};

struct Graph : DeviceGraph {
    cudaGraphExec_t exec = nullptr;

    Graph() = default;
    ~Graph();
    Graph(const Graph&) = delete;
    Graph& operator=(const Graph&) = delete;
};

inline Context* contextOf(DeviceContext* context) { return static_cast<Context*>(context); }

/// Keeps the words for errorText, of this thread, and passes the status on.
DeviceStatus fail(DeviceStatus status, std::string words);
const std::string& lastWords();
/// `call`: its text, of which the name is kept.
DeviceStatus statusOf(cudaError_t error, const char* call);

/// The calls of this thread go to the context's device.
DeviceStatus enter(const Context& context);

/// Whether a kernel is to do nothing.
VITRINE_BOTH inline bool isHeld(const int32_t* held) { return held && *held != 0; }

/// A launch of a kernel with its arguments, behind which it takes whether it is held; trouble that
/// is known at once comes back.
template <class... Parameters, class... Arguments>
DeviceStatus launch(const Context& context, void (*kernel)(Parameters...), int64_t threads,
                    Arguments... arguments) {
    constexpr int64_t perBlock = 256, blocksPerMultiprocessor = 8;
    const DeviceStatus status = enter(context);
    if (status != DeviceStatus::Ok) return status;
    const int64_t most = context.multiprocessors * blocksPerMultiprocessor;
    const int64_t blocks = std::clamp<int64_t>((threads + perBlock - 1) / perBlock, 1, most);
    cudaLaunchConfig_t config{};
    config.gridDim = dim3(static_cast<unsigned>(blocks));
    config.blockDim = dim3(static_cast<unsigned>(perBlock));
    config.stream = context.stream;
    return statusOf(cudaLaunchKernelEx(&config, kernel, arguments..., context.held),
                    "cudaLaunchKernelEx");
}

}  // namespace vitrine::kernels::cuda

/// Returns from the enclosing function unless a call of CUDA's run time ends well.
#define VITRINE_CUDA_TRY(call)                                                \
    do {                                                                      \
        const auto tried = ::vitrine::kernels::cuda::statusOf((call), #call); \
        if (tried != ::vitrine::kernels::DeviceStatus::Ok) return tried;      \
    } while (false)
