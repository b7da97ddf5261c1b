// SPDX-License-Identifier: Apache-2.0
// One number in every element, 16 bytes a thread where they lie so.
#include "kernels/cuda/kernels.h"
#include "kernels/cuda/problems.h"

namespace vitrine::kernels::cuda {

namespace {

template <class Word>
struct alignas(16) Words {
    Word word[16 / sizeof(Word)];
};

/// The first `wide` elements by 16 bytes, the others one by one.
template <class Word>
__global__ void fillKernel(Word* y, int64_t wide, int64_t count, Word word, const int32_t* held) {
    if (isHeld(held)) return;
    constexpr int64_t width = 16 / sizeof(Word);
    const int64_t first = blockIdx.x * int64_t{blockDim.x} + threadIdx.x;
    const int64_t step = int64_t{gridDim.x} * blockDim.x;
    Words<Word> words;
    for (int64_t i = 0; i < width; ++i) words.word[i] = word;
    for (int64_t i = first; i < wide / width; i += step)
        reinterpret_cast<Words<Word>*>(y)[i] = words;
    for (int64_t i = wide + first; i < count; i += step) y[i] = word;
}

template <class Word>
DeviceStatus launchFill(DeviceContext* context, const void* problem, void* const* operands, void*) {
    const auto& fill = *static_cast<const FillWords*>(problem);
    constexpr int64_t width = 16 / sizeof(Word);
    const bool isWide = reinterpret_cast<uintptr_t>(operands[0]) % 16 == 0;
    const int64_t wide = isWide ? fill.count / width * width : 0;
    return launch(*contextOf(context), fillKernel<Word>, isWide ? wide / width : fill.count,
                  static_cast<Word*>(operands[0]), wide, fill.count, static_cast<Word>(fill.word));
}

}  // namespace

DeviceStatus bindFill(Context&, const Call& call, StreamKernel* kernel) {
    std::string reason;
    const std::optional<FillWords> fill = fillOf(call, &reason);
    if (!fill) return refuse(kernel, "fill", reason);
    return take(kernel, "fill CUDA", *fill,
                fill->wordBytes == 8   ? launchFill<uint64_t>
                : fill->wordBytes == 4 ? launchFill<uint32_t>
                : fill->wordBytes == 2 ? launchFill<uint16_t>
                                       : launchFill<uint8_t>);
}

}  // namespace vitrine::kernels::cuda
