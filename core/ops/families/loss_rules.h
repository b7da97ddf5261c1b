// SPDX-License-Identifier: Apache-2.0
// What losses have in common: one number as result, means, and classes from labels.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/opdef/descriptor.h"
#include "core/opdef/loss_weight.h"

namespace vitrine::loss {

/// One number of the first operand's type.
Result<std::vector<ValueShape>> shapes(const Attrs&, std::span<const ValueShape> in);

ValueId shifted(Builder& b, ValueId x, double offset);
/// The mean of all elements.
ValueId meanOf(Builder& b, ValueId x);
/// The smaller of x and `limit`; its slope is 0 at the limit and above.
ValueId atMost(Builder& b, ValueId x, double limit);
/// q · (a − q / 2) with a = |x| and q the smaller of a and `delta`: x² / 2 up to delta, then a line
/// (Huber 1964). Slope 0 at 0; at ±delta both sides have the same.
ValueId huber(Builder& b, ValueId x, double delta);

/// [N, C, S…] → [N · S, C], one row for each place.
ValueId rowsOf(Builder& b, ValueId x);
/// Logarithms of the softmax of rows [M, C], from the logits. With m = Σ p x, the mean of a row
/// under its softmax p, x − m ≤ log C, and log Σ e^(x − m) is the entropy of p: no logit is so
/// large that something overflows, or so far below that the logarithm of 0 is taken.
ValueId logSoftmax(Builder& b, ValueId rows);

/// `1,2,0.5`, one for each class; none where the text is empty: 1 for all. Errors: "shape", where
/// they are not as many as classes, or one is no number of 0 or more.
Result<std::vector<double>> classWeights(const Attrs& attrs, int64_t classes);

/// Rows of class numbers as what sums over classes are taken with.
struct ClassTargets {
    ValueId chosen = noValue;   ///< [M, C], 1 at the class, else 0; ignored rows are 0
    ValueId counted = noValue;  ///< [M, 1], 1 where the row counts
    /// One number: 0, or infinity where a label names no class and is not the one that is ignored.
    /// What is added to a loss: it is refused there, not passed over.
    ValueId refusal = noValue;
};
/// `labels` [N, S…], of whole numbers.
ClassTargets classTargets(Builder& b, ValueId labels, int64_t classes, DType dtype,
                          std::optional<int64_t> ignored = {});

/// 1 / x of one number, and 1 where it is 0: a batch of which nothing counts has loss 0.
ValueId inverseOrOne(Builder& b, ValueId x);

/// A value [C] of these numbers.
ValueId listOf(Builder& b, std::span<const double> numbers, DType dtype);
/// Rows [M, C] or [M, 1] times the classes' weights, where there are some.
ValueId weighted(Builder& b, ValueId rows, std::span<const double> weights);

inline constexpr PortSpec outputs[] = {
    {.id = "loss", .title = "Loss", .pattern = "[]", .help = "Mean over the batch."}};
inline constexpr PortSpec logitsInput = {.id = "logits",
                                         .title = "Logits",
                                         .pattern = "[N, C, S…]",
                                         .help =
                                             "One number per class, before softmax, for each "
                                             "image or each place of it."};
inline constexpr PortSpec labelsInput = {.id = "labels",
                                         .title = "Labels",
                                         .types = DType::I32,
                                         .pattern = "[N, S…]",
                                         .help = "Class numbers, from 0."};
inline constexpr PortSpec pairInputs[] = {
    {.id = "prediction",
     .title = "Prediction",
     .pattern = "[S…]",
     .help = "What the network says."},
    {.id = "target",
     .title = "Target",
     .pattern = "[S…]",
     .help = "What it should say, shaped like the prediction."}};
inline constexpr OpSample pairSamples[] = {
    {"", "3x5 3x5"}, {"", "2x3x5x7 2x3x5x7"}, {"", "1x1 1x1"}, {"", "5 5"}};
inline constexpr OpErrorSample pairErrors[] = {
    {"", "2x3 2x4", "target needs shape [2, 3], got [2, 4]"},
    {"", "3<10 3", "prediction needs f32 or f64, got i32"}};

inline constexpr FieldSpec classWeightsField = {
    .id = "class_weights",
    .title = "Class weights",
    .type = FieldType::Text,
    .help = "How much each class counts, separated by commas: 1,2,0.5. Empty: all alike."};
inline constexpr FieldSpec ignoreIndexField = {
    .id = "ignore_index",
    .title = "Ignored label",
    .type = FieldType::Int,
    .defaultNumber = -100,
    .minimum = -1e6,
    .maximum = 1e6,
    .help = "A label that does not count, such as 255 for places that nobody has looked at."};
constexpr FieldSpec positive(std::string_view id, std::string_view title, double usual,
                             std::string_view help) {
    return {.id = id,
            .title = title,
            .type = FieldType::Real,
            .defaultNumber = usual,
            .minimum = 1e-9,
            .maximum = 1e9,
            .help = help};
}

}  // namespace vitrine::loss
