// SPDX-License-Identifier: Apache-2.0
// Shapes, problems and derivatives of convolution.
#include "core/ops/families/conv_rules.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/tangent_sum.h"

namespace vitrine::conv {

namespace {

Result<void> needGroups(int64_t channels, std::string_view which, int64_t groups) {
    if (channels % groups == 0) return {};
    return shapeError(
        fmt::format("{} {} channels do not divide into {} groups", channels, which, groups));
}

int64_t tapsOf(const Shape& weight) { return window::spatialOf(weight).elements(); }

Shape withExtents(int64_t a, int64_t b, std::span<const int64_t> extents) {
    Shape shape{a, b};
    for (int64_t extent : extents) shape.push(extent);
    return shape;
}

std::string operatorOf(int axes) { return fmt::format("conv{}d", axes); }

/// A mirror image has all pixels but the edge, the other end of the image all of them.
Result<void> needReach(const Attrs& attrs, const kernels::Window& window, int axes) {
    if (!attrs.has("padding_mode")) return {};
    const std::string& mode = attrs.text("padding_mode");
    if (mode == "zeros" || mode == "replicate") return {};
    for (int i = 0; i < axes; ++i) {
        const kernels::WindowAxis& axis = window.axis(i, axes);
        const int64_t wanted = std::max(axis.before, axis.after) + (mode == "reflect" ? 1 : 0);
        if (axis.in < wanted)
            return shapeError(
                fmt::format("{} padding {}+{} along axis {} wants {} pixels or more, there are {}",
                            mode, axis.before, axis.after, i, wanted, axis.in));
    }
    return {};
}

/// Fields of an adjoint, whose padding is that of the convolution over x.
Attrs adjointFields(Attrs to, const Attrs& geometry, const Shape& x, const Shape& weight) {
    to = window::withFields(std::move(to), geometry);
    if (!geometry.has("auto_padding") || geometry.text("auto_padding") == "explicit") return to;
    const Result<kernels::Window> window = window::over(geometry, x, window::spatialOf(weight));
    VITRINE_CHECK(window.ok(), "a convolution is differentiated after its shapes were checked");
    return to.with("padding", window::paddingOf(*window, window::axesOf(x)));
}

}  // namespace

Result<Geometry> geometryOf(const Attrs& attrs, const Shape& x, const Shape& weight) {
    const int64_t groups = attrs.integer("groups");
    VITRINE_TRY(needGroups(x[1], "input", groups));
    VITRINE_TRY(needGroups(weight[0], "output", groups));
    if (weight.rank() != x.rank())
        return shapeError(
            fmt::format("weight {} has other axes than x {}", weight.text(), x.text()));
    if (weight[1] * groups != x[1])
        return shapeError(
            fmt::format("weight expects {} input channels, got {}", weight[1] * groups, x[1]));
    const Result<kernels::Window> window = window::over(attrs, x, window::spatialOf(weight));
    if (!window.ok()) return window.error();
    VITRINE_TRY(needReach(attrs, *window, window::axesOf(x)));
    const Shape y = window::resultShape(*window, window::axesOf(x), x[0], weight[0]);
    VITRINE_TRY(needSize("result", y));
    VITRINE_TRY(needSize("weight", weight));
    return Geometry{*window, x, weight, y, groups};
}

Result<Geometry> geometryOf(const Attrs& attrs, const Shape& x, const Shape& weight,
                            const Shape& dy) {
    Result<Geometry> geometry = geometryOf(attrs, x, weight);
    if (geometry.ok() && geometry->y != dy)
        return shapeError(fmt::format("dy needs shape {}, got {}", geometry->y.text(), dy.text()));
    return geometry;
}

Result<void> needFilters(int64_t count) {
    const auto most = static_cast<int64_t>(outChannelsField.maximum);
    if (count <= most) return {};
    return shapeError(fmt::format("{} filters are too many, at most {} are possible", count, most));
}

kernels::Problem problem(const Attrs& attrs, kernels::ConvPass pass, const Shape& x,
                         const Shape& weight) {
    const Result<Geometry> geometry = geometryOf(attrs, x, weight);
    VITRINE_CHECK(geometry.ok(), "a convolution is asked about after its shapes were checked");
    return kernels::Conv{.pass = pass,
                         .window = geometry->window,
                         .groups = geometry->groups,
                         .bias = attrs.has("bias") && attrs.flag("bias")};
}

double flops(const Shape& weight, const Shape& y) {
    const int64_t terms = weight.elements() / weight[0];
    return 2.0 * static_cast<double>(y.elements()) * static_cast<double>(terms);
}

ValueId forward(Builder& b, const Attrs& geometry, ValueId x, ValueId weight) {
    const Shape w = b.shape(weight);
    const std::string op = operatorOf(window::axesOf(w));
    Attrs attrs = window::withFields(b.attrs(op), geometry);
    attrs.with("out_channels", w[0])
        .with("kernel", listOf(window::spatialOf(w)))
        .with("bias", false);
    return b.emit(op, attrs, {x, weight, noValue});
}

ValueId data(Builder& b, const Attrs& geometry, ValueId dy, ValueId weight, const Shape& like) {
    Attrs attrs = adjointFields(b.attrs("conv_data"), geometry, like, b.shape(weight));
    attrs.with("input_size", listOf(window::spatialOf(like)));
    return b.emit("conv_data", attrs, {dy, weight});
}

ValueId weights(Builder& b, const Attrs& geometry, ValueId dy, ValueId x, const Shape& like) {
    Attrs attrs = adjointFields(b.attrs("conv_weights"), geometry, b.shape(x), like);
    attrs.with("kernel", listOf(window::spatialOf(like)));
    return b.emit("conv_weights", attrs, {dy, x});
}

namespace {

/// [K, C / groups, taps…] as the fields want it. Channels that do not divide are refused by
/// geometryOf.
Shape forwardWeight(const Attrs& attrs, const Shape& x) {
    return withExtents(attrs.integer("out_channels"), x[1] / attrs.integer("groups"),
                       attrs.list("kernel"));
}

Result<void> needWeightOf(const Attrs& attrs, const Shape& weight) {
    const Shape wanted = Shape(std::span<const int64_t>(attrs.list("kernel")));
    const Shape kernel = window::spatialOf(weight);
    if (weight[0] == attrs.integer("out_channels") && kernel == wanted) return {};
    return shapeError(fmt::format("weight needs {} filters of {}, got {}",
                                  attrs.integer("out_channels"), window::text(wanted),
                                  weight.text()));
}

}  // namespace

Result<std::vector<ValueShape>> forwardShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Result<Geometry> geometry = geometryOf(attrs, in[0].shape, in[1].shape);
    if (!geometry.ok()) return geometry.error();
    VITRINE_TRY(needWeightOf(attrs, in[1].shape));
    return oneResult(geometry->y, in[0].dtype);
}

