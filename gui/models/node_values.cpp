// SPDX-License-Identifier: GPL-3.0-or-later
// Walks over the forward part of a tape.
#include "gui/models/node_values.h"

#include <algorithm>

#include "core/graph/special_nodes.h"

namespace vitrine::gui {

namespace {

bool isForward(const TapeEntry& entry) {
    return entry.instr.phase == Phase::Forward || entry.instr.phase == Phase::Loss;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// What a packed weight was packed from; any other value itself.
ValueId unpacked(const Tape& tape, ValueId value) {
    if (value == noValue || tape.value(value).type.layout.kind != LayoutKind::Packed) return value;
    return tape.entries[static_cast<size_t>(definingEntry(tape, value))].instr.in[0];
}

}  // namespace

int makingEntry(const Tape& tape, ValueId value) {
    const int inside = fusingEntry(tape, value);
    return inside >= 0 ? inside : definingEntry(tape, value);
}

ValueId resultOf(const Tape& tape, const Node& node) {
    // Numbers that instructions have made of what is stored are found below.
    const auto data = std::ranges::find(tape.data, node.id, &DataInput::node);
    ValueId result = noValue;
    for (const TapeEntry& entry : tape.entries) {
        if (!isForward(entry) || entry.instr.out.empty()) continue;
        if (!contains(entry.instr.origins, node.id)) continue;
        std::vector<ValueId> made{entry.instr.out[0]};
        for (const FusedOp& load : entry.instr.loads) made.push_back(load.hidden);
        for (const FusedOp& fused : entry.instr.epilogue) made.push_back(fused.hidden);
        for (ValueId value : made)
            if (contains(originsOf(tape, value), node.id)) {
                result = value;
                break;
            }
    }
    return result == noValue && data != tape.data.end() ? data->value : result;
}

std::vector<ValueId> statesOf(const Tape& tape, const std::string& node) {
    std::vector<ValueId> states;
    for (const TapeEntry& entry : tape.entries) {
        if (!isForward(entry) || !contains(entry.instr.origins, node)) continue;
        for (const TapeState& state : tape.states) {
            const bool isOperand = std::ranges::any_of(
                entry.instr.in, [&](ValueId value) { return unpacked(tape, value) == state.in; });
            const bool isKnown = std::find(states.begin(), states.end(), state.in) != states.end();
            if (isOperand && !isKnown) states.push_back(state.in);
        }
    }
    return states;
}

const TapeState* stateOf(const Tape& tape, ValueId value) {
    const auto found =
        std::find_if(tape.states.begin(), tape.states.end(), [&](const TapeState& state) {
            return value != noValue && (state.in == value || state.out == value);
        });
    return found == tape.states.end() ? nullptr : &*found;
}

namespace {

/// Clipping and updates see parameters, their gradients and slots, and nothing of the batch.
bool isOfUpdate(const Tape& tape, ValueId value) {
    return std::ranges::any_of(tape.entries, [&](const TapeEntry& entry) {
        if (entry.instr.phase != Phase::Clip && entry.instr.phase != Phase::Update) return false;
        const auto& made = entry.instr.out;
        return std::ranges::find(made, value) != made.end() ||
               std::ranges::any_of(entry.instr.operands(),
                                   [&](ValueId operand) { return operand == value; });
    });
}

}  // namespace

FirstAxis firstAxisOf(const Tape& tape, ValueId value) {
    const TensorType& type = tape.value(value).type;
    const bool isPacked = type.layout.kind == LayoutKind::Packed;
    if (isPacked || stateOf(tape, value) || isOfUpdate(tape, value)) return FirstAxis::Filters;
    const bool isBatch = type.shape.rank() > 0 && type.shape[0] == tape.batch;
    return isBatch ? FirstAxis::Images : FirstAxis::Indices;
}

}  // namespace vitrine::gui
