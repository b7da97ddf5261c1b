// SPDX-License-Identifier: Apache-2.0
// Filling and reading operands through physicalIndex.
#include "tests/support/physical_operand.h"

#include <array>
#include <cmath>
#include <limits>

namespace vitrine::test {

namespace {

/// Calls `visit` with the storage index of every logical element, in row-major order.
template <class Visit>
void forEachElement(const TensorType& type, Visit visit) {
    std::array<int64_t, Shape::maxRank> index{};
    for (int64_t i = 0; i < type.shape.elements(); ++i) {
        visit(physicalIndex(type, index.data()));
        for (int axis = type.shape.rank() - 1; axis >= 0; --axis) {
            int64_t& at = index[static_cast<size_t>(axis)];
            if (++at < type.shape[axis]) break;
            at = 0;
        }
    }
}

/// Calls `visit` with every storage index that lies in the halo.
template <class Visit>
void forEachHaloElement(const TensorType& type, Visit visit) {
    const int64_t halo = type.layout.halo;
    if (halo == 0) return;
    const ImageView view = imageView(type.shape);
    const int64_t height = view.h + 2 * halo, width = view.w + 2 * halo;
    const int64_t pixels = storageElements(type.shape, type.layout) / 16;
    for (int64_t pixel = 0; pixel < pixels; ++pixel) {
        const int64_t x = pixel % width, y = pixel / width % height;
        if (x >= halo && x < width - halo && y >= halo && y < height - halo) continue;
        for (int64_t inner = 0; inner < 16; ++inner) visit(pixel * 16 + inner);
    }
}

}  // namespace

PhysicalOperand::PhysicalOperand(const TensorType& type)
    : m_type(type), m_memory(type.storageBytes()) {}

PhysicalOperand::PhysicalOperand(const TensorType& type, const std::vector<double>& numbers)
    : PhysicalOperand(type) {
    if (isFloat(type.dtype))
        for (int64_t i = 0; i < storageElements(type.shape, type.layout); ++i)
            write(i, std::numeric_limits<double>::quiet_NaN());
    forEachHaloElement(type, [&](int64_t i) { write(i, 0.0); });
    auto next = numbers.begin();
    forEachElement(type, [&](int64_t i) { write(i, *next++); });
}

std::vector<double> PhysicalOperand::numbers() const {
    std::vector<double> numbers;
    forEachElement(m_type, [&](int64_t i) { numbers.push_back(read(i)); });
    return numbers;
}

std::vector<std::byte> PhysicalOperand::bits() const {
    std::vector<std::byte> bytes;
    const int64_t size = sizeOf(m_type.dtype);
    forEachElement(m_type, [&](int64_t i) {
        const std::byte* at = m_memory.data() + i * bitsOf(m_type.dtype) / 8;
        bytes.insert(bytes.end(), at, at + size);
    });
    return bytes;
}

bool PhysicalOperand::haloIsZero() const {
    bool zero = true;
    forEachHaloElement(m_type, [&](int64_t i) { zero = zero && read(i) == 0.0; });
    return zero;
}

}  // namespace vitrine::test
