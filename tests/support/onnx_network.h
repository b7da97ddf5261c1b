// SPDX-License-Identifier: Apache-2.0
// Runs models of ONNX's backend suite as they are imported, and compares what comes out with what
// the suite stores.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/onnx/network.h"

namespace vitrine::test {

struct OnnxVerdict {
    enum class Kind : uint8_t { Agrees, Refused, Differs, Fails };
    Kind kind = Kind::Fails;
    std::string reason;              ///< of all but the first
    std::vector<std::string> types;  ///< operators of the model, each once, in its order
};

/// Those of the suite's own runner.
struct OnnxTolerance {
    double relative = 1e-3, absolute = 1e-7;
};

/// Opens `model`, gives it each `test_data_set_*` of `folder` (arrays in the order of its inputs),
/// and compares. A model is refused with what its import says. Never throws.
OnnxVerdict judgeOnnx(const std::string& model, const std::string& folder,
                      const OnnxTolerance& tolerance = {});

/// A light form of a real network: `x.onnx` takes the numbers 0, 1/n, 2/n, … as the suite's runner
/// makes them, and `x_output_0.pb` holds what it gives.
OnnxVerdict judgeLightOnnx(const std::string& model, const OnnxTolerance& tolerance = {});

/// What a network gives for these numbers by the names of its inputs: numbers of each output.
Result<std::vector<std::vector<double>>> runOnnx(
    const onnx::Network& network, const std::map<std::string, Numbers, std::less<>>& inputs);

}  // namespace vitrine::test
