// SPDX-License-Identifier: Apache-2.0
// From a state's key to the copy's tensor.
#include "core/session/kept_value.h"

#include <algorithm>

#include "core/exec/value_reader.h"

namespace vitrine {

std::optional<ValueSnapshot> keptValue(const Snapshot& states, const Tape& tape,
                                       const ValueQuery& query) {
    const auto state = std::find_if(
        tape.states.begin(), tape.states.end(),
        [&](const TapeState& s) { return s.in == query.value || s.out == query.value; });
    if (state == tape.states.end()) return {};
    const Shape& shape = tape.value(state->in).type.shape;
    const auto tensor = std::find_if(
        states.tensors.begin(), states.tensors.end(),
        [&](const SnapshotTensor& t) { return t.identity() == state->key && t.shape == shape; });
    if (tensor == states.tensors.end()) return {};
    ValueSnapshot snapshot;
    snapshot.query = query;
    snapshot.step = states.position.step;
    snapshot.isBetweenSteps = true;
    snapshot.name = state->name;
    snapshot.type = TensorType::rowMajor(tensor->shape, tensor->dtype);
    snapshot.isAlive = true;
    addContents(snapshot, tensor->bytes.data());
    return snapshot;
}

}  // namespace vitrine
