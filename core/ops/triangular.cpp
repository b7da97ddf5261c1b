// SPDX-License-Identifier: Apache-2.0
// One side of a diagonal of matrices, zeros on the other.
#include "core/opdef/shape_rules.h"
#include "core/ops/families/axis_rules.h"

namespace vitrine::ops::triangular {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return oneResult(in[0].shape, in[0].dtype);
}

/// Elements of row r and column c are kept where c ≥ r + diagonal (upper) or c ≤ r + diagonal.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Shape x = b.shape(in[0]);
    const int64_t rows = x[x.rank() - 2], columns = x[x.rank() - 1];
    const ValueId row = b.reshape(axis::counted(b, rows), {rows, 1});
    const auto diagonal = static_cast<double>(attrs.integer("diagonal"));
    const ValueId bound = b.emit("shift", b.attrs("shift").with("offset", diagonal), {row});
    const bool isUpper = attrs.text("side") == "upper";
    const ValueId isKept =
        b.emit(isUpper ? "greater_or_equal" : "less_or_equal", {axis::counted(b, columns), bound});
    return {b.emit("where", {isKept, in[0], b.constant({}, b.dtype(in[0]), 0)})};
}

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .types = everyType,
                                .pattern = "[…, R, C]",
                                .help = "Matrices along the last two axes."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .types = everyType,
                                 .pattern = "[…, R, C]",
                                 .help = "The input with zeros on the other side."}};
constexpr std::string_view sides[] = {"upper", "lower"};
constexpr FieldSpec fields[] = {{.id = "side",
                                 .title = "Side",
                                 .type = FieldType::Choice,
                                 .defaultText = "lower",
                                 .help = "Which side of the diagonal is kept, with the diagonal.",
                                 .choices = sides,
                                 .onNode = OnNode::Value},
                                {.id = "diagonal",
                                 .title = "Diagonal",
                                 .defaultNumber = 0,
                                 .minimum = -(1 << 30),
                                 .maximum = 1 << 30,
                                 .help = "0 is the main one; those above it are positive.",
                                 .onNode = OnNode::Named}};

constexpr OpSample samples[] = {{"", "3x4"},
                                {"side=upper", "2x5x3"},
                                {"side=upper diagonal=1", "4x4"},
                                {"diagonal=-1", "2x2x3x4"},
                                {"diagonal=2", "3x5:i64<9"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "4", "x needs shape […, R, C], got [4]"},
    {"side=left", "2x2", "field 'side' is 'left', wanted one of upper, lower"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "triangular",
    .title = "Triangle",
    .category = "shape",
    .summary = "Keeps one side of a diagonal of matrices, zeros on the other.",
    .formula =
        "y[…, r, c] = c ≤ r + diagonal ? x[…, r, c] : 0; c ≥ r + diagonal for the upper side",
    .searchWords = "tril triu mask causal",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::triangular
