// SPDX-License-Identifier: Apache-2.0
// Fields of operators that exchange channels and blocks of pixels.
#pragma once

#include "core/opdef/descriptor.h"

namespace vitrine::pixels {

inline constexpr FieldSpec factorField = {.id = "factor",
                                          .title = "Factor",
                                          .defaultNumber = 2,
                                          .minimum = 1,
                                          .maximum = 1024,
                                          .help = "Height and width of a block.",
                                          .onNode = OnNode::Value};
inline constexpr std::string_view orders[] = {"crd", "dcr"};
inline constexpr FieldSpec orderField = {
    .id = "order",
    .title = "Order",
    .type = FieldType::Choice,
    .defaultText = "crd",
    .help =
        "Which channels are a block. crd: those side by side, as PyTorch's pixel shuffle has "
        "them; dcr: those that are the number of channels apart, the default of ONNX.",
    .choices = orders,
    .onNode = OnNode::Named};

}  // namespace vitrine::pixels
