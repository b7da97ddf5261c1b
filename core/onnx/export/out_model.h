// SPDX-License-Identifier: Apache-2.0
// An ONNX model that is being written: nodes, weights, ends, as plain values.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/exec/evaluate.h"
#include "core/onnx/model.h"

namespace vitrine::onnx {

/// Real numbers are written as float32, as ONNX's attributes are.
using OutAttributeValue = std::variant<int64_t, double, std::string, std::vector<int64_t>,
                                       std::vector<double>, std::vector<std::string>>;
struct OutAttribute {
    std::string name;
    OutAttributeValue value;
    bool operator==(const OutAttribute&) const = default;
};

struct OutNode {
    std::string opType;
    std::vector<std::string> inputs, outputs;  ///< empty: left out
    std::vector<OutAttribute> attributes;
    std::string source;  ///< the node of the graph that it is of; not written

    bool isLike(const OutNode& other) const {
        return opType == other.opType && inputs == other.inputs && outputs == other.outputs &&
               attributes == other.attributes;
    }
};

/// A number, or the name of an extent that is open.
using OutDim = std::variant<int64_t, std::string>;

struct OutValue {
    std::string name;
    ElementType element = ElementType::Float;
    std::vector<OutDim> dims;
};

struct OutTensor {
    std::string name;
    ElementType element = ElementType::Float;
    Numbers numbers;  ///< whose bytes are those of the element type
};

struct OutModel {
    std::string name;
    int64_t opset = 0;
    std::vector<OutNode> nodes;
    std::vector<OutTensor> weights;
    std::vector<OutValue> inputs, outputs;
    std::vector<std::pair<std::string, std::string>> metadata;
};

/// How a model is laid into files.
struct OutFiles {
    /// Weights of more than a kilobyte lie in `<path>.data`; else only where the model would pass
    /// what a message can hold.
    bool isExternal = false;
};
/// Most bytes of a model that is one file.
inline constexpr int64_t largestMessage = 1'900'000'000;

/// Replaces the file, and where weights lie outside the one beside it: nothing is appended. Gives
/// the bytes of both. Errors: those of AtomicFile; where there is one, nothing is left behind.
Result<int64_t> saveModel(const OutModel& model, const std::string& path,
                          const OutFiles& files = {});

/// Version of the format that an operator set came with. Source: onnx.helper.VERSION_TABLE of
/// ONNX 1.23.
int64_t irVersionOf(int64_t opset);

}  // namespace vitrine::onnx
