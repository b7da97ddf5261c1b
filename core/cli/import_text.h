// SPDX-License-Identifier: Apache-2.0
// What was understood of a model, as text and as JSON.
#pragma once

#include <string>

#include "core/session/model_report.h"

namespace vitrine::cli {

/// Nodes that are not read by their causes; those that only follow are counted.
std::string lookText(const ModelLook& look);

/// One object. `project`: the file that was written; empty: none was.
std::string lookJson(const ModelLook& look, const std::string& project);

}  // namespace vitrine::cli
