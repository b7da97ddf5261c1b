// SPDX-License-Identifier: Apache-2.0
// Fields of several formats whose pictures are drawn with ink.
#pragma once

#include "core/base/field.h"

namespace vitrine::formats {

inline constexpr FieldSpec distortionField{
    .id = "distortion",
    .title = "Distortion",
    .type = FieldType::Real,
    .defaultNumber = 1,
    .minimum = 0,
    .maximum = 3,
    .help = "How far the hand departs from the skeletons; 0 gives the skeletons themselves."};

inline constexpr FieldSpec inkNoiseField{
    .id = "noise",
    .title = "Noise",
    .type = FieldType::Real,
    .defaultNumber = 0.02,
    .minimum = 0,
    .maximum = 1,
    .help = "Standard deviation of the ink's brightness, where 1 is from black to white."};

}  // namespace vitrine::formats
