// SPDX-License-Identifier: Apache-2.0
// Decodes, fits, and walks the list of transforms with one example.
#include "core/session/picture_input.h"

#include <algorithm>
#include <array>
#include <fstream>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/data/dataset.h"
#include "core/data/pictures/picture_file.h"
#include "core/data/stored_examples.h"
#include "core/data/transform.h"
#include "core/io/project_data.h"

namespace vitrine {

namespace {

/// What happens to pictures of other sizes.
struct PictureRules {
    int64_t height = 0, width = 0;  ///< 0: as they are
    bool refusesOthers = false;
    PictureFit fit = PictureFit::Stretch;
    Background background = Background::White;
};

PictureRules rulesOf(const DataSettings& data, const Shape& wanted) {
    PictureRules rules;
    const DataFormatDescriptor* format = findDataFormat(data.format);
    if (format) {
        Attrs attrs(format->fields);
        for (const DataSettings::Field& field : data.fields)
            static_cast<void>(attrs.set(field.id, field.value));
        const std::string fit = attrs.has("fit") ? attrs.text("fit") : "stretch";
        rules.refusesOthers = fit == "refuse";
        rules.fit = fit == "letterbox" ? PictureFit::Letterbox
                    : fit == "crop"    ? PictureFit::Crop
                                       : PictureFit::Stretch;
        if (attrs.has("background") && attrs.text("background") == "black")
            rules.background = Background::Black;
        if (attrs.has("fit") && attrs.has("height")) rules.height = attrs.integer("height");
        if (attrs.has("fit") && attrs.has("width")) rules.width = attrs.integer("width");
    }
    // Without transforms nothing else makes it the input's size.
    const bool isLast = data.evaluationTransforms.empty();
    if (rules.height == 0 && isLast) rules.height = wanted[1];
    if (rules.width == 0 && isLast) rules.width = wanted[2];
    return rules;
}

Error otherSize(const std::string& path, const Picture& picture, const PictureRules& rules) {
    Error error{
        "M09",
        fmt::format("'{}' is {} × {} pixels, the project's data take pictures of {} × {} "
                    "alone",
                    printable(path), picture.height, picture.width, rules.height, rules.width),
        {},
        "Nothing was computed.",
        "Choose in the data's settings what becomes of other sizes, or cut the picture."};
    error.place.file = path;
    return error;
}

Result<Picture> fittedPicture(const std::string& path, int channels, const PictureRules& rules) {
    auto read = readPictureFile(path, printable(path), rules.background);
    if (!read) return read.error();
    Picture picture = withChannels(std::move(read).value(), channels);
    const int64_t height = rules.height == 0 ? picture.height : rules.height;
    const int64_t width = rules.width == 0 ? picture.width : rules.width;
    if (picture.height == height && picture.width == width) return picture;
    if (rules.refusesOthers) return otherSize(path, picture, rules);
    return fitted(picture, height, width, rules.fit);
}

WorkedImage planesOf(const Picture& picture) {
    WorkedImage image{.shape = {picture.channels, picture.height, picture.width}, .pixels = {}};
    const auto channels = static_cast<size_t>(picture.channels);
    const size_t count = picture.pixels.size() / channels;
    image.pixels.resize(picture.pixels.size());
    for (size_t c = 0; c < channels; ++c)
        for (size_t i = 0; i < count; ++i)
            image.pixels[c * count + i] = picture.pixels[i * channels + c];
    return image;
}

/// What the transforms for evaluation make of it.
Result<WorkedImage> behind(WorkedImage image, const DataSettings& data) {
    if (data.evaluationTransforms.empty()) return image;
    const std::vector<Column> columns{{.name = "image", .dtype = DType::U8, .shape = image.shape}};
    const std::vector<Transform> list = transformsOf(data.evaluationTransforms);
    if (const auto fit = columnsBehind(columns, list); !fit) return fit.error();
    auto source = std::make_shared<StoredExamples>();
    source->addNumbers<uint8_t>(image.pixels, image.shape.elements());
    const auto stages = stagesOf({.count = 1, .source = source}, columns, list, 0, {});
    return stages.back().images.front();
}

}  // namespace

bool isPictureShape(const Shape& shape) {
    return shape.rank() == 3 && (shape[0] == 1 || shape[0] == 3);
}

bool takesPicture(const ArrayWish& wish) {
    return wish.isBatched && (isFloat(wish.dtype) || wish.dtype == DType::U8) &&
           isPictureShape(wish.shape);
}

bool isPictureFile(const std::string& path) {
    std::array<char, 64> beginning{};
    std::ifstream file(path, std::ios::binary);
    file.read(beginning.data(), beginning.size());
    const auto count = static_cast<size_t>(file.gcount());
    return isPicture(std::as_bytes(std::span(beginning.data(), count)));
}

Result<SharedTensor> pictureInput(const std::string& path, const ArrayWish& wish,
                                  const DataSettings& data) {
    const Shape& wanted = wish.shape;
    const bool takesPictures = takesPicture(wish);
    Error error{"P13", {}, {}, "Nothing was computed.", {}};
    error.place.file = path;
    if (!takesPictures) {
        error.message = fmt::format("'{}' is a picture, and '{}' takes {} {}", printable(path),
                                    wish.name, name(wish.dtype), wish.text());
        error.next = "Give it an array.";
        return error;
    }
    auto picture = fittedPicture(path, static_cast<int>(wanted[0]), rulesOf(data, wanted));
    if (!picture) return picture.error();
    const auto image = behind(planesOf(*picture), data);
    if (!image) return image.error();
    if (image->shape != wanted) {
        error.message =
            fmt::format("'{}' becomes {} by the project's transforms, and '{}' takes {}",
                        printable(path), image->shape.text(), wish.name, wish.text());
        error.next = "Give the project transforms that end with the input's size.";
        return error;
    }
    const auto bytes = std::as_bytes(std::span(image->pixels));
    return TensorData::of(DType::U8, {1, wanted[0], wanted[1], wanted[2]},
                          {bytes.begin(), bytes.end()});
}

Result<std::vector<float>> picturePixels(const std::string& path, const Shape& shape,
                                         PictureFit fit) {
    if (!isPictureShape(shape))
        return Error{
            "P13",
            fmt::format("the network takes {}, wanted pictures of 1 or 3 channels", shape.text()),
            {},
            "Nothing was computed.",
            "Give it an array of numbers."};
    const PictureRules rules{.height = shape[1], .width = shape[2], .fit = fit};
    const auto picture = fittedPicture(path, static_cast<int>(shape[0]), rules);
    if (!picture) return picture.error();
    const WorkedImage image = planesOf(*picture);
    std::vector<float> pixels(image.pixels.size());
    std::ranges::transform(image.pixels, pixels.begin(),
                           [](uint8_t pixel) { return static_cast<float>(pixel) / 255; });
    return pixels;
}

Result<void> setPictureFit(DataSettings& data, const std::string& fit) {
    const DataFormatDescriptor* format = findDataFormat(data.format);
    // Formats of arrays and drawings have no pictures of other sizes; this one has.
    if (!format || !Attrs(format->fields).has("fit")) {
        data.format = "image_folder";
        data.fields.clear();
        format = findDataFormat(data.format);
    }
    Attrs attrs(format->fields);
    if (const auto set = attrs.set("fit", fit); !set) {
        Error error = set.error();
        error.kept = "Nothing was computed.";
        error.next = "Choose one of these words.";
        return error;
    }
    std::erase_if(data.fields, [](const DataSettings::Field& field) { return field.id == "fit"; });
    data.fields.push_back({"fit", fit});
    return {};
}

}  // namespace vitrine
