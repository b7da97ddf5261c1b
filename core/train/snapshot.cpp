// SPDX-License-Identifier: Apache-2.0
// From a snapshot into the states of another network.
#include "core/train/snapshot.h"

#include <cstring>

namespace vitrine {

int64_t takeOver(const Snapshot& snapshot, const StateLayout& states, std::byte* base) {
    int64_t taken = 0;
    for (const SnapshotTensor& tensor : snapshot.tensors) {
        const StateLayout::Item* item = states.find(tensor.name);
        if (!item || item->shape != tensor.shape || item->dtype != tensor.dtype) continue;
        std::memcpy(base + item->offset, tensor.bytes.data(), tensor.bytes.size());
        taken += item->kind != StateKind::Slot;
    }
    return taken;
}

}  // namespace vitrine
