// SPDX-License-Identifier: Apache-2.0
// The script of the other side of benchmarks. The build makes its text from
// resources/bench/peers.py.
#pragma once

#include <string_view>

namespace vitrine {

std::string_view peersScript();

}  // namespace vitrine
