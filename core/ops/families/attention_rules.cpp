// SPDX-License-Identifier: Apache-2.0
// Composition of attention.
#include "core/ops/families/attention_rules.h"

#include <cmath>

#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/block_rules.h"
#include "core/ops/families/random_rules.h"

namespace vitrine::attention {

namespace {

/// Its exponential is zero beside that of any score, and sums with scores stay finite.
constexpr double hidden = -1e30;

/// [N, T, F] → [N, heads, T, F / heads]: a view.
ValueId split(Builder& b, ValueId x, int64_t heads) {
    const Shape s = b.shape(x);
    return block::transpose(b, b.reshape(x, {s[0], s[1], heads, s[2] / heads}), {0, 2, 1, 3});
}

ValueId softmaxOfRows(Builder& b, ValueId scores) {
    const Shape s = b.shape(scores);
    const int64_t columns = s[s.rank() - 1];
    const ValueId rows = b.reshape(scores, {s.elements() / columns, columns});
    return b.reshape(b.emit("softmax", {rows}), s);
}

}  // namespace

// Rows of one pattern, 0 | hidden … | 0 …, one longer than the result's rows are laid out: read
// with the shorter length each row begins one place later than the one above it.
ValueId causalMask(Builder& b, int64_t rows, int64_t columns, DType type) {
    if (columns == 1) return b.constant({rows, 1}, type, 0);
    const int64_t width = rows + columns;
    const ValueId pattern = block::concat(
        b,
        {b.constant({rows, 1}, type, 0), b.constant({rows, columns - 1}, type, hidden),
         b.constant({rows, width + 1 - columns}, type, 0)},
        1);
    const ValueId line = b.reshape(pattern, {rows * (width + 1)});
    const ValueId skewed = b.reshape(block::slice(b, line, 0, 0, rows * width), {rows, width});
    return block::slice(b, skewed, 1, 0, columns);
}

ValueId attend(Builder& b, ValueId query, ValueId key, ValueId value, const Settings& settings) {
    const Shape q = b.shape(query), v = b.shape(value);
    const double features = static_cast<double>(q[2] / settings.heads);
    const double scale = settings.scale > 0 ? settings.scale : 1 / std::sqrt(features);
    const ValueId keys = block::transpose(b, split(b, key, settings.heads), {0, 1, 3, 2});
    ValueId scores =
        b.scale(b.emit("batched_matmul", {split(b, query, settings.heads), keys}), scale);
    if (settings.mask != noValue) scores = b.add(scores, settings.mask);
    if (settings.isCausal) scores = b.add(scores, causalMask(b, q[1], v[1], b.dtype(scores)));
    const ValueId weights =
        random::dropInTraining(b, softmaxOfRows(b, scores), settings.dropout, "attention");
    const ValueId mixed = b.emit("batched_matmul", {weights, split(b, value, settings.heads)});
    return b.reshape(block::transpose(b, mixed, {0, 2, 1, 3}), {q[0], q[1], v[2]});
}

ValueId attendProjected(Builder& b, ValueId query, ValueId key, ValueId value,
                        const Projections& by, const Settings& settings) {
    const int64_t features = b.shape(query)[2];
    std::vector<ValueId> parts;
    if (query == key && key == value) {
        const ValueId all = block::linear(b, query, by.inWeight, by.inBias);
        for (int64_t i = 0; i < 3; ++i)
            parts.push_back(block::slice(b, all, 2, i * features, features));
    } else {
        int64_t first = 0;
        for (const ValueId x : {query, key, value}) {
            const ValueId weight = block::slice(b, by.inWeight, 0, first, features);
            const ValueId bias =
                by.inBias == noValue ? noValue : block::slice(b, by.inBias, 0, first, features);
            parts.push_back(block::linear(b, x, weight, bias));
            first += features;
        }
    }
    const ValueId mixed = attend(b, parts[0], parts[1], parts[2], settings);
    return block::linear(b, mixed, by.outWeight, by.outBias);
}

Result<void> needHeads(std::string_view which, int64_t features, int64_t heads) {
    if (features % heads == 0) return {};
    return shapeError(
        fmt::format("{} features of {} do not divide into {} heads", features, which, heads));
}

Result<void> needMask(const ValueShape& mask, const Shape& scores) {
    if (!mask.isThere || broadcastShape(mask.shape, scores) == scores) return {};
    return shapeError(
        fmt::format("mask {} does not repeat to the scores {}", mask.shape.text(), scores.text()));
}

}  // namespace vitrine::attention
