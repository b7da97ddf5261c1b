// SPDX-License-Identifier: Apache-2.0
// Bytes of a device, moved in its queue.
#include "core/device/device_memory.h"

#include <algorithm>

namespace vitrine {

Result<std::unique_ptr<DeviceMemory>> DeviceMemory::allocate(Device& device, int64_t bytes) {
    constexpr int64_t step = kernels::deviceAlignment;
    const int64_t rounded = (std::max<int64_t>(bytes, 1) + step - 1) / step * step;
    const std::string doing = "allocating " + std::to_string((rounded + 999'999) / 1'000'000) +
                              " MB of " + std::to_string(device.info().memoryBytes / 1'000'000) +
                              " MB";
    void* data = nullptr;
    VITRINE_TRY(device.ask(doing, device.m_table.allocate, rounded, &data));
    std::unique_ptr<DeviceMemory> memory(
        new DeviceMemory(device, static_cast<std::byte*>(data), rounded));
    VITRINE_TRY(memory->fill(0, rounded));
    return memory;
}

DeviceMemory::~DeviceMemory() {
    if (!m_device.isLost()) m_device.m_table.release(m_device.m_context, m_data);
}

Result<void> DeviceMemory::write(int64_t at, std::span<const std::byte> bytes) {
    const auto size = static_cast<int64_t>(bytes.size());
    checkInside(at, size);
    if (size == 0) return {};
    return m_device.ask("writing memory", m_device.m_table.write, address(at),
                        static_cast<const void*>(bytes.data()), size);
}

Result<void> DeviceMemory::read(int64_t at, std::span<std::byte> bytes) const {
    const auto size = static_cast<int64_t>(bytes.size());
    checkInside(at, size);
    if (size == 0) return {};
    return m_device.ask("reading memory", m_device.m_table.read, static_cast<void*>(bytes.data()),
                        static_cast<const void*>(address(at)), size);
}

Result<void> DeviceMemory::copy(int64_t from, int64_t to, int64_t bytes) {
    checkApart(from, to, bytes);
    if (bytes == 0) return {};
    return m_device.ask("copying memory", m_device.m_table.copy, address(to),
                        static_cast<const void*>(address(from)), bytes);
}

Result<void> DeviceMemory::fill(int64_t at, int64_t bytes, std::byte value) {
    checkInside(at, bytes);
    if (bytes == 0) return {};
    return m_device.ask("filling memory", m_device.m_table.fill, address(at),
                        std::to_integer<uint8_t>(value), bytes);
}

}  // namespace vitrine
