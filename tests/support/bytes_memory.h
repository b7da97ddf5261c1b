// SPDX-License-Identifier: Apache-2.0
// Memory that a test sees through: a list of bytes, of the host or as if it were a device's.
#pragma once

#include <algorithm>
#include <vector>

#include "core/device/memory.h"

namespace vitrine::test {

class BytesMemory final : public Memory {
  public:
    explicit BytesMemory(int64_t size, std::byte value = std::byte{0}, bool isOnHost = true)
        : Memory(size), bytes(static_cast<size_t>(size), value), m_isOnHost(isOnHost) {}

    Result<void> write(int64_t at, std::span<const std::byte> from) override {
        checkInside(at, std::ssize(from));
        std::ranges::copy(from, bytes.begin() + at);
        return {};
    }
    Result<void> read(int64_t at, std::span<std::byte> to) const override {
        checkInside(at, std::ssize(to));
        std::copy_n(bytes.begin() + at, std::ssize(to), to.begin());
        return {};
    }
    Result<void> copy(int64_t from, int64_t to, int64_t count) override {
        checkApart(from, to, count);
        std::copy_n(bytes.begin() + from, count, bytes.begin() + to);
        return {};
    }
    Result<void> fill(int64_t at, int64_t count, std::byte value) override {
        checkInside(at, count);
        std::fill_n(bytes.begin() + at, count, value);
        return {};
    }
    std::byte* host() override { return m_isOnHost ? bytes.data() : nullptr; }
    const std::byte* host() const override { return m_isOnHost ? bytes.data() : nullptr; }

    std::vector<std::byte> bytes;

  private:
    const bool m_isOnHost;
};

}  // namespace vitrine::test
