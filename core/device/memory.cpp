// SPDX-License-Identifier: Apache-2.0
// What all memories have: looking at bytes, and moving them from one to another.
#include "core/device/memory.h"

namespace vitrine {

Result<HostView> Memory::view(int64_t at, int64_t bytes) const {
    checkInside(at, bytes);
    const auto size = static_cast<size_t>(bytes);
    if (const std::byte* const start = host())
        return HostView(std::span<const std::byte>(start + at, size));
    std::vector<std::byte> copy(size);
    VITRINE_TRY(read(at, copy));
    return HostView(std::move(copy));
}

Result<void> copyBetween(const Memory& from, int64_t at, Memory& to, int64_t place, int64_t bytes) {
    const Result<HostView> view = from.view(at, bytes);
    if (!view.ok()) return view.error();
    return to.write(place, view->bytes());
}

}  // namespace vitrine
