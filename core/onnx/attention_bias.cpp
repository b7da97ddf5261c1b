// SPDX-License-Identifier: Apache-2.0
// Zeros where a query may look, minus infinity where it may not, and masks of numbers.
#include "core/onnx/attention_bias.h"

#include <algorithm>
#include <limits>

#include "core/graph/parameter.h"
#include "core/tensor/element.h"

namespace vitrine::onnx {

namespace {

enum Input { Mask = 3, Valid = 6 };
constexpr double never = -std::numeric_limits<double>::infinity();

/// How far a query looks: keys from p − left to p + right, where p is its place.
struct Reach {
    int64_t left = -1, right = -1;  ///< -1: without end
    bool isLimited() const { return left >= 0 || right >= 0; }
    bool sees(int64_t place, int64_t key) const {
        return (left < 0 || key >= place - left) && (right < 0 || key <= place + right);
    }
};

Reach reachOf(const Context& c) {
    Reach reach{c.integer("left_window_size", -1), c.integer("right_window_size", -1)};
    if (reach.left < -1) c.refuseAttribute("left_window_size", "a number from -1 up");
    if (reach.right < -1) c.refuseAttribute("right_window_size", "a number from -1 up");
    if (c.flag("is_causal", false)) reach.right = 0;
    return reach;
}

/// 0 where a condition holds, else minus infinity.
Value where(Context& c, const Value& isSeen, DType type) {
    return c.emit("where", {isSeen, c.scalar(type, 0), c.scalar(type, never)});
}

Value numbersFrom(Context& c, int64_t first, int64_t count, std::vector<int64_t> extents,
                  DType type) {
    std::vector<std::byte> bytes(static_cast<size_t>(count * sizeOf(type)));
    for (int64_t i = 0; i < count; ++i)
        writeElement(bytes.data(), type, i, static_cast<double>(first + i));
    return c.reshape(c.fixed(TensorData::of(type, Shape{count}, std::move(bytes))), extents);
}

/// By the places of queries, [queries, 1] or [N, 1, queries, 1].
Value biasOf(Context& c, const Scores& scores, const Reach& reach, const Value& places) {
    const DType type = scores.type;
    const Value keys = numbersFrom(c, 0, scores.keys, {scores.keys}, type);
    Value bias;
    const auto limit = [&](std::string_view compare, int64_t by) {
        const Value bound =
            by == 0 ? places : c.add(places, c.scalar(type, static_cast<double>(by)));
        const Value one = where(c, c.emit(compare, {keys, bound}), type);
        bias = bias.isMissing() ? one : c.add(bias, one);
    };
    if (reach.right >= 0) limit("less_or_equal", reach.right);
    if (reach.left >= 0) limit("greater_or_equal", -reach.left);
    return bias;
}

/// The same for every example: [queries, keys].
Value reachBias(Context& c, const Scores& scores, const Reach& reach) {
    // What a project's file does not hold is computed.
    if (scores.keys > mostValuesInProject / std::max<int64_t>(scores.queries, 1))
        return biasOf(
            c, scores, reach,
            numbersFrom(c, scores.past, scores.queries, {scores.queries, 1}, scores.type));
    std::vector<std::byte> bytes(static_cast<size_t>(scores.queries * scores.keys) *
                                 static_cast<size_t>(sizeOf(scores.type)));
    for (int64_t q = 0; q < scores.queries; ++q)
        for (int64_t k = 0; k < scores.keys; ++k)
            writeElement(bytes.data(), scores.type, q * scores.keys + k,
                         reach.sees(scores.past + q, k) ? 0 : never);
    return c.fixed(
        TensorData::of(scores.type, Shape{scores.queries, scores.keys}, std::move(bytes)));
}

/// By how many keys each example has: [N, 1, queries, keys]. Its last query is at its last key.
Value reachBias(Context& c, const Scores& scores, const Reach& reach, const Value& valid) {
    const Value queries =
        numbersFrom(c, -scores.queries, scores.queries, {scores.queries, 1}, scores.type);
    return biasOf(c, scores, reach, c.add(queries, valid));
}

/// Input 3 as numbers to add; keys that it does not reach are not seen.
Value maskBias(Context& c, const Scores& scores) {
    Value mask = c.in(Mask);
    if (c.dtype(Mask) == DType::Bool) mask = where(c, mask, scores.type);
    const Shape shape = c.shapeOf(mask);
    if (shape.rank() == 0) return mask;
    const int last = shape.rank() - 1;
    const int64_t missing = scores.keys - shape[last];
    if (missing <= 0 || (shape[last] == 1 && scores.keys > 1 && !c.has(Valid))) return mask;
    Shape rest = shape;
    rest[last] = missing;
    return c.concat({mask, c.filled(rest, scores.type, never)}, last);
}

}  // namespace

AttentionBias attentionBias(Context& c, const Scores& scores) {
    AttentionBias bias;
    const auto add = [&](const Value& more) {
        bias.value = bias.value.isMissing() ? more : c.add(bias.value, more);
    };
    if (c.has(Mask)) add(maskBias(c, scores));
    Value valid;
    if (c.has(Valid))
        valid = c.reshape(c.cast(c.in(Valid), scores.type), {c.shape(Valid)[0], 1, 1, 1});
    const Reach reach = reachOf(c);
    if (reach.isLimited())
        add(valid.isMissing() ? reachBias(c, scores, reach) : reachBias(c, scores, reach, valid));
    if (!valid.isMissing()) {
        const Value keys = numbersFrom(c, 0, scores.keys, {scores.keys}, scores.type);
        add(where(c, c.emit("less", {keys, valid}), scores.type));
    }
    bias.maySilence = c.has(Mask) || c.has(Valid) || reach.left >= 0 || scores.past < 0;
    return bias;
}

}  // namespace vitrine::onnx
