// SPDX-License-Identifier: Apache-2.0
// From a file to planes of pixels.
#include "core/data/pictures/picture_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <vector>

#include "core/base/file.h"

namespace vitrine {

namespace {

/// What a file of pictures cannot be read for, in the words of its data.
Error ofFile(Error error, const std::string& path, std::string_view title) {
    if (error.code == "G01") {
        error.code = "M11";
        error.message =
            fmt::format("{}: it was there when the folder was listed, and is not now", title);
        error.next = "Put it there again, or open the data anew.";
    } else if (error.code.starts_with("G")) {
        error.message = fmt::format("{}: {}", title, error.message);
    }
    error.kept.clear();
    error.place.file = path;
    return error;
}

/// The beginning of a file; empty where it cannot be read.
std::vector<std::byte> beginningOf(const std::string& path) {
    constexpr size_t most = size_t{1} << 16;
    std::vector<std::byte> bytes(most);
    std::ifstream stream(path, std::ios::binary);
    stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(most));
    bytes.resize(static_cast<size_t>(std::max<std::streamsize>(stream.gcount(), 0)));
    return bytes;
}

Error otherSize(std::string_view title, const Picture& picture, const PictureForm& form) {
    Error error{"M09",
                fmt::format("{} is {} × {} pixels, the others are {} × {}", title, picture.height,
                            picture.width, form.height, form.width),
                {},
                {},
                "Choose with 'Other sizes' what becomes of such pictures."};
    error.place.field = "fit";
    return error;
}

}  // namespace

Result<PictureInfo> lookAtPictureFile(const std::string& path, std::string_view title) {
    // A header may lie behind much else; then the whole file is read.
    if (auto info = lookAtPicture(beginningOf(path), title)) return info;
    const auto bytes = readFile(path);
    if (!bytes) return ofFile(bytes.error(), path, title);
    auto info = lookAtPicture(*bytes, title);
    return info ? info : ofFile(info.error(), path, title);
}

Result<Picture> readPictureFile(const std::string& path, std::string_view title,
                                Background background) {
    const auto bytes = readFile(path);
    if (!bytes) return ofFile(bytes.error(), path, title);
    auto picture = decodePicture(*bytes, title, background);
    return picture ? std::move(picture) : ofFile(picture.error(), path, title);
}

Result<PictureForm> pictureForm(const Attrs& attrs, int64_t count,
                                const std::function<Result<PictureInfo>(int64_t)>& look) {
    PictureForm form{.height = attrs.integer("height"), .width = attrs.integer("width")};
    const std::string& fit = attrs.text("fit");
    form.refusesOthers = fit == "refuse";
    form.fit = fit == "letterbox" ? PictureFit::Letterbox
               : fit == "crop"    ? PictureFit::Crop
                                  : PictureFit::Stretch;
    if (attrs.text("background") == "black") form.background = Background::Black;
    Error first;
    for (int64_t i = 0; i < count; ++i) {
        const Result<PictureInfo> info = look(i);
        if (!info) {
            if (i == 0) first = info.error();
            if (attrs.text("broken") == "stop") break;
            continue;
        }
        if (form.height == 0) form.height = info->height;
        if (form.width == 0) form.width = info->width;
        const std::string& channels = attrs.text("channels");
        form.channels = channels == "as_they_are" ? info->channels : channels == "grey" ? 1 : 3;
        return form;
    }
    first.kept = "Nothing was imported.";
    return first;
}

Result<void> readPictureInto(const std::string& path, std::string_view title,
                             const PictureForm& form, std::span<std::byte> place) {
    auto read = readPictureFile(path, title, form.background);
    if (!read) return read.error();
    Picture picture = withChannels(std::move(read).value(), form.channels);
    const bool isOther = picture.height != form.height || picture.width != form.width;
    if (isOther && form.refusesOthers) return ofFile(otherSize(title, picture, form), path, title);
    if (isOther) picture = fitted(picture, form.height, form.width, form.fit);
    const auto count = static_cast<size_t>(form.height * form.width);
    const auto channels = static_cast<size_t>(form.channels);
    for (size_t c = 0; c < channels; ++c)
        for (size_t i = 0; i < count; ++i)
            place[c * count + i] = std::byte{picture.pixels[i * channels + c]};
    return {};
}

}  // namespace vitrine
