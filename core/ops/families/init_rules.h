// SPDX-License-Identifier: Apache-2.0
// How operators with a weight let users choose its start.
#pragma once

#include "core/opdef/descriptor.h"

namespace vitrine {

inline constexpr std::string_view initChoices[] = {"kaiming_uniform", "kaiming_normal",
                                                   "xavier_uniform", "xavier_normal"};
inline constexpr FieldSpec initField = {
    .id = "init",
    .title = "Initialisation",
    .type = FieldType::Choice,
    .defaultText = "kaiming_uniform",
    .help = "Distribution that the weight is drawn from: Kaiming for ReLU, Xavier for tanh.",
    .choices = initChoices};

/// The start that the field `init` names. Fans are elements of the weight per output and per input
/// unit.
inline Init chosenInit(const Attrs& attrs, int64_t fanIn, int64_t fanOut) {
    const std::string& choice = attrs.text("init");
    const InitKind kind = choice == "kaiming_uniform"  ? InitKind::KaimingUniform
                          : choice == "kaiming_normal" ? InitKind::KaimingNormal
                          : choice == "xavier_uniform" ? InitKind::XavierUniform
                                                       : InitKind::XavierNormal;
    return {kind, fanIn, fanOut};
}

}  // namespace vitrine
