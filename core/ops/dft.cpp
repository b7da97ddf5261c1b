// SPDX-License-Identifier: Apache-2.0
// Discrete Fourier transform along one axis, as products with matrices of sines and cosines.
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
    int64_t length;   ///< of what is transformed
    int64_t results;  ///< that are given
    bool inverse;
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
    const int64_t given = attrs.integer("length"), length = given > 0 ? given : x[*axis];
    const bool oneSided = attrs.flag("one_sided"), inverse = attrs.flag("inverse");
    if (oneSided && (inverse || x[x.rank() - 1] == 2))
        return shapeError("one_sided needs real numbers, and inverse to be off");
    const int64_t results = oneSided ? length / 2 + 1 : length;
    if (length * results > mostNumbers)
        return shapeError(
            fmt::format("length {} makes a matrix of more than 2^26 numbers", length));
    return Plan{*axis, length, results, inverse};
}

Result<std::vector<ValueShape>> inferShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const auto plan = planOf(attrs, in[0].shape);
    if (!plan) return plan.error();
    Shape result = axis::with(in[0].shape, plan->axis, plan->results);
    result[result.rank() - 1] = 2;
    return oneResult(result, in[0].dtype);
}

/// cos or sin of 2π j k / n as [n, results], with j k taken modulo n in whole numbers first.
ValueId waves(Builder& b, const Plan& plan, std::string_view function, DType type) {
    const auto numbers = [&](int64_t count) {
        return axis::cast(b, axis::counted(b, count), DType::I64);
    };
    const ValueId products = b.mul(b.reshape(numbers(plan.length), {plan.length, 1}),
                                   b.reshape(numbers(plan.results), {1, plan.results}));
    const ValueId turns =
        b.emit("mod", {products, b.constant({}, DType::I64, static_cast<double>(plan.length))});
    const double angle = 2 * std::numbers::pi / static_cast<double>(plan.length);
    const ValueId angles = b.scale(axis::cast(b, turns, DType::F64), angle);
    return axis::cast(b, b.emit(function, {angles}), type);
}

ValueId product(Builder& b, ValueId rows, ValueId matrix) {
    return b.emit("matmul", {rows, matrix});
}

// e^(−iθ) = cos θ − i sin θ, backwards with the other sign and divided by n.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Plan plan = *planOf(attrs, b.shape(in[0]));
    const DType type = b.dtype(in[0]);
    std::vector<int64_t> order, back;
    const int rank = b.shape(in[0]).rank();
    for (int i = 0; i < rank; ++i)
        if (i != plan.axis) order.push_back(i);
    order.push_back(plan.axis);
    ValueId x = block::transpose(b, in[0], order);  // […, parts, n]
    const int64_t extent = b.shape(x)[rank - 1];
    if (extent > plan.length) x = axis::piece(b, x, rank - 1, {.length = plan.length});
    x = axis::padded(b, x, rank - 1, 0, std::max<int64_t>(plan.length - extent, 0));

    const ValueId cosines = waves(b, plan, "cos", type), sines = waves(b, plan, "sin", type);
    const ValueId re = axis::piece(b, x, rank - 2, {.start = 0});
    ValueId real = product(b, re, cosines);
    ValueId imaginary = b.scale(product(b, re, sines), plan.inverse ? 1 : -1);
    if (b.shape(x)[rank - 2] == 2) {
        const ValueId im = axis::piece(b, x, rank - 2, {.start = 1});
        real = b.add(real, b.scale(product(b, im, sines), plan.inverse ? -1 : 1));
        imaginary = b.add(imaginary, product(b, im, cosines));
    }
    ValueId y = axis::joined(b, rank - 2, {real, imaginary});
    if (plan.inverse) y = b.scale(y, 1 / static_cast<double>(plan.length));
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
    {.id = "y", .title = "Output", .pattern = "[…]", .help = "Real and imaginary parts."}};
constexpr FieldSpec fields[] = {
    axis::field("Axis that is transformed; from -1 down they count from the last.", -2),
    {.id = "length",
     .title = "Length",
     .defaultNumber = 0,
     .minimum = 0,
     .maximum = 1 << 20,
     .help = "Signals are cut, or followed by zeros, to that; 0: as they are."},
    {.id = "inverse",
     .title = "Inverse",
     .type = FieldType::Bool,
     .help = "Whether waves become signals."},
    {.id = "one_sided",
     .title = "One side",
     .type = FieldType::Bool,
     .help = "Whether the first half of the waves is enough: the others mirror them."}};

constexpr OpSample samples[] = {{"", "2x5x1"},
                                {"axis=0 inverse=true", "4x3x2"},
                                {"axis=1 one_sided=true length=6", "2x4x1"},
                                {"axis=1 length=3", "2x5x2x2"}};
constexpr OpErrorSample errorSamples[] = {
    {"", "2x5x3", "x needs a last axis of 1 or 2 for real and imaginary parts, got [2, 5, 3]"},
    {"axis=2", "2x5x1", "axis is the last one of x, which holds real and imaginary parts"},
    {"one_sided=true", "2x5x2", "one_sided needs real numbers, and inverse to be off"}};

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
