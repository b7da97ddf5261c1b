// SPDX-License-Identifier: Apache-2.0
// Pads that follow from extents that are wanted: of operators that pad to them, or cut.
#pragma once

#include "core/opdef/descriptor.h"

namespace vitrine::fitted {

/// What `pad` has as its fields, so that the axes of the field `axes` get these extents: elements
/// come or go behind, or half of them in front, as the field `place` says. Errors: an axis that x
/// does not have.
Result<Attrs> padsFor(const Attrs& attrs, const Shape& x, int64_t (*wanted)(const Attrs&, int64_t));
Result<Attrs> padsFor(const Attrs& attrs, const Shape& x, const Shape& like);

/// As `pad` does it.
Result<std::vector<ValueShape>> shapes(const Result<Attrs>& pads, const ValueShape& x);
ValueId built(Builder& b, const Result<Attrs>& pads, ValueId x);

inline constexpr FieldSpec axesField = {.id = "axes",
                                        .title = "Axes",
                                        .type = FieldType::IntList,
                                        .defaultText = "-2,-1",
                                        .minimum = -Shape::maxRank,
                                        .maximum = Shape::maxRank - 1,
                                        .help =
                                            "Axes that change; from -1 down they count from "
                                            "the last.",
                                        .onNode = OnNode::Named};
inline constexpr std::string_view places[] = {"behind", "around"};
inline constexpr FieldSpec placeField = {
    .id = "place",
    .title = "Place",
    .type = FieldType::Choice,
    .defaultText = "behind",
    .help =
        "Whether elements come and go behind, or half of them in front: of an odd number the "
        "smaller half where they come, the larger where they go.",
    .choices = places,
    .onNode = OnNode::Named};
inline constexpr std::string_view modes[] = {"constant", "reflect", "replicate", "circular"};
inline constexpr FieldSpec modeField = {
    .id = "mode",
    .title = "Mode",
    .type = FieldType::Choice,
    .defaultText = "constant",
    .help =
        "What stands there: a number, the mirror image without the edge, the edge, or the "
        "other end.",
    .choices = modes,
    .onNode = OnNode::Named};
inline constexpr FieldSpec valueField = {.id = "value",
                                         .title = "Value",
                                         .type = FieldType::Real,
                                         .defaultNumber = 0,
                                         .help = "The number, where the mode is constant."};

}  // namespace vitrine::fitted
