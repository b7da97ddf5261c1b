// SPDX-License-Identifier: Apache-2.0
// The operators' descriptors as text: help for people, JSON lines for programs.
#pragma once

#include <string>

#include "core/opdef/descriptor.h"

namespace vitrine::cli {

/// All operators under their categories: ports, fields with ranges.
std::string operatorsHelp();
/// One JSON object.
std::string operatorJson(const OpDescriptor& op);

}  // namespace vitrine::cli
