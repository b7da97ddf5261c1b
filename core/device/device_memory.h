// SPDX-License-Identifier: Apache-2.0
// Memory of a device.
#pragma once

#include "core/device/device.h"
#include "core/device/memory.h"

namespace vitrine {

class DeviceMemory final : public Memory {
  public:
    /// Zeros, at a multiple of kernels::deviceAlignment. `device` must outlive it. Errors: "H03"
    /// with need and have.
    static Result<std::unique_ptr<DeviceMemory>> allocate(Device& device, int64_t bytes);
    ~DeviceMemory() override;

    Result<void> write(int64_t at, std::span<const std::byte> bytes) override;
    Result<void> read(int64_t at, std::span<std::byte> bytes) const override;
    Result<void> copy(int64_t from, int64_t to, int64_t bytes) override;
    Result<void> fill(int64_t at, int64_t bytes, std::byte value = std::byte{0}) override;

    Device& device() const { return m_device; }
    /// An address of the device's, for operands of its kernels.
    void* address(int64_t at) const { return m_data + at; }

  private:
    DeviceMemory(Device& device, std::byte* data, int64_t bytes)
        : Memory(bytes), m_device(device), m_data(data) {}

    Device& m_device;
    std::byte* m_data;
};

}  // namespace vitrine
