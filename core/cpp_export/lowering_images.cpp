// SPDX-License-Identifier: Apache-2.0
// Convolutions, fully connected layers and pools: which kernel takes them, with which constants.
#include <fmt/format.h>

#include <algorithm>

#include "core/cpp_export/constants.h"
#include "core/cpp_export/filters.h"
#include "core/cpp_export/lowering.h"
#include "core/opdef/descriptor.h"

namespace vitrine::cpp_export {

namespace {

/// `{out, kernel, step, tap, to}`: see resources/cpp_export/kernels/convolution.h.
std::string axisText(const kernels::WindowAxis& axis, int64_t from, int64_t to) {
    return braced({number(axis.out), number(axis.kernel), number(axis.stride * from),
                   number(axis.dilation * from), number(to)});
}
std::string imagesAxis(const Array& x, const Array& y) {
    return braced(
        {number(x.shape()[0]), "1", number(x.imageStride()), "0", number(y.imageStride())});
}

/// Where the first tap of the first window lies: inside the halo.
Array fromPadding(Array x, const kernels::Window& window) {
    x.view.offset -= window.depth.before * x.spatialStride(0) +
                     window.rows.before * x.spatialStride(1) +
                     window.columns.before * x.spatialStride(2);
    return x;
}

Halo paddingOf(const kernels::Window& w) {
    return {.before = {w.depth.before, w.rows.before, w.columns.before},
            .after = {w.depth.after, w.rows.after, w.columns.after}};
}

/// `{in, out, kernel, stride, dilation, before, after, from, to}`: see windows.h there.
std::string windowText(const kernels::WindowAxis& axis, int64_t in, int64_t out, int64_t from,
                       int64_t to) {
    return braced({number(in), number(out), number(axis.kernel), number(axis.stride),
                   number(axis.dilation), number(axis.before), number(axis.after), number(from),
                   number(to)});
}
std::string windowsText(const kernels::Window& w, const Array& x, const Array& y,
                        int64_t channels) {
    const auto axis = [&](const kernels::WindowAxis& of, int k) {
        return windowText(of, x.spatialExtent(k), y.spatialExtent(k), x.spatialStride(k),
                          y.spatialStride(k));
    };
    const std::string images =
        windowText({}, x.shape()[0], x.shape()[0], x.imageStride(), y.imageStride());
    return "Windows" + braced({images, axis(w.depth, 0), axis(w.rows, 1), axis(w.columns, 2),
                               number(channels)});
}

/// `Beside<images, depth, rows, columns, channels>{pointer}` of an operand with y's shape.
std::string besideText(const ArrayView& view, const std::string& pointer) {
    const Array array{-1, DType::F32, view};
    if (view.shape.rank() == 2)  // rows stand where columns of images do
        return fmt::format("Beside<0, 0, 0, {}, {}>{{{}}}", array.stride(0), array.stride(1),
                           pointer);
    return fmt::format("Beside<{}, {}, {}, {}, {}>{{{}}}", array.imageStride(),
                       array.spatialStride(0), array.spatialStride(1), array.spatialStride(2),
                       array.stride(1), pointer);
}

}  // namespace

Filters Lowering::filtersOf(Given group, int64_t groups, bool hasBias) {
    const TensorData& weights = *known(head(group).in[1]);
    Filters filters;
    filters.groups = groups;
    filters.filters = weights.shape[0] / groups;
    filters.channels = weights.shape[1];
    filters.taps = weights.shape.elements() / weights.shape[0] / weights.shape[1];
    filters.weights = asDoubles(weights);
    filters.biases.assign(static_cast<size_t>(weights.shape[0]), 0.0);
    if (hasBias && known(head(group).in[2])) filters.biases = asDoubles(*known(head(group).in[2]));
    return filters;
}

/// How many of the instructions that follow have become part of the filters.
size_t Lowering::foldNorm(Given group, Filters& filters) {
    if (group.joined.empty()) return 0;
    const Instr& norm = instr(group.joined.front());
    const auto call = pointwiseCall(m_program, norm);
    if (!call || call->function != "normalized" || norm.in[0] != head(group).out[0]) return 0;
    for (size_t k = 1; k < 4; ++k)
        if (!known(norm.in[k])) return 0;
    filters.normalise(asDoubles(*known(norm.in[1])), asDoubles(*known(norm.in[2])),
                      asDoubles(*known(norm.in[3])));
    return 1;
}

void Lowering::addConvolution(Given group, const Convolution& made, const Filters& filters,
                              const Array& x, const Array& y) {
    const Formula formula = formulaAfter(group, made.folded);
    const Array weights = m_code.addConstant(filters.packed(made.tile));
    const Array biases = m_code.addConstant(filters.packedBiases(made.tile));
    Step step{.comment = commentOf(group),
              .pointers = {{"y", y, true}, {"x", x}, {"w", weights}, {"b", biases}},
              .body = {}};
    std::vector<std::string> arguments{"x", "w", "b", "y", formula.text};
    for (size_t k = 0; k < formula.others.size(); ++k) {
        Array other = arrayOf(formula.others[k]);
        other.view = formula.views[k];
        const std::string name = fmt::format("other{}", k);
        step.pointers.push_back({name, other});
        arguments.push_back(besideText(other.view, name));
    }
    step.body = call(fmt::format("{}<Convolution{}>", made.function, made.geometry), arguments);
    m_code.add(std::move(step));
    set(group.result(m_program), y);
}

Result<void> Lowering::addConv(Given group, const kernels::Conv& conv) {
    const Instr& first = head(group);
    if (value(first.out[0]).dtype != DType::F32)
        return refusal(first, "is written for float32 alone");
    if (conv.pass == kernels::ConvPass::Weights) return refusal(first, "belongs to training");
    if (conv.pass == kernels::ConvPass::Data) return addTransposed(group, conv);
    const bool hasBias = conv.bias && first.in.size() > 2 && first.in[2] != noValue;
    if (!known(first.in[1]) || (hasBias && !known(first.in[2]))) return addPlainConv(group, conv);
    Filters filters = filtersOf(group, conv.groups, hasBias);
    const size_t folded = foldNorm(group, filters);
    const bool isDepthwise = conv.groups > 1 && filters.channels == 1 && filters.filters == 1;
    const Array x = m_code.channelsLast(operand(group, 0), paddingOf(conv.window), isDepthwise);
    const Array y = imageResult(group);
    const kernels::Window& w = conv.window;
    const bool isOne = w.rows.out * w.columns.out == 1;
    const int64_t tile = isDepthwise ? 16 : tileFor(filters.filters, isOne);
    const std::string geometry = braced(
        {imagesAxis(x, y), axisText(w.depth, x.spatialStride(0), y.spatialStride(0)),
         axisText(w.rows, x.spatialStride(1), y.spatialStride(1)),
         axisText(w.columns, x.spatialStride(2), y.spatialStride(2)), number(filters.channels),
         number(filters.filters), number(filters.groups), number(tile)});
    if (isDepthwise) {
        // Channels stand where the filters of one group do.
        filters.filters = filters.groups;
        filters.groups = 1;
    }
    addConvolution(group, {isDepthwise ? "depthwise" : "convolution", geometry, tile, folded},
                   filters, fromPadding(x, w), y);
    return {};
}

/// Weights that are made when the network runs.
Result<void> Lowering::addPlainConv(Given group, const kernels::Conv& conv) {
    const Instr& first = head(group);
    if (!group.joined.empty()) return refusal(first, "has a bias that is computed");
    Array x = operand(group, 0);
    const Array weights = m_code.rowMajor(operand(group, 1));
    const Array y = imageResult(group);
    Step step{.comment = commentOf(group),
              .pointers = {{"y", y, true}, {"x", x}, {"w", weights}},
              .body = {}};
    const bool hasBias = conv.bias && first.in.size() > 2 && first.in[2] != noValue;
    if (hasBias) step.pointers.push_back({"b", m_code.rowMajor(operand(group, 2))});
    step.body = call(fmt::format("plainConvolution<{}, {}, {}>",
                                 windowsText(conv.window, x, y, weights.shape()[1]), conv.groups,
                                 weights.shape()[0] / conv.groups),
                     {"x", number(x.stride(1)), "w", hasBias ? "b" : "nullptr", "y"});
    m_code.add(std::move(step));
    set(first.out[0], y);
    return {};
}

/// The window is that of the convolution whose transposed this is: what goes in is its result.
Result<void> Lowering::addTransposed(Given group, const kernels::Conv& conv) {
    const Instr& first = head(group);
    if (!known(first.in[1])) return refusal(first, "has weights that are computed");
    const TensorData& weights = *known(first.in[1]);
    const int64_t channels = weights.shape[0] / conv.groups, results = weights.shape[1];
    const int64_t taps = weights.shape.elements() / weights.shape[0] / results;
    // Each result is a filter over what goes in.
    Filters filters{.groups = conv.groups, .filters = results, .channels = channels, .taps = taps};
    const std::vector<double> all = asDoubles(weights);
    filters.weights.resize(all.size());
    filters.biases.assign(static_cast<size_t>(filters.count()), 0.0);
    for (int64_t k = 0; k < weights.shape[0]; ++k)
        for (int64_t c = 0; c < results; ++c)
            for (int64_t tap = 0; tap < taps; ++tap) {
                const int64_t row = k / channels * results + c;
                filters.weights[static_cast<size_t>((row * channels + k % channels) * taps + tap)] =
                    all[static_cast<size_t>((k * results + c) * taps + tap)];
            }
    const Array x = m_code.channelsLast(operand(group, 0), {}, false);
    const Array y = imageResult(group);
    m_code.add(
        {.comment = commentOf(group),
         .pointers = {{"y", y, true}, {"x", x}, {"w", m_code.addConstant(filters.packed(16))}},
         .body = call(fmt::format("transposedConvolution<{}, {}, {}>",
                                  windowsText(conv.window, x, y, channels), conv.groups, results),
                      {"x", "w", "y", formulaAfter(group).text})});
    set(group.result(m_program), y);
    return {};
}

Result<void> Lowering::addLinear(Given group, const kernels::Linear& linear) {
    const Instr& first = head(group);
    if (value(first.out[0]).dtype != DType::F32)
        return refusal(first, "is written for float32 alone");
    if (linear.pass != kernels::LinearPass::Forward) return refusal(first, "belongs to training");
    const bool hasBias = linear.bias && first.in.size() > 2 && first.in[2] != noValue;
    if (!known(first.in[1]) || (hasBias && !known(first.in[2])))
        return addPlainLinear(group, hasBias);
    Filters filters = filtersOf(group, 1, hasBias);
    const size_t folded = foldNorm(group, filters);
    const auto flattened = m_flattened.find(first.in[0]);
    const bool isImage = flattened != m_flattened.end();
    const Array x = isImage ? flattened->second : m_code.rowMajor(operand(group, 0));
    const Array y = plainResult(group.result(m_program));
    const int64_t images = x.shape()[0], out = filters.filters;
    const int64_t tile = tileFor(out, images == 1);
    // Rows of x are pixels of one image; an image is what one window covers.
    const auto axis = [&](int k) {
        return braced({"1", number(x.spatialExtent(k)), "0", number(x.spatialStride(k)), "0"});
    };
    const int64_t wide = isImage ? x.spatialExtent(2) : 1;
    if (isImage) {
        filters.channels = x.shape()[1];
        filters.taps = x.spatialExtent(0) * x.spatialExtent(1) * wide;
    }
    const std::string geometry =
        braced({"{}", isImage ? axis(0) : "{}", isImage ? axis(1) : "{}",
                braced({number(images), number(wide), number(x.stride(0)),
                        number(isImage ? x.spatialStride(2) : 0), number(out)}),
                number(filters.channels), number(out), "1", number(tile)});
    addConvolution(group, {"convolution", geometry, tile, folded}, filters, x, y);
    return {};
}

/// By weights that are made when the network runs: y = x · wᵀ + bias.
Result<void> Lowering::addPlainLinear(Given group, bool hasBias) {
    const Instr& first = head(group);
    const Array& x = operand(group, 0);
    Array turned = operand(group, 1);
    std::swap(turned.view.shape[0], turned.view.shape[1]);
    std::swap(turned.view.strides[0], turned.view.strides[1]);
    const Array w = m_code.fresh(turned.shape(), turned.dtype);
    m_code.copy(turned, w, "columns side by side");
    const Array product = plainResult(first.out[0]);
    m_code.add({.comment = commentOf(group),
                .pointers = {{"y", product, true}, {"a", x}, {"b", w}},
                .body = call(
                    fmt::format("product<Product{{{}, {}, {}, {}, {}, {}, 1}}>", x.shape()[0],
                                w.shape()[1], w.shape()[0], x.stride(0), x.stride(1), w.stride(0)),
                    {"{1, {1}, {{0}, {0}, {0}}}", "a", "b", "y"})});
    set(first.out[0], product);
    if (!hasBias) return {};
    Array bias = operand(group, 2);
    bias.view = spreadOver(bias, product.shape(), 1);
    addMap(group, lambda({{"float", "a"}, {"float", "b"}}, {"return a + b;"}), {product, bias});
    return {};
}

/// Each number goes to where its maximum was.
Result<void> Lowering::addUnpool(Given group, const kernels::Pool& pool) {
    const Instr& first = head(group);
    const Array x = m_code.channelsLast(operand(group, 0), {}, false);
    const Array index = m_code.fresh(x.shape(), DType::I32, Order::ChannelsLast);
    m_code.copy(operand(group, 1), index, "channels side by side");
    const Array places = m_code.fresh(value(first.out[0]).shape, DType::F32, Order::ChannelsLast);
    m_code.add({.comment = commentOf(group),
                .pointers = {{"y", places, true}, {"x", x}, {"index", index}},
                .body = call(
                    fmt::format("maxUnpool<{}>", windowsText(pool.window, places, x, x.shape()[1])),
                    {number(places.shape().elements()), number(index.imageStride()),
                     braced({number(index.spatialStride(0)), number(index.spatialStride(1)),
                             number(index.spatialStride(2))}),
                     "x", "index", "y"})});
    set(first.out[0], places);
    return {};
}

Result<void> Lowering::addPool(Given group, const kernels::Pool& pool) {
    using kernels::PoolPass;
    const Instr& first = head(group);
    if (value(first.out[0]).dtype != DType::F32)
        return refusal(first, "is written for float32 alone");
    if (pool.pass == PoolPass::MaxBackward) return addUnpool(group, pool);
    if (pool.pass != PoolPass::Max && pool.pass != PoolPass::Average)
        return refusal(first, "belongs to training");
    const Array x = m_code.channelsLast(operand(group, 0), {}, true);
    const bool isIndexed = pool.pass == PoolPass::Max && isRead(first.out[1]);
    const Array y = isIndexed
                        ? m_code.fresh(value(first.out[0]).shape, DType::F32, Order::ChannelsLast)
                        : imageResult(group);
    const std::string windows = windowsText(pool.window, x, y, x.shape()[1]);
    Step step{.comment = commentOf(group), .pointers = {{"y", y, true}, {"x", x}}, .body = {}};
    if (isIndexed) {
        const Array index =
            m_code.fresh(value(first.out[1]).shape, DType::I32, Order::ChannelsLast);
        step.pointers.push_back({"index", index, true});
        step.body = call(fmt::format("maxPoolIndexed<{}>", windows), {"x", "y", "index"});
        set(first.out[1], index);
    } else if (pool.pass == PoolPass::Max) {
        step.body = call(fmt::format("maxPool<{}>", windows), {"x", "y", formulaAfter(group).text});
    } else {
        step.body = call(
            fmt::format("averagePool<{}, {}>", windows, pool.countIncludePad ? "true" : "false"),
            {"x", "y", formulaAfter(group).text});
    }
    m_code.add(std::move(step));
    set(group.result(m_program), y);
    return {};
}

}  // namespace vitrine::cpp_export