Result<std::vector<ParamSpec>> forwardParameters(const Attrs& attrs,
                                                 std::span<const ValueShape> in) {
    const Shape weight = forwardWeight(attrs, in[0].shape);
    const Result<Geometry> geometry = geometryOf(attrs, in[0].shape, weight);
    if (!geometry.ok()) return geometry.error();
    const int64_t taps = tapsOf(weight);
    std::vector<ParamSpec> specs{
        {1, weight, chosenInit(attrs, weight[1] * taps, weight[0] * taps)}};
    if (attrs.flag("bias")) specs.push_back({2, {weight[0]}, {}});
    return specs;
}

void forwardPrepare(Builder& b, Attrs& attrs, std::span<ValueId> in) {
    if (attrs.text("padding_mode") == "zeros") return;
    const Shape x = b.shape(in[0]);
    const int count = window::axesOf(x);
    const Result<kernels::Window> window =
        window::over(attrs, x, window::spatialOf(b.shape(in[1])));
    VITRINE_CHECK(window.ok(), "a convolution is padded after its shapes were checked");
    std::vector<int64_t> axes;
    for (int i = 0; i < count; ++i) axes.push_back(2 + i);
    Attrs pad = b.attrs("pad");
    pad.with("axes", axes)
        .with("pads", window::paddingOf(*window, count))
        .with("mode", attrs.text("padding_mode"));
    in[0] = b.emit("pad", pad, {in[0]});
    attrs.with("padding", int64_t{0})
        .with("auto_padding", std::string("explicit"))
        .with("padding_mode", std::string("zeros"));
}

// y is linear in x, in the weight and in the bias: dx and dw are the adjoint convolutions, db = Σ
// dy per channel.
void forwardVjp(VjpContext& c) {
    const Attrs& geometry = c.instr.attrs;
    const ValueId dy = c.outGrad[0];
    if (c.wanted[0]) c.inGrad[0] = data(c.b, geometry, dy, c.in(1), c.b.shape(c.in(0)));
    if (c.wanted[1]) c.inGrad[1] = weights(c.b, geometry, dy, c.in(0), c.b.shape(c.in(1)));
    if (geometry.flag("bias") && c.wanted[2]) c.inGrad[2] = c.b.emit("channel_sum", {dy});
}

