// SPDX-License-Identifier: Apache-2.0
// Builder: appends instructions to a Program, with shapes inferred. Operators use it in build, vjp
// and jvp.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/ir/program.h"

namespace vitrine {

class Builder {
  public:
    struct Options {
        bool training = true;
        DType floatType = DType::F32;
    };
    Builder(Program& program, Options options);

    Program& program() { return m_program; }
    bool training() const { return m_options.training; }
    DType floatType() const { return m_options.floatType; }
    Shape shape(ValueId id) const { return m_program.value(id).shape; }
    DType dtype(ValueId id) const { return m_program.value(id).dtype; }

    ValueId addInput(std::string name, const Shape& shape, DType dtype);
    /// Without a key it has its name for one.
    ValueId addState(std::string name, StateKind kind, const Shape& shape, DType dtype, Init init,
                     std::string key = {}, std::shared_ptr<const TensorData> data = {});
    void addOutput(std::string name, ValueId value);
    /// `state` is a value made by addState; from now on a step replaces it with `next`. Nothing
    /// happens to a value that is none.
    void updateState(ValueId state, ValueId next);

    /// Appends operator `op` (primitive: as it is; composite: what its build appends) and gives its
    /// outputs. Shapes must fit: the graph's shape pass has seen to it for users' graphs, rules are
    /// responsible for their own.
    std::vector<ValueId> emitAll(std::string_view op, const Attrs& attrs,
                                 std::span<const ValueId> in);
    ValueId emit(std::string_view op, const Attrs& attrs, std::initializer_list<ValueId> in);
    /// With default fields.
    ValueId emit(std::string_view op, std::initializer_list<ValueId> in);
    /// Default fields of an operator, to be changed with Attrs::with.
    Attrs attrs(std::string_view op) const;

    /// Short forms that rules use often.
    ValueId add(ValueId a, ValueId b) { return emit("add", {a, b}); }
    ValueId sub(ValueId a, ValueId b) { return emit("sub", {a, b}); }
    ValueId mul(ValueId a, ValueId b) { return emit("mul", {a, b}); }
    ValueId scale(ValueId a, double factor);
    ValueId reshape(ValueId a, const Shape& shape);
    /// Repeated along axes of extent 1, or that it has not, to a shape.
    ValueId expand(ValueId a, const Shape& shape);
    /// Sums along axes, which stay with extent 1 or go.
    ValueId reduceSum(ValueId a, const std::vector<int64_t>& axes, bool keepsAxes = true);
    /// A value filled with a constant.
    ValueId constant(const Shape& shape, DType dtype, double value);

    /// What appended instructions belong to, until changed: paths of nodes' ids, and the same paths
    /// of their keys, where they are others.
    void setOrigins(std::vector<std::string> origins, std::vector<std::string> keys = {}) {
        m_keys = keys.empty() ? origins : std::move(keys);
        m_origins = std::move(origins);
    }
    const std::vector<std::string>& origins() const { return m_origins; }
    /// What random streams follow from: no renaming changes it.
    const std::vector<std::string>& keys() const { return m_keys; }
    void setPhase(Phase phase) { m_phase = phase; }
    /// Base name of the values that are appended next: `conv1`, then `conv1.2` where it is taken,
    /// and `conv1.index` for the second output `index`. Empty: no names.
    void setName(std::string name) { m_name = std::move(name); }

  private:
    /// Operands as ports that broadcast want them.
    std::vector<ValueId> expanded(const OpDescriptor& op, std::span<const ValueId> in);
    ValueId addValue(const ValueShape& type, std::string name, int definedBy);
    std::string freeName(const std::string& base);
    /// Takes note of the states that the program has got since.
    void findStates();

    Program& m_program;
    std::unordered_map<std::string, int> m_taken;  ///< value names → last number used
    std::unordered_set<std::string> m_stateNames;
    std::unordered_map<ValueId, size_t> m_stateAt;  ///< by the value that a step begins with
    size_t m_statesFound = 0;
    Options m_options;
    std::vector<std::string> m_origins, m_keys;
    std::string m_name;
    Phase m_phase = Phase::Forward;
};

}  // namespace vitrine
