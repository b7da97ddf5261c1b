// SPDX-License-Identifier: Apache-2.0
// Runs one operator on numbers that are there, outside of any tape: what is constant in a network
// is made so once. Kernels are the ones that a network runs.
#pragma once

#include <memory>
#include <vector>

#include "core/opdef/descriptor.h"
#include "core/tensor/tensor_data.h"

namespace vitrine {

using Numbers = std::shared_ptr<const TensorData>;

/// Results of an operator in the order of its ports, as in use (not in training). `operands`: in
/// the order of ports, null where one is missing; those that broadcast repeat. On the calling
/// thread. Errors: "shape" where operands do not fit; "P10" where the operator draws random
/// numbers or no kernel takes these types; "O20" where the results and what is made on the way
/// would be more than `mostBytes`.
Result<std::vector<Numbers>> evaluate(const OpDescriptor& op, const Attrs& attrs,
                                      const std::vector<Numbers>& operands, int64_t mostBytes);

}  // namespace vitrine
