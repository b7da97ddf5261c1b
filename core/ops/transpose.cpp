// SPDX-License-Identifier: Apache-2.0
// Axes in another order: a view with permuted strides.
#include <algorithm>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/opdef/shape_rules.h"

namespace vitrine::ops::transpose {

namespace {

/// The field `permutation`; empty reverses the axes.
std::vector<int64_t> permutationOf(const Attrs& attrs, const Shape& x) {
    std::vector<int64_t> axes = attrs.list("permutation");
    if (!axes.empty()) return axes;
    axes.resize(static_cast<size_t>(x.rank()));
    std::iota(axes.rbegin(), axes.rend(), int64_t{0});
    return axes;
}

Shape permuted(const Shape& shape, const std::vector<int64_t>& axes) {
    Shape result;
    for (int64_t axis : axes) result.push(shape[static_cast<int>(axis)]);
    return result;
}

Result<void> needPermutation(const std::vector<int64_t>& axes, const Shape& x) {
    std::vector<int64_t> inOrder(static_cast<size_t>(x.rank()));
    std::iota(inOrder.begin(), inOrder.end(), int64_t{0});
    if (std::ranges::is_permutation(axes, inOrder)) return {};
    return shapeError(fmt::format("permutation {} does not name each axis of x {} once",
                                  fmt::join(axes, ","), x.text()));
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const std::vector<int64_t> axes = permutationOf(attrs, in[0].shape);
    VITRINE_TRY(needPermutation(axes, in[0].shape));
    return oneResult(permuted(in[0].shape, axes), in[0].dtype);
}

/// The inverse permutation brings gradients back.
void vjp(VjpContext& c) {
    const std::vector<int64_t> axes = permutationOf(c.instr.attrs, c.b.shape(c.in(0)));
    std::vector<int64_t> inverse(axes.size());
    for (size_t i = 0; i < axes.size(); ++i)
        inverse[static_cast<size_t>(axes[i])] = static_cast<int64_t>(i);
    c.inGrad[0] =
        c.b.emit("transpose", c.b.attrs("transpose").with("permutation", inverse), {c.outGrad[0]});
}

void jvp(JvpContext& c) {
    c.outTangent[0] = c.b.emit("transpose", c.instr.attrs, {c.inTangent[0]});
}

std::optional<ArrayView> view(const Attrs& attrs, const ArrayView& in, const Shape& out) {
    return ArrayView{out, permuted(in.strides, permutationOf(attrs, in.shape)), in.offset};
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
                                 .help = "The same elements with the axes in the new order."}};
constexpr FieldSpec fields[] = {
    {.id = "permutation",
     .title = "Permutation",
     .type = FieldType::IntList,
     .minimum = 0,
     .maximum = Shape::maxRank - 1,
     .help = "Axis of the input for each axis of the output, from 0; empty reverses them."}};

constexpr OpSample samples[] = {{"", "2x3"},
                                {"permutation=0,2,3,1", "2x3x4x5"},
                                {"permutation=2,0,1", "1x17x3"},
                                {"", "2x1x3x4"},
                                {"", "scalar"}};
constexpr OpErrorSample errorSamples[] = {
    {"permutation=1,0", "2x3x4", "permutation 1,0 does not name each axis of x [2, 3, 4] once"},
    {"permutation=1,1", "2x3", "permutation 1,1 does not name each axis of x [2, 3] once"},
    {"permutation=8,0", "2x3", "wanted whole numbers from 0 to 7"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "transpose",
    .title = "Transpose",
    .category = "shape",
    .summary = "Puts the axes into another order.",
    .formula = "y[i_p(0), i_p(1), …] = x[i_0, i_1, …]",
    .searchWords = "permute swap",
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

}  // namespace vitrine::ops::transpose
