// SPDX-License-Identifier: Apache-2.0
// Whether a file is an ONNX model, whatever its name says.
#pragma once

#include <string>

namespace vitrine {

/// True where the file is a ModelProto from its first to its last byte: fields that ONNX 1.0 to
/// 1.20 knows there, each with its wire type, among them a version and a graph. What the graph
/// holds is not looked at, and of the file only the fields' heads are read. False as well for what
/// cannot be read. Source: onnx/onnx.proto, message ModelProto; protobuf.dev, "Encoding".
bool isOnnxModel(const std::string& path);

}  // namespace vitrine
