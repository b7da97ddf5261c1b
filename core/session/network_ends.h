// SPDX-License-Identifier: Apache-2.0
// What goes into a network that predicts, and what it gives: plain values.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/session/class_rows.h"
#include "core/tensor/shape.h"
#include "kernels/api/dtype.h"

namespace vitrine {

/// What a network gives under one name, for every example of a question.
struct PredictedOutput {
    std::string name;
    Shape shape;                  ///< [N, …]
    std::vector<float> elements;  ///< row-major
    /// Rows are of classes: those of `classColumn`, where a loss says so.
    bool isClasses = false;
    RowKind rows = RowKind::Unknown;  ///< what is in them
    std::string classColumn = {};
    /// Of an image: what black and white are, where a loss compares it with pixels of the data.
    std::optional<std::pair<float, float>> range = {};

    /// Elements of one example.
    std::span<const float> of(int64_t example) const {
        const auto each = elements.size() / static_cast<size_t>(shape[0]);
        return std::span(elements).subspan(static_cast<size_t>(example) * each, each);
    }
};

/// Whose weights a prediction is of.
struct UsedWeights {
    int64_t step = 0;  ///< updates that they have seen, where a snapshot said so
    /// Parameters and statistics that have their starting values, because the trained ones have
    /// another shape or were never there; `isFresh`: all of them.
    std::vector<std::string> fresh = {};
    bool isFresh = true;
};

/// Of an example's row of classes; all NaN where it is no answer.
std::vector<float> probabilitiesOf(const PredictedOutput& output, int64_t example);

/// What a question has to say.
struct PredictorInput {
    std::string node, column;
    DType dtype = DType::U8;  ///< as the data store the column
    Shape shape;              ///< of one example
    bool isBatched = true;    ///< false: the shape is that of all there is

    int64_t bytes() const { return shape.elements() * sizeOf(dtype); }
    int64_t bytes(int64_t batch) const { return bytes() * (isBatched ? batch : 1); }
};

}  // namespace vitrine
