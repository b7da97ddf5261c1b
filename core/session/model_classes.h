// SPDX-License-Identifier: Apache-2.0
// Names of classes that an ONNX model carries in its metadata.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vitrine::onnx {
struct Model;
}

namespace vitrine {

/// From an entry's value: `["cat", "dog"]`, `{0: 'cat', 1: 'dog'}`, or names apart by lines or
/// commas. Of a list with numbers each name stands at its number. Empty where it is none of these.
std::vector<std::string> classNamesFrom(std::string_view text);

/// Of the first entry that is called `names`, `classes`, `labels`, `class_names` or `id2label`;
/// empty where there is none, or the file cannot be read.
std::vector<std::string> classNamesOfModel(const std::string& path);
std::vector<std::string> classNamesOfModel(const onnx::Model& model);

}  // namespace vitrine
