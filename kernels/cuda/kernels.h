// SPDX-License-Identifier: Apache-2.0
// One function per family: the kernel that CUDA has for a call, or a refusal with its reason.
#pragma once

#include "kernels/cuda/context.h"

namespace vitrine::kernels::cuda {

// Trouble with the device itself is a status; a refusal is a kernel without launch.

/// Fill: the same number everywhere. Same bits as on the CPU.
DeviceStatus bindFill(Context& context, const Call& call, StreamKernel* kernel);
/// Map of Add, for operands without gaps. Same bits as on the CPU.
DeviceStatus bindAdd(Context& context, const Call& call, StreamKernel* kernel);
/// MatMul of two matrices in F32 through cuBLASLt, in full precision: within matMulTolerance.
/// `alignment`: of the operands' addresses.
DeviceStatus bindProduct(Context& context, const Call& call, int64_t alignment,
                         StreamKernel* kernel);

inline DeviceStatus refuse(StreamKernel* kernel, const std::string& name, const std::string& why) {
    kernel->refused.push_back(name + ": " + why);
    return DeviceStatus::Ok;
}

/// Keeps what a kernel needs at each launch.
template <class Problem>
DeviceStatus take(StreamKernel* kernel, std::string name, Problem problem,
                  StreamKernel::Launch launch) {
    kernel->name = std::move(name);
    kernel->problem = std::make_shared<const Problem>(std::move(problem));
    kernel->launch = launch;
    return DeviceStatus::Ok;
}

}  // namespace vitrine::kernels::cuda
