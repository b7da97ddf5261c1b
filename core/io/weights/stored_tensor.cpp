// SPDX-License-Identifier: Apache-2.0
// Walks over strides; what lies in C order already is copied as it is.
#include "core/io/weights/stored_tensor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "core/tensor/shape.h"

namespace vitrine {

namespace {

/// Strides of C order.
std::vector<int64_t> plainStrides(const std::vector<int64_t>& shape) {
    std::vector<int64_t> strides(shape.size());
    int64_t next = 1;
    for (size_t axis = shape.size(); axis-- > 0;) {
        strides[axis] = next;
        next *= std::max<int64_t>(shape[axis], 1);
    }
    return strides;
}

bool isPlain(const StoredTensor& tensor) {
    if (tensor.strides.empty()) return true;
    const auto plain = plainStrides(tensor.shape);
    for (size_t axis = 0; axis < plain.size(); ++axis)
        if (tensor.shape[axis] > 1 && tensor.strides[axis] != plain[axis]) return false;
    return true;
}

/// Copies element by element; the last axis is the innermost loop.
class Walk {
  public:
    Walk(const StoredTensor& tensor, std::vector<std::byte>& to)
        : m_tensor(tensor), m_size(static_cast<size_t>(sizeOf(*tensor.dtype))), m_to(to) {}

    void run() {
        std::vector<int64_t> index(m_tensor.shape.size());
        int64_t from = 0;
        for (size_t at = 0; at < m_to.size(); at += m_size) {
            std::memcpy(&m_to[at], &m_tensor.bytes[static_cast<size_t>(from) * m_size], m_size);
            for (size_t axis = index.size(); axis-- > 0;) {
                from += m_tensor.strides[axis];
                if (++index[axis] < m_tensor.shape[axis]) break;
                from -= m_tensor.strides[axis] * m_tensor.shape[axis];
                index[axis] = 0;
            }
        }
    }

  private:
    const StoredTensor& m_tensor;
    const size_t m_size;
    std::vector<std::byte>& m_to;
};

void turnBytes(std::vector<std::byte>& bytes, size_t each) {
    for (size_t at = 0; at + each <= bytes.size(); at += each)
        std::reverse(bytes.begin() + static_cast<ptrdiff_t>(at),
                     bytes.begin() + static_cast<ptrdiff_t>(at + each));
}

}  // namespace

int64_t StoredTensor::elements() const { return checkedElements(shape); }

std::string StoredTensor::shapeText() const { return fmt::format("[{}]", fmt::join(shape, ", ")); }

std::string whyNotStored(const StoredTensor& tensor) {
    const int64_t elements = tensor.elements();
    if (elements < 0 || elements > std::numeric_limits<int64_t>::max() / 64)
        return "its shape has more elements than 64 bits count";
    if (tensor.shape.size() > Shape::maxRank)
        return fmt::format("it has {} axes, at most {} are read", tensor.shape.size(),
                           Shape::maxRank);
    if (!tensor.dtype || elements == 0) return {};
    if (tensor.strides.empty() || isPacked(*tensor.dtype))
        return bytesOf(*tensor.dtype, elements) <= std::ssize(tensor.bytes)
                   ? std::string()
                   : fmt::format("it needs {} bytes and has {}", bytesOf(*tensor.dtype, elements),
                                 tensor.bytes.size());
    int64_t room = std::ssize(tensor.bytes) / sizeOf(*tensor.dtype) - 1;
    for (size_t axis = 0; axis < tensor.shape.size(); ++axis) {
        const int64_t steps = tensor.shape[axis] - 1, stride = tensor.strides[axis];
        if (stride < 0 || (steps > 0 && stride > room / steps) || room < 0)
            return "its strides reach beyond its numbers";
        room -= steps * stride;
    }
    return room < 0 ? "its strides reach beyond its numbers" : std::string();
}

std::vector<std::byte> plainBytes(const StoredTensor& tensor) {
    const auto size = static_cast<size_t>(bytesOf(*tensor.dtype, tensor.elements()));
    std::vector<std::byte> bytes(size);
    if (size == 0) return bytes;
    if (isPlain(tensor) || isPacked(*tensor.dtype))
        std::memcpy(bytes.data(), tensor.bytes.data(), size);
    else
        Walk(tensor, bytes).run();
    if (tensor.isBigEndian) turnBytes(bytes, static_cast<size_t>(sizeOf(*tensor.dtype)));
    return bytes;
}

}  // namespace vitrine
