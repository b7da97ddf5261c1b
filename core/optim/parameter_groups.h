// SPDX-License-Identifier: Apache-2.0
// Groups of parameters: which of them are trained in another way than the rest.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/field.h"
#include "core/ir/program.h"

namespace vitrine {

/// One group's fields: which parameters, and what is otherwise for them. Literal, as descriptors
/// are.
inline constexpr FieldSpec groupFields[] = {
    {.id = "parameters",
     .title = "Parameters",
     .type = FieldType::Text,
     .defaultText = "*.bias",
     .help = "Names of parameters, separated by commas; * stands for any letters, ? for one: "
             "*.bias, bn*.*, stage1_*."},
    {.id = "lr",
     .title = "Learning rate ×",
     .type = FieldType::Real,
     .defaultNumber = 1,
     .minimum = 0,
     .maximum = 1000,
     .help = "What the learning rate is multiplied by for these."},
    {.id = "decay",
     .title = "Weight decay ×",
     .type = FieldType::Real,
     .defaultNumber = 1,
     .minimum = 0,
     .maximum = 1000,
     .help = "What the optimiser's weight decay is multiplied by for these; 0: none."},
    {.id = "frozen",
     .title = "Frozen",
     .type = FieldType::Bool,
     .help = "These are not trained at all."}};

/// Whether a name is one of a group's: any of its patterns, separated by commas, fits all of it.
/// `*` stands for any number of characters, `?` for one.
bool isInGroup(const Attrs& group, std::string_view parameter);
/// The first group that a parameter is in; null: none.
const Attrs* groupOf(std::span<const Attrs> groups, std::string_view parameter);
/// Errors: "P11" where a group has no pattern.
Result<void> checkGroup(const Attrs& group);
/// An optimiser's fields for a parameter in a group.
Attrs fieldsInGroup(Attrs optimizerFields, const Attrs& group);

/// Parameters of groups that are not to be trained become frozen ones.
void freezeGroups(Program& program, std::span<const Attrs> groups);
/// Position of the first group that a parameter is in, or -1.
int placeInGroups(std::span<const Attrs> groups, std::string_view parameter);

}  // namespace vitrine
