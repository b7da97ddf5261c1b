// SPDX-License-Identifier: Apache-2.0
// Ports and the field of operators that copy a tensor and put updates into the copy.
#pragma once

#include <string_view>

#include "core/opdef/descriptor.h"

namespace vitrine::scatter {

inline constexpr PortSpec copied = {
    .id = "x", .title = "Input", .types = everyType, .pattern = "[…]", .help = "What is copied."};
constexpr PortSpec updates(std::string_view pattern, std::string_view help) {
    return {
        .id = "updates", .title = "Updates", .types = everyType, .pattern = pattern, .help = help};
}
inline constexpr PortSpec outputs[] = {
    {.id = "y", .title = "Output", .types = everyType, .pattern = "[…]", .help = "The copy."}};

inline constexpr std::string_view modes[] = {"write", "add", "mul", "max", "min"};
inline constexpr FieldSpec modeField = {
    .id = "mode",
    .title = "Mode",
    .type = FieldType::Choice,
    .defaultText = "write",
    .help =
        "What becomes of an element and an update: the update, the last one of several; their "
        "sum or product; or the larger or smaller one.",
    .choices = modes,
    .onNode = OnNode::Value};

}  // namespace vitrine::scatter
