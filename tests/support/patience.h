// SPDX-License-Identifier: Apache-2.0
// How long tests wait for what ends by itself. Only a test that fails waits that long.
#pragma once

namespace vitrine::test {

/// Programs with sanitizers run ten times as long, and more on a busy machine.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr int slowness = 5;
#else
inline constexpr int slowness = 1;
#endif

}  // namespace vitrine::test
