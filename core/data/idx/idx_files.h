// SPDX-License-Identifier: Apache-2.0
// The file that a name means in a folder, in any of the spellings that mirrors of MNIST use.
#pragma once

#include <string>

#include "core/base/result.h"

namespace vitrine {

/// Path of the file `name` in `folder`: as it is named, else packed as `.gz`, else a file whose
/// name differs in nothing but case and in `.` or `_` for `-` (`train-images.idx3-ubyte`), packed
/// or not; or the same in a folder of that name, as some archives unpack. Errors: "G01", naming the
/// nearest file that lies there.
Result<std::string> findIdxFile(const std::string& folder, const std::string& name);

}  // namespace vitrine
