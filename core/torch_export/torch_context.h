// SPDX-License-Identifier: Apache-2.0
// TorchContext: one instruction as its rule sees it, and the lines that the rule makes of it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/opdef/descriptor.h"
#include "core/torch_export/torch_module.h"

namespace vitrine::torch_export {

struct TorchRefusal {
    std::string why;
};

/// The module so far.
class TorchWriter {
  public:
    explicit TorchWriter(const TorchInput& input);
    Result<TorchModule> write();

    // For TorchContext.
    const Program& program() const { return m_input.programs[0]; }
    std::string variableOf(ValueId id);
    Numbers numbersOf(ValueId id) const;
    bool isOpen(ValueId id, int axis) const;
    /// `x.shape[0]` of an operand or an input that has an extent; empty: none has.
    std::string extentWord(const Instr& instr, ValueId id, int axis);
    /// Whether whoever reads an instruction's result repeats it by itself, beside one that has the
    /// whole shape.
    bool isRepeatedByReaders(const Instr& instr) const;
    bool isSame(ValueId a, int axisOfA, ValueId b, int axisOfB) const;
    void line(std::string text) { m_lines.push_back(std::move(text)); }
    void member(const std::string& text) { m_members.push_back(text); }
    /// A variable of forward(), or a member: their names are apart.
    std::string freeWord(std::string_view wanted) { return freeWord(m_words, wanted); }
    std::string freeMember(std::string_view wanted) { return freeWord(m_memberWords, wanted); }
    void keep(const std::string& key, Numbers numbers) { m_weights[key] = std::move(numbers); }
    void setVariable(ValueId id, std::string word) { m_variables[id] = std::move(word); }

  private:
    void writeInstr(const Instr& instr);
    std::string text() const;
    std::string signature() const;
    std::string factsText() const;
    using Words = std::set<std::string, std::less<>>;
    static std::string freeWord(Words& taken, std::string_view wanted);

    const TorchInput& m_input;
    std::map<ValueId, const StateBinding*> m_states;
    std::map<ValueId, std::string> m_variables;
    Words m_words, m_memberWords;
    std::vector<std::string> m_members, m_lines;
    std::map<std::string, Numbers> m_weights;
    std::vector<std::string> m_inputs, m_outputs;
};

class TorchContext {
  public:
    TorchContext(TorchWriter& writer, const Instr& instr) : m_writer(writer), m_instr(instr) {}

    const Attrs& attrs() const { return m_instr.attrs; }
    std::string_view op() const { return m_instr.op->id; }
    size_t operands() const { return m_instr.in.size(); }
    bool has(size_t k) const { return k < operands() && m_instr.in[k] != noValue; }
    std::string in(size_t k) { return m_writer.variableOf(m_instr.in[k]); }
    const Shape& shape(size_t k) const { return m_writer.program().value(m_instr.in[k]).shape; }
    DType type(size_t k) const { return m_writer.program().value(m_instr.in[k]).dtype; }
    const Shape& resultShape(size_t k = 0) const {
        return m_writer.program().value(m_instr.out[k]).shape;
    }
    DType resultType(size_t k = 0) const { return m_writer.program().value(m_instr.out[k]).dtype; }
    int64_t axisOf(size_t k, std::string_view field = "axis") const;

    /// A module of its own, and its name in the state dict: `self.conv1`. `constructor`:
    /// `nn.Conv2d(3, 8, 3)`.
    std::string module(const std::string& constructor);
    /// An operand that is the module's: `weight`, as the module stores it.
    void moduleWeight(size_t operand, std::string_view key);
    void moduleWeight(std::string_view key, Numbers numbers);
    /// Numbers that follow from the network, as a buffer of the whole: `self.up_places`.
    std::string buffer(std::string_view what, Numbers numbers);
    /// Whether the document's own parameters feed these operands, so that a module can have them.
    bool ownsWeights(std::initializer_list<size_t> operands) const;

    /// A line `y = expression`.
    void give(const std::string& expression, size_t result = 0);
    /// A line of its own: `y, h = …`.
    void giveAll(const std::string& expression, const std::vector<std::string>& targets);
    std::string resultVariable(size_t result);
    bool isRepeatedByReaders() const { return m_writer.isRepeatedByReaders(m_instr); }
    /// The extents of a result in Python, with −1 or `x.shape[0]` for what follows the batch.
    std::string extents(size_t result = 0, bool mayInfer = true);

    [[noreturn]] void refuse(std::string why) const { throw TorchRefusal{std::move(why)}; }

  private:
    TorchWriter& m_writer;
    const Instr& m_instr;
    std::string m_module;
};

/// `3`, or `(3, 5)` where they differ.
std::string tupleOf(const std::vector<int64_t>& list);
/// `(3, 5)`, `(3,)`.
std::string listOf(const std::vector<int64_t>& list);
/// A number as Python writes it.
std::string real(double value);
/// `torch.float32`
std::string torchType(DType type);

}  // namespace vitrine::torch_export
