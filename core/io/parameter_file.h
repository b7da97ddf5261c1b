// SPDX-License-Identifier: Apache-2.0
// Numbers of parameters that lie in a file of their own.
#pragma once

#include <string>
#include <vector>

#include "core/graph/graph.h"

namespace vitrine {

/// Reads the numbers of a parameter that names a file. Where they cannot be read the parameter says
/// why, and the rest opens.
Parameter withNumbersOfFile(Parameter parameter);
/// The same for all of a graph that was read from `projectFile`: relative paths count from its
/// folder and become absolute.
void readNumbersOfFiles(Graph& graph, const std::string& projectFile);

/// One of a file's tensors.
struct TensorName {
    std::string name;
    ValueShape type;
};
/// Names of a safetensors file's tensors with their types, for choosing one. Errors: those of
/// loadSafetensors.
Result<std::vector<TensorName>> tensorsOfFile(const std::string& path);

}  // namespace vitrine
