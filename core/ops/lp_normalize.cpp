// SPDX-License-Identifier: Apache-2.0
// Vectors along one axis, divided by one of their norms.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/axis_rules.h"

namespace vitrine::ops::lp_normalize {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Result<int> axis = axis::of(attrs, in[0].shape);
    if (!axis.ok()) return axis.error();
    return oneResult(in[0].shape, in[0].dtype);
}

// Where the norm is 0, a 1 stands in for it: vectors of zeros stay zeros.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const int64_t axis = axis::checked(attrs, b.shape(in[0]));
    const std::string_view reduction = attrs.text("p") == "1" ? "reduce_l1" : "reduce_l2";
    const Attrs along = b.attrs(reduction).with("axes", std::vector<int64_t>{axis});
    const ValueId norm = b.emit(reduction, along, {in[0]});
    const ValueId zero = b.constant({}, b.dtype(norm), 0), one = b.constant({}, b.dtype(norm), 1);
    const ValueId isZero = b.emit("equal", {norm, zero});
    return {b.emit("div", {in[0], b.emit("where", {isZero, one, norm})})};
}

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[…]", .help = "Numbers with that axis."}};
constexpr PortSpec outputs[] = {
    {.id = "y", .title = "Output", .pattern = "[…]", .help = "Result, shaped like the input."}};
constexpr std::string_view choices[] = {"2", "1"};
constexpr FieldSpec fields[] = {axis::field("Axis along which the vectors lie; -1 is the last."),
                                {.id = "p",
                                 .title = "Norm",
                                 .type = FieldType::Choice,
                                 .defaultText = "2",
                                 .help = "2: the Euclidean length; 1: the sum of magnitudes.",
                                 .choices = choices,
                                 .onNode = OnNode::Value}};

constexpr OpSample samples[] = {
    {"", "3x5"}, {"axis=0 p=1", "4x3"}, {"axis=1", "2x7x3"}, {"p=1", "6"}};
constexpr OpErrorSample errorSamples[] = {
    {"axis=2", "2x3", "axis 2 is not one of the 2 axes of x [2, 3]"},
    {"p=3", "2x3", "field 'p' is '3', wanted one of 2, 1"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "lp_normalize",
    .title = "Norm normalisation",
    .category = "normalisation",
    .summary = "Divides vectors along one axis by one of their norms; zeros stay zeros.",
    .formula = "y = x / (Σ |x|^p)^(1/p), along the axis",
    .searchWords = "unit length manhattan euclidean normalization",
    .shortName = "norm",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::lp_normalize
