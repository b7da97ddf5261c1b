// SPDX-License-Identifier: Apache-2.0
// Packing and guarding of kernel operands.
#include "tests/support/kernel_operand.h"

#include <algorithm>
#include <limits>
#include <new>

#include "kernels/reference/image_offset.h"

namespace vitrine::test {

namespace {

constexpr float guard = -12345.75f;
constexpr float notANumber = std::numeric_limits<float>::quiet_NaN();
constexpr int64_t bandFloats = 64;

float* allocate(int64_t count) {
    return static_cast<float*>(
        ::operator new(static_cast<size_t>(count) * sizeof(float), std::align_val_t(64)));
}

}  // namespace

void Floats::Free::operator()(float* memory) const {
    ::operator delete(memory, std::align_val_t(64));
}

Floats::Floats(int64_t count, Guards guards)
    : m_count(count),
      m_band(guards == Guards::Bands ? bandFloats : 0),
      m_memory(allocate(count + 2 * m_band)) {
    std::fill_n(m_memory.get(), m_band, guard);
    std::fill_n(data(), m_count, notANumber);
    std::fill_n(data() + m_count, m_band, guard);
}

bool Floats::guardsIntact() const {
    const auto isGuard = [](float value) { return value == guard; };
    return std::all_of(m_memory.get(), data(), isGuard) &&
           std::all_of(data() + m_count, data() + m_count + m_band, isGuard);
}

Floats packImage(const kernels::Image& im, const std::vector<double>& values) {
    Floats packed(im.storageElements());
    for (int64_t n = 0; n < im.n; ++n)
        for (int64_t c = 0; c < im.c; ++c)
            for (int64_t h = -im.halo; h < im.h + im.halo; ++h)
                for (int64_t w = -im.halo; w < im.w + im.halo; ++w)
                    packed.data()[kernels::reference::offsetOf(im, n, c, h, w)] = 0;
    size_t next = 0;
    kernels::reference::forEachElement(im, [&](int64_t n, int64_t c, int64_t h, int64_t w) {
        packed.data()[kernels::reference::offsetOf(im, n, c, h, w)] =
            static_cast<float>(values[next++]);
    });
    return packed;
}

std::vector<double> unpackImage(const kernels::Image& im, const float* data) {
    std::vector<double> values;
    kernels::reference::forEachElement(im, [&](int64_t n, int64_t c, int64_t h, int64_t w) {
        values.push_back(data[kernels::reference::offsetOf(im, n, c, h, w)]);
    });
    return values;
}

bool haloIsZero(const kernels::Image& im, const float* data) {
    for (int64_t n = 0; n < im.n; ++n)
        for (int64_t c = 0; c < im.c; ++c)
            for (int64_t h = -im.halo; h < im.h + im.halo; ++h)
                for (int64_t w = -im.halo; w < im.w + im.halo; ++w) {
                    const bool inside = h >= 0 && h < im.h && w >= 0 && w < im.w;
                    if (!inside && data[kernels::reference::offsetOf(im, n, c, h, w)] != 0)
                        return false;
                }
    return true;
}

void runBackwards(const kernels::Kernel& kernel, void* const* operands,
                  kernels::Workspace workspace) {
    for (int phase = 0; phase < kernel.phases; ++phase)
        for (int64_t part = kernel.parts[static_cast<size_t>(phase)]; part-- > 0;)
            kernel.run(kernel.problem.get(), operands, workspace, phase, part);
}

}  // namespace vitrine::test
