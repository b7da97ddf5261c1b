// SPDX-License-Identifier: Apache-2.0
// Patterns of ports: what stands there for people is what is checked. Items between brackets are
//     N, H'        a name, one extent; the same name is the same extent at every port
//     C / groups   a name divided by a field
//     3            that extent
//     …            any extents
//     S…           extents that are called S: the same ones at every port
// Operands that broadcast are taken in the shape that they are together. `[]` is one element in any
// rank; ` or ` stands between alternatives: all ports that have some take the same one.
#pragma once

#include <span>
#include <string>

#include "core/base/field.h"
#include "core/base/result.h"
#include "core/ir/program.h"
#include "core/opdef/port.h"

namespace vitrine {

/// A port with `onlyIf` is there while the fields that it names are true.
bool portExists(const PortSpec& port, const Attrs& attrs);
/// Those fields, as people read them: `'bias' and 'bidirectional'`.
std::string conditionOf(const PortSpec& port);

/// Element types and shapes of an instruction's operands, in the order of its ports; those that are
/// not there are passed over. Errors: "shape", naming port, found and wanted, without the
/// operator's name: `labels needs i32, got f32`, `scale needs shape [3], got [4]`, `b needs f64
/// like a, got f32`.
Result<void> checkOperands(std::span<const PortSpec> inputs, const Attrs& attrs,
                           std::span<const ValueShape> in);
/// The same for its results, with the names that its operands gave. The sweep over all operators
/// asks; inferShapes is believed elsewhere.
Result<void> checkResults(std::span<const PortSpec> inputs, std::span<const PortSpec> outputs,
                          const Attrs& attrs, std::span<const ValueShape> in,
                          std::span<const ValueShape> out);

}  // namespace vitrine
