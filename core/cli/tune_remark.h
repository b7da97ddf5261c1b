// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace vitrine::cli {

/// Says on standard error why what was measured beside this project is not used, where that is so.
void sayWhyNotMeasured(const std::string& projectFile);

}  // namespace vitrine::cli
