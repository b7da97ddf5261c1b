// SPDX-License-Identifier: Apache-2.0
// A number that is none counts as 0, a text that is none as empty.
#include "core/session/export_answer.h"

#include <algorithm>

#include "core/base/file.h"

namespace vitrine {

namespace {

double numberOf(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number() ? found->get<double>() : 0;
}

}  // namespace

std::string textOf(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? printable(found->get<std::string>(), 300)
                                                       : std::string();
}

OutputProof outputFrom(const Json& object, double tolerance) {
    OutputProof output{.name = textOf(object, "name"),
                       .difference = numberOf(object, "difference"),
                       .largest = numberOf(object, "largest"),
                       .agrees = true,
                       .unlike = static_cast<int64_t>(numberOf(object, "unlike")),
                       .isOtherShape = object.contains("shape")};
    output.agrees = object.contains("difference") && output.unlike == 0 &&
                    output.difference <= tolerance * std::max(output.largest, 1e-30);
    return output;
}

}  // namespace vitrine
