// SPDX-License-Identifier: Apache-2.0
// Reading tensors that NumPy wrote, for who takes arrays as they are.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/data/arrays/npy_writer.h"

namespace vitrine {

/// The array of an .npy file, called as the file is; or those of an .npz file, by their names.
/// Raw values of 2 bytes are bf16, of 1 byte u8. Errors: those of files, of readZip and of
/// parseNpy; "N06" for more axes than six.
Result<std::vector<NamedTensor>> readTensors(const std::string& path);

}  // namespace vitrine
