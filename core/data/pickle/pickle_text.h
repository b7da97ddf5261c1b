// SPDX-License-Identifier: Apache-2.0
// Text inside of pickles.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vitrine {

/// What a literal of protocol 0 stands for: quotes at both ends, and Python's escapes of one letter
/// or two hexadecimal digits. Nothing: it is none.
std::optional<std::string> unquoted(std::string_view literal);

/// Bytes that Python 3 wrote as text of code points below 256, in UTF-8. Nothing: they are not.
std::optional<std::string> latinBytes(std::string_view utf8);

}  // namespace vitrine
