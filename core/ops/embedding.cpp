// SPDX-License-Identifier: Apache-2.0
// A trained row for every number.
#include "core/opdef/shape_rules.h"

namespace vitrine::ops::embedding {

namespace {

Shape weightShape(const Attrs& attrs) { return {attrs.integer("rows"), attrs.integer("features")}; }

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    Shape result = in[0].shape;
    if (result.rank() == Shape::maxRank) return shapeError("index has no room for one more axis");
    result.push(attrs.integer("features"));
    return oneResult(result, in[1].dtype);
}

// Rows of PyTorch's start are normal with variance 1; ours keep the scale of what follows them.
Result<std::vector<ParamSpec>> parameters(const Attrs& attrs, std::span<const ValueShape>) {
    const Shape weight = weightShape(attrs);
    VITRINE_TRY(needSize("weight", weight));
    return std::vector<ParamSpec>{{1, weight, {InitKind::XavierNormal, 1, 1}}};
}

std::vector<ValueId> build(Builder& b, const Attrs&, std::span<const ValueId> in) {
    return {b.emit("gather", {in[1], in[0]})};
}

constexpr PortSpec inputs[] = {{.id = "index",
                                .title = "Numbers",
                                .types = indexTypes,
                                .pattern = "[S…]",
                                .help = "Which row; a number past the last gives NaN."},
                               {.id = "weight",
                                .title = "Weight",
                                .role = PortRole::Parameter,
                                .pattern = "[V, D]",
                                .help = "The trained rows."}};
constexpr PortSpec outputs[] = {
    {.id = "y", .title = "Output", .pattern = "[S…, D]", .help = "A row for each number."}};
constexpr FieldSpec fields[] = {{.id = "rows",
                                 .title = "Rows",
                                 .defaultNumber = 256,
                                 .minimum = 1,
                                 .maximum = 1 << 30,
                                 .help = "How many different numbers there are.",
                                 .onNode = OnNode::Value},
                                {.id = "features",
                                 .title = "Features",
                                 .defaultNumber = 16,
                                 .minimum = 1,
                                 .maximum = 65536,
                                 .help = "Length of a row.",
                                 .onNode = OnNode::Value}};

constexpr OpSample samples[] = {{"rows=5 features=3", "2x4<5"},
                                {"rows=7 features=1", "3:u8<7"},
                                {"rows=4 features=2", "scalar:i64"}};
constexpr OpErrorSample errorSamples[] = {
    {"rows=5", "2x3", "index needs whole numbers, got f32"},
    {"rows=0", "2<5", "field 'rows' is '0', wanted a whole number from 1"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "embedding",
    .title = "Embedding",
    .category = "linear",
    .summary = "Gives every number a trained row.",
    .formula = "y[…, d] = weight[index[…], d]",
    .searchWords = "lookup table token word",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .parameters = parameters,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::embedding
