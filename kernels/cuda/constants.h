// SPDX-License-Identifier: Apache-2.0
// Numbers that a kernel reads beside its operands: they go to the device once, when it is bound.
#pragma once

#include "kernels/cuda/kernels.h"
#include "kernels/cuda/transfer.h"

namespace vitrine::kernels::cuda {

/// A copy on the device, which goes with its last owner.
template <class T>
DeviceStatus upload(Context& context, const std::vector<T>& numbers, std::shared_ptr<T>* copy) {
    void* memory = nullptr;
    const auto bytes = static_cast<int64_t>(numbers.size() * sizeof(T));
    VITRINE_CUDA_TRY(cudaMalloc(&memory, static_cast<size_t>(bytes)));
    copy->reset(static_cast<T*>(memory), [device = context.device](T* it) {
        static_cast<void>(cudaSetDevice(device));
        static_cast<void>(cudaFree(it));
    });
    return writeStaged(context, memory, numbers.data(), bytes);
}

}  // namespace vitrine::kernels::cuda
