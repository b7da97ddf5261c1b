// SPDX-License-Identifier: Apache-2.0
// Equations of Einstein sums, as numpy's einsum reads them: `bij,bjk->bik`, `...ij->...ji`.
#pragma once

#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/tensor/shape.h"

namespace vitrine::einsum {

/// A letter, or one of the axes that `...` stands for.
using Label = int;
using Labels = std::vector<Label>;

struct Equation {
    std::vector<Labels> operands;  ///< one label for each axis
    Labels result;
};

/// Extents that one label has are equal, or 1 where an operand repeats. Without `->` the result has
/// the axes of `...` and then, by the alphabet, the letters that stand once. Errors: "shape",
/// naming the equation and what does not fit.
Result<Equation> read(std::string_view text, const std::vector<Shape>& shapes);

/// The extent of a label among the operands.
int64_t extentOf(const Equation& equation, const std::vector<Shape>& shapes, Label label);

bool contains(const Labels& labels, Label label);

}  // namespace vitrine::einsum
