// SPDX-License-Identifier: Apache-2.0
// Models of one layer, and what they give: for rows of what the ONNX standard says of an operator.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/onnx/network.h"
#include "tests/support/onnx_maker.h"

namespace vitrine::test {

using Reals = std::vector<double>;
using Dims = std::vector<int64_t>;

/// A model of one node whose input x and output y are floats; further inputs are initializers.
struct Layer {
    std::string op;
    std::vector<std::string> attributes = {}, initializers = {};
    std::vector<std::string> inputs = {"x"}, outputs = {"y"};
    int64_t opset = 18;
    int32_t resultType = OnnxFloat;
    std::string shown = {};  ///< the output that counts; the last unless said
};
std::string modelOf(const Layer& layer, const Dims& dims);

std::string attribute(std::string_view name, const Dims& values);
std::string number(std::string_view name, int64_t value);
std::string real(std::string_view name, double value);
std::string word(std::string_view name, std::string_view value);
/// 1, 2, … count.
Reals upTo(int count);
Numbers floats(const Dims& dims, const Reals& values);

/// Of bytes, by a file in a folder of its own.
Result<onnx::Network> networkOfBytes(const std::string& bytes);
/// What a network gives for x, its batch where it is open. What is refused is an error.
Result<Reals> layerAnswer(const onnx::Network& network, const Dims& dims, const Reals& x);
/// Empty where every number is near: `3 at 1, wanted 4`.
std::string differenceOf(const Reals& ours, const Reals& wanted);

}  // namespace vitrine::test
