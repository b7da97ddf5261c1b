// SPDX-License-Identifier: Apache-2.0
// Sums of products along axes that letters name: transposed, multiplied as matrices, one operand
// after the other.
#include <fmt/format.h>

#include <algorithm>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/axis_rules.h"
#include "core/ops/families/block_rules.h"
#include "core/ops/families/einsum_rules.h"

namespace vitrine::ops::einsum {

namespace {

using vitrine::einsum::contains;
using vitrine::einsum::Equation;
using vitrine::einsum::Label;
using vitrine::einsum::Labels;

Labels without(const Labels& labels, auto isLeftOut) {
    Labels result;
    std::ranges::copy_if(labels, std::back_inserter(result),
                         [&](Label label) { return !isLeftOut(label); });
    return result;
}

/// Labels of the operands from one on, and of the result: they are needed still.
Labels neededFrom(const Equation& equation, size_t first) {
    Labels needed = equation.result;
    for (size_t k = first; k < equation.operands.size(); ++k)
        needed.insert(needed.end(), equation.operands[k].begin(), equation.operands[k].end());
    return needed;
}

/// Axes of a product of two: those that go, in both; those that stay, in both and in one alone.
struct Pairing {
    Labels summed, common, left, right;

    Pairing(const Labels& a, const Labels& b, const Labels& needed) {
        for (Label label : a) {
            const bool inBoth = contains(b, label);
            (!inBoth ? left : contains(needed, label) ? common : summed).push_back(label);
        }
        right = without(b, [&](Label label) { return contains(a, label); });
    }
    Labels result() const {
        Labels all = common;
        all.insert(all.end(), left.begin(), left.end());
        all.insert(all.end(), right.begin(), right.end());
        return all;
    }
};

std::vector<Shape> shapesOf(std::span<const ValueShape> in) {
    std::vector<Shape> shapes;
    for (const ValueShape& operand : in) shapes.push_back(operand.shape);
    return shapes;
}

/// An operand's own labels behind what is summed of it alone.
Labels ownLabels(const Equation& equation, size_t k) {
    Labels labels;
    Equation others = equation;
    others.operands.erase(others.operands.begin() + static_cast<std::ptrdiff_t>(k));
    const Labels needed = neededFrom(others, 0);
    for (Label label : equation.operands[k])
        if (contains(needed, label) && !contains(labels, label)) labels.push_back(label);
    return labels;
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const std::vector<Shape> shapes = shapesOf(in);
    const auto equation = vitrine::einsum::read(attrs.text("equation"), shapes);
    if (!equation) return equation.error();
    Labels so = ownLabels(*equation, 0);
    for (size_t k = 1; k < shapes.size(); ++k) {
        so = Pairing(so, ownLabels(*equation, k), neededFrom(*equation, k + 1)).result();
        if (std::ssize(so) > Shape::maxRank)
            return shapeError(
                fmt::format("equation '{}' has {} axes on its way, at most {} are "
                            "possible",
                            attrs.text("equation"), so.size(), Shape::maxRank));
    }
    Shape result;
    for (Label label : equation->result)
        result.push(vitrine::einsum::extentOf(*equation, shapes, label));
    return oneResult(result, in[0].dtype);
}

struct Operand {
    ValueId value;
    Labels labels;
};

class Evaluation {
  public:
    Evaluation(Builder& b, const Equation& equation, const std::vector<Shape>& shapes)
        : m_b(b), m_equation(equation), m_shapes(shapes) {}

    ValueId result(std::span<const ValueId> in) {
        Operand so = prepared(in, 0);
        for (size_t k = 1; k < in.size(); ++k)
            so = product(so, prepared(in, k), neededFrom(m_equation, k + 1));
        return ordered(so, m_equation.result);
    }

  private:
    /// Diagonals of labels that stand twice, and sums along those that no other needs.
    Operand prepared(std::span<const ValueId> in, size_t k) {
        Operand operand{in[k], m_equation.operands[k]};
        for (Label label : m_equation.operands[k])
            while (std::ranges::count(operand.labels, label) > 1)
                operand = diagonal(operand, label);
        const Labels own = ownLabels(m_equation, k);
        std::vector<int64_t> gone;
        for (size_t axis = 0; axis < operand.labels.size(); ++axis)
            if (!contains(own, operand.labels[axis])) gone.push_back(static_cast<int64_t>(axis));
        if (!gone.empty()) operand.value = m_b.reduceSum(operand.value, gone, false);
        operand.labels = without(operand.labels, [&](Label l) { return !contains(own, l); });
        return operand;
    }

