// SPDX-License-Identifier: Apache-2.0
// What rules often write.
#include "core/onnx/export/write_context.h"

#include "core/onnx/value.h"

namespace vitrine::onnx {

namespace {

/// Operator sets from which axes are an operand.
int64_t axesAreOperandsOf(std::string_view opType) { return opType == "ReduceSum" ? 13 : 18; }

}  // namespace

std::vector<std::string> WriteContext::broadcastOperands() {
    std::vector<ModelWriter::Origin> origins;
    std::vector<std::vector<Shape>> shapes;
    for (const ValueId value : m_instr.in) {
        origins.push_back(m_writer.originOf(value));
        shapes.push_back(m_writer.shapesOf(origins.back()));
    }
    const bool fits = m_writer.repeatTo(shapes, m_instr.out[0]);
    std::vector<std::string> names;
    for (size_t k = 0; k < origins.size(); ++k)
        names.push_back(fits ? m_writer.nameOf(origins[k]) : in(k));
    return names;
}

int64_t WriteContext::axisOf(size_t k, std::string_view field) const {
    const int64_t axis = attrs().integer(field);
    return axis < 0 ? axis + shape(k).rank() : axis;
}

std::string WriteContext::emit(std::string_view opType, std::vector<std::string> inputs,
                               std::vector<OutAttribute> attributes) {
    return emitSeveral(opType, std::move(inputs), std::move(attributes), 1).front();
}

std::vector<std::string> WriteContext::emitSeveral(std::string_view opType,
                                                   std::vector<std::string> inputs,
                                                   std::vector<OutAttribute> attributes,
                                                   size_t outputs) {
    return m_writer.add(std::string(opType), std::move(inputs), std::move(attributes), outputs);
}

void WriteContext::give(std::string name, size_t result) {
    m_writer.setResult(m_instr.out[result], std::move(name));
}

std::string WriteContext::cast(const std::string& x, DType to) {
    return emit("Cast", {x}, {{"to", static_cast<int64_t>(m_writer.elementFor(to))}});
}

std::string WriteContext::reshaped(const std::string& x, size_t result) {
    const ValueId of = m_instr.in.empty() ? noValue : m_instr.in[0];
    const bool isOfOperand = of != noValue && x == m_writer.nameOf(of);
    return emit("Reshape",
                {x, m_writer.extentsOf(m_instr.out[result], isOfOperand ? of : noValue, true)});
}

std::string WriteContext::reshaped(const std::string& x, const std::vector<int64_t>& shape) {
    return emit("Reshape", {x, integers(shape)});
}

std::string WriteContext::extents(size_t result) {
    return m_writer.extentsOf(m_instr.out[result], noValue, false);
}

std::string WriteContext::transposed(const std::string& x,
                                     const std::vector<int64_t>& permutation) {
    return emit("Transpose", {x}, {{"perm", permutation}});
}

std::string WriteContext::reduced(std::string_view opType, const std::string& x,
                                  const std::vector<int64_t>& axes, bool keeps) {
    std::vector<std::string> inputs{x};
    std::vector<OutAttribute> attributes{{"keepdims", int64_t{keeps}}};
    if (opset() >= axesAreOperandsOf(opType))
        inputs.push_back(integers(axes));
    else
        attributes.push_back({"axes", axes});
    return emit(opType, std::move(inputs), std::move(attributes));
}

std::string WriteContext::unsqueezed(const std::string& x, const std::vector<int64_t>& axes) {
    return emit("Unsqueeze", {x, integers(axes)});
}

std::string WriteContext::squeezed(const std::string& x, const std::vector<int64_t>& axes) {
    return emit("Squeeze", {x, integers(axes)});
}

std::string WriteContext::perChannel(const std::string& x, int rank) {
    std::vector<int64_t> shape(static_cast<size_t>(rank) - 1, 1);
    shape.front() = -1;
    return rank < 3 ? x : reshaped(x, shape);
}

}  // namespace vitrine::onnx
