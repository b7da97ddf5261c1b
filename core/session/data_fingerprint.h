// SPDX-License-Identifier: Apache-2.0
// A short text that tells two data sets apart, so that a run is not gone on with on other data.
#pragma once

#include <string>

#include "core/data/dataset.h"

namespace vitrine {

/// Counts, sizes and a 64-bit hash over all values: finds accidents, not forgeries.
std::string dataFingerprint(const Dataset& data);
/// As runs of version 1 have it: of images and labels alone, which are the first two columns.
std::string dataFingerprintOfVersion1(const Dataset& data);

}  // namespace vitrine
