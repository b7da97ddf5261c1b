// SPDX-License-Identifier: Apache-2.0
// Names of classes, mean and deviation of pixels that an ONNX model carries in its metadata.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/normalisation.h"

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

/// What is taken off pixels from 0 to 1 and what they are divided by, by the entries `mean` and
/// `std`: a number, or a list of one for each channel. Nothing where one is missing or is none.
std::optional<Normalisation> normalisationOfModel(const onnx::Model& model);

}  // namespace vitrine
