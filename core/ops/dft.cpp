// SPDX-License-Identifier: Apache-2.0
// Discrete Fourier transform along one axis, as products with matrices of sines and cosines.
#include <algorithm>
#include <numbers>

#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/axis_rules.h"
#include "core/ops/families/block_rules.h"

namespace vitrine::ops::dft {

namespace {

/// Matrices have as many numbers as this at most.
constexpr int64_t mostNumbers = int64_t{1} << 26;

struct Plan {
    int axis;
    int64_t length;   ///< of the signals
    int64_t taken;    ///< of x along the axis, cut to that or followed by zeros
    int64_t results;  ///< that are given
    bool inverse;
    bool isReal;  ///< the result has no imaginary part
};

Result<Plan> planOf(const Attrs& attrs, const Shape& x) {
    if (x.rank() < 2 || x[x.rank() - 1] > 2)
        return shapeError(
            fmt::format("x needs a last axis of 1 or 2 for real and imaginary parts, "
                        "got {}",
                        x.text()));
    const Result<int> axis = axis::of(attrs, x);
    if (!axis.ok()) return axis.error();
    if (*axis == x.rank() - 1)
        return shapeError("axis is the last one of x, which holds real and imaginary parts");
    const bool oneSided = attrs.flag("one_sided"), inverse = attrs.flag("inverse");
    const int64_t given = attrs.integer("length");
    const int64_t usual = oneSided && inverse ? 2 * (x[*axis] - 1) : x[*axis];
    const int64_t length = given > 0 ? given : usual;
    if (length < 1) return shapeError(fmt::format("x {} has too few waves", x.text()));
    const int64_t half = length / 2 + 1;
    const Plan plan{*axis,
                    length,
                    oneSided && inverse ? half : length,
                    oneSided && !inverse ? half : length,
                    inverse,
                    oneSided && inverse};
    if (plan.taken * plan.results > mostNumbers)
        return shapeError(
            fmt::format("length {} makes a matrix of more than 2^26 numbers", length));
    return plan;
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const auto plan = planOf(attrs, in[0].shape);
    if (!plan) return plan.error();
    Shape result = axis::with(in[0].shape, plan->axis, plan->results);
    result[result.rank() - 1] = plan->isReal ? 1 : 2;
    return oneResult(result, in[0].dtype);
}

/// How often a wave of one side counts: those that the other side mirrors twice.
ValueId timesOf(Builder& b, const Plan& plan) {
    const auto rows = [&](int64_t count, double times) {
        return count > 0 ? b.constant({count, 1}, DType::F64, times) : noValue;
    };
    const bool hasMiddle = plan.length % 2 == 0;
    return axis::joined(
        b, 0, {rows(1, 1), rows(plan.taken - (hasMiddle ? 2 : 1), 2), rows(hasMiddle ? 1 : 0, 1)});
}

/// cos or sin of 2π j k / n as [taken, results], with j k taken modulo n in whole numbers first.
ValueId waves(Builder& b, const Plan& plan, std::string_view function, DType type) {
    const auto numbers = [&](int64_t count) {
        return axis::cast(b, axis::counted(b, count), DType::I64);
    };
    const ValueId products = b.mul(b.reshape(numbers(plan.taken), {plan.taken, 1}),
                                   b.reshape(numbers(plan.results), {1, plan.results}));
    const ValueId turns =
        b.emit("mod", {products, b.constant({}, DType::I64, static_cast<double>(plan.length))});
    const double angle = 2 * std::numbers::pi / static_cast<double>(plan.length);
    ValueId all = b.emit(function, {b.scale(axis::cast(b, turns, DType::F64), angle)});
    if (plan.inverse) all = b.scale(all, 1 / static_cast<double>(plan.length));
    if (plan.isReal) all = b.mul(all, timesOf(b, plan));
    return axis::cast(b, all, type);
}

ValueId product(Builder& b, ValueId rows, ValueId matrix) {
    return b.emit("matmul", {rows, matrix});
}

/// x with its axis last, behind the parts, and as long as it is taken.
ValueId prepared(Builder& b, ValueId x, const Plan& plan) {
    std::vector<int64_t> order;
    const int rank = b.shape(x).rank();
    for (int i = 0; i < rank; ++i)
        if (i != plan.axis) order.push_back(i);
    order.push_back(plan.axis);
    x = block::transpose(b, x, order);
    const int64_t extent = b.shape(x)[rank - 1];
    if (extent > plan.taken) x = axis::piece(b, x, rank - 1, {.length = plan.taken});
    return axis::padded(b, x, rank - 1, 0, std::max<int64_t>(plan.taken - extent, 0));
}

// e^(−iθ) = cos θ − i sin θ; the inverse has the other sign.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Plan plan = *planOf(attrs, b.shape(in[0]));
    const DType type = b.dtype(in[0]);
    const ValueId x = prepared(b, in[0], plan);
    const int rank = b.shape(x).rank();
    const ValueId cosines = waves(b, plan, "cos", type), sines = waves(b, plan, "sin", type);
    const auto part = [&](int64_t which) { return axis::piece(b, x, rank - 2, {.start = which}); };
    const bool hasImaginary = b.shape(x)[rank - 2] == 2;
    ValueId y = product(b, part(0), cosines);
    if (hasImaginary) y = b.add(y, b.scale(product(b, part(1), sines), plan.inverse ? -1 : 1));
    if (!plan.isReal) {
        ValueId imaginary = b.scale(product(b, part(0), sines), plan.inverse ? 1 : -1);
        if (hasImaginary) imaginary = b.add(imaginary, product(b, part(1), cosines));
        y = axis::joined(b, rank - 2, {y, imaginary});
    }
    std::vector<int64_t> back;
    for (int i = 0; i < rank; ++i)
        back.push_back(i == plan.axis ? rank - 1 : i < plan.axis ? i : i - 1);
    return {block::transpose(b, y, back)};
}

constexpr PortSpec inputs[] = {
    {.id = "x",
     .title = "Input",
     .pattern = "[…]",
     .help = "Signals; along the last axis the real part, or real and imaginary parts."}};
constexpr PortSpec outputs[] = {
    {.id = "y",
     .title = "Output",
     .pattern = "[…]",
     .help = "Real and imaginary parts, or the real part alone of signals behind waves of one "
             "side."}};
constexpr FieldSpec fields[] = {
    axis::field("Axis that is transformed; from -1 down they count from the last.", -2),
    {.id = "length",
     .title = "Length",
     .defaultNumber = 0,
     .minimum = 0,
     .maximum = 1 << 20,
     .help = "Signals are cut, or followed by zeros, to that; 0: as they are, and behind waves of "
             "one side the even length."},
    {.id = "inverse",
     .title = "Inverse",
     .type = FieldType::Bool,
     .help = "Whether waves become signals."},
    {.id = "one_sided",
     .title = "One side",
     .type = FieldType::Bool,
     .help = "Whether waves are the first half alone: of real signals the others mirror them. The "
             "inverse gives real signals then."}};

constexpr OpSample samples[] = {{"", "2x5x1"},
                                {"axis=0 inverse=true", "4x3x2"},
                                {"axis=1 one_sided=true length=6", "2x4x1"},
                                {"axis=1 length=3", "2x5x2x2"},
                                {"axis=1 inverse=true one_sided=true", "2x4x2"},
                                {"axis=0 inverse=true one_sided=true length=5", "4x2x2"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "2x5x3", "x needs a last axis of 1 or 2 for real and imaginary parts, got [2, 5, 3]"},
    {"axis=2", "2x5x1", "axis is the last one of x, which holds real and imaginary parts"},
    {"one_sided=true inverse=true", "2x1x2", "x [2, 1, 2] has too few waves"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "dft",
    .title = "Fourier transform",
    .category = "math",
    .summary = "Discrete Fourier transform along one axis, as a matrix product.",
    .formula = "y[k] = Σ_j x[j] e^(−2πi j k / n); backwards 1/n Σ_j x[j] e^(2πi j k / n)",
    .searchWords = "fft frequency spectrum",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::dft
