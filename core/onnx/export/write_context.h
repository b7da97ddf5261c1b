// SPDX-License-Identifier: Apache-2.0
// WriteContext: one instruction as its rule sees it, and the nodes that the rule makes of it. What
// cannot be said in ONNX ends the rule (WriteRefusal).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/onnx/export/model_writer.h"
#include "core/opdef/descriptor.h"

namespace vitrine::onnx {

struct WriteRefusal {
    std::string why;
};

class WriteContext {
  public:
    WriteContext(ModelWriter& writer, const Instr& instr) : m_writer(writer), m_instr(instr) {}

    int64_t opset() const { return m_writer.opset(); }
    const Attrs& attrs() const { return m_instr.attrs; }
    std::string_view op() const { return m_instr.op->id; }

    // Operands, in the order of ports.
    size_t operands() const { return m_instr.in.size(); }
    bool has(size_t k) const { return k < operands() && m_instr.in[k] != noValue; }
    std::string in(size_t k) { return has(k) ? m_writer.nameOf(m_instr.in[k]) : std::string(); }
    /// All of them for an operator that repeats them as numpy does: what only repeats one is left
    /// out where ONNX does the same.
    std::vector<std::string> broadcastOperands();
    const Shape& shape(size_t k) const { return m_writer.shapeOf(m_instr.in[k]); }
    DType type(size_t k) const { return m_writer.typeOf(m_instr.in[k]); }
    /// Of a weight; null where it is none.
    Numbers numbers(size_t k) const { return m_writer.numbersOf(m_instr.in[k]); }
    const Shape& resultShape(size_t k = 0) const { return m_writer.shapeOf(m_instr.out[k]); }
    DType resultType(size_t k = 0) const { return m_writer.typeOf(m_instr.out[k]); }
    size_t results() const { return m_instr.out.size(); }
    bool isRead(size_t k) const { return m_writer.isRead(m_instr.out[k]); }

    /// An axis of operand k as a number from 0.
    int64_t axisOf(size_t k, std::string_view field = "axis") const;
    /// Whether an extent of a result follows from open sizes.
    bool isOpen(size_t result, int axis) const {
        return m_writer.isOpen(m_instr.out[result], axis);
    }

    // What it becomes.
    std::string emit(std::string_view opType, std::vector<std::string> inputs,
                     std::vector<OutAttribute> attributes = {});
    std::vector<std::string> emitSeveral(std::string_view opType, std::vector<std::string> inputs,
                                         std::vector<OutAttribute> attributes, size_t outputs);
    void give(std::string name, size_t result = 0);

    /// Constants: a list of whole numbers, one of them, one number of a type, any.
    std::string integers(const std::vector<int64_t>& list) { return m_writer.integers(list); }
    std::string integer(int64_t number) { return m_writer.integer(number); }
    std::string number(double value, DType type) { return m_writer.number(value, type); }
    std::string constant(Numbers numbers) { return m_writer.constant(std::move(numbers)); }
    /// Float32 whatever the model computes with, as factors of a resize are.
    std::string scales(Numbers numbers) { return m_writer.exactly(std::move(numbers)); }

    std::string cast(const std::string& x, DType to);
    /// x in the shape of a result; what follows from open sizes is worked out there.
    std::string reshaped(const std::string& x, size_t result = 0);
    std::string reshaped(const std::string& x, const std::vector<int64_t>& shape);
    /// The extents of a result as a list, for operators that want them as they are.
    std::string extents(size_t result = 0);
    std::string transposed(const std::string& x, const std::vector<int64_t>& permutation);
    /// `op` along axes, which are an attribute in older operator sets.
    std::string reduced(std::string_view opType, const std::string& x,
                        const std::vector<int64_t>& axes, bool keeps);
    std::string unsqueezed(const std::string& x, const std::vector<int64_t>& axes);
    std::string squeezed(const std::string& x, const std::vector<int64_t>& axes);
    /// [C] so that it stands at the channels of images of this rank.
    std::string perChannel(const std::string& x, int rank);

    [[noreturn]] void refuse(std::string why) const { throw WriteRefusal{std::move(why)}; }

  private:
    ModelWriter& m_writer;
    const Instr& m_instr;
};

}  // namespace vitrine::onnx
