// SPDX-License-Identifier: Apache-2.0
// What a program owes the system it runs in: standard descriptors, broken pipes, signals that ask
// it to end.
#pragma once

namespace vitrine {

/// Takes the numbers of those standard descriptors that are closed, else the next file opened gets
/// one of them and what is printed is mixed into it. Reading and writing there still fail, as with
/// closed ones. The first call of main.
void openStandardDescriptors();

/// Writing to a pipe that nobody reads (EPIPE), or past a limit of file sizes (EFBIG), fails
/// instead of ending the program.
void ignoreWriteSignals();

/// Calls `ask` at the first SIGINT, SIGTERM or SIGHUP; one that comes more than a second later ends
/// the program at once (what comes sooner is the same request: shells and supervisors send
/// several). SIGHUP stays ignored where the parent has it so (nohup). `ask` runs in the signal
/// handler: async-signal-safe functions only.
void catchEndSignals(void (*ask)());

}  // namespace vitrine
