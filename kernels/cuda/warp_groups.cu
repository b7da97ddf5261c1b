// SPDX-License-Identifier: Apache-2.0
// Whether the code that a device runs was compiled for groups of four warps: the code itself says.
#include "kernels/cuda/warp_groups.h"

#include "kernels/cuda/each.h"

namespace vitrine::kernels::cuda {

namespace {

struct KnowsGroups {
    int32_t* flag = nullptr;
    VITRINE_BOTH void operator()(int64_t) const {
#if defined(VITRINE_WARP_GROUPS) || !defined(__CUDA_ARCH__)
        *flag = 1;
#else
        *flag = 0;
#endif
    }
};

}  // namespace

DeviceStatus takeWarpGroups(Context& context) {
    DeviceStatus status =
        launch(context, eachKernel<KnowsGroups>, 1, KnowsGroups{context.flag}, int64_t{1});
    if (status != DeviceStatus::Ok) return status;
    int32_t knows = 0;
    VITRINE_CUDA_TRY(cudaMemcpyAsync(&knows, context.flag, sizeof knows, cudaMemcpyDeviceToHost,
                                     context.stream));
    VITRINE_CUDA_TRY(cudaStreamSynchronize(context.stream));
    context.hasWarpGroups = knows != 0;
    if (context.hasWarpGroups) return DeviceStatus::Ok;
    return fail(DeviceStatus::Refused,
                "products by groups of warps want compute capability 9.0 and code for sm_90a");
}

}  // namespace vitrine::kernels::cuda
