// SPDX-License-Identifier: Apache-2.0
// Small ONNX models as bytes, well-formed and not. Every part is the bytes of its message; parts
// are put together by hand: `onnxModel({.graph = onnxGraph({.nodes = {onnxNode("Relu", {"x"},
// {"y"})}, …})})`. Source: onnx/onnx.proto of ONNX 1.23 (IR 14).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace vitrine::test {

/// Field numbers of TensorProto's typed numbers.
enum class OnnxField : uint32_t { Floats = 4, Int32s = 5, Int64s = 7, Doubles = 10, Uint64s = 11 };
/// Numbers of element types that tests use.
enum OnnxType : int32_t {
    OnnxFloat = 1,
    OnnxUint8 = 2,
    OnnxInt32 = 6,
    OnnxInt64 = 7,
    OnnxString = 8,
    OnnxBool = 9,
    OnnxFloat16 = 10,
    OnnxDouble = 11
};

/// A message that grows field by field: for what the functions below do not say.
class OnnxMessage {
  public:
    OnnxMessage& number(uint32_t field, int64_t value);
    OnnxMessage& real(uint32_t field, float value);
    /// Text, bytes, or a message.
    OnnxMessage& bytes(uint32_t field, std::string_view value);
    OnnxMessage& bytes(uint32_t field, const OnnxMessage& message);
    OnnxMessage& bytes(uint32_t field, const std::vector<std::string>& values);
    /// Packed varints.
    OnnxMessage& packed(uint32_t field, const std::vector<int64_t>& values);
    OnnxMessage& append(std::string_view fields);
    operator const std::string&() const { return m_bytes; }

  private:
    std::string m_bytes;
};

using OnnxDim = std::variant<int64_t, std::string>;  ///< a number or a symbol; empty: not known

std::string onnxAttribute(std::string_view name, int64_t value);
std::string onnxAttribute(std::string_view name, double value);
std::string onnxAttribute(std::string_view name, std::string_view text);
std::string onnxAttribute(std::string_view name, const std::vector<int64_t>& values);
std::string onnxAttribute(std::string_view name, const std::vector<double>& values);
std::string onnxTensorAttribute(std::string_view name, std::string_view tensor);
std::string onnxGraphAttribute(std::string_view name, std::string_view graph);
/// An attribute of a node in a function: its argument of another name. `kind`: AttributeType.
std::string onnxReference(std::string_view name, std::string_view argument, int kind);

struct OnnxNodeParts {
    std::string op;
    std::vector<std::string> inputs, outputs;
    std::vector<std::string> attributes = {};
    std::string name = {}, domain = {}, overload = {};
};
std::string onnxNode(const OnnxNodeParts& parts);
std::string onnxNode(std::string_view op, std::vector<std::string> inputs,
                     std::vector<std::string> outputs, std::vector<std::string> attributes = {});

/// Without numbers: fields are to be appended.
OnnxMessage onnxTensor(std::string_view name, int32_t type, const std::vector<int64_t>& dims);
std::string onnxFloats(std::string_view name, const std::vector<int64_t>& dims,
                       const std::vector<float>& values);
std::string onnxIntegers(std::string_view name, const std::vector<int64_t>& dims,
                         const std::vector<int64_t>& values);
std::string onnxTyped(std::string_view name, int32_t type, const std::vector<int64_t>& dims,
                      OnnxField field, const std::vector<int64_t>& values);
using OnnxEntries = std::vector<std::pair<std::string, std::string>>;
std::string onnxExternal(std::string_view name, int32_t type, const std::vector<int64_t>& dims,
                         const OnnxEntries& entries);

/// A graph's input or output.
std::string onnxValue(std::string_view name, int32_t type, const std::vector<OnnxDim>& dims);
/// One whose shape the file leaves out.
std::string onnxValue(std::string_view name, int32_t type);

struct OnnxGraphParts {
    std::vector<std::string> nodes, initializers = {}, inputs = {}, outputs = {}, values = {};
    std::vector<std::string> sparse = {};
    std::string name = "g";
};
std::string onnxGraph(const OnnxGraphParts& parts);

struct OnnxFunctionParts {
    std::string name, domain;
    std::vector<std::string> inputs, outputs, nodes;
    std::vector<std::string> attributes = {};  ///< names
    std::vector<std::string> defaults = {};    ///< messages
    std::string overload = {};
    int64_t opset = 18;
};
std::string onnxFunction(const OnnxFunctionParts& parts);

struct OnnxModelParts {
    std::string graph;
    int64_t opset = 18, ir = 8;
    std::vector<std::string> functions = {};
    std::vector<std::pair<std::string, int64_t>> domains = {};  ///< besides ONNX's own
    OnnxEntries metadata = {};
};
OnnxMessage onnxModel(const OnnxModelParts& parts);

}  // namespace vitrine::test
