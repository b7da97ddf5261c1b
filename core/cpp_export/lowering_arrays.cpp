// SPDX-License-Identifier: Apache-2.0
// Products, reductions, and what goes along one axis.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/cpp_export/lowering.h"
#include "core/opdef/descriptor.h"

namespace vitrine::cpp_export {

namespace {

/// [outer][axis][inner] of a shape.
struct Around {
    int64_t outer = 1, inner = 1;
};
Around around(const Shape& shape, int axis) {
    Around found;
    for (int k = 0; k < axis; ++k) found.outer *= shape[k];
    for (int k = axis + 1; k < shape.rank(); ++k) found.inner *= shape[k];
    return found;
}

std::string lineText(const Around& at, int64_t in, int64_t out) {
    return braced({number(at.outer), number(in), number(out), number(at.inner)});
}

/// Some axes of a view, in their order; of none a single place.
ArrayView withAxes(const ArrayView& view, const std::vector<int>& axes) {
    ArrayView part{{}, {}, 0};
    for (const int axis : axes) {
        part.shape.push(view.shape[axis]);
        part.strides.push(view.strides[axis]);
    }
    if (axes.empty()) part = ArrayView::contiguous({1});
    return part;
}

/// A walk in the order of the axes.
std::string orderedWalk(const ArrayView& view) {
    return WalkText{{view.shape.dims().begin(), view.shape.dims().end()},
                    {{view.strides.dims().begin(), view.strides.dims().end()}}}
        .text();
}

struct Parts {
    ArrayView kept, gone;
    std::string text() const { return braced({orderedWalk(kept), orderedWalk(gone)}); }
};
template <class IsGone>
Parts parted(const ArrayView& view, IsGone isGone) {
    std::vector<int> kept, gone;
    for (int axis = 0; axis < view.shape.rank(); ++axis)
        (isGone(axis) ? gone : kept).push_back(axis);
    return {withAxes(view, kept), withAxes(view, gone)};
}

std::string flag(bool is) { return is ? "true" : "false"; }

}  // namespace

Result<void> Lowering::addMatMul(Given group) {
    const ValueId v = head(group).out[0];
    const bool isFloat = value(v).dtype == DType::F32;
    const Array& a = operand(group, 0);
    Array b = operand(group, 1);
    const Array y = plainResult(v);
    const int rank = y.shape().rank(), row = rank - 2, column = rank - 1;
    const bool readsPast =
        m_code.buffers()[static_cast<size_t>(b.buffer)].kind == BufferKind::Input;
    if (isFloat && (readsPast || (b.stride(column) != 1 && b.shape()[column] > 1))) {
        const Array made = m_code.fresh(b.shape(), b.dtype);
        m_code.copy(b, made, "columns side by side");
        b = made;
    }
    std::vector<int> batch;
    for (int axis = 0; axis < row; ++axis) batch.push_back(axis);
    WalkText walk;
    const auto over = [&](const Array& array) {
        const ArrayView part = withAxes(array.view, batch);
        if (walk.extents.empty())
            walk.extents.assign(part.shape.dims().begin(), part.shape.dims().end());
        walk.steps.emplace_back(part.strides.dims().begin(), part.strides.dims().end());
    };
    for (const Array* array : {&y, &a, static_cast<const Array*>(&b)}) over(*array);
    const std::string sizes =
        fmt::format("product<Product{{{}, {}, {}, {}, {}, {}, {}}}>", y.shape()[row],
                    y.shape()[column], a.shape()[column], a.stride(row), a.stride(column),
                    b.stride(row), b.shape()[column] == 1 && isFloat ? 1 : b.stride(column));
    m_code.add({.comment = commentOf(group),
                .pointers = {{"y", y, true}, {"a", a}, {"b", b}},
                .body = call(sizes, {walk.text(), "a", "b", "y"})});
    set(v, y);
    return {};
}

Result<void> Lowering::addReduce(Given group, const kernels::Reduce& reduce) {
    using kernels::ReducePass;
    static constexpr std::string_view passes[] = {"Sum", "Max", "Min", "Norm", "LogSumExp"};
    const ValueId v = head(group).out[0];
    const Array& x = operand(group, 0);
    const Array y = plainResult(v);
    const Parts parts =
        parted(x.view, [&](int axis) { return reduce.isReduced[static_cast<size_t>(axis)]; });
    const bool isSum = reduce.pass == ReducePass::Sum && isFloat(value(v).dtype);
    const int last = parts.kept.shape.rank() - 1;
    const bool isRows = isSum && parts.kept.strides[last] == 1 && parts.kept.shape[last] > 1;
    m_code.add({.comment = commentOf(group),
                .pointers = {{"y", y, true}, {"x", x}},
                .body = call(isRows ? "sumRows"
                                    : fmt::format("reduce<reductions::{}>",
                                                  passes[static_cast<size_t>(reduce.pass)]),
                             {parts.text(), "x", "y"})});
    set(v, y);
    return {};
}

Result<void> Lowering::addChannel(Given group, const kernels::Channel& channel) {
    using kernels::ChannelPass;
    const Instr& instr = head(group);
    if (channel.pass == ChannelPass::Dot) return refusal(instr, "belongs to training");
    const Array& x = operand(group, 0);
    const Parts parts = parted(x.view, [](int axis) { return axis != 1; });
    const Array first = plainResult(instr.out[0]);
    Step step{.comment = commentOf(group), .pointers = {{"y", first, true}, {"x", x}}, .body = {}};
    set(instr.out[0], first);
    if (channel.pass == ChannelPass::Sum) {
        step.body = call("reduce<reductions::Sum>", {parts.text(), "x", "y"});
    } else {
        const Array second = plainResult(instr.out[1]);
        step.pointers.push_back({"variance", second, true});
        step.body = call("moments", {parts.text(), "x", "y", "variance"});
        set(instr.out[1], second);
    }
    m_code.add(std::move(step));
    return {};
}

Result<void> Lowering::addRow(Given group, const kernels::Row& row) {
    using kernels::RowPass;
    const Instr& instr = head(group);
    const bool isDot = row.pass == RowPass::Dot;
    if (!isDot && row.pass != RowPass::Softmax && row.pass != RowPass::LogSoftmax)
        return refusal(instr, "belongs to training");
    const Array x = m_code.rowMajor(operand(group, 0));
    const Array y = plainResult(instr.out[0]);
    const int64_t count = around(x.shape(), 0).inner, rows = x.shape()[0];
    Step step{.comment = commentOf(group), .pointers = {{"y", y, true}, {"x", x}}, .body = {}};
    if (isDot) {
        step.pointers.push_back({"other", m_code.rowMajor(operand(group, 1))});
        step.body = call("rowDot", {number(rows), number(count), "x", "other", "y"});
    } else {
        step.body = call(row.pass == RowPass::Softmax ? "softmax" : "logSoftmax",
                         {number(rows), number(count), "x", "y"});
    }
    m_code.add(std::move(step));
    set(instr.out[0], y);
    return {};
}

Result<void> Lowering::addRowNorm(Given group, const kernels::RowNorm& norm) {
    const Instr& instr = head(group);
    if (norm.isBackward) return refusal(instr, "belongs to training");
    const Array x = m_code.rowMajor(operand(group, 0)), scale = m_code.rowMajor(operand(group, 1)),
                shift = m_code.rowMajor(operand(group, 2));
    const Array y = plainResult(instr.out[0]);
    const int64_t rows = x.shape()[0], columns = x.shape()[1];
    const int64_t ofRow = scale.shape().elements() / norm.blocks;
    m_code.add({.comment = commentOf(group),
                .pointers = {{"y", y, true}, {"x", x}, {"scale", scale}, {"shift", shift}},
                .body = call("normalizeRows",
                             {number(rows), number(columns), number(norm.blocks), number(ofRow),
                              fmt::format("{}", norm.epsilon), "x", "scale", "shift", "y"})});
    set(instr.out[0], y);
    return {};
}

Result<void> Lowering::addAlong(Given group, const kernels::Along& along) {
    using kernels::AlongPass;
    const Instr& instr = head(group);
    const Array x = m_code.rowMajor(operand(group, 0));
    const Array y = plainResult(instr.out[0]);
    const Around at = around(x.shape(), along.axis);
    const int64_t in = x.shape()[along.axis], out = y.shape()[along.axis];
    Step step{.comment = commentOf(group), .pointers = {{"y", y, true}, {"x", x}}, .body = {}};
    const auto hasIndex = [&](bool isResult) {
        const Array index =
            isResult ? plainResult(instr.out[1]) : m_code.rowMajor(operand(group, 1));
        step.pointers.push_back({"index", index, isResult});
        if (isResult) set(instr.out[1], index);
    };
    switch (along.pass) {
        case AlongPass::Extreme:
        case AlongPass::Top: {
            hasIndex(true);
            const bool isTop = along.pass == AlongPass::Top;
            std::vector<std::string> arguments{lineText(at, in, out), "x", "y", "index"};
            if (isTop) {
                step.pointers.push_back({"order", m_code.fresh({in}, DType::I64), true});
                arguments.push_back("order");
            }
            step.body = call(fmt::format("{}<{}>", isTop ? "top" : "extreme", flag(along.largest)),
                             arguments);
            break;
        }
        case AlongPass::Take:
            hasIndex(false);
            step.body = call("take", {lineText(at, in, out), "x", "index", "y"});
            break;
        case AlongPass::Put:
            hasIndex(false);
            step.body = call("put", {lineText(at, out, in), "x", "index", "y"});
            break;
        case AlongPass::Scan:
            step.body =
                call(fmt::format("scan<{}, {}>", flag(along.exclusive), flag(along.reverse)),
                     {lineText(at, in, out), "x", "y"});
            break;
    }
    m_code.add(std::move(step));
    set(instr.out[0], y);
    return {};
}

Result<void> Lowering::addGather(Given group, const kernels::Gather& gather) {
    const Array x = m_code.rowMajor(operand(group, 0)), index = m_code.rowMajor(operand(group, 1));
    const Array y = plainResult(head(group).out[0]);
    m_code.add({.comment = commentOf(group),
                .pointers = {{"y", y, true}, {"x", x}, {"index", index}},
                .body = call("gather", {lineText(around(x.shape(), gather.axis),
                                                 x.shape()[gather.axis], index.shape().elements()),
                                        "x", "index", "y"})});
    set(head(group).out[0], y);
    return {};
}

Result<void> Lowering::addScatterAdd(Given group, const kernels::ScatterAdd& scatter) {
    const Array x = m_code.rowMajor(operand(group, 0)), index = m_code.rowMajor(operand(group, 1));
    const Array y = plainResult(head(group).out[0]);
    m_code.add(
        {.comment = commentOf(group),
         .pointers = {{"y", y, true}, {"x", x}, {"index", index}},
         .body = call("scatterAdd", {lineText(around(y.shape(), scatter.axis),
                                              y.shape()[scatter.axis], index.shape().elements()),
                                     "x", "index", "y"})});
    set(head(group).out[0], y);
    return {};
}

Result<void> Lowering::addScatter(Given group, const kernels::Scatter& scatter) {
    static constexpr std::string_view combined[] = {"u", "sumOf(e, u)", "productOf(e, u)",
                                                    "u > e || u != u ? u : e",
                                                    "u < e || u != u ? u : e"};
    const Array x = m_code.rowMajor(operand(group, 0)), index = m_code.rowMajor(operand(group, 1)),
                updates = m_code.rowMajor(operand(group, 2));
    const Array y = plainResult(head(group).out[0]);
    const std::string type = typeName(x.dtype);
    const std::string combine =
        lambda({{"[[maybe_unused]] " + type, "e"}, {type, "u"}},
               {fmt::format("return {};", combined[static_cast<size_t>(scatter.mode)])});
    m_code.add(
        {.comment = commentOf(group),
         .pointers = {{"y", y, true}, {"x", x}, {"index", index}, {"updates", updates}},
         .body = call("scatter", {lineText(around(x.shape(), scatter.axis), x.shape()[scatter.axis],
                                           index.shape()[scatter.axis]),
                                  "x", "index", "updates", "y", combine})});
    set(head(group).out[0], y);
    return {};
}

Result<void> Lowering::addConcat(Given group, const kernels::Concat& concat) {
    const ValueId v = head(group).out[0];
    std::vector<Array> parts;
    for (const ValueId part : head(group).operands()) parts.push_back(arrayOf(part));
    const auto isLast = [](const Array& array) { return orderOf(array) == Order::ChannelsLast; };
    const Halo halo = value(v).dtype == DType::F32 ? haloAround(v) : Halo{};
    const bool isWanted = halo.isThere() || std::ranges::any_of(parts, isLast);
    const Array y = m_code.fresh(value(v).shape, value(v).dtype,
                                 isWanted ? Order::ChannelsLast : Order::RowMajor, halo);
    Array to = y;
    for (const Array& part : parts) {
        to.view.shape = part.shape();
        m_code.copy(part, to, commentOf(group));
        to.view.offset += part.shape()[concat.axis] * y.stride(concat.axis);
    }
    set(v, y);
    return {};
}

Result<void> Lowering::addZeroPad(Given group, const kernels::ZeroPad& pad) {
    if (pad.before < 0 || pad.after < 0) return refusal(head(group), "belongs to planned tapes");
    const ValueId v = head(group).out[0];
    const Array& x = operand(group, 0);
    const Array y = m_code.fresh(value(v).shape, value(v).dtype, orderOf(x));
    const auto part = [&](int64_t start, int64_t extent) {
        Array to = y;
        to.view.shape[pad.axis] = extent;
        to.view.offset += start * y.stride(pad.axis);
        return to;
    };
    const int64_t inside = x.shape()[pad.axis];
    for (const auto& [start, extent] :
         {std::pair(int64_t{0}, pad.before), std::pair(pad.before + inside, pad.after)}) {
        if (extent == 0) continue;
        const Array zeros = part(start, extent);
        m_code.add(
            {.comment = {},
             .pointers = {{"y", zeros, true}},
             .body = call("fill", {walkOver({zeros.view}).text(), literal(0, y.dtype), "y"})});
    }
    m_code.copy(x, part(pad.before, inside), commentOf(group));
    set(v, y);
    return {};
}

Result<void> Lowering::addResample(Given group, const kernels::Resample& resample) {
    const ValueId v = head(group).out[0];
    Array x = operand(group, 0);
    const bool isLast = resample.axis >= 2 && isDenseChannelsLast(x);
    if (!isLast) x = m_code.rowMajor(x);
    const Array y = m_code.fresh(value(v).shape, value(v).dtype,
                                 isLast ? Order::ChannelsLast : Order::RowMajor);
    Around at = around(x.shape(), resample.axis);
    if (isLast) {
        at.outer /= x.shape()[1];
        at.inner *= x.shape()[1];
    }
    const auto whole = [](const std::vector<int64_t>& numbers) {
        return fmt::format("{{{}}}", fmt::join(numbers, ", "));
    };
    std::vector<std::string> weights;
    for (const double weight : resample.map.weight) weights.push_back(literal(weight, DType::F32));
    const std::string tables = fmt::format(
        "static constexpr std::int32_t begin[] = {};\n"
        "        static constexpr std::int32_t index[] = {};\n"
        "        static constexpr float weight[] = {};\n        ",
        whole(resample.map.begin), whole(resample.map.index), braced(weights));
    m_code.add({.comment = commentOf(group),
                .pointers = {{"y", y, true}, {"x", x}},
                .body = tables + call("resample", {lineText(at, x.shape()[resample.axis],
                                                            y.shape()[resample.axis]),
                                                   "begin", "index", "weight", "x", "y"})});
    set(v, y);
    return {};
}

}  // namespace vitrine::cpp_export
