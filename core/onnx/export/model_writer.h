// SPDX-License-Identifier: Apache-2.0
// ModelWriter: programs of one network become one ONNX model, instruction by instruction.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/ir/program.h"
#include "core/onnx/export/out_model.h"

namespace vitrine::onnx {

/// A value that comes in or goes out, and how the file calls it.
struct WrittenEnd {
    ValueId value = noValue;
    std::string name;
    std::optional<DType> type = {};  ///< of its numbers, where it is not that of the value
};

/// What is written. Programs are those of one network for several sizes, instruction by instruction
/// the same; the first is written, and what differs in the others follows from open sizes.
struct WriteInput {
    std::span<const Program> programs;
    size_t base = 0;  ///< which of them is written
    int64_t opset = 0;
    std::string name;
    std::vector<WrittenEnd> inputs, outputs;
    /// Numbers of states, by their names.
    std::map<std::string, Numbers, std::less<>> weights;
    /// What float32 becomes.
    DType floats = DType::F32;
    /// Names of open extents: by the program (its place in `programs`) that differs in them.
    std::vector<std::string> symbols;
};

class ModelWriter {
  public:
    explicit ModelWriter(const WriteInput& input);

    /// Errors: "E01" (an operator that ONNX cannot say, with its node).
    Result<OutModel> write();
    /// How the file calls a value of the program; empty: it has none.
    const std::string& writtenName(ValueId id) const { return m_names[static_cast<size_t>(id)]; }

    // For WriteContext.
    int64_t opset() const { return m_input.opset; }
    const Program& program() const { return m_input.programs[m_input.base]; }
    const Shape& shapeOf(ValueId id) const { return program().value(id).shape; }
    DType typeOf(ValueId id) const { return program().value(id).dtype; }
    Numbers numbersOf(ValueId id) const;
    bool isRead(ValueId id) const { return m_isRead[static_cast<size_t>(id)]; }
    std::string nameOf(ValueId id);
    ElementType elementFor(DType type) const;

    /// One extent of a value in every program.
    std::vector<int64_t> everyExtent(ValueId id, int axis) const;
    bool isOpen(ValueId id, int axis) const;
    /// Whether these values, repeated to fit, have a shape in every program.
    bool repeatTo(std::span<const std::vector<Shape>> shapes, ValueId result) const;
    std::vector<Shape> everyShape(ValueId id) const;

    std::vector<std::string> add(std::string opType, std::vector<std::string> inputs,
                                 std::vector<OutAttribute> attributes, size_t outputs);
    std::string integers(const std::vector<int64_t>& list);
    std::string integer(int64_t number);
    std::string number(double value, DType type);
    std::string constant(Numbers numbers);
    /// Of the type that it has, whatever float32 becomes.
    std::string exactly(Numbers numbers);
    /// Extents of a value as a constant or, where some are open, worked out from what is there.
    /// `forReshape`: 0 keeps an extent of `of`, −1 takes what is left.
    std::string extentsOf(ValueId id, ValueId of, bool forReshape);
    void setResult(ValueId id, std::string name);
    /// What the nodes that are added next belong to.
    const Instr* current() const { return m_current; }
    /// The value behind those that only repeat it; a constant of one number is that number.
    struct Origin {
        ValueId value = noValue;
        bool isNumber = false;
    };
    Origin originOf(ValueId id) const;
    std::string nameOf(const Origin& origin);
    std::vector<Shape> shapesOf(const Origin& origin) const;

  private:
    void addInput(const WrittenEnd& end);
    void writeInstr(const Instr& instr);
    void nameResults(const Instr& instr, size_t firstNode);
    void nameOutputs();
    std::string casted(const WrittenEnd& end, const std::string& own);
    void prune();
    std::string freeName(const std::string& base);
    std::string extentNow(ValueId id, int axis, ValueId of);
    std::string shapeNode(ValueId id);
    std::vector<OutDim> dimsOf(ValueId id);
    std::string symbolOf(const std::vector<int64_t>& extents, const std::string& otherwise);
    void callOtherwise(const std::string& from, const std::string& to, size_t firstNode);
    const Program& variant(size_t k) const { return m_input.programs[k]; }

    const WriteInput& m_input;
    OutModel m_model;
    std::vector<std::string> m_names;  ///< by value
    std::vector<bool> m_isRead;
    std::map<ValueId, const StateBinding*> m_states;
    std::set<std::string, std::less<>> m_taken;
    std::map<std::string, std::string> m_constants;  ///< by type, shape and bytes
    std::map<ValueId, std::string> m_shapeNodes;
    const Instr* m_current = nullptr;
    std::vector<std::string> m_results;  ///< of the instruction that is written
};

}  // namespace vitrine::onnx
