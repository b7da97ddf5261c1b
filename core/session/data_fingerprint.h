// SPDX-License-Identifier: Apache-2.0
// A short text that tells two data sets apart, so that a run is not gone on with on other data.
#pragma once

#include <string>

#include "core/data/dataset.h"

namespace vitrine {

/// Counts, extents and a 64-bit hash over all pixels and labels: finds accidents, not forgeries.
std::string dataFingerprint(const Dataset& data);

}  // namespace vitrine
