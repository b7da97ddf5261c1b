// SPDX-License-Identifier: Apache-2.0
// What moves elements about.
#include "core/torch_export/torch_context.h"
#include "core/torch_export/torch_rule.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vitrine::torch_export::rules::shapes {

namespace {

/// A list as what a function is called with; an empty one must be there too.
std::string called(const std::string& list) { return list == "()" ? "(())" : list; }

void reshape(TorchContext& c) { c.give(fmt::format("{}.reshape{}", c.in(0), called(c.extents()))); }
void flatten(TorchContext& c) {
    if (c.shape(0).rank() < 2) return reshape(c);
    c.give(fmt::format("torch.flatten({}, 1)", c.in(0)));
}
/// Nothing where readers repeat it by themselves.
void expand(TorchContext& c) {
    if (c.isRepeatedByReaders()) return c.give(c.in(0));
    c.give(fmt::format("{}.expand{}", c.in(0), called(c.extents(0, false))));
}

void transpose(TorchContext& c) {
    std::vector<int64_t> order = c.attrs().list("permutation");
    for (int axis = c.shape(0).rank() - 1; order.size() < static_cast<size_t>(c.shape(0).rank());
         --axis)
        order.push_back(axis);
    c.give(fmt::format("{}.permute{}", c.in(0), called(listOf(order))));
}

void concat(TorchContext& c) {
    std::vector<std::string> parts;
    for (size_t k = 0; k < c.operands(); ++k) parts.push_back(c.in(k));
    c.give(fmt::format("torch.cat(({},), dim={})", fmt::join(parts, ", "), c.axisOf(0)));
}

void stack(TorchContext& c) {
    std::vector<std::string> parts;
    for (size_t k = 0; k < c.operands(); ++k) parts.push_back(c.in(k));
    c.give(fmt::format("torch.stack(({},), dim={})", fmt::join(parts, ", "),
                       c.attrs().integer("axis")));
}

void split(TorchContext& c) {
    const std::vector<int64_t>& sizes = c.attrs().list("sizes");
    std::vector<std::string> parts;
    for (size_t k = 0; k < sizes.size(); ++k) parts.push_back(c.resultVariable(k));
    c.giveAll(fmt::format("torch.split({}, {}, dim={})", c.in(0),
                          fmt::format("[{}]", fmt::join(sizes, ", ")), c.axisOf(0)),
              parts.size() == 1 ? std::vector{parts[0] + ","} : parts);
}

/// `x[:, 2:8:2]`
void slice(TorchContext& c) {
    const Attrs& attrs = c.attrs();
    const int64_t axis = c.axisOf(0), extent = c.shape(0)[static_cast<int>(axis)];
    int64_t start = attrs.integer("start");
    if (start < 0) start += extent;
    const int64_t step = attrs.integer("step"), length = c.resultShape()[static_cast<int>(axis)];
    std::string range = fmt::format("{}:{}", start, start + length * step);
    if (step > 1) range += fmt::format(":{}", step);
    std::string before;
    for (int64_t k = 0; k < axis; ++k) before += ":, ";
    c.give(fmt::format("{}[{}{}]", c.in(0), before, range));
}

void flip(TorchContext& c) {
    std::vector<int64_t> axes = c.attrs().list("axes");
    for (int axis = 0; c.attrs().list("axes").empty() && axis < c.shape(0).rank(); ++axis)
        axes.push_back(axis);
    c.give(fmt::format("torch.flip({}, {})", c.in(0), listOf(axes)));
}

void turned(TorchContext& c) {
    const int64_t axis = c.axisOf(0), extent = c.shape(0)[static_cast<int>(axis)];
    int64_t start = c.attrs().integer("start");
    if (start < 0) start += extent;
    const int64_t step = c.attrs().integer("step"),
                  length = c.resultShape()[static_cast<int>(axis)];
    std::vector<int64_t> places;
    for (int64_t k = 0; k < length; ++k) places.push_back(start + k * step);
    c.give(fmt::format("{0}.index_select({1}, torch.tensor([{2}], device={0}.device))", c.in(0),
                       axis, fmt::join(places, ", ")));
}

void writeSlice(TorchContext& c) { c.attrs().integer("step") > 0 ? slice(c) : turned(c); }

void pad(TorchContext& c) {
    const Attrs& attrs = c.attrs();
    const int rank = c.shape(0).rank();
    std::vector<int64_t> axes = attrs.list("axes"), pads = attrs.list("pads");
    for (int64_t& axis : axes)
        if (axis < 0) axis += rank;
    if (pads.size() == 1) pads.resize(axes.size(), pads.front());
    const bool isTwice = pads.size() == 2 * axes.size();
    std::vector<int64_t> list(static_cast<size_t>(2 * rank));
    for (size_t k = 0; k < axes.size(); ++k) {
        const auto place = static_cast<size_t>(2 * (rank - 1 - axes[k]));
        list[place] = pads[k];
        list[place + 1] = isTwice ? pads[axes.size() + k] : pads[k];
    }
    while (list.size() > 2 && list.back() == 0 && list[list.size() - 2] == 0)
        list.resize(list.size() - 2);
    const std::string& mode = attrs.text("mode");
    const std::string how = mode == "constant" ? ", value=" + real(attrs.real("value"))
                                               : fmt::format(", mode=\"{}\"", mode);
    c.give(fmt::format("F.pad({}, {}{})", c.in(0), listOf(list), how));
}

/// PyTorch mirrors the last axes of images alone.
bool canPad(const OpQuery& q) {
    const Attrs& attrs = q.instr.attrs;
    if (attrs.text("mode") == "constant") return true;
    const int rank = q.in[0].shape.rank();
    const bool isLast = std::ranges::all_of(
        attrs.list("axes"), [&](int64_t axis) { return (axis < 0 ? axis + rank : axis) >= 2; });
    return isLast && rank > 2 && attrs.list("axes").size() == static_cast<size_t>(rank - 2);
}

void zeroPad(TorchContext& c) {
    const int64_t axis = c.axisOf(0);
    std::vector<int64_t> list(static_cast<size_t>(2 * (c.shape(0).rank() - axis)));
    list[list.size() - 2] = c.attrs().integer("before");
    list[list.size() - 1] = c.attrs().integer("after");
    c.give(fmt::format("F.pad({}, {})", c.in(0), listOf(list)));
}

void constant(TorchContext& c) {
    c.give(fmt::format("torch.full({}, {}, dtype={})", c.extents(0, false),
                       real(c.attrs().real("value")), torchType(c.resultType())));
}

void range(TorchContext& c) {
    const Attrs& attrs = c.attrs();
    c.give(fmt::format("torch.arange({}, {}, {}).to({})", real(attrs.real("start")),
                       real(attrs.real("stop")), real(attrs.real("step")),
                       torchType(c.resultType())));
}

void pixelShuffle(TorchContext& c) {
    c.give(fmt::format("F.pixel_shuffle({}, {})", c.in(0), c.attrs().integer("factor")));
}
void pixelUnshuffle(TorchContext& c) {
    c.give(fmt::format("F.pixel_unshuffle({}, {})", c.in(0), c.attrs().integer("factor")));
}
bool isAsInTorch(const OpQuery& q) { return q.instr.attrs.text("order") == "crd"; }

void channelShuffle(TorchContext& c) {
    c.give(fmt::format("F.channel_shuffle({}, {})", c.in(0), c.attrs().integer("groups")));
}

void triangular(TorchContext& c) {
    c.give(fmt::format("torch.{}({}, {})", c.attrs().text("side") == "upper" ? "triu" : "tril",
                       c.in(0), c.attrs().integer("diagonal")));
}

void gather(TorchContext& c) {
    const int64_t axis = c.axisOf(0);
    if (c.shape(1).rank() == 1)
        return c.give(fmt::format("torch.index_select({}, {}, {}.long())", c.in(0), axis, c.in(1)));
    std::string before;
    for (int64_t k = 0; k < axis; ++k) before += ":, ";
    c.give(fmt::format("{}[{}{}.long()]", c.in(0), before, c.in(1)));
}

void gatherElements(TorchContext& c) {
    c.give(fmt::format("torch.gather({}, {}, {}.long())", c.in(0), c.axisOf(0), c.in(1)));
}

void repeatExamples(TorchContext& c) {
    c.give(fmt::format("{}.expand{}", c.in(0), called(c.extents(0, false))));
}

void resize(TorchContext& c) {
    const Attrs& attrs = c.attrs();
    const int axes = c.shape(0).rank() - 2;
    const std::string& mode = attrs.text("mode");
    std::vector<int64_t> size(c.resultShape().dims().begin() + 2, c.resultShape().dims().end());
    std::string words = fmt::format("F.interpolate({}, size={}", c.in(0), listOf(size));
    const bool isCorners = attrs.text("sampling") == "align_corners";
    if (mode == "nearest")
        words += attrs.text("sampling") == "asymmetric" ? ", mode=\"nearest\""
                                                        : ", mode=\"nearest-exact\"";
    else if (mode == "linear")
        words += fmt::format(", mode=\"{}\"", axes == 1   ? "linear"
                                              : axes == 2 ? "bilinear"
                                                          : "trilinear");
    else
        words += ", mode=\"bicubic\"";
    if (mode != "nearest" && isCorners) words += ", align_corners=True";
    if (mode != "nearest" && attrs.flag("antialias")) words += ", antialias=True";
    c.give(words + ")");
}

/// interpolate() has some of the ways.
bool canResize(const OpQuery& q) {
    const Attrs& attrs = q.instr.attrs;
    const std::string &mode = attrs.text("mode"), &sampling = attrs.text("sampling");
    if (attrs.flag("exclude_outside") || attrs.flag("keep_scale")) return false;
    if (attrs.text("rounding") != "by_sampling") return false;
    if (mode == "nearest") return sampling == "asymmetric" || sampling == "half_pixel";
    if (sampling != "half_pixel" && sampling != "align_corners") return false;
    if (mode == "cubic")
        return q.in[0].shape.rank() == 4 &&
               attrs.real("cubic_coefficient") == (attrs.flag("antialias") ? -0.5 : -0.75);
    return !attrs.flag("antialias") || q.in[0].shape.rank() == 4;
}

void gridSample(TorchContext& c) {
    const Attrs& attrs = c.attrs();
    const std::string& mode = attrs.text("mode");
    c.give(fmt::format("F.grid_sample({}, {}, mode=\"{}\", padding_mode=\"{}\", align_corners={})",
                       c.in(0), c.in(1),
                       mode == "linear"  ? "bilinear"
                       : mode == "cubic" ? "bicubic"
                                         : mode,
                       attrs.text("padding"), attrs.flag("align_corners") ? "True" : "False"));
}

constexpr TorchRule rules[] = {{"reshape", reshape},
                               {"reshape_like", reshape},
                               {"flatten", flatten},
                               {"squeeze", reshape},
                               {"unsqueeze", reshape},
                               {"expand", expand},
                               {"repeat_examples", repeatExamples},
                               {"transpose", transpose},
                               {"concat", concat},
                               {"stack", stack},
                               {"split", split},
                               {"slice", writeSlice},
                               {"flip", flip},
                               {"pad", pad, canPad},
                               {"zero_pad", zeroPad},
                               {"constant", constant},
                               {"range", range},
                               {"pixel_shuffle", pixelShuffle, isAsInTorch},
                               {"pixel_unshuffle", pixelUnshuffle, isAsInTorch},
                               {"channel_shuffle", channelShuffle},
                               {"triangular", triangular},
                               {"gather", gather},
                               {"gather_elements", gatherElements},
                               {"take_along", gatherElements},
                               {"resize", resize, canResize},
                               {"grid_sample", gridSample}};

}  // namespace

extern const TorchRules descriptor;
constinit const TorchRules descriptor = {rules};

}  // namespace vitrine::torch_export::rules::shapes
