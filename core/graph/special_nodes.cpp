// SPDX-License-Identifier: Apache-2.0
// Descriptors of `input`, `target` and `output`, and the lookup over all kinds of node.
#include "core/graph/special_nodes.h"

#include <algorithm>
#include <optional>

#include "core/opdef/registry.h"

namespace vitrine {

namespace {

constexpr double largestExtent = 1 << 24;

constexpr FieldSpec column(std::string_view usual) {
    return addition({.id = "column",
                     .title = "Column",
                     .type = FieldType::Text,
                     .defaultText = usual,
                     .help = "What it takes of each example: a column of the project's data, by "
                             "its name.",
                     .onNode = OnNode::Named});
}

constexpr std::string_view scalings[] = {"normalised", "unit", "raw"};

constexpr std::string_view ownFloats = "floats";
constexpr std::string_view inputTypes[] = {ownFloats, "f16", "bf16", "f32", "f64", "i8",  "i16",
                                           "i32",     "i64", "u8",   "u16", "u32", "u64", "bool"};

constexpr FieldSpec inputFields[] = {
    {.id = "shape",
     .title = "Shape",
     .type = FieldType::IntList,
     .defaultText = "1,28,28",
     .minimum = 0,
     .maximum = largestExtent,
     .help = "Extents of one example: channels, height, width (or features alone). The batch "
             "comes on top, unless the input is not batched.",
     .onNode = OnNode::Value},
    column("image"),
    addition({.id = "scaling",
              .title = "Scaling",
              .type = FieldType::Choice,
              .defaultText = scalings[0],
              .help = "What becomes of pixels. normalised: numbers from 0 to 1, less the project's "
                      "mean, divided by its deviation. unit: numbers from 0 to 1, as masks and "
                      "images to be drawn want them. raw: numbers from 0 to 255. Columns that are "
                      "no pixels come in as they are stored.",
              .choices = scalings,
              .onNode = OnNode::Named}),
    addition({.id = "type",
              .title = "Type",
              .type = FieldType::Choice,
              .defaultText = ownFloats,
              .help = "Element type of what comes in. floats: those that the network computes "
                      "with. f16 and bf16 become those at once. Whole numbers and bool go on as "
                      "they are, to operators that take them.",
              .choices = inputTypes,
              .onNode = OnNode::Named}),
    addition({.id = "batched",
              .title = "Batched",
              .type = FieldType::Bool,
              .defaultNumber = 1,
              .help = "Whether the batch comes on top of the shape. If not, the shape is that of "
                      "the whole array, with any extents or none; data have no such columns.",
              .onNode = OnNode::Named}),
    addition({.id = "extents",
              .title = "Extents",
              .type = FieldType::Text,
              .help = "Of an imported input: what the model's file calls the extents of its shape. "
                      "Where a name stands alone any number may; `width = 224 for up.pads` must "
                      "stay so, since the field `pads` of the node `up` was made for it."})};
constexpr PortSpec inputOutputs[] = {{.id = "x",
                                      .title = "Numbers",
                                      .types = everyType,
                                      .pattern = "[S…]",
                                      .help = "A batch of examples, or an array as it is."}};

constexpr FieldSpec targetFields[] = {{.id = "classes",
                                       .title = "Classes",
                                       .type = FieldType::Int,
                                       .defaultNumber = 10,
                                       .minimum = 1,
                                       .maximum = 1'000'000,
                                       .help = "Number of classes; labels run from 0 up to it.",
                                       .onNode = OnNode::Count},
                                      column("label")};
constexpr PortSpec targetOutputs[] = {{.id = "labels",
                                       .title = "Labels",
                                       .types = DType::I32,
                                       .pattern = "[N]",
                                       .help = "The class of each example, int32."}};

constexpr PortSpec outputInputs[] = {{.id = "x",
                                      .title = "Value",
                                      .types = everyType,
                                      .pattern = "[…]",
                                      .help = "What is given under the node's name."}};

constexpr const OpDescriptor* special[] = {&inputNode, &targetNode, &outputNode};

}  // namespace

constinit const OpDescriptor inputNode = {
    .id = "input",
    .title = "Input",
    .category = "document",
    .summary = "Where images or other numbers of the data come in.",
    .formula = "x",
    .searchWords = "data images x source start column regression",
    .kind = NodeKind::Input,
    .inputs = {},
    .outputs = inputOutputs,
    .fields = inputFields,
};

constinit const OpDescriptor targetNode = {
    .id = "target",
    .title = "Target",
    .category = "document",
    .summary = "Where the class labels of a batch come in.",
    .formula = "labels",
    .searchWords = "labels classes truth y column",
    .kind = NodeKind::Input,
    .inputs = {},
    .outputs = targetOutputs,
    .fields = targetFields,
};

constinit const OpDescriptor outputNode = {
    .id = "output",
    .title = "Output",
    .category = "document",
    .summary = "What the network gives to whoever asks it, by the node's name.",
    .formula = "x",
    .searchWords = "result prediction end sink",
    .kind = NodeKind::Output,
    .inputs = outputInputs,
    .outputs = {},
};

namespace {

/// That it names; none where it takes the network's floats.
std::optional<DType> namedType(const Node& input) {
    const std::string& wanted = input.attrs.text("type");
    const auto named =
        std::ranges::find_if(allDTypes, [&](DType type) { return name(type) == wanted; });
    return named == std::end(allDTypes) ? std::nullopt : std::optional(*named);
}

/// What kernels compute with: other floats become that behind the input.
constexpr bool isReal(DType type) { return realTypes.contains(type); }

}  // namespace

bool isBatched(const Node& input) {
    return !input.attrs.has("batched") || input.attrs.flag("batched");
}

DType takenType(const Node& input, DType floatType) {
    if (isClassInput(input)) return DType::I32;
    const DType type = namedType(input).value_or(floatType);
    return isReal(type) && floatType == DType::F64 ? floatType : type;
}

DType givenType(const Node& input, DType floatType) {
    const DType taken = takenType(input, floatType);
    return isFloat(taken) && !isReal(taken) ? floatType : taken;
}

DTypes typesOf(const Node& node, const PortSpec& output) {
    if (node.op != &inputNode) return output.types;
    const std::optional<DType> named = namedType(node);
    if (!named || (isFloat(*named) && !isReal(*named))) return realTypes;
    return *named;
}

Scaling scalingOf(const Node& input) {
    if (!input.attrs.has("scaling") || !isFloat(givenType(input, DType::F32))) return Scaling::Raw;
    const std::string& chosen = input.attrs.text("scaling");
    return chosen == scalings[0]   ? Scaling::Normalised
           : chosen == scalings[1] ? Scaling::Unit
                                   : Scaling::Raw;
}

std::span<const OpDescriptor* const> specialNodes() { return special; }

const OpDescriptor* findNodeOperator(std::string_view id) {
    for (const OpDescriptor* node : special)
        if (node->id == id) return node;
    const OpDescriptor* op = findOperator(id);
    return op && op->inPalette() ? op : nullptr;
}

std::vector<std::string_view> nodeOperatorIds() {
    std::vector<std::string_view> ids;
    for (const OpDescriptor* node : special) ids.push_back(node->id);
    for (const OpDescriptor* op : allOperators())
        if (op->inPalette()) ids.push_back(op->id);
    return ids;
}

}  // namespace vitrine
