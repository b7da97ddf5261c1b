// SPDX-License-Identifier: Apache-2.0
// What networks answer, as text for people or as JSON lines.
#pragma once

#include <string>
#include <vector>

#include "core/session/inference_timing.h"

namespace vitrine::cli {

struct AnswerView {
    const Inference& inference;
    const std::vector<NamedTensor>& answers;
    const std::vector<std::string>& classes;  ///< their names, where they are known
    std::string out;                          ///< where they were saved; empty: nowhere
    int64_t top = 5;                          ///< classes of each example
};

/// A line for each output, or one for each example of classes; at most 16 of these.
std::string answerText(const AnswerView& view);
/// `"event":"output"` for each output, with name, shape, type and file; of classes
/// `"event":"classes"` for each example.
std::string answerJson(const AnswerView& view);

std::string timingTable(const std::vector<InferenceTiming>& timings);
/// `"event":"bench"`, one a batch.
std::string timingJson(const std::vector<InferenceTiming>& timings);

}  // namespace vitrine::cli
