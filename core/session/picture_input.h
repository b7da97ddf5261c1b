// SPDX-License-Identifier: Apache-2.0
// A picture file as an input of a network takes it: what the project's data do with pictures is
// done with this one too.
#pragma once

#include <string>
#include <vector>

#include "core/data/pictures/resize.h"
#include "core/io/project.h"
#include "core/session/array_fit.h"

namespace vitrine {

/// Whether the file begins as a picture does. False as well for what cannot be read.
bool isPictureFile(const std::string& path);

/// [C, H, W] with one channel or three.
bool isPictureShape(const Shape& shape);
/// Floats or bytes of that shape.
bool takesPicture(const ArrayWish& wish);

/// Bytes of pixels [1, C, H, W] of the wished shape. Channels, size, bars or cuts and background
/// are those of the data's format, where it has such fields, else the picture is stretched; then
/// come the transforms for evaluation. Errors: those of readPictureFile; "M09" (the data take
/// pictures of one size alone), "P13" (the input takes no pictures, or the transforms give another
/// size).
Result<SharedTensor> pictureInput(const std::string& path, const ArrayWish& wish,
                                  const DataSettings& data);

/// The same without a project: numbers [C, H, W] of 0 to 1 for `shape`. Errors: those of
/// readPictureFile; "P13" where C is neither 1 nor 3.
Result<std::vector<float>> picturePixels(const std::string& path, const Shape& shape,
                                         PictureFit fit);

/// Makes pictures of other sizes become the input's so: `stretch`, `letterbox`, `crop` or `refuse`.
/// Errors: "P11" for another word.
Result<void> setPictureFit(DataSettings& data, const std::string& fit);

}  // namespace vitrine
