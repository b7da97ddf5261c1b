// SPDX-License-Identifier: Apache-2.0
// A script that travels inside the program, run by a Python that a person named.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/io/json_reader.h"

namespace vitrine {

/// Asks runtimes what they make of a model (resources/export/runtimes.py).
std::string_view runtimesScript();
/// Asks PyTorch what it makes of an exported module (resources/export/torch_check.py).
std::string_view torchCheckScript();

/// Runs it to its end and gives the JSON object that is its last line. Errors: "L05" where there is
/// no such program, it does not end within `patience`, or says an `error`; `stopped`, a
/// tenth of a second after that was asked for.
Result<Json> jsonOfScript(const std::string& python, std::string_view script,
                          const std::vector<std::string>& arguments, std::chrono::seconds patience,
                          const std::stop_token& stop = {});

}  // namespace vitrine
