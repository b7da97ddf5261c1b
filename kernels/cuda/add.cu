// SPDX-License-Identifier: Apache-2.0
// Sums of two arrays, element by element, 16 bytes a thread where all three lie so.
#include "kernels/cuda/kernels.h"
#include "kernels/cuda/problems.h"

namespace vitrine::kernels::cuda {

namespace {

template <class T>
struct alignas(16) Numbers {
    T number[16 / sizeof(T)];
};

/// The first `wide` elements by 16 bytes, the others one by one. y may be a or b.
template <class T>
__global__ void addKernel(const T* a, const T* b, T* y, int64_t wide, int64_t count,
                          const int32_t* held) {
    if (isHeld(held)) return;
    constexpr int64_t width = 16 / sizeof(T);
    const int64_t first = blockIdx.x * int64_t{blockDim.x} + threadIdx.x;
    const int64_t step = int64_t{gridDim.x} * blockDim.x;
    for (int64_t i = first; i < wide / width; i += step) {
        const Numbers<T> left = reinterpret_cast<const Numbers<T>*>(a)[i];
        const Numbers<T> right = reinterpret_cast<const Numbers<T>*>(b)[i];
        Numbers<T> sum;
        for (int64_t k = 0; k < width; ++k) sum.number[k] = left.number[k] + right.number[k];
        reinterpret_cast<Numbers<T>*>(y)[i] = sum;
    }
    for (int64_t i = wide + first; i < count; i += step) y[i] = a[i] + b[i];
}

template <class T>
DeviceStatus launchAdd(DeviceContext* context, const void* problem, void* const* operands, void*) {
    const auto& add = *static_cast<const AddArrays*>(problem);
    constexpr int64_t width = 16 / sizeof(T);
    uintptr_t places = 0;
    for (int k = 0; k < 3; ++k) places |= reinterpret_cast<uintptr_t>(operands[k]);
    const bool isWide = places % 16 == 0;
    const int64_t wide = isWide ? add.count / width * width : 0;
    return launch(*contextOf(context), addKernel<T>, isWide ? wide / width : add.count,
                  static_cast<const T*>(operands[0]), static_cast<const T*>(operands[1]),
                  static_cast<T*>(operands[2]), wide, add.count);
}

}  // namespace

DeviceStatus bindAdd(Context&, const Call& call, StreamKernel* kernel) {
    std::string reason;
    const std::optional<AddArrays> add = addOf(call, &reason);
    if (!add) return refuse(kernel, "map", reason);
    return take(kernel, "add CUDA", *add,
                add->dtype == DType::F64 ? launchAdd<double> : launchAdd<float>);
}

}  // namespace vitrine::kernels::cuda
