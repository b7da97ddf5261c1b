// SPDX-License-Identifier: Apache-2.0
// Where ONNX's backend suite lies, and what it asks its models with.
#pragma once

#include <string>
#include <vector>

#include "core/data/arrays/npy_writer.h"

namespace vitrine::test {

/// The suite below VITRINE_TEST_DATA, unpacked into `scratch` once where an archive lies there.
/// Empty: there are no such data.
std::string onnxSuite(const std::string& scratch);
/// Folders of its cases, by their paths.
std::vector<std::string> onnxSuiteCases(const std::string& suite);
/// The first stored numbers of a case, by the names of the model's inputs; those that cannot be
/// read as numbers are left out.
std::vector<NamedTensor> onnxSuiteArrays(const std::string& folder);

}  // namespace vitrine::test
