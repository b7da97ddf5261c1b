// SPDX-License-Identifier: Apache-2.0
// What the instructions of a program ask of kernels where these offer more than one way: all that
// is worth measuring.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/exec/kernel_reasons.h"
#include "core/exec/offer_memo.h"
#include "core/ir/program.h"

namespace vitrine {

struct OpenQuestion {
    std::string text = {};  ///< see questionText
    Instr instr;            ///< its values are those of no program
    std::vector<ValueShape> in, out;
    std::vector<KernelWays::Way> ways = {};  ///< with their estimates; two at least
};

/// A question that no instruction asks: what it takes to read or write a byte where values are
/// brought into another layout, with as many threads as there are. Its way is `byte`.
inline constexpr std::string_view copyQuestion = "copies between layouts", copyWay = "byte";

/// Each once, in the order of the program. Those of its instructions before anything is fused, as
/// the choice sees them.
std::vector<OpenQuestion> openQuestions(Program program, Math math);

/// A program of this instruction alone: `operand0`, … are its inputs, `result0`, … its outputs.
Program programOf(const OpenQuestion& question);

}  // namespace vitrine
