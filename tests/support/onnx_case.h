// SPDX-License-Identifier: Apache-2.0
// Cases of ONNX's backend suite that are one node: its fields, operands and stored results. Reads
// just enough of the files for that; importing models is not its business.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace vitrine::test {

struct OnnxTensor {
    std::string name;
    std::vector<int64_t> shape;
    std::vector<double> numbers;
    bool isFloat = true;
};

struct OnnxCase {
    std::string name, op;
    int nodes = 0;                          ///< fields are those of the first
    std::map<std::string, double> numbers;  ///< fields
    std::map<std::string, std::string> words;
    std::vector<std::string> outputs;  ///< those that have a name
    std::vector<OnnxTensor> in, out;

    double number(const std::string& field, double otherwise) const;
};

/// `folder` holds model.onnx and test_data_set_0. Errors: "onnx" with the file and what is wrong
/// with it, and those of readFile.
Result<OnnxCase> loadOnnxCase(const std::string& folder);

/// The folder of the suite's `node` cases under VITRINE_TEST_DATA, unpacked into `scratch` where an
/// archive lies there; those of names that fit `patterns` alone. Empty where there are no such
/// data.
std::string onnxCases(const std::string& scratch, const std::vector<std::string>& patterns);

}  // namespace vitrine::test
