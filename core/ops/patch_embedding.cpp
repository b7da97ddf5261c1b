// SPDX-License-Identifier: Apache-2.0
// Images as rows of patches (Dosovitskiy et al. 2021), with a trained class row in front and a
// trained number for each place.
#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/block_rules.h"
#include "core/ops/families/init_rules.h"

namespace vitrine::ops::patch_embedding {

namespace {

enum Input { X, Weight, Bias, ClassRow, Places };

Result<Shape> resultOf(const Attrs& attrs, const Shape& x) {
    const int64_t patch = attrs.integer("patch");
    if (x[2] % patch != 0 || x[3] % patch != 0)
        return shapeError(fmt::format("images of {} × {} do not divide into patches of {} × {}",
                                      x[2], x[3], patch, patch));
    const int64_t rows = (x[2] / patch) * (x[3] / patch) + (attrs.flag("class_row") ? 1 : 0);
    return Shape{x[0], rows, attrs.integer("features")};
}

Result<std::vector<ParamSpec>> parameters(const Attrs& attrs, std::span<const ValueShape> in) {
    const Result<Shape> y = resultOf(attrs, in[X].shape);
    if (!y.ok()) return y.error();
    const int64_t features = (*y)[2], patch = attrs.integer("patch"), taps = patch * patch;
    const Shape weight{features, in[X].shape[1], patch, patch};
    VITRINE_TRY(needSize("weight", weight));
    std::vector<ParamSpec> specs{
        {Weight, weight, chosenInit(attrs, weight[1] * taps, features * taps)},
        {Bias, {features}, {}}};
    if (attrs.flag("class_row")) specs.push_back({ClassRow, {1, 1, features}, {}});
    // Deviation 0.02, as in ViT: √(2 / fanIn).
    if (attrs.flag("places"))
        specs.push_back({Places, {1, (*y)[1], features}, {InitKind::KaimingNormal, 5000, 5000}});
    return specs;
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Result<Shape> y = resultOf(attrs, in[X].shape);
    if (!y.ok()) return y.error();
    return oneResult(*y, in[X].dtype);
}

std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const ValueId patches =
        block::conv2d(b, in[X], in[Weight], in[Bias], {.stride = attrs.integer("patch")});
    const Shape s = b.shape(patches);
    ValueId rows = block::transpose(b, b.reshape(patches, {s[0], s[1], s[2] * s[3]}), {0, 2, 1});
    if (attrs.flag("class_row"))
        rows = block::concat(b, {b.expand(in[ClassRow], {s[0], 1, s[1]}), rows}, 1);
    return {attrs.flag("places") ? b.add(rows, in[Places]) : rows};
}

constexpr PortSpec inputs[] = {
    {.id = "x", .title = "Input", .pattern = "[N, C, H, W]", .help = "Images."},
    block::parameter("weight", "Weight", "[F, C, R, R]", "One filter for each feature."),
    block::parameter("bias", "Bias", "[F]", "Number added to each feature; starts at zero."),
    block::parameter("class_token", "Class row", "[1, 1, F]",
                     "Row in front of the patches; starts at zero.", "class_row"),
    block::parameter("position", "Places", "[1, T, F]", "What is added to the row of each place.",
                     "places")};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[N, T, F]",
                                 .help = "A row of features for each patch, line by line."}};
constexpr FieldSpec fields[] = {{.id = "patch",
                                 .title = "Patch",
                                 .defaultNumber = 4,
                                 .minimum = 1,
                                 .maximum = 1024,
                                 .unit = "px",
                                 .help = "Height and width of a patch.",
                                 .onNode = OnNode::Value},
                                {.id = "features",
                                 .title = "Features",
                                 .defaultNumber = 64,
                                 .minimum = 1,
                                 .maximum = 65536,
                                 .help = "Numbers for each patch.",
                                 .onNode = OnNode::Count},
                                {.id = "class_row",
                                 .title = "Class row",
                                 .type = FieldType::Bool,
                                 .defaultNumber = 1,
                                 .help = "Whether a trained row stands in front of the patches, "
                                         "which a classifier reads."},
                                {.id = "places",
                                 .title = "Places",
                                 .type = FieldType::Bool,
                                 .defaultNumber = 1,
                                 .help = "Whether a trained row is added for each place."},
                                initField};

constexpr OpSample samples[] = {{"patch=2 features=3", "2x1x4x2"},
                                {"patch=1 features=2 class_row=false", "1x2x2x3"},
                                {"patch=2 features=4 places=false", "2x3x2x2"}};
constexpr OpErrorSample errorSamples[] = {
    {"patch=4", "2x3x8x6", "images of 8 × 6 do not divide into patches of 4 × 4"},
    {"", "2x3", "x needs shape [N, C, H, W], got [2, 3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "patch_embedding",
    .title = "Patch embedding",
    .category = "linear",
    .summary = "Cuts images into patches and gives each a row of features.",
    .formula = "y = [class_token; bias + weight · patches] + position",
    .searchWords = "vit transformer tokens position class token",
    .shortName = "patches",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .parameters = parameters,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::patch_embedding
