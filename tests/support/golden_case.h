// SPDX-License-Identifier: Apache-2.0
// Values and gradients of operators that another program has written, and ours of the same numbers.
// The files are safetensors; metadata of number NNN: `operator|fields|shapes of its operands|kind`.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/io/safetensors.h"
#include "kernels/api/dtype.h"

namespace vitrine::test {

/// What an operator gives, and the gradient of Σ out · cotangent in each operand; empty for those
/// that have none, zeros where it is zero by rule.
struct Outcome {
    std::vector<double> out;
    std::vector<std::vector<double>> gradients;
};

struct GoldenCase {
    std::string number, op, fields, inputs, kind;
    DType type = DType::F32;  ///< of floating-point operands
    std::vector<std::vector<double>> operands;
    std::vector<double> cotangent;  ///< ones where the file has none
    Outcome wanted;
};

/// Tensors NNN.inK, .out, .gradK and .cotangent. Errors: those of loadSafetensors.
Result<std::vector<GoldenCase>> loadGoldenCases(const std::string& path);

/// Ours. `inputs` in the form of samples. Errors: those of the operator, of its derivative and of
/// the interpreter.
Result<Outcome> outcomeOf(const GoldenCase& of);

}  // namespace vitrine::test
