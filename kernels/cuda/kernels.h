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

// Each of the others takes all calls of its family whose operands lie row-major, those of Map,
// Compare, Select, WholeMap, Copy, Reduce and MatMul with gaps too; floats are F32 and F64. They
// stay within the tolerances of kernels/api.
struct ConvSize;
DeviceStatus bindMap(Context& context, const Call& call, StreamKernel* kernel);
/// Pointwise problems with steps behind them, or before them.
DeviceStatus bindChain(Context& context, const Call& call, StreamKernel* kernel);
struct Chain;
/// With sums of the result by channel.
DeviceStatus bindChainSums(const Call& call, const Chain& chain, StreamKernel* kernel);
DeviceStatus bindScaleBy(Context& context, const Call& call, StreamKernel* kernel);
DeviceStatus bindCompare(Context& context, const Call& call, StreamKernel* kernel);
DeviceStatus bindSelect(Context& context, const Call& call, StreamKernel* kernel);
DeviceStatus bindWholeMap(Context& context, const Call& call, StreamKernel* kernel);
DeviceStatus bindDropout(Context& context, const Call& call, StreamKernel* kernel);
DeviceStatus bindUniform(Context& context, const Call& call, StreamKernel* kernel);
DeviceStatus bindCast(Context& context, const Call& call, StreamKernel* kernel);
DeviceStatus bindNormalize(Context& context, const Call& call, StreamKernel* kernel);
DeviceStatus bindCopy(Context& context, const Call& call, StreamKernel* kernel);
/// Between images that lie row-major and such with their channels side by side.
DeviceStatus bindReorder(Context& context, const Call& call, StreamKernel* kernel);
DeviceStatus bindConcat(Context& context, const Call& call, StreamKernel* kernel);
DeviceStatus bindZeroPad(Context& context, const Call& call, StreamKernel* kernel);
DeviceStatus bindGather(Context& context, const Call& call, StreamKernel* kernel);
DeviceStatus bindScatterAdd(Context& context, const Call& call, StreamKernel* kernel);
DeviceStatus bindScatter(Context& context, const Call& call, StreamKernel* kernel);
DeviceStatus bindAlong(Context& context, const Call& call, StreamKernel* kernel);
DeviceStatus bindResample(Context& context, const Call& call, StreamKernel* kernel);
DeviceStatus bindReduce(Context& context, const Call& call, StreamKernel* kernel);
DeviceStatus bindConv(Context& context, const Call& call, StreamKernel* kernel);
/// Conv of images whose channels lie side by side.
struct ChannelLoad;
DeviceStatus bindConvLast(Context& context, const Call& call, const ConvSize& size,
                          const ChannelLoad& load, StreamKernel* kernel);
/// Conv with one channel a group.
DeviceStatus bindDepthwise(Context& context, const Call& call, const ConvSize& size,
                           StreamKernel* kernel);
DeviceStatus bindPool(Context& context, const Call& call, StreamKernel* kernel);
DeviceStatus bindChannel(Context& context, const Call& call, StreamKernel* kernel);
DeviceStatus bindLinear(Context& context, const Call& call, StreamKernel* kernel);
/// In tiles of its own, for what bindProduct does not take.
DeviceStatus bindMatMul(Context& context, const Call& call, StreamKernel* kernel);
DeviceStatus bindRow(Context& context, const Call& call, StreamKernel* kernel);
DeviceStatus bindRowNorm(Context& context, const Call& call, StreamKernel* kernel);
DeviceStatus bindDot(Context& context, const Call& call, StreamKernel* kernel);
DeviceStatus bindSgd(Context& context, const Call& call, StreamKernel* kernel);
DeviceStatus bindAdam(Context& context, const Call& call, StreamKernel* kernel);
DeviceStatus bindGlobalNorm(Context& context, const Call& call, StreamKernel* kernel);

/// Products go by groups of four warps from now on; Refused where the code cannot do that.
DeviceStatus takeWarpGroups(Context& context);

/// Launches from now on do nothing where one of the numbers is not finite; as the table has it.
DeviceStatus hold(Context& context, const void* const* numbers, int32_t count, DType type);

/// Of kernels of one kind, which is the address of such a function.
using LaunchTogether = DeviceStatus (*)(DeviceContext* context, const StreamKernel* const* kernels,
                                        int32_t count, void* const* const* operands,
                                        void* workspace);
inline uint64_t kindOf(LaunchTogether launch) { return reinterpret_cast<uint64_t>(launch); }

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
