// SPDX-License-Identifier: Apache-2.0
// What the decoder takes from itself before it reads anything.
#pragma once

#include <cstdint>

namespace vitrine::decode {

/// Ends with whoever holds the other end of the lifeline; takes at most so much memory; writes no
/// file and leaves no core. False: the program that started it is gone already.
bool limitProcess(int64_t memoryBytes);
/// The next file may take that much more of the processor's time.
void allowSeconds(int seconds);

/// From now on no file can be opened but the one behind the descriptor (−1: none at all), where the
/// kernel has Landlock; and no system call can be made that reading, computing and answering do not
/// need: no program, no process, no connection, no writing by name.
void confine(int descriptor);

}  // namespace vitrine::decode
