// SPDX-License-Identifier: Apache-2.0
// What tests of kernels share.
#include "tests/support/kernel_harness.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/base/check.h"
#include "core/base/rng.h"
#include "kernels/dispatch/machine.h"

namespace vitrine::test {

using kernels::blockWidth;
using kernels::Image;
using kernels::Layout;

namespace {
constexpr float nan = std::numeric_limits<float>::quiet_NaN();
}

ImageBuffer::ImageBuffer(const Image& image)
    : m_image(image), m_memory(image.storageElements(), nan) {}

ImageBuffer::ImageBuffer(const Image& image, std::span<const double> values)
    : m_image(image), m_memory(image.storageElements(), nan) {
    VITRINE_CHECK(static_cast<int64_t>(values.size()) == image.elements(), "one value an element");
    if (image.halo > 0)
        for (int64_t plane = 0; plane < image.planes(); ++plane)
            for (int64_t i = 0; i < image.planeStride(); ++i) {
                const int64_t line = i / image.rowStride() - image.halo;
                const int64_t column = i % image.rowStride() / blockWidth - image.halo;
                if (line < 0 || line >= image.h || column < 0 || column >= image.w)
                    m_memory.data()[plane * image.planeStride() + i] = 0;
            }
    for (int64_t i = 0; i < image.elements(); ++i)
        m_memory.data()[offset(i)] = static_cast<float>(values[static_cast<size_t>(i)]);
}

int64_t ImageBuffer::offset(int64_t index) const {
    if (m_image.layout == Layout::RowMajor) return index;
    const int64_t w = index % m_image.w, h = index / m_image.w % m_image.h;
    const int64_t c = index / (m_image.w * m_image.h) % m_image.c;
    const int64_t n = index / (m_image.w * m_image.h * m_image.c);
    const bool lanes = m_image.layout == Layout::Lanes;
    const int64_t plane =
        lanes ? n / blockWidth * m_image.c + c : n * m_image.channelBlocks() + c / blockWidth;
    return plane * m_image.planeStride() + m_image.origin() + h * m_image.rowStride() +
           w * blockWidth + (lanes ? n : c) % blockWidth;
}

std::vector<float> ImageBuffer::values() const {
    std::vector<float> values;
    for (int64_t i = 0; i < m_image.elements(); ++i) values.push_back(m_memory.data()[offset(i)]);
    return values;
}

bool ImageBuffer::isSound() const {
    if (m_image.halo > 0) {
        const ImageBuffer zeros(m_image,
                                std::vector<double>(static_cast<size_t>(m_image.elements())));
        const ImageBuffer ones(m_image,
                               std::vector<double>(static_cast<size_t>(m_image.elements()), 1.0));
        // Halo is what both hold as zero: neither a value nor a missing lane.
        for (size_t i = 0; i < m_memory.span().size(); ++i)
            if (zeros.m_memory.span()[i] == 0 && ones.m_memory.span()[i] == 0 &&
                !(m_memory.span()[i] == 0))
                return false;
    }
    return m_memory.bandsIntact();
}

bool runKernel(const kernels::Kernel& kernel, std::vector<void*> operands, bool backwards) {
    Guarded<unsigned char> workspace(kernel.workspaceBytes, 0xFF);
    Guarded<unsigned char> scratch(kernel.scratchBytes, 0xFF);
    for (int phase = 0; phase < kernel.phases; ++phase) {
        const int64_t parts = kernel.parts[static_cast<size_t>(phase)];
        for (int64_t part = 0; part < parts; ++part)
            kernel.run(kernel.problem.get(), operands.data(), {workspace.data(), scratch.data()},
                       phase, backwards ? parts - 1 - part : part);
    }
    return workspace.bandsIntact() && scratch.bandsIntact();
}

std::vector<double> randomFloats(int64_t count, double low, double high, uint64_t seed) {
    Rng rng(seed, RngStream::Test);
    std::vector<double> values(static_cast<size_t>(count));
    for (double& value : values) value = static_cast<float>(rng.uniform(low, high));
    return values;
}

double shareOfLargest(std::span<const float> actual, std::span<const double> expected) {
    VITRINE_CHECK(actual.size() == expected.size(), "one expectation a value");
    double worst = 0, largest = 0;
    for (size_t i = 0; i < actual.size(); ++i) {
        const double found = static_cast<double>(actual[i]);
        if (std::isnan(found) != std::isnan(expected[i]))
            return std::numeric_limits<double>::infinity();
        if (std::isnan(found)) continue;
        worst = std::max(worst, std::abs(found - expected[i]));
        largest = std::max(largest, std::abs(expected[i]));
    }
    return worst == 0 ? 0 : worst / largest;
}

std::vector<std::string> instructionSets() {
    std::vector<std::string> names;
    for (const kernels::InstructionSet& set : kernels::availableInstructionSets())
        names.emplace_back(set.name);
    return names;
}

InstructionSetCap::InstructionSetCap(const std::string& name) {
    VITRINE_CHECK(kernels::capInstructionSet(name), "an instruction set of this machine");
}
InstructionSetCap::~InstructionSetCap() { kernels::capInstructionSet({}); }

bool sameNumbers(std::span<const float> a, std::span<const float> b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](float x, float y) {
        return std::bit_cast<uint32_t>(x) == std::bit_cast<uint32_t>(y) ||
               (std::isnan(x) && std::isnan(y));
    });
}

}  // namespace vitrine::test
