// SPDX-License-Identifier: Apache-2.0
#include "core/cli/tune_remark.h"

#include <cstdio>

#include "core/session/tune_table.h"

namespace vitrine::cli {

void sayWhyNotMeasured(const std::string& projectFile) {
    if (const auto whyNot = whyNotMeasured(projectFile))
        std::fprintf(stderr, "%s\n", whyNot->text().c_str());
}

}  // namespace vitrine::cli
