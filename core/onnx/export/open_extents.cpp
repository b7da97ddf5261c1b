// SPDX-License-Identifier: Apache-2.0
// Extents that follow from sizes which the model leaves open: kept, left over, or worked out from
// the shapes of what is there.
#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "core/onnx/export/model_writer.h"
#include "core/onnx/export/write_context.h"
#include "core/opdef/shape_rules.h"

namespace vitrine::onnx {

std::vector<int64_t> ModelWriter::everyExtent(ValueId id, int axis) const {
    std::vector<int64_t> extents;
    for (const Program& program : m_input.programs)
        extents.push_back(program.value(id).shape[axis]);
    return extents;
}

bool ModelWriter::isOpen(ValueId id, int axis) const {
    const std::vector<int64_t> extents = everyExtent(id, axis);
    return std::ranges::any_of(extents, [&](int64_t e) { return e != extents.front(); });
}

std::vector<Shape> ModelWriter::everyShape(ValueId id) const {
    std::vector<Shape> shapes;
    for (const Program& program : m_input.programs) shapes.push_back(program.value(id).shape);
    return shapes;
}

ModelWriter::Origin ModelWriter::originOf(ValueId id) const {
    for (;;) {
        const int maker = id == noValue ? -1 : program().value(id).definedBy;
        if (maker < 0) return {id};
        const Instr& instr = program().instrs[static_cast<size_t>(maker)];
        if (instr.op->id == "constant") return {id, true};
        if (instr.op->id != "expand") return {id};
        id = instr.in[0];
    }
}

std::string ModelWriter::nameOf(const Origin& origin) {
    if (!origin.isNumber) return nameOf(origin.value);
    const int maker = program().value(origin.value).definedBy;
    const Instr& instr = program().instrs[static_cast<size_t>(maker)];
    return number(instr.attrs.real("value"), typeOf(origin.value));
}

std::vector<Shape> ModelWriter::shapesOf(const Origin& origin) const {
    return origin.isNumber ? std::vector<Shape>(m_input.programs.size()) : everyShape(origin.value);
}

bool ModelWriter::repeatTo(std::span<const std::vector<Shape>> shapes, ValueId result) const {
    const std::vector<Shape> wanted = everyShape(result);
    for (size_t program = 0; program < wanted.size(); ++program) {
        Shape common;
        for (const std::vector<Shape>& operand : shapes) {
            const auto both = broadcastShape(common, operand[program]);
            if (!both) return false;
            common = *both;
        }
        if (common != wanted[program]) return false;
    }
    return true;
}

std::string ModelWriter::shapeNode(ValueId id) {
    std::string& name = m_shapeNodes[id];
    if (name.empty()) name = add("Shape", {nameOf(id)}, {}, 1).front();
    return name;
}

/// One open extent as a list of one: that of an operand or of an input of the network, or so many
/// times that.
std::string ModelWriter::extentNow(ValueId id, int axis, ValueId of) {
    const std::vector<int64_t> wanted = everyExtent(id, axis);
    std::vector<ValueId> sources;
    if (of != noValue) sources.push_back(of);
    for (const ValueId operand : m_current->operands()) sources.push_back(operand);
    for (const WrittenEnd& input : m_input.inputs) sources.push_back(input.value);
    for (const bool isExact : {true, false})
        for (const ValueId source : sources)
            for (int k = 0; k < shapeOf(source).rank(); ++k) {
                const std::vector<int64_t> has = everyExtent(source, k);
                if (!isOpen(source, k) || has.front() == 0) continue;
                const int64_t common = std::gcd(wanted.front(), has.front());
                const int64_t times = wanted.front() / common, parts = has.front() / common;
                if (isExact && (times != 1 || parts != 1)) continue;
                const auto follows = [&](size_t i) { return wanted[i] * parts == has[i] * times; };
                bool isSame = true;
                for (size_t i = 0; i < wanted.size(); ++i) isSame = isSame && follows(i);
                if (!isSame) continue;
                std::string extent =
                    add("Gather", {shapeNode(source), integers({k})}, {{"axis", int64_t{0}}}, 1)
                        .front();
                if (times != 1) extent = add("Mul", {extent, integers({times})}, {}, 1).front();
                if (parts != 1) extent = add("Div", {extent, integers({parts})}, {}, 1).front();
                return extent;
            }
    throw WriteRefusal{
        fmt::format("extent {} of what it gives follows from an open size in a way "
                    "that cannot be written; fix that size",
                    axis)};
}

std::string ModelWriter::extentsOf(ValueId id, ValueId of, bool forReshape) {
    const Shape shape = shapeOf(id);
    std::vector<int64_t> list(shape.dims().begin(), shape.dims().end());
    std::vector<int> open;
    for (int axis = 0; axis < shape.rank(); ++axis)
        if (isOpen(id, axis)) open.push_back(axis);
    if (open.empty()) return integers(list);
    if (forReshape) {
        const auto isKept = [&](int axis) {
            return of != noValue && axis < shapeOf(of).rank() &&
                   everyExtent(id, axis) == everyExtent(of, axis);
        };
        const size_t kept = static_cast<size_t>(std::ranges::count_if(open, isKept));
        if (open.size() - kept <= 1) {
            for (const int axis : open) list[static_cast<size_t>(axis)] = isKept(axis) ? 0 : -1;
            return integers(list);
        }
    }
    std::vector<std::string> parts;
    std::vector<int64_t> fixed;
    const auto addFixed = [&] {
        if (!fixed.empty()) parts.push_back(integers(fixed));
        fixed.clear();
    };
    for (int axis = 0; axis < shape.rank(); ++axis) {
        if (!isOpen(id, axis)) {
            fixed.push_back(shape[axis]);
            continue;
        }
        addFixed();
        parts.push_back(extentNow(id, axis, of));
    }
    addFixed();
    if (parts.size() == 1) return parts.front();
    return add("Concat", parts, {{"axis", int64_t{0}}}, 1).front();
}

std::string ModelWriter::symbolOf(const std::vector<int64_t>& extents,
                                  const std::string& otherwise) {
    for (const WrittenEnd& input : m_input.inputs)
        for (int k = 0; k < shapeOf(input.value).rank(); ++k) {
            if (everyExtent(input.value, k) != extents) continue;
            for (size_t program = 1; program < extents.size(); ++program)
                if (extents[program] != extents[0]) return m_input.symbols[program];
        }
    return otherwise;
}

std::vector<OutDim> ModelWriter::dimsOf(ValueId id) {
    std::vector<OutDim> dims;
    const Shape shape = shapeOf(id);
    for (int axis = 0; axis < shape.rank(); ++axis) {
        if (!isOpen(id, axis))
            dims.emplace_back(shape[axis]);
        else
            dims.emplace_back(
                symbolOf(everyExtent(id, axis), fmt::format("{}_{}", nameOf(id), axis)));
    }
    return dims;
}

}  // namespace vitrine::onnx
