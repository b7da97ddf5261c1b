// SPDX-License-Identifier: Apache-2.0
// Names may have anything in them but the sign.
#include "core/cli/size_words.h"

#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/file.h"
#include "core/cli/text.h"
#include "core/session/import_model.h"

namespace vitrine::cli {

Result<ChosenExtents> sizesFromWords(const std::vector<std::string>& words) {
    ChosenExtents sizes;
    for (const std::string& word : words) {
        const size_t sign = word.find('=');
        const std::string number = sign == std::string::npos ? "" : word.substr(sign + 1);
        int64_t extent = 0;
        const auto [end, failure] =
            std::from_chars(number.data(), number.data() + number.size(), extent);
        const bool isWhole = failure == std::errc() && end == number.data() + number.size();
        if (number.empty() || !isWhole || extent < 1)
            return Error{
                "U10",
                number.empty() || !isWhole
                    ? fmt::format("--size '{}' is no NAME=NUMBER", printable(word, 60))
                    : fmt::format("--size '{}': a size is 1 at least", printable(word, 60)),
                {},
                "Nothing was done.",
                "Write for instance --size height=224."};
        sizes.emplace(word.substr(0, sign), extent);
    }
    return sizes;
}

std::string sizeOptions(const std::vector<OpenExtent>& open) {
    std::vector<std::string> words;
    for (const OpenExtent& extent : open)
        words.push_back("--size " + shellWord(extent.symbol + "=" +
                                              (extent.usual > 0 ? std::to_string(extent.usual)
                                                                : std::string("NUMBER"))));
    return fmt::format("{}", fmt::join(words, " "));
}

Error withSizeOptions(Error error, const std::string& model, const ChosenExtents& chosen) {
    if (error.code != "O18") return error;
    auto open = openExtents(model);
    if (!open) return error;
    std::erase_if(*open, [&](const OpenExtent& each) { return chosen.contains(each.symbol); });
    error.next += open->empty() ? std::string(" Type them as --size NAME=NUMBER.")
                                : fmt::format(" Type {}.", sizeOptions(*open));
    return error;
}

}  // namespace vitrine::cli
