// SPDX-License-Identifier: Apache-2.0
// What an exported model says of itself: classes, and what becomes of pixels before they come in.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/session/inference.h"

namespace vitrine {

/// Names of the classes of an output, as far as weights, data or the model's file know them.
std::vector<std::string> classNamesFor(const Inference& network, const InferenceOutput& output,
                                       const std::string& weights);

/// `classes` (a JSON list), and of pictures `mean` and `std` of pixels between 0 and 1, `channels`,
/// `preprocessing` in words, `size` (how pictures of other sizes are made to fit) and `transforms`
/// (a JSON list: what is done to them before that). Of a model of others what its file says.
std::vector<std::pair<std::string, std::string>> metadataOf(const Inference& network,
                                                            const std::string& weights);

}  // namespace vitrine
