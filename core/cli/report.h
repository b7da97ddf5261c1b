// SPDX-License-Identifier: Apache-2.0
// How a command that failed says so.
#pragma once

#include <string>

#include "core/base/result.h"

namespace vitrine::cli {

/// The event `error` on one line: `code`, `message`, `status`, and where they say something
/// `place` (`node`, `field`, `file`, `line`), `kept` and `next`.
std::string errorLine(const Error& error);

/// Prints an error as `CODE: sentence` with its further lines on standard error, for people;
/// `asEvent`: for programs too, as the last line of standard output. Gives the exit status: 2 for
/// values that the user typed wrong (U and L codes), else 1.
int report(const Error& error, bool asEvent);

}  // namespace vitrine::cli
