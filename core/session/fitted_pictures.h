// SPDX-License-Identifier: Apache-2.0
// Pictures of any size for a network that takes one size alone, for its weights are given.
#pragma once

#include "core/graph/graph.h"
#include "core/io/project.h"

namespace vitrine {

/// The settings with what their format's fields leave open: height, width and channels of the
/// network's first input of images, pictures of other sizes cut to that. As they are where no
/// weights of the network are given numbers, and where the format has no such fields.
DataSettings fittedPictures(DataSettings data, const Graph& graph);

}  // namespace vitrine