    /// The first two axes of a label become one, the last: every (extent + 1)-th of both together.
    Operand diagonal(const Operand& of, Label label) {
        const auto first = std::ranges::find(of.labels, label);
        const auto second = std::find(first + 1, of.labels.end(), label);
        const int64_t extent = m_b.shape(of.value)[static_cast<int>(first - of.labels.begin())];
        std::vector<int64_t> order;
        Labels rest;
        Shape flat;
        for (size_t axis = 0; axis < of.labels.size(); ++axis) {
            const auto at = of.labels.begin() + static_cast<std::ptrdiff_t>(axis);
            if (at == first || at == second) continue;
            order.push_back(static_cast<int64_t>(axis));
            rest.push_back(of.labels[axis]);
            flat.push(m_b.shape(of.value)[static_cast<int>(axis)]);
        }
        order.push_back(first - of.labels.begin());
        order.push_back(second - of.labels.begin());
        flat.push(extent * extent);
        rest.push_back(label);
        const ValueId square = m_b.reshape(block::transpose(m_b, of.value, order), flat);
        const axis::Piece every{.start = 0, .length = extent, .step = extent + 1};
        return {axis::piece(m_b, square, flat.rank() - 1, every), rest};
    }

    /// Axes in an order of labels, with whole extents.
    ValueId ordered(const Operand& operand, const Labels& labels) {
        std::vector<int64_t> order;
        Shape shape;
        for (Label label : labels) {
            order.push_back(std::ranges::find(operand.labels, label) - operand.labels.begin());
            shape.push(vitrine::einsum::extentOf(m_equation, m_shapes, label));
        }
        if (labels.empty()) return operand.value;
        return m_b.expand(block::transpose(m_b, operand.value, order), shape);
    }

    int64_t extentOf(const Labels& labels) {
        int64_t extent = 1;
        for (Label label : labels) extent *= vitrine::einsum::extentOf(m_equation, m_shapes, label);
        return extent;
    }

    Operand product(const Operand& a, const Operand& b, const Labels& needed) {
        const Pairing pairing(a.labels, b.labels, needed);
        const auto joined = [](Labels first, const Labels& second, const Labels& third) {
            first.insert(first.end(), second.begin(), second.end());
            first.insert(first.end(), third.begin(), third.end());
            return first;
        };
        const int64_t common = extentOf(pairing.common), left = extentOf(pairing.left),
                      summed = extentOf(pairing.summed), right = extentOf(pairing.right);
        const ValueId rows =
            m_b.reshape(ordered(a, joined(pairing.common, pairing.left, pairing.summed)),
                        {common, left, summed});
        const ValueId columns =
            m_b.reshape(ordered(b, joined(pairing.common, pairing.summed, pairing.right)),
                        {common, summed, right});
        Shape shape;
        for (Label label : pairing.result())
            shape.push(vitrine::einsum::extentOf(m_equation, m_shapes, label));
        return {m_b.reshape(m_b.emit("batched_matmul", {rows, columns}), shape), pairing.result()};
    }

    Builder& m_b;
    const Equation& m_equation;
    const std::vector<Shape>& m_shapes;
};

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    std::vector<Shape> shapes;
    for (ValueId operand : in) shapes.push_back(b.shape(operand));
    const auto equation = vitrine::einsum::read(attrs.text("equation"), shapes);
    VITRINE_CHECK(equation.ok(), "a composite is built after its shapes were checked");
    return {Evaluation(b, *equation, shapes).result(in)};
}

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .types = realOrWholeTypes,
                                .pattern = "[…]",
                                .help = "Operands, in the order of the equation.",
                                .repeat = {.most = 16}}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .types = realOrWholeTypes,
                                 .pattern = "[…]",
                                 .help = "The sums."}};
constexpr FieldSpec fields[] = {
    {.id = "equation",
     .title = "Equation",
     .type = FieldType::Text,
     .defaultText = "ij,jk->ik",
     .help = "A letter for each axis, operands between commas, the result behind ->. Axes of one "
             "letter go together, and those that the result has not are summed; three dots stand "
             "for any axes.",
     .onNode = OnNode::Value}};

constexpr OpSample samples[] = {{"", "3x4 4x5"},
                                {"equation=bij,bjk->bik", "2x3x4 2x4x5"},
                                {"equation=...ij->...ji", "2x3x4x5"},
                                {"equation=ii->i", "4x4"},
                                {"equation=ij->", "3x4"},
                                {"equation=bhqd,bhkd->bhqk", "2x2x3x4 2x2x5x4"},
                                {"equation=i,j,k->kij", "2 3 4"},
                                {"equation=...a,...a->...", "2x3x4 1x4"},
                                {"equation=ij,jk", "2x3:i64<9 3x4:i64<9"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "3x4 5x6", "axis 1 of x0 has 4 in equation 'ij,jk->ik', others of the same letter have 5"},
    {"", "3x4", "equation 'ij,jk->ik' is of 2 operands, got 1"},
    {"equation=ij->k", "3x4", "needs each letter of its result once, and in an operand"},
    {"equation=i+j->ij", "3x4", "equation 'i+j->ij' has '+', wanted letters"},
    {"equation=ijk->i", "3x4", "equation 'ijk->i' names 3 axes of x0, it has 2"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "einsum",
    .title = "Einstein sum",
    .category = "math",
    .summary = "Sums of products along axes that letters name, as numpy's einsum.",
    .formula = "y[result] = Σ x0[…] · x1[…] · … over all letters that the result has not",
    .searchWords = "contraction tensordot trace diagonal",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::einsum
