// SPDX-License-Identifier: Apache-2.0
// Other extents for the same elements in the same order: a view.
#include <algorithm>

#include <fmt/format.h>

#include "core/opdef/shape_rules.h"

namespace vitrine::ops::reshape {

namespace {

/// The product of the extents other than the one of -1 must divide the operand's elements.
Result<int64_t> leftOver(const Shape& x, const std::vector<int64_t>& extents) {
    std::vector<int64_t> others;
    std::ranges::copy_if(extents, std::back_inserter(others), [](int64_t e) { return e != -1; });
    const int64_t known = checkedElements(others);
    if (known > 0 && x.elements() % known == 0) return x.elements() / known;
    return shapeError(fmt::format("{} elements of x {} do not divide by the other extents of {}",
                                  x.elements(), x.text(), Shape(extents).text()));
}

/// The field `shape` with 0 and -1 replaced.
Result<Shape> resultShape(const Attrs& attrs, const Shape& x) {
    std::vector<int64_t> extents = attrs.list("shape");
    VITRINE_TRY(shapeFrom("shape", extents));
    for (size_t i = 0; i < extents.size(); ++i) {
        if (extents[i] != 0) continue;
        if (static_cast<int>(i) >= x.rank())
            return shapeError(fmt::format("extent {} of shape keeps one that x {} does not have",
                                          i + 1, x.text()));
        extents[i] = x[static_cast<int>(i)];
    }
    const auto open = std::ranges::count(extents, -1);
    if (open > 1) return shapeError(fmt::format("shape has {} extents of -1, wanted one", open));
    if (open == 1) {
        const Result<int64_t> rest = leftOver(x, extents);
        if (!rest.ok()) return rest.error();
        std::ranges::replace(extents, int64_t{-1}, *rest);
    }
    const Shape result{std::span<const int64_t>(extents)};
    VITRINE_TRY(needSize("result", result));
    if (result.elements() == x.elements()) return result;
    return shapeError(fmt::format("x {} has {} elements, shape {} wants {}", x.text(), x.elements(),
                                  result.text(), result.elements()));
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    VITRINE_TRY(needSize("x", in[0].shape));
    const Result<Shape> result = resultShape(attrs, in[0].shape);
    if (!result.ok()) return result.error();
    return oneResult(*result, in[0].dtype);
}

void vjp(VjpContext& c) { c.inGrad[0] = c.b.reshape(c.outGrad[0], c.b.shape(c.in(0))); }
void jvp(JvpContext& c) { c.outTangent[0] = c.b.reshape(c.inTangent[0], c.b.shape(c.out(0))); }

std::optional<ArrayView> view(const Attrs&, const ArrayView& in, const Shape& out) {
    if (!in.isContiguous()) return std::nullopt;
    ArrayView result = ArrayView::contiguous(out);
    result.offset = in.offset;
    return result;
}

double flops(const OpQuery&) { return 0; }

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .types = everyType,
                                .pattern = "[…]",
                                .help = "Elements of any shape and type."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .types = everyType,
                                 .pattern = "[…]",
                                 .help = "The same elements, in row-major order."}};
constexpr FieldSpec fields[] = {
    {.id = "shape",
     .title = "Shape",
     .type = FieldType::IntList,
     .defaultText = "0,-1",
     .minimum = -1,
     .maximum = static_cast<double>(maxElements),
     .help = "New extents. 0 keeps the one at that place; one -1 takes what is left.",
     .onNode = OnNode::Value}};

constexpr OpSample samples[] = {
    {"", "2x3x4x5"},   {"shape=2,0,-1", "2x3x4"},  {"shape=1,7", "7"},
    {"shape=", "1x1"}, {"shape=0,3,2,2", "17x12"}, {"shape=1", "scalar"}};
constexpr OpErrorSample errorSamples[] = {
    {"shape=5,5", "2x3x4", "x [2, 3, 4] has 24 elements, shape [5, 5] wants 25"},
    {"shape=5,-1", "2x3x4",
     "24 elements of x [2, 3, 4] do not divide by the other extents of [5, -1]"},
    {"shape=-1,-1", "2x3", "shape has 2 extents of -1, wanted one"},
    {"shape=2,3,0", "2x3", "extent 3 of shape keeps one that x [2, 3] does not have"},
    {"shape=1,1,1,1,1,1,1,1,6", "2x3", "shape has 9 extents, at most 8 are possible"},
    {"shape=-2", "2x3", "field 'shape' is '-2', wanted whole numbers from -1"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "reshape",
    .title = "Reshape",
    .category = "shape",
    .summary = "Gives the same elements other extents.",
    .formula = "y[…] = x[…], element for element in row-major order",
    .searchWords = "view",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .vjp = vjp,
    .jvp = jvp,
    .view = view,
    .flops = flops,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::reshape
