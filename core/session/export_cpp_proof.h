// SPDX-License-Identifier: Apache-2.0
// Compiles an exported network, runs it, and compares.
#pragma once

#include "core/session/export_cpp.h"
#include "core/session/inference.h"

namespace vitrine {

/// Fills compiler and differences of the report; both stay empty where there is no compiler.
/// Errors: those of exportCpp that have to do with this.
Result<void> proveCpp(Inference& asked, const CppExportOptions& options, CppExportReport& report);

}  // namespace vitrine
