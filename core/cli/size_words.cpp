// SPDX-License-Identifier: Apache-2.0
// Names may have anything in them but the sign.
#include "core/cli/size_words.h"

#include <charconv>

#include <fmt/format.h>

#include "core/base/file.h"

namespace vitrine::cli {

Result<std::map<std::string, int64_t, std::less<>>> sizesFromWords(
    const std::vector<std::string>& words) {
    std::map<std::string, int64_t, std::less<>> sizes;
    for (const std::string& word : words) {
        const size_t sign = word.find('=');
        const std::string number = sign == std::string::npos ? "" : word.substr(sign + 1);
        int64_t extent = 0;
        const auto [end, failure] =
            std::from_chars(number.data(), number.data() + number.size(), extent);
        const bool isWhole = failure == std::errc() && end == number.data() + number.size();
        if (number.empty() || !isWhole || extent < 1)
            return Error{"U10",
                         fmt::format("--size '{}' is no NAME=NUMBER", printable(word, 60)),
                         {},
                         "Nothing was done.",
                         "Write for instance --size height=224."};
        sizes.emplace(word.substr(0, sign), extent);
    }
    return sizes;
}

}  // namespace vitrine::cli
