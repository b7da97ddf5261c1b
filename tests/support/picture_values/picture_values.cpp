// SPDX-License-Identifier: Apache-2.0
// picture-values FILE as_it_is|grey|colour [HEIGHT WIDTH]: writes what the engine makes of a
// picture file on standard output, as a PGM or PPM.
#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <string_view>

#include "core/base/file.h"
#include "core/data/pictures/resize.h"

using namespace vitrine;

namespace {

int64_t numberIn(std::string_view text) {
    int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

}  // namespace

int main(int count, char** words) {
    if (count != 3 && count != 5) return 2;
    const auto bytes = readFile(words[1]);
    const auto decoded = bytes ? decodePicture(*bytes, words[1]) : Result<Picture>(bytes.error());
    if (!decoded) {
        std::fputs((decoded.error().text() + "\n").c_str(), stderr);
        return 1;
    }
    Picture picture = *decoded;
    const std::string_view wanted = words[2];
    if (wanted != "as_it_is") picture = withChannels(std::move(picture), wanted == "grey" ? 1 : 3);
    if (count == 5) picture = resized(picture, numberIn(words[3]), numberIn(words[4]));
    const std::string header = fmt::format("P{}\n{} {}\n255\n", picture.channels == 1 ? 5 : 6,
                                           picture.width, picture.height);
    std::fwrite(header.data(), 1, header.size(), stdout);
    std::fwrite(picture.pixels.data(), 1, picture.pixels.size(), stdout);
    return 0;
}
