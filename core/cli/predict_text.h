// SPDX-License-Identifier: Apache-2.0
// A prediction and its entries as text for people, or as JSON lines for programs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "core/probe/value_snapshot.h"
#include "core/session/network_ends.h"

namespace vitrine::cli {

/// One result of one entry, as the entry made it.
struct EntryResult {
    int entry = 0;
    std::string operatorId;
    std::vector<std::string> nodes;
    ValueSnapshot value;
};

std::string entriesTable(const std::vector<EntryResult>& results);
/// One object a result: `"event":"entry"`. Without a finite element the numbers are null.
std::string entriesJson(const std::vector<EntryResult>& results);

/// What a network gives for one example.
struct ExamplePrediction {
    int64_t example = 0;
    std::vector<PredictedOutput> outputs;  ///< of a batch of one
    const Dataset* data = nullptr;         ///< names of classes, and what the test set says
};

/// A line for each output: the likeliest classes with their probabilities, numbers, or extents with
/// the smallest and the largest number.
std::string predictionText(const ExamplePrediction& prediction);
/// One object, `"event":"prediction"`. Without a result numbers are null, and `error` says why.
std::string predictionJson(const ExamplePrediction& prediction, const std::optional<Error>& fault);

}  // namespace vitrine::cli
