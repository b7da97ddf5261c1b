// SPDX-License-Identifier: Apache-2.0
// Operators by name, for code that knows that they exist.
#include "core/opdef/registry.h"

#include <string>

namespace vitrine {

const OpDescriptor& operatorNamed(std::string_view id) {
    const OpDescriptor* op = findOperator(id);
    VITRINE_CHECK(op, ("no operator is called " + std::string(id)).c_str());
    return *op;
}

}  // namespace vitrine
