// SPDX-License-Identifier: Apache-2.0
// A picture file as an input of a network takes it: what the project's data do with pictures is
// done with this one too.
#pragma once

#include <string>

#include "core/io/project.h"
#include "core/session/array_fit.h"

namespace vitrine {

/// Whether the file begins as a picture does. False as well for what cannot be read.
bool isPictureFile(const std::string& path);

/// Bytes of pixels [1, C, H, W] of the wished shape. Channels, size, bars or cuts and background
/// are those of the data's format, where it has such fields, else the picture is stretched; then
/// come the transforms for evaluation. Errors: those of readPictureFile; "M09" (the data take
/// pictures of one size alone), "P13" (the input takes no pictures, or the transforms give another
/// size).
Result<SharedTensor> pictureInput(const std::string& path, const ArrayWish& wish,
                                  const DataSettings& data);

/// Makes pictures of other sizes become the input's so: `stretch`, `letterbox`, `crop` or `refuse`.
/// Errors: "P11" for another word.
Result<void> setPictureFit(DataSettings& data, const std::string& fit);

}  // namespace vitrine
