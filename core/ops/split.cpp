// SPDX-License-Identifier: Apache-2.0
// One value cut into several along an axis: concat backwards.
#include <fmt/format.h>

#include <numeric>

#include "core/opdef/shape_rules.h"

namespace vitrine::ops::split {

namespace {

constexpr int mostParts = 256;

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const int64_t axis = attrs.integer("axis");
    const std::vector<int64_t>& sizes = attrs.list("sizes");
    if (std::ssize(sizes) > mostParts)
        return shapeError(
            fmt::format("sizes has {} parts, wanted at most {}", sizes.size(), mostParts));
    VITRINE_TRY(needAxis(axis, "x", in[0].shape));
    VITRINE_TRY(needSize("x", in[0].shape));
    const int64_t extent = in[0].shape[static_cast<int>(axis)];
    const int64_t sum = std::accumulate(sizes.begin(), sizes.end(), int64_t{0});
    if (sizes.empty() || sum != extent)
        return shapeError(fmt::format("sizes make {} together, axis {} of x {} has {}", sum, axis,
                                      in[0].shape.text(), extent));
    std::vector<ValueShape> parts(sizes.size(), in[0]);
    for (size_t i = 0; i < sizes.size(); ++i) parts[i].shape[static_cast<int>(axis)] = sizes[i];
    return parts;
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    std::vector<ValueId> parts;
    int64_t start = 0;
    for (const int64_t length : attrs.list("sizes")) {
        Attrs cut = b.attrs("slice");
        cut.with("axis", attrs.integer("axis")).with("start", start).with("length", length);
        parts.push_back(b.emit("slice", cut, {in[0]}));
        start += length;
    }
    return parts;
}

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .types = everyType,
                                .pattern = "[…]",
                                .help = "Elements of any shape and type."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Part",
                                 .types = everyType,
                                 .pattern = "[…]",
                                 .help = "The next stretch of the axis.",
                                 .repeat = {.most = mostParts, .field = "sizes"}}};
constexpr FieldSpec fields[] = {axisField("Axis to cut, from 0; 1 is channels.", 1),
                                {.id = "sizes",
                                 .title = "Sizes",
                                 .type = FieldType::IntList,
                                 .defaultText = "1,1",
                                 .minimum = 1,
                                 .maximum = static_cast<double>(maxElements),
                                 .help = "Extent of each part; together that of the axis.",
                                 .onNode = OnNode::Value}};

constexpr OpSample samples[] = {{"", "3x2x4x5"},
                                {"sizes=16,1,2", "2x19x3x3"},
                                {"axis=0 sizes=2,1", "3"},
                                {"axis=3 sizes=5", "2x1x2x5"}};
constexpr OpErrorSample errorSamples[] = {
    {"sizes=2,2", "2x3", "sizes make 4 together, axis 1 of x [2, 3] has 3"},
    {"axis=2", "2x2", "axis 2 is not one of the 2 axes of x [2, 2]"},
    {"sizes=0,2", "2x2", "field 'sizes' is '0,2', wanted whole numbers from 1"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "split",
    .title = "Split",
    .category = "shape",
    .summary = "Cuts a value into parts along one axis.",
    .formula = "x = [y0, y1, …] along the axis",
    .searchWords = "chunk unstack divide cut",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::split
