// SPDX-License-Identifier: Apache-2.0
// Reads, fits, and takes the planes apart.
#include "core/session/picture_pixels.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/data/pictures/picture_file.h"

namespace vitrine {

Result<std::vector<float>> picturePixels(const std::string& path, const Shape& shape,
                                         PictureFit fit) {
    if (shape.rank() != 3 || (shape[0] != 1 && shape[0] != 3))
        return Error{
            "P13",
            fmt::format("the network takes {}, wanted pictures of 1 or 3 channels", shape.text()),
            {},
            "Nothing was computed.",
            "Give it an array of numbers."};
    const PictureForm form{.height = shape[1],
                           .width = shape[2],
                           .channels = static_cast<int>(shape[0]),
                           .refusesOthers = false,
                           .fit = fit};
    std::vector<std::byte> bytes(static_cast<size_t>(form.bytes()));
    const std::string title = printable(std::filesystem::path(path).filename().string());
    VITRINE_TRY(readPictureInto(path, title, form, bytes));
    std::vector<float> pixels(bytes.size());
    std::ranges::transform(bytes, pixels.begin(), [](std::byte byte) {
        return static_cast<float>(std::to_integer<int>(byte)) / 255;
    });
    return pixels;
}

}  // namespace vitrine
