// SPDX-License-Identifier: Apache-2.0
// Numbers of channels, as people read them.
#include "core/base/normalisation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vitrine {

std::string PerChannel::text() const { return fmt::format("{}", fmt::join(numbers(), ", ")); }

}  // namespace vitrine
