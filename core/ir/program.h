// SPDX-License-Identifier: Apache-2.0
// Program: a list of instructions over typed values, each value defined once. Forward, backward,
// clipping and update of a training step are one Program; passes and differentiation are functions
// from Program to Program.
#pragma once

#include <cstdint>
#include <memory>
#include <ranges>
#include <string>
#include <vector>

#include "core/base/field.h"
#include "core/tensor/shape.h"
#include "core/tensor/tensor_data.h"
#include "kernels/api/dtype.h"

namespace vitrine {

struct OpDescriptor;

using ValueId = int32_t;
inline constexpr ValueId noValue = -1;

/// Which part of a step an instruction belongs to.
enum class Phase : uint8_t { Forward, Loss, Metric, Backward, Clip, Update };
std::string_view name(Phase phase);

/// Logical type of a value: what inferShapes works with.
struct ValueShape {
    Shape shape;
    DType dtype = DType::F32;
    bool isThere = true;  ///< false: of an operand that is missing
    bool operator==(const ValueShape&) const = default;
};
inline constexpr ValueShape missingShape = {.shape = {}, .dtype = DType::F32, .isThere = false};

struct Value {
    Shape shape;
    DType dtype = DType::F32;
    std::string name;    ///< unique where given; intermediates are named after node and port
    int definedBy = -1;  ///< instruction, or -1 for inputs and states
};

/// An operator that a pass folded into the instruction before it, where it works on what that has
/// given so far. Operands that the instruction has not yet stand at the end of its own. `at`: into
/// an instruction behind it, where it works on one of that one's operands while it is loaded; so
/// far is what that operand has become then.
struct FusedOp {
    static constexpr int soFar = -1;
    const OpDescriptor* op = nullptr;
    Attrs attrs;
    /// What never reaches memory: what was given so far, or `at` an operand, what this one gives;
    /// none of sums.
    ValueId hidden = noValue;
    std::vector<std::string> origins = {};  ///< of this operator alone; the instruction lists all
    std::vector<int> reads = {};  ///< its operands: places in the instruction's `in`, or soFar
    int added = 0;                ///< how many of them it put there
    int at = soFar;
};

struct Instr {
    const OpDescriptor* op = nullptr;
    Attrs attrs;
    std::vector<ValueId> in;  ///< operand k is that of port k; noValue: missing
    std::vector<ValueId> out;
    /// What is done to operands when they are loaded, in order; what else these read stands behind
    /// all other operands.
    std::vector<FusedOp> loads;
    std::vector<FusedOp> epilogue;  ///< one after the other; the last gives the result
    /// Reductions by channel of the result, whose own results follow it: nothing is hidden, and
    /// their operands stand behind those of the epilogue.
    std::vector<FusedOp> sums;
    std::vector<std::string>
        origins;  ///< paths of the graph nodes it comes from, `stage2/block1/conv`
    Phase phase = Phase::Forward;

    /// What was folded in: loads, the epilogue, then the sums.
    size_t foldedCount() const { return loads.size() + epilogue.size() + sums.size(); }
    const FusedOp& folded(size_t k) const {
        if (k < loads.size()) return loads[k];
        k -= loads.size();
        return k < epilogue.size() ? epilogue[k] : sums[k - epilogue.size()];
    }

    /// Those operands that are there.
    auto operands() const {
        return std::views::filter(in, [](ValueId value) { return value != noValue; });
    }
};

/// Something that lives from step to step. Fixed ones, frozen weights and constants, no step
/// changes; constants belong to the document, and no other run's weights replace them.
enum class StateKind : uint8_t { Parameter, Frozen, Constant, Statistic, Slot };
constexpr bool isFixed(StateKind kind) {
    return kind == StateKind::Frozen || kind == StateKind::Constant;
}

/// How a state starts.
enum class InitKind : uint8_t {
    Zeros,
    Ones,
    KaimingUniform,
    KaimingNormal,
    XavierUniform,
    XavierNormal
};
struct Init {
    InitKind kind = InitKind::Zeros;
    int64_t fanIn = 1, fanOut = 1;
};

/// Something that lives from step to step: a named input and, where the Program changes it, output.
struct StateBinding {
    std::string name;  ///< `conv1.weight`, `bn1.running_mean`, `conv1.weight/momentum`
    StateKind kind = StateKind::Parameter;
    ValueId in = noValue;
    ValueId out = noValue;  ///< noValue where the Program only reads it
    Init init;
    std::string key;  ///< the name with keys of nodes in it, which no renaming changes
    std::shared_ptr<const TensorData> data = {};  ///< what it starts with instead of `init`
};

struct NamedValue {
    std::string name;
    ValueId value = noValue;
};

/// A column of the data, and the input that its batch is written into.
struct DataInput {
    std::string node;    ///< id of the graph's input
    std::string column;  ///< what it takes of each example
    ValueId value = noValue;
};

/// Values are numbered in order of definition; instructions stand in an order in which they can
/// run.
struct Program {
    std::vector<Value> values;
    std::vector<Instr> instrs;
    /// Instructions that became part of the loads of all their readers: they run there.
    std::vector<Instr> loaded = {};
    std::vector<NamedValue> inputs;  ///< those of `data`, `lr`, `step`, `rng_key`
    std::vector<DataInput> data;
    std::vector<StateBinding> states;
    std::vector<NamedValue> outputs;  ///< `loss`, `output:fc3`, `grad_norm`, …
    int64_t batch = 0;

    const Value& value(ValueId id) const { return values[static_cast<size_t>(id)]; }
    /// That of noValue is missing.
    ValueShape shapeOf(ValueId id) const {
        return id == noValue ? missingShape : ValueShape{value(id).shape, value(id).dtype};
    }
    ValueId find(const std::vector<NamedValue>& list, std::string_view name) const;
    ValueId input(std::string_view name) const { return find(inputs, name); }
    ValueId output(std::string_view name) const { return find(outputs, name); }
    const StateBinding* state(std::string_view name) const;
};

}  // namespace vitrine
