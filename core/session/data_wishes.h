// SPDX-License-Identifier: Apache-2.0
// What a command says about data in another way than the project: as text, so that a wrong value is
// answered with what would be right.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/io/project.h"

namespace vitrine {

struct DataWishes {
    std::string path = {};  ///< where the data lie: a folder, or a file; empty: as the project says
    std::optional<std::string> fields = {};  ///< of the format: `height=32 fit=crop`
    /// `flip chance=0.5`; instead of the project's; `none`: none.
    std::vector<std::string> trainingTransforms = {}, evaluationTransforms = {};
    std::optional<std::string> sampling = {};
};

/// Data of another format than the project's are recognised by what lies at the path; where nothing
/// is, the project's own format says later what it misses. Errors: "P11" with the value and what it
/// may be.
Result<void> apply(const DataWishes& wishes, Project& project);

}  // namespace vitrine
