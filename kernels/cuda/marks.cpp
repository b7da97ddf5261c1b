// SPDX-License-Identifier: Apache-2.0
// Events that are made when they are first wanted.
#include "kernels/cuda/marks.h"

namespace vitrine::kernels::cuda {

/// In a recording an event is a node of its own, as of CUDA 11.1; else it would only say what
/// depends on what.
DeviceStatus mark(Context& context, int32_t number) {
    const auto at = static_cast<size_t>(number);
    const DeviceStatus status = enter(context);
    if (status != DeviceStatus::Ok) return status;
    if (at >= context.marks.size()) context.marks.resize(at + 1);
    cudaEvent_t& event = context.marks[at];
    if (!event) VITRINE_CUDA_TRY(cudaEventCreateWithFlags(&event, cudaEventDefault));
    const unsigned how = context.isCapturing ? cudaEventRecordExternal : cudaEventRecordDefault;
    VITRINE_CUDA_TRY(cudaEventRecordWithFlags(event, context.stream, how));
    return DeviceStatus::Ok;
}

DeviceStatus secondsBetween(Context& context, int32_t first, int32_t count, float* seconds) {
    const auto from = static_cast<size_t>(first), end = from + static_cast<size_t>(count);
    if (end >= context.marks.size())
        return fail(DeviceStatus::Failed, "there are not so many marks");
    VITRINE_CUDA_TRY(cudaEventSynchronize(context.marks[end]));
    for (size_t i = from; i < end; ++i) {
        float milliseconds = 0;
        VITRINE_CUDA_TRY(
            cudaEventElapsedTime(&milliseconds, context.marks[i], context.marks[i + 1]));
        seconds[i - from] = milliseconds / 1000;
    }
    return DeviceStatus::Ok;
}

}  // namespace vitrine::kernels::cuda
