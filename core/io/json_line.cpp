// SPDX-License-Identifier: Apache-2.0
// Writing JSON on one line.
#include "core/io/json_line.h"

namespace vitrine {

namespace {

std::string leaf(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void write(const Json& value, std::string& out) {
    if (!value.is_structured()) {
        out += leaf(value);
        return;
    }
    const bool isObject = value.is_object();
    const char* separator = "";
    out += isObject ? '{' : '[';
    for (const auto& [key, entry] : value.items()) {
        out += separator;
        if (isObject) out += leaf(key) + ": ";
        write(entry, out);
        separator = ", ";
    }
    out += isObject ? '}' : ']';
}

}  // namespace

std::string jsonLine(const Json& value) {
    std::string out;
    write(value, out);
    return out;
}

}  // namespace vitrine
