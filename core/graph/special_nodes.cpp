// SPDX-License-Identifier: Apache-2.0
// Descriptors of `input` and `target`, and the lookup over all kinds of node.
#include "core/graph/special_nodes.h"

#include "core/opdef/registry.h"

namespace vitrine {

namespace {

constexpr double largestExtent = 65536;

constexpr FieldSpec inputFields[] = {
    {.id = "shape",
     .title = "Shape",
     .type = FieldType::IntList,
     .defaultText = "1,28,28",
     .minimum = 1,
     .maximum = largestExtent,
     .help = "Extents of one example: channels, height, width (or features alone). The batch "
             "comes on top.",
     .onNode = OnNode::Value}};
constexpr PortSpec inputOutputs[] = {{.id = "x",
                                      .title = "Images",
                                      .pattern = "[N, C, H, W]",
                                      .help = "A batch of examples, normalised."}};

constexpr FieldSpec targetFields[] = {{.id = "classes",
                                       .title = "Classes",
                                       .type = FieldType::Int,
                                       .defaultNumber = 10,
                                       .minimum = 1,
                                       .maximum = 1'000'000,
                                       .help = "Number of classes; labels run from 0 up to it.",
                                       .onNode = OnNode::Count}};
constexpr PortSpec targetOutputs[] = {{.id = "labels",
                                       .title = "Labels",
                                       .types = DType::I32,
                                       .pattern = "[N]",
                                       .help = "The class of each image, int32."}};

}  // namespace

constinit const OpDescriptor inputNode = {
    .id = "input",
    .title = "Input",
    .category = "document",
    .summary = "Where a batch of images comes in.",
    .formula = "x",
    .searchWords = "data images x source start",
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
    .searchWords = "labels classes truth y",
    .inputs = {},
    .outputs = targetOutputs,
    .fields = targetFields,
};

const OpDescriptor* findNodeOperator(std::string_view id) {
    if (id == inputNode.id) return &inputNode;
    if (id == targetNode.id) return &targetNode;
    const OpDescriptor* op = findOperator(id);
    return op && op->inPalette() ? op : nullptr;
}

std::vector<std::string_view> nodeOperatorIds() {
    std::vector<std::string_view> ids = {inputNode.id, targetNode.id};
    for (const OpDescriptor* op : allOperators())
        if (op->inPalette()) ids.push_back(op->id);
    return ids;
}

}  // namespace vitrine
