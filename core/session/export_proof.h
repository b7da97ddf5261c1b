// SPDX-License-Identifier: Apache-2.0
// What an exported model gives beside what the network gives: opened by this program again, and by
// the runtimes of a Python.
#pragma once

#include <map>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "core/data/arrays/npy_writer.h"
#include "core/session/foreign_network.h"

namespace vitrine {

/// One output of one runtime.
struct OutputProof {
    std::string name;
    double difference = 0;  ///< the largest one
    double largest = 0;     ///< number that the network gives, by magnitude
    bool agrees = true;
    int64_t unlike = 0;  ///< numbers that are NaN or infinite on one side alone
    bool isOtherShape = false;
};

/// What somebody made of the model.
struct RuntimeProof {
    std::string runtime;  ///< `onnxruntime 1.32.0`; `this program`
    std::vector<OutputProof> outputs = {};
    std::string refusal = {};  ///< why it gave nothing; then there are no outputs
    /// The first value in running order that differs by more than the tolerance: its name, the
    /// operator that makes it, by how much; empty: none does.
    std::string firstDifference = {};
    std::string firstOperator = {};
    std::string explanation = {};  ///< where that is a known way of the runtime

    bool agrees() const;
};

struct ExportProof {
    std::string batch;     ///< what was asked: `3 examples of the data`
    double tolerance = 0;  ///< share of the largest number that a difference may be
    std::vector<RuntimeProof> runtimes;
};

/// Values of the network by the names that the file has for them.
using KnownValues = std::map<std::string, std::shared_ptr<const TensorData>, std::less<>>;

/// By numbers at the same places; both finite, or both the same otherwise.
OutputProof compared(std::string name, const TensorData& wanted, const TensorData& given,
                     double tolerance);

/// Asks every runtime that the Python has. `known`: intermediate values, to find the first that
/// differs. Errors: "L05" where there is no such Python, or it does not answer; `stopped`.
Result<std::vector<RuntimeProof>> provenBy(const std::string& python, const std::string& model,
                                           std::span<const NamedTensor> inputs,
                                           const KnownValues& known,
                                           std::span<const std::string> outputs, double tolerance,
                                           const std::stop_token& stop = {});

}  // namespace vitrine
