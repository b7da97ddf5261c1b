// SPDX-License-Identifier: Apache-2.0
// What moves elements about and computes nothing.
#include "core/onnx/export/write_rule_parts.h"

#include <algorithm>
#include <limits>

namespace vitrine::onnx::writers::shapes {

namespace {

/// Before every axis, and the same after.
std::vector<int64_t> twice(const std::vector<int64_t>& list) {
    std::vector<int64_t> both = list;
    both.insert(both.end(), list.begin(), list.end());
    return both;
}

constexpr int64_t toTheEnd = std::numeric_limits<int64_t>::max(),
                  toTheStart = std::numeric_limits<int64_t>::min() + 1;

std::vector<int64_t> fromZero(std::vector<int64_t> axes, int rank) {
    for (int64_t& axis : axes)
        if (axis < 0) axis += rank;
    return axes;
}

void reshape(WriteContext& c) { c.give(c.reshaped(c.in(0))); }
void flatten(WriteContext& c) { c.give(c.emit("Flatten", {c.in(0)}, {{"axis", int64_t{1}}})); }

void transpose(WriteContext& c) {
    std::vector<int64_t> order = c.attrs().list("permutation");
    for (int axis = c.shape(0).rank() - 1; order.size() < static_cast<size_t>(c.shape(0).rank());
         --axis)
        order.push_back(axis);
    c.give(c.transposed(c.in(0), order));
}

void unsqueeze(WriteContext& c) {
    c.give(c.unsqueezed(c.in(0), fromZero(c.attrs().list("axes"), c.resultShape().rank())));
}

void squeeze(WriteContext& c) {
    const Shape& x = c.shape(0);
    std::vector<int64_t> axes = fromZero(c.attrs().list("axes"), x.rank());
    for (int axis = 0; c.attrs().list("axes").empty() && axis < x.rank(); ++axis)
        if (x[axis] == 1) axes.push_back(axis);
    c.give(axes.empty() ? c.in(0) : c.squeezed(c.in(0), axes));
}

void expand(WriteContext& c) { c.give(c.emit("Expand", {c.in(0), c.extents()})); }

/// One example for each of a batch.
void repeatExamples(WriteContext& c) {
    if (c.shape(0)[0] != 1 && !(c.shape(0) == c.resultShape()))
        c.refuse("it repeats several examples");
    c.give(c.emit("Expand", {c.in(0), c.extents()}));
}

/// Sizes are worked out from what is open.
void reshapeLike(WriteContext& c) { c.give(c.reshaped(c.in(0))); }

void concat(WriteContext& c) {
    std::vector<std::string> parts;
    for (size_t k = 0; k < c.operands(); ++k) parts.push_back(c.in(k));
    c.give(c.emit("Concat", std::move(parts), {{"axis", c.axisOf(0)}}));
}

void stack(WriteContext& c) {
    int64_t axis = c.attrs().integer("axis");
    if (axis < 0) axis += c.resultShape().rank();
    std::vector<std::string> parts;
    for (size_t k = 0; k < c.operands(); ++k) parts.push_back(c.unsqueezed(c.in(k), {axis}));
    c.give(c.emit("Concat", std::move(parts), {{"axis", axis}}));
}

void split(WriteContext& c) {
    const std::vector<int64_t>& sizes = c.attrs().list("sizes");
    const std::vector<std::string> parts =
        c.emitSeveral("Split", {c.in(0), c.integers(sizes)}, {{"axis", c.axisOf(0)}}, sizes.size());
    for (size_t k = 0; k < parts.size(); ++k) c.give(parts[k], k);
}

std::string sliced(WriteContext& c, const std::string& x, int64_t axis, int64_t start, int64_t end,
                   int64_t step) {
    return c.emit("Slice", {x, c.integers({start}), c.integers({end}), c.integers({axis}),
                            c.integers({step})});
}

void slice(WriteContext& c) {
    const Attrs& attrs = c.attrs();
    const int64_t start = attrs.integer("start"), length = attrs.integer("length"),
                  step = attrs.integer("step");
    int64_t end = step > 0 ? toTheEnd : toTheStart;
    const int64_t next = start + length * step;
    const bool reaches = length > 0 && (start < 0 ? next < 0 : next >= 0);
    if (reaches) end = next;
    c.give(sliced(c, c.in(0), c.axisOf(0), start, end, step));
}

void flip(WriteContext& c) {
    const int rank = c.shape(0).rank();
    std::vector<int64_t> axes = fromZero(c.attrs().list("axes"), rank);
    for (int axis = 0; c.attrs().list("axes").empty() && axis < rank; ++axis) axes.push_back(axis);
    std::string y = c.in(0);
    for (const int64_t axis : axes) y = sliced(c, y, axis, -1, toTheStart, -1);
    c.give(y);
}

void tile(WriteContext& c) {
    std::vector<int64_t> repeats = c.attrs().list("repeats");
    const auto rank = static_cast<size_t>(c.shape(0).rank());
    std::string x = c.in(0);
    if (repeats.size() < rank) repeats.insert(repeats.begin(), rank - repeats.size(), 1);
    if (repeats.size() > rank) {
        std::vector<int64_t> added;
        for (size_t k = 0; k < repeats.size() - rank; ++k) added.push_back(static_cast<int64_t>(k));
        x = c.unsqueezed(x, added);
    }
    c.give(c.emit("Tile", {x, c.integers(repeats)}));
}

void pad(WriteContext& c) {
    const Attrs& attrs = c.attrs();
    const int rank = c.shape(0).rank();
    const std::vector<int64_t> axes = fromZero(attrs.list("axes"), rank);
    std::vector<int64_t> pads = attrs.list("pads");
    if (pads.size() == 1) pads.resize(axes.size(), pads.front());
    if (pads.size() == axes.size()) pads = twice(pads);
    std::vector<int64_t> all(static_cast<size_t>(2 * rank));
    for (size_t k = 0; k < axes.size(); ++k) {
        all[static_cast<size_t>(axes[k])] = pads[k];
        all[static_cast<size_t>(rank + axes[k])] = pads[axes.size() + k];
    }
    const std::string& mode = attrs.text("mode");
    if (mode == "constant")
        return c.give(c.emit("Pad",
                             {c.in(0), c.integers(all), c.number(attrs.real("value"), c.type(0))},
                             {{"mode", mode}}));
    const std::string name = mode == "replicate" ? "edge" : mode == "circular" ? "wrap" : mode;
    c.give(c.emit("Pad", {c.in(0), c.integers(all)}, {{"mode", name}}));
}

/// The other end as a border came late, and nothing but constants is cut away alike everywhere.
bool canPad(const OpQuery& q, int64_t opset) {
    const Attrs& attrs = q.instr.attrs;
    const bool isCut = std::ranges::any_of(attrs.list("pads"), [](int64_t p) { return p < 0; });
    const std::string& mode = attrs.text("mode");
    return mode == "constant" ? !isCut || opset >= 13
                              : !isCut && (mode != "circular" || opset >= 19);
}

void zeroPad(WriteContext& c) {
    const int rank = c.shape(0).rank();
    std::vector<int64_t> all(static_cast<size_t>(2 * rank));
    all[static_cast<size_t>(c.axisOf(0))] = c.attrs().integer("before");
    all[static_cast<size_t>(rank + c.axisOf(0))] = c.attrs().integer("after");
    c.give(c.emit("Pad", {c.in(0), c.integers(all), c.number(0, c.type(0))}));
}

void constant(WriteContext& c) {
    const std::string number = c.number(c.attrs().real("value"), c.resultType());
    c.give(c.resultShape().rank() == 0 ? number : c.emit("Expand", {number, c.extents()}));
}

void range(WriteContext& c) {
    const Attrs& attrs = c.attrs();
    const DType type = c.resultType();
    const bool isWhole = !isFloat(type);
    const DType counted = isWhole ? DType::F64 : type;
    const std::string list = c.emit(
        "Range", {c.number(attrs.real("start"), counted), c.number(attrs.real("stop"), counted),
                  c.number(attrs.real("step"), counted)});
    c.give(isWhole ? c.cast(list, type) : list);
}

void pixelShuffle(WriteContext& c) {
    const std::string mode = c.attrs().text("order") == "dcr" ? "DCR" : "CRD";
    c.give(c.emit("DepthToSpace", {c.in(0)},
                  {{"blocksize", c.attrs().integer("factor")}, {"mode", mode}}));
}

void pixelUnshuffle(WriteContext& c) {
    c.give(c.emit("SpaceToDepth", {c.in(0)}, {{"blocksize", c.attrs().integer("factor")}}));
}
bool isByDepth(const OpQuery& q, int64_t) { return q.instr.attrs.text("order") == "dcr"; }

void triangular(WriteContext& c) {
    const bool isUpper = c.attrs().text("side") == "upper";
    c.give(c.emit("Trilu", {c.in(0), c.integer(c.attrs().integer("diagonal"))},
                  {{"upper", int64_t{isUpper}}}));
}

void reverseSequence(WriteContext& c) {
    std::string lengths = c.in(1);
    if (c.type(1) != DType::I64) lengths = c.cast(lengths, DType::I64);
    c.give(c.emit(
        "ReverseSequence", {c.in(0), lengths},
        {{"batch_axis", c.axisOf(0, "batch_axis")}, {"time_axis", c.axisOf(0, "time_axis")}}));
}

void col2im(WriteContext& c) {
    const Attrs& attrs = c.attrs();
    const std::vector<int64_t>& size = attrs.list("size");
    const auto each = [&](std::string_view field, int64_t times) {
        std::vector<int64_t> list = attrs.list(field);
        if (list.size() == 1) list.resize(size.size(), list.front());
        if (times == 2 && list.size() == size.size()) list = twice(list);
        return list;
    };
    c.give(c.emit("Col2Im", {c.in(0), c.integers(size), c.integers(each("kernel", 1))},
                  {{"strides", each("stride", 1)},
                   {"pads", each("padding", 2)},
                   {"dilations", each("dilation", 1)}}));
}

constexpr WriteRule rules[] = {{"reshape", reshape},
                               {"flatten", flatten},
                               {"transpose", transpose},
                               {"unsqueeze", unsqueeze},
                               {"squeeze", squeeze},
                               {"expand", expand},
                               {"repeat_examples", repeatExamples},
                               {"reshape_like", reshapeLike},
                               {"concat", concat},
                               {"stack", stack},
                               {"split", split},
                               {"slice", slice},
                               {"flip", flip},
                               {"tile", tile},
                               {"pad", pad, 1, canPad},
                               {"zero_pad", zeroPad},
                               {"constant", constant},
                               {"range", range},
                               {"pixel_shuffle", pixelShuffle},
                               {"pixel_unshuffle", pixelUnshuffle, 1, isByDepth},
                               {"triangular", triangular, 14},
                               {"reverse_sequence", reverseSequence},
                               {"col2im", col2im, 18}};

}  // namespace

extern const WriteRules descriptor;
constinit const WriteRules descriptor = {rules};

}  // namespace vitrine::onnx::writers::shapes
