// SPDX-License-Identifier: Apache-2.0
// Picture files as networks take them: all of one size, planes one behind the other.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/field.h"
#include "core/base/result.h"
#include "core/data/pictures/picture.h"
#include "core/data/pictures/resize.h"
#include "core/tensor/shape.h"

namespace vitrine {

/// What every picture of a set becomes.
struct PictureForm {
    int64_t height = 0, width = 0;
    int channels = 3;
    bool refusesOthers = true;  ///< pictures of other sizes
    PictureFit fit = PictureFit::Stretch;
    Background background = Background::White;
    Shape shape() const { return {channels, height, width}; }
    int64_t bytes() const { return height * width * channels; }
};

/// Reads a file's header, and of the file as little as that takes. `title` stands for it in
/// messages. Errors: as readFile and lookAtPicture; "M11", it is not there any more.
Result<PictureInfo> lookAtPictureFile(const std::string& path, std::string_view title);

/// Reads and decodes. Errors: as readFile and decodePicture; "M11".
Result<Picture> readPictureFile(const std::string& path, std::string_view title,
                                Background background);

/// The form that the fields of a format (formats/picture_fields.h) ask for. What they leave open is
/// as the first of `count` pictures that can be looked at has it. Errors: of the first picture that
/// cannot be, where `broken` is `stop`, or where there is no other.
Result<PictureForm> pictureForm(const Attrs& attrs, int64_t count,
                                const std::function<Result<PictureInfo>(int64_t)>& look);

/// One picture into `place`, form.bytes() of it: [C, H, W]. Errors: as readPictureFile; "M09".
Result<void> readPictureInto(const std::string& path, std::string_view title,
                             const PictureForm& form, std::span<std::byte> place);

}  // namespace vitrine
