// SPDX-License-Identifier: Apache-2.0
// What a program owes the system it runs in: standard descriptors, broken pipes, signals that ask
// it to end.
#pragma once

namespace vitrine {

/// Takes the numbers of those standard descriptors that are closed, else the next file opened gets
/// one of them and what is printed is mixed into it. Reading and writing there still fail, as with
/// closed ones. The first call of main.
void openStandardDescriptors();

/// Writing to a pipe that nobody reads fails with EPIPE instead of ending the program.
void ignoreBrokenPipes();

/// Calls `ask` at the first SIGINT, SIGTERM or SIGHUP; a second one of any of them ends the program
/// at once. SIGHUP stays ignored where the parent has it so (nohup). `ask` runs in the signal
/// handler: async-signal-safe functions only.
void catchEndSignals(void (*ask)());

}  // namespace vitrine
