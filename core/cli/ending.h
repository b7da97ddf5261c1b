// SPDX-License-Identifier: Apache-2.0
// Being asked to end by a signal: Ctrl-C, a supervisor, a terminal that is closed.
#pragma once

#include <stop_token>

namespace vitrine::cli {

/// From now on signals that ask the program to end are caught. One call in a program.
void listenForEnding();
/// Has one come?
bool isEnding();
/// Requests a stop when one comes. Call listenForEnding first.
std::stop_token endingToken();

}  // namespace vitrine::cli