// y' = x' ∗ w + x ∗ w' + b'
void forwardJvp(JvpContext& c) {
    const Attrs& geometry = c.instr.attrs;
    TangentSum sum(c.b);
    if (c.inTangent[0] != noValue) sum.add(forward(c.b, geometry, c.inTangent[0], c.in(1)));
    if (c.inTangent[1] != noValue) sum.add(forward(c.b, geometry, c.in(0), c.inTangent[1]));
    c.outTangent[0] = sum.value();
    if (geometry.flag("bias") && c.inTangent[2] != noValue)
        c.outTangent[0] =
            bias::addToChannels(c.b, sum.value(), c.inTangent[2], c.b.program().shapeOf(c.out(0)));
}

namespace {

/// [C, K / groups, taps…]: a transposed convolution has the weight of the convolution whose data
/// pass it is, whose filters are its input channels.
Shape transposedWeight(const Attrs& attrs, const Shape& x) {
    return withExtents(x[1], attrs.integer("out_channels") / attrs.integer("groups"),
                       attrs.list("kernel"));
}

/// Extents of the result: stride · (H − 1) + dilation · (kernel − 1) + 1 − before − after + output
/// padding. Errors: `output padding 2 along axis 0 must be smaller than the stride 2`.
Result<std::vector<int64_t>> transposedSize(const Attrs& attrs, const Shape& x,
                                            const Shape& weight) {
    const int axes = window::axesOf(x);
    const auto at = [&](const char* field, int i) {
        const std::vector<int64_t>& list = attrs.list(field);
        return list[static_cast<size_t>(i) % list.size()];
    };
    std::vector<int64_t> size;
    for (int i = 0; i < axes; ++i) {
        const int64_t stride = at("stride", i), dilation = at("dilation", i);
        const bool isSided = std::ssize(attrs.list("padding")) == 2 * axes;
        const int64_t before = at("padding", i), after = at("padding", isSided ? axes + i : i);
        const int64_t more = at("output_padding", i);
        if (more >= stride)
            return shapeError(
                fmt::format("output padding {} along axis {} must be smaller than the stride {}",
                            more, i, stride));
        size.push_back(stride * (x[2 + i] - 1) + dilation * (weight[2 + i] - 1) + 1 - before -
                       after + more);
        if (size.back() < 1)
            return shapeError(fmt::format(
                "padding {}+{} along axis {} leaves nothing of the result", before, after, i));
    }
    return size;
}

Result<Shape> transposedResult(const Attrs& attrs, const Shape& x, const Shape& weight) {
    const int64_t channels = attrs.integer("out_channels"), groups = attrs.integer("groups");
    VITRINE_TRY(needGroups(x[1], "input", groups));
    VITRINE_TRY(needGroups(channels, "output", groups));
    if (weight != transposedWeight(attrs, x))
        return shapeError(fmt::format("weight needs shape {}, got {}",
                                      transposedWeight(attrs, x).text(), weight.text()));
    const Result<std::vector<int64_t>> size = transposedSize(attrs, x, weight);
    if (!size.ok()) return size.error();
    const Shape result = withExtents(x[0], channels, *size);
    VITRINE_TRY(needSize("result", result));
    VITRINE_TRY(needSize("weight", weight));
    return result;
}

}  // namespace

Result<std::vector<ValueShape>> transposedShapes(const Attrs& attrs,
                                                 std::span<const ValueShape> in) {
    const Result<Shape> result = transposedResult(attrs, in[0].shape, in[1].shape);
    if (!result.ok()) return result.error();
    return oneResult(*result, in[0].dtype);
}

Result<std::vector<ParamSpec>> transposedParameters(const Attrs& attrs,
                                                    std::span<const ValueShape> in) {
    const Shape& x = in[0].shape;
    const Shape weight = transposedWeight(attrs, x);
    const Result<Shape> result = transposedResult(attrs, x, weight);
    if (!result.ok()) return result.error();
    const int64_t taps = tapsOf(weight);
    std::vector<ParamSpec> specs{
        {1, weight, chosenInit(attrs, weight[1] * taps, weight[0] * taps)}};
    if (attrs.flag("bias")) specs.push_back({2, {attrs.integer("out_channels")}, {}});
    return specs;
}

std::vector<ValueId> buildTransposed(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const Result<Shape> like = transposedResult(attrs, b.shape(in[0]), b.shape(in[1]));
    VITRINE_CHECK(like.ok(), "a composite is built after its shapes were checked");
    const ValueId y = data(b, attrs, in[0], in[1], *like);
    if (!attrs.flag("bias")) return {y};
    return {bias::addToChannels(b, y, in[2], b.program().shapeOf(y))};
}

}  // namespace vitrine::conv
