// SPDX-License-Identifier: Apache-2.0
// Messages by protozero's writer.
#include "tests/support/onnx_maker.h"

#include <protozero/pbf_writer.hpp>

namespace vitrine::test {

OnnxMessage& OnnxMessage::number(uint32_t field, int64_t value) {
    protozero::pbf_writer(m_bytes).add_int64(field, value);
    return *this;
}

OnnxMessage& OnnxMessage::real(uint32_t field, float value) {
    protozero::pbf_writer(m_bytes).add_float(field, value);
    return *this;
}

OnnxMessage& OnnxMessage::bytes(uint32_t field, std::string_view value) {
    protozero::pbf_writer(m_bytes).add_bytes(field, value.data(), value.size());
    return *this;
}

OnnxMessage& OnnxMessage::bytes(uint32_t field, const std::vector<std::string>& values) {
    for (const std::string& value : values) bytes(field, value);
    return *this;
}

OnnxMessage& OnnxMessage::bytes(uint32_t field, const OnnxMessage& message) {
    return bytes(field, std::string_view(message.m_bytes));
}

OnnxMessage& OnnxMessage::packed(uint32_t field, const std::vector<int64_t>& values) {
    protozero::pbf_writer(m_bytes).add_packed_int64(field, values.begin(), values.end());
    return *this;
}

OnnxMessage& OnnxMessage::append(std::string_view fields) {
    m_bytes += fields;
    return *this;
}

namespace {

/// Numbers as AttributeProto.AttributeType has them.
enum Kind : int64_t { Float = 1, Int = 2, String = 3, Tensor = 4, Graph = 5, Floats = 6, Ints = 7 };

OnnxMessage attribute(std::string_view name, int64_t kind) {
    return OnnxMessage().bytes(1, name).number(20, kind);
}

std::string rawOf(const auto& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof values[0]};
}

}  // namespace

std::string onnxAttribute(std::string_view name, int64_t value) {
    return attribute(name, Int).number(3, value);
}

std::string onnxAttribute(std::string_view name, double value) {
    return attribute(name, Float).real(2, static_cast<float>(value));
}

std::string onnxAttribute(std::string_view name, std::string_view text) {
    return attribute(name, String).bytes(4, text);
}

std::string onnxAttribute(std::string_view name, const std::vector<int64_t>& values) {
    OnnxMessage message = attribute(name, Ints);
    for (int64_t value : values) message.number(8, value);
    return message;
}

std::string onnxAttribute(std::string_view name, const std::vector<double>& values) {
    OnnxMessage message = attribute(name, Floats);
    for (double value : values) message.real(7, static_cast<float>(value));
    return message;
}

std::string onnxTensorAttribute(std::string_view name, std::string_view tensor) {
    return attribute(name, Tensor).bytes(5, tensor);
}

std::string onnxGraphAttribute(std::string_view name, std::string_view graph) {
    return attribute(name, Graph).bytes(6, graph);
}

std::string onnxReference(std::string_view name, std::string_view argument, int kind) {
    return attribute(name, kind).bytes(21, argument);
}

std::string onnxNode(const OnnxNodeParts& parts) {
    OnnxMessage message;
    message.bytes(1, parts.inputs).bytes(2, parts.outputs);
    if (!parts.name.empty()) message.bytes(3, parts.name);
    message.bytes(4, parts.op).bytes(5, parts.attributes);
    if (!parts.domain.empty()) message.bytes(7, parts.domain);
    if (!parts.overload.empty()) message.bytes(8, parts.overload);
    return message;
}

std::string onnxNode(std::string_view op, std::vector<std::string> inputs,
                     std::vector<std::string> outputs, std::vector<std::string> attributes) {
    return onnxNode({.op = std::string(op),
                     .inputs = std::move(inputs),
                     .outputs = std::move(outputs),
                     .attributes = std::move(attributes)});
}

OnnxMessage onnxTensor(std::string_view name, int32_t type, const std::vector<int64_t>& dims) {
    return OnnxMessage().packed(1, dims).number(2, type).bytes(8, name);
}

std::string onnxFloats(std::string_view name, const std::vector<int64_t>& dims,
                       const std::vector<float>& values) {
    return onnxTensor(name, OnnxFloat, dims).bytes(9, rawOf(values));
}

std::string onnxIntegers(std::string_view name, const std::vector<int64_t>& dims,
                         const std::vector<int64_t>& values) {
    return onnxTensor(name, OnnxInt64, dims).bytes(9, rawOf(values));
}

std::string onnxTyped(std::string_view name, int32_t type, const std::vector<int64_t>& dims,
                      OnnxField field, const std::vector<int64_t>& values) {
    return onnxTensor(name, type, dims).packed(static_cast<uint32_t>(field), values);
}

std::string onnxExternal(std::string_view name, int32_t type, const std::vector<int64_t>& dims,
                         const OnnxEntries& entries) {
    OnnxMessage message = onnxTensor(name, type, dims);
    for (const auto& [key, value] : entries)
        message.bytes(13, OnnxMessage().bytes(1, key).bytes(2, value));
    return message.number(14, 1);
}

std::string onnxValue(std::string_view name, int32_t type, const std::vector<OnnxDim>& dims) {
    OnnxMessage shape;
    for (const OnnxDim& dim : dims) {
        OnnxMessage message;
        if (const int64_t* value = std::get_if<int64_t>(&dim))
            message.number(1, *value);
        else if (!std::get<std::string>(dim).empty())
            message.bytes(2, std::get<std::string>(dim));
        shape.bytes(1, message);
    }
    const OnnxMessage tensor = OnnxMessage().number(1, type).bytes(2, shape);
    return OnnxMessage().bytes(1, name).bytes(2, OnnxMessage().bytes(1, tensor));
}

std::string onnxValue(std::string_view name, int32_t type) {
    return OnnxMessage().bytes(1, name).bytes(
        2, OnnxMessage().bytes(1, OnnxMessage().number(1, type)));
}

std::string onnxGraph(const OnnxGraphParts& parts) {
    return OnnxMessage()
        .bytes(1, parts.nodes)
        .bytes(2, parts.name)
        .bytes(5, parts.initializers)
        .bytes(11, parts.inputs)
        .bytes(12, parts.outputs)
        .bytes(13, parts.values)
        .bytes(15, parts.sparse);
}

std::string onnxFunction(const OnnxFunctionParts& parts) {
    OnnxMessage message;
    message.bytes(1, parts.name)
        .bytes(4, parts.inputs)
        .bytes(5, parts.outputs)
        .bytes(6, parts.attributes)
        .bytes(7, parts.nodes)
        .bytes(9, OnnxMessage().bytes(1, "").number(2, parts.opset))
        .bytes(10, parts.domain)
        .bytes(11, parts.defaults);
    if (!parts.overload.empty()) message.bytes(13, parts.overload);
    return message;
}

OnnxMessage onnxModel(const OnnxModelParts& parts) {
    OnnxMessage message;
    message.number(1, parts.ir).bytes(7, parts.graph);
    message.bytes(8, OnnxMessage().bytes(1, "").number(2, parts.opset));
    for (const auto& [domain, version] : parts.domains)
        message.bytes(8, OnnxMessage().bytes(1, domain).number(2, version));
    for (const auto& [key, value] : parts.metadata)
        message.bytes(14, OnnxMessage().bytes(1, key).bytes(2, value));
    return message.bytes(25, parts.functions);
}

}  // namespace vitrine::test
