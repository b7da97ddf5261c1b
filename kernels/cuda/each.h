// SPDX-License-Identifier: Apache-2.0
// Kernels whose threads do not meet: a body is called once for each of many items. A body is a
// plain value with what it needs, and the same function on the host and on the device.
#pragma once

#include <algorithm>
#include <type_traits>

#include "kernels/api/both.h"
#include "kernels/cpu/strided.h"
#include "kernels/cpu/whole_types.h"
#include "kernels/cuda/elements.h"
#include "kernels/cuda/kernels.h"
#include "kernels/cuda/operands.h"

namespace vitrine::kernels::cuda {

/// Where the operands of a call lie, then its results.
template <int most>
struct Places {
    static constexpr int count = most;
    void* place[most] = {};

    template <class T>
    VITRINE_BOTH T* get(int k) const {
        return static_cast<T*>(place[k]);
    }
};

template <class Body>
__global__ void eachKernel(Body body, int64_t count, const int32_t* held) {
    if (isHeld(held)) return;
    const int64_t step = int64_t{gridDim.x} * blockDim.x;
    for (int64_t i = blockIdx.x * int64_t{blockDim.x} + threadIdx.x; i < count; i += step) body(i);
}

/// A body, how often it is called, and how many places it wants.
template <class Body>
struct Each {
    Body body;
    int64_t count = 0;
    size_t places = 0;
};

template <class Body>
DeviceStatus launchEach(DeviceContext* context, const void* problem, void* const* operands, void*) {
    const auto& each = *static_cast<const Each<Body>*>(problem);
    Body body = each.body;
    std::copy_n(operands, each.places, body.at.place);
    return launch(*contextOf(context), eachKernel<Body>, each.count, body, each.count);
}

/// The kernel of a body that has `Places at`.
template <class Body>
DeviceStatus takeEach(StreamKernel* kernel, const Call& call, const std::string& name,
                      const Body& body, int64_t count) {
    return take(kernel, name + " CUDA", Each<Body>{body, count, call.operands.size()},
                launchEach<Body>);
}

/// Where element `i` of a walk lies in each of its operands.
template <int operands>
VITRINE_BOTH inline void offsetsAt(const cpu::StridedWalk<operands>& walk, int64_t i,
                                   int64_t (&offsets)[operands]) {
    for (int k = 0; k < operands; ++k) offsets[k] = 0;
    auto rest = static_cast<uint32_t>(i);
    for (int axis = walk.rank - 1; axis >= 0; --axis) {
        const auto extent = static_cast<uint32_t>(walk.shape[static_cast<size_t>(axis)]);
        const uint32_t above = axis == 0 ? 0 : rest / extent;
        const uint32_t here = rest - above * extent;
        const auto& steps = walk.strides[static_cast<size_t>(axis)];
        for (int k = 0; k < operands; ++k) offsets[k] += here * steps[static_cast<size_t>(k)];
        rest = above;
    }
}

/// A walk over y, with each operand repeated to its extents.
template <int operands>
cpu::StridedWalk<operands> walkOver(const Operand& y,
                                    const std::array<const Operand*, operands>& all) {
    std::array<Strided, operands> places;
    for (size_t k = 0; k < all.size(); ++k)
        places[k] = cpu::broadcastTo(cpu::stridesOf(*all[k]), cpu::stridesOf(y));
    return cpu::StridedWalk<operands>(places);
}

/// `make(T{})` for the floats that kernels compute with; else a refusal.
template <class Make>
DeviceStatus forReal(StreamKernel* kernel, const char* family, DType type, Make make) {
    if (type == DType::F32) return make(float{});
    if (type == DType::F64) return make(double{});
    return refuse(kernel, family, unexpectedType("f32 or f64", type));
}

/// The same for whole numbers too.
template <class Make>
DeviceStatus forNumber(StreamKernel* kernel, const char* family, DType type, Make make) {
    const bool isTaken = type == DType::F32 || type == DType::F64 || isInteger(type);
    if (!isTaken) return refuse(kernel, family, unexpectedType("f32, f64 or whole numbers", type));
    return cpu::forRealOrWhole(type, make);
}

/// `make` with the elements of a type, whatever number it is.
template <class Make>
DeviceStatus forElements(StreamKernel* kernel, const char* family, DType type, Make make) {
    if (type == DType::F32 || type == DType::F64) return make(RealElements{type});
    if (isInteger(type)) return make(WholeElements{type});
    return refuse(kernel, family, unexpectedType("f32, f64 or whole numbers", type));
}

/// The same for what only moves: a word as wide as the elements.
template <class Make>
DeviceStatus forWord(StreamKernel* kernel, const char* family, DType type, Make make) {
    if (isPacked(type)) return refuse(kernel, family, "wants elements of whole bytes");
    return cpu::forWidth(type, make);
}

}  // namespace vitrine::kernels::cuda
