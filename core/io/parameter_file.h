// SPDX-License-Identifier: Apache-2.0
// Numbers of parameters that lie in a file of their own.
#pragma once

#include <string>
#include <vector>

#include "core/graph/graph.h"

namespace vitrine {

/// Whether an entry names a file that nobody has read yet.
bool isUnread(const Parameter& parameter);
/// Of a graph that was read from `projectFile`: relative paths count from its folder and become
/// absolute. Nothing is read.
void nameFiles(Graph& graph, const std::string& projectFile);
/// Reads what entries name, each file once. Those whose numbers cannot be read say why.
std::vector<Parameter> withNumbersOfFiles(std::vector<Parameter> parameters);
Parameter withNumbersOfFile(Parameter parameter);
/// nameFiles, and the numbers of all that name one: what cannot be read is told at its node, and
/// the rest opens.
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
