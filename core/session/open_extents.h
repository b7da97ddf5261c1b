// SPDX-License-Identifier: Apache-2.0
// Extents that a model's file leaves open, and whether all of them are chosen.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace vitrine::onnx {
struct Model;
}

namespace vitrine {

using ChosenExtents = std::map<std::string, int64_t, std::less<>>;

/// An extent that the file leaves open, other than that of a batch.
struct OpenExtent {
    std::string symbol;  ///< as the file calls it, or `input[2]` where it has no name
    std::string input;   ///< where it stands first
    int64_t axis = 0;
    int64_t usual = 0;  ///< what pictures usually have there; 0: nothing is known
};

/// Those of the inputs that a model asks for, each name once.
std::vector<OpenExtent> openExtents(const onnx::Model& model);

/// An input whose shape the file does not tell has as many extents as the chosen ones say, `x[2]`
/// the third; those that are not chosen are open.
void giveShapes(onnx::Model& model, const ChosenExtents& chosen);

/// `height=48, width=64`
std::string sizesText(const ChosenExtents& extents);

/// "O18", with every extent that is open and not chosen; an input without a shape.
Result<void> checkChosen(const onnx::Model& model, const ChosenExtents& chosen);

}  // namespace vitrine
