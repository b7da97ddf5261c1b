// SPDX-License-Identifier: Apache-2.0
// From a snapshot into the states of another network.
#include "core/train/snapshot.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/guard.h"
#include "core/optim/extra.h"

namespace vitrine {

namespace {

const SnapshotTensor* find(const Snapshot& snapshot, const std::string& key) {
    const auto found = std::find_if(snapshot.tensors.begin(), snapshot.tensors.end(),
                                    [&](const SnapshotTensor& t) { return t.identity() == key; });
    return found == snapshot.tensors.end() ? nullptr : &*found;
}

/// The state that a tensor is written into; null: none.
const StateLayout::Item* placeOf(const SnapshotTensor& tensor, const StateLayout& states) {
    const StateLayout::Item* item = states.findByKey(tensor.identity());
    if (!item || item->shape != tensor.shape || item->dtype != tensor.dtype) return nullptr;
    return item->kind == StateKind::Constant ? nullptr : item;  // those are the document's own
}

}  // namespace

Result<void> checkFits(const Snapshot& snapshot, const StateLayout& states) {
    for (const StateLayout::Item& item : states.items()) {
        const SnapshotTensor* found = find(snapshot, item.key);
        if (found && found->shape == item.shape && found->dtype == item.dtype) continue;
        return Error{
            "C02",
            !found ? fmt::format("the checkpoint has no tensor '{}'", item.name)
                   : fmt::format("the checkpoint's tensor '{}' is {} {}, the network wants {} {}",
                                 item.name, name(found->dtype), found->shape.text(),
                                 name(item.dtype), item.shape.text()),
            {},
            "Nothing was loaded.",
            "Resume with the project that the run was made with."};
    }
    return {};
}

std::vector<std::string> missingIn(const Snapshot& snapshot, const StateLayout& states) {
    std::vector<std::string> missing;
    for (const StateLayout::Item& item : states.items()) {
        if (item.kind == StateKind::Slot || item.kind == StateKind::Constant) continue;
        const SnapshotTensor* found = find(snapshot, item.key);
        if (!found || found->shape != item.shape || found->dtype != item.dtype)
            missing.push_back(item.name);
    }
    return missing;
}

const SnapshotTensor& tensorInUse(const Snapshot& snapshot, const SnapshotTensor& tensor) {
    if (snapshot.position.step == 0) return tensor;
    const SnapshotTensor* average = find(snapshot, averageOf(tensor.identity()));
    return average ? *average : tensor;
}

void putBack(const Snapshot& snapshot, const StateLayout& states, Memory& memory) {
    for (const SnapshotTensor& tensor : snapshot.tensors)
        if (const StateLayout::Item* item = placeOf(tensor, states))
            orThrow(memory.write(item->offset, tensor.bytes));
}

int64_t takeOver(const Snapshot& snapshot, const StateLayout& states, Memory& memory) {
    int64_t taken = 0;
    for (const SnapshotTensor& tensor : snapshot.tensors) {
        const StateLayout::Item* item = placeOf(tensor, states);
        if (!item) continue;
        const bool isUsed = item->kind != StateKind::Slot;
        const SnapshotTensor& from = isUsed ? tensorInUse(snapshot, tensor) : tensor;
        orThrow(memory.write(item->offset, from.bytes));
        taken += isUsed;
    }
    return taken;
}

}  // namespace vitrine
