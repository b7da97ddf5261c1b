// SPDX-License-Identifier: Apache-2.0
// Losses: means, classes from labels, and logarithms of softmax.
#include "core/ops/families/loss_rules.h"

#include <charconv>
#include <numeric>

#include <fmt/format.h>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/ops/families/axis_rules.h"
#include "core/ops/families/row_rules.h"

namespace vitrine::loss {

Result<std::vector<ValueShape>> shapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{ValueShape{{}, in[0].dtype}};
}

ValueId shifted(Builder& b, ValueId x, double offset) {
    return b.emit("shift", b.attrs("shift").with("offset", offset), {x});
}

ValueId meanOf(Builder& b, ValueId x) {
    std::vector<int64_t> axes(static_cast<size_t>(b.shape(x).rank()));
    std::iota(axes.begin(), axes.end(), 0);
    return b.scale(b.reduceSum(x, axes, false), 1.0 / static_cast<double>(b.shape(x).elements()));
}

ValueId atMost(Builder& b, ValueId x, double limit) {
    return b.sub(x, b.emit("relu", {shifted(b, x, -limit)}));
}

ValueId huber(Builder& b, ValueId x, double delta) {
    const ValueId size = b.emit("abs", {x}), near = atMost(b, size, delta);
    return b.mul(near, b.sub(size, b.scale(near, 0.5)));
}

ValueId rowsOf(Builder& b, ValueId x) {
    const Shape shape = b.shape(x);
    if (shape.rank() == 2) return x;
    std::vector<int64_t> order{0};
    for (int axis = 2; axis < shape.rank(); ++axis) order.push_back(axis);
    order.push_back(1);
    const Shape rows{shape.elements() / shape[1], shape[1]};
    return b.reshape(b.emit("transpose", b.attrs("transpose").with("permutation", order), {x}),
                     rows);
}

ValueId logSoftmax(Builder& b, ValueId rows) {
    const int64_t count = b.shape(rows)[0];
    const ValueId mean = row::dot(b, b.emit("softmax", {rows}), rows);
    const ValueId around = b.sub(rows, b.reshape(mean, {count, 1}));
    const ValueId sum = b.reduceSum(b.emit("exp", {around}), {1});
    return b.sub(around, b.emit("log", {sum}));
}

Result<std::vector<double>> classWeights(const Attrs& attrs, int64_t classes) {
    std::string_view text = attrs.text("class_weights");
    std::vector<double> weights;
    if (text.empty()) return weights;
    while (!text.empty()) {
        const size_t comma = std::min(text.find(','), text.size());
        const std::string_view word = text.substr(0, comma);
        double weight = -1;
        const auto read = std::from_chars(word.data(), word.data() + word.size(), weight);
        if (read.ec != std::errc{} || read.ptr != word.data() + word.size() ||
            !(weight >= 0 && weight <= 1e9))
            return shapeError(fmt::format("class_weights has '{}', wanted a number from 0 to 1e9",
                                          printable(word, 60)));
        weights.push_back(weight);
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    if (static_cast<int64_t>(weights.size()) != classes)
        return shapeError(fmt::format("class_weights has {}, and there are {}",
                                      countOf(weights.size(), "number"),
                                      countOf(classes, "class", "classes")));
    return weights;
}

ValueId listOf(Builder& b, std::span<const double> numbers, DType dtype) {
    std::vector<ValueId> parts;
    for (double number : numbers) parts.push_back(b.constant({1}, dtype, number));
    if (parts.size() == 1) return parts.front();
    return b.emitAll("concat", b.attrs("concat").with("axis", int64_t{0}), parts).front();
}

namespace {

/// 1 where whole numbers are equal, else 0: relu(1 − |a − b|).
ValueId isEqual(Builder& b, ValueId difference) {
    return b.emit("relu", {shifted(b, b.scale(b.emit("abs", {difference}), -1), 1)});
}

ValueId rest(Builder& b, ValueId x) { return shifted(b, b.scale(x, -1), 1); }

}  // namespace

ValueId weighted(Builder& b, ValueId rows, std::span<const double> weights) {
    return weights.empty() ? rows : b.mul(rows, listOf(b, weights, b.dtype(rows)));
}

ClassTargets classTargets(Builder& b, ValueId labels, int64_t classes, DType dtype,
                          std::optional<int64_t> ignored) {
    const Shape rows{b.shape(labels).elements(), 1};
    const ValueId numbers = b.reshape(
        b.emit("cast", b.attrs("cast").with("to", std::string(name(dtype))), {labels}), rows);
    ClassTargets targets;
    const ValueId all = axis::cast(b, axis::counted(b, classes), dtype);
    targets.chosen = isEqual(b, b.sub(numbers, all));
    const ValueId known = b.reduceSum(targets.chosen, {1});
    targets.counted = known;
    ValueId refused = rest(b, known);
    if (ignored) {
        const ValueId counts =
            rest(b, isEqual(b, shifted(b, numbers, -static_cast<double>(*ignored))));
        targets.counted = b.mul(known, counts);
        targets.chosen = b.mul(targets.chosen, counts);
        refused = b.mul(refused, counts);
    }
    // log 1 = 0, log 0 = −∞.
    targets.refusal = b.scale(b.reduceSum(b.emit("log", {rest(b, refused)}), {0, 1}, false), -1);
    return targets;
}

ValueId inverseOrOne(Builder& b, ValueId x) {
    const ValueId one = b.constant(b.shape(x), b.dtype(x), 1);
    const ValueId isZero = b.sub(one, b.emit("relu_gate", {one, x}));
    return b.emit("reciprocal", {b.add(x, isZero)});
}

}  // namespace vitrine::loss
