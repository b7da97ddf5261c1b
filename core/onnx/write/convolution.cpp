// SPDX-License-Identifier: Apache-2.0
// Convolutions, forwards and transposed, of one to three axes. Padding is written as numbers: what
// runtimes make of SAME differs.
#include "core/onnx/export/write_rule_parts.h"

#include <algorithm>

namespace vitrine::onnx::writers::convolution {

namespace {

/// Before every axis, then after.
std::vector<int64_t> bothSides(const std::vector<int64_t>& padding, size_t axes) {
    std::vector<int64_t> pads = padding;
    if (pads.size() == axes) pads.insert(pads.end(), padding.begin(), padding.end());
    return pads;
}

/// One number for each axis, where a field has one for all.
std::vector<int64_t> each(const Attrs& attrs, std::string_view field, size_t axes) {
    std::vector<int64_t> list = attrs.list(field);
    if (list.size() == 1) list.resize(axes, list.front());
    return list;
}

std::vector<int64_t> automaticPads(WriteContext& c, const std::vector<int64_t>& kernel,
                                   const std::vector<int64_t>& stride,
                                   const std::vector<int64_t>& dilation, bool isUpper) {
    const size_t axes = kernel.size();
    std::vector<int64_t> pads(2 * axes);
    for (size_t k = 0; k < axes; ++k) {
        const int64_t extent = c.shape(0)[2 + static_cast<int>(k)];
        const int64_t places = (extent + stride[k] - 1) / stride[k];
        const int64_t span = dilation[k] * (kernel[k] - 1) + 1;
        const int64_t more = std::max<int64_t>((places - 1) * stride[k] + span - extent, 0);
        pads[k] = isUpper ? more / 2 : more - more / 2;
        pads[axes + k] = more - pads[k];
    }
    return pads;
}

std::string bordered(WriteContext& c, const std::vector<int64_t>& pads, const std::string& mode) {
    const size_t axes = pads.size() / 2;
    std::vector<int64_t> all{0, 0};
    all.insert(all.end(), pads.begin(), pads.begin() + static_cast<std::ptrdiff_t>(axes));
    all.insert(all.end(), {0, 0});
    all.insert(all.end(), pads.begin() + static_cast<std::ptrdiff_t>(axes), pads.end());
    const std::string name = mode == "reflect" ? "reflect" : mode == "replicate" ? "edge" : "wrap";
    return c.emit("Pad", {c.in(0), c.integers(all)}, {{"mode", name}});
}

void write(WriteContext& c) {
    const Attrs& attrs = c.attrs();
    const auto axes = static_cast<size_t>(c.shape(0).rank() - 2);
    const auto kernel = each(attrs, "kernel", axes), stride = each(attrs, "stride", axes),
               dilation = each(attrs, "dilation", axes);
    const std::string& automatic = attrs.text("auto_padding");
    std::vector<int64_t> pads = bothSides(attrs.list("padding"), axes);
    if (automatic == "valid") pads.assign(2 * axes, 0);
    if (automatic.starts_with("same"))
        pads = automaticPads(c, kernel, stride, dilation, automatic == "same_upper");
    std::string x = c.in(0);
    const std::string& mode = attrs.text("padding_mode");
    if (mode != "zeros" && std::ranges::any_of(pads, [](int64_t pad) { return pad != 0; })) {
        x = bordered(c, pads, mode);
        pads.assign(2 * axes, 0);
    }
    const int64_t groups = c.op() == "depthwise_conv2d" ? c.shape(0)[1] : attrs.integer("groups");
    const bool hasBias = attrs.flag("bias");
    c.give(c.emit("Conv", {x, c.in(1), hasBias ? c.in(2) : std::string()},
                  {{"kernel_shape", kernel},
                   {"strides", stride},
                   {"pads", pads},
                   {"dilations", dilation},
                   {"group", groups}}));
}

/// Pixels of the other end as a border came late.
bool hasBorder(const OpQuery& q, int64_t opset) {
    return opset >= 19 || q.instr.attrs.text("padding_mode") != "circular";
}

void transposed(WriteContext& c) {
    const Attrs& attrs = c.attrs();
    const auto axes = static_cast<size_t>(c.shape(0).rank() - 2);
    const bool hasBias = attrs.flag("bias");
    c.give(c.emit("ConvTranspose", {c.in(0), c.in(1), hasBias ? c.in(2) : std::string()},
                  {{"kernel_shape", each(attrs, "kernel", axes)},
                   {"strides", each(attrs, "stride", axes)},
                   {"pads", bothSides(attrs.list("padding"), axes)},
                   {"output_padding", each(attrs, "output_padding", axes)},
                   {"dilations", each(attrs, "dilation", axes)},
                   {"group", attrs.integer("groups")}}));
}

/// The pass that transposed convolutions are: what stays of the extents is padding of the result.
void data(WriteContext& c) {
    const Attrs& attrs = c.attrs();
    const auto axes = static_cast<size_t>(c.shape(0).rank() - 2);
    const auto stride = each(attrs, "stride", axes), dilation = each(attrs, "dilation", axes);
    std::vector<int64_t> padding = each(attrs, "padding", axes);
    const std::vector<int64_t> pads = bothSides(padding, axes);
    std::vector<int64_t> kernel, more;
    for (size_t k = 0; k < axes; ++k) {
        const int axis = 2 + static_cast<int>(k);
        kernel.push_back(c.shape(1)[axis]);
        const int64_t least = (c.shape(0)[axis] - 1) * stride[k] + dilation[k] * (kernel[k] - 1) +
                              1 - pads[k] - pads[axes + k];
        more.push_back(c.resultShape()[axis] - least);
    }
    c.give(c.emit("ConvTranspose", {c.in(0), c.in(1)},
                  {{"kernel_shape", kernel},
                   {"strides", stride},
                   {"pads", pads},
                   {"output_padding", more},
                   {"dilations", dilation},
                   {"group", attrs.integer("groups")}}));
}

void deformable(WriteContext& c) {
    const Attrs& attrs = c.attrs();
    c.give(c.emit("DeformConv", {c.in(0), c.in(1), c.in(2), c.in(3), c.in(4)},
                  {{"kernel_shape", std::vector{c.shape(1)[2], c.shape(1)[3]}},
                   {"strides", each(attrs, "stride", 2)},
                   {"pads", bothSides(attrs.list("padding"), 2)},
                   {"dilations", each(attrs, "dilation", 2)},
                   {"group", attrs.integer("groups")},
                   {"offset_group", attrs.integer("offset_groups")}}));
}

constexpr WriteRule rules[] = {
    {"conv1d", write, 1, hasBorder},  {"conv2d", write, 1, hasBorder},
    {"conv3d", write, 1, hasBorder},  {"depthwise_conv2d", write, 1, hasBorder},
    {"conv_transpose1d", transposed}, {"conv_transpose2d", transposed},
    {"conv_transpose3d", transposed}, {"conv_data", data},
    {"deform_conv2d", deformable, 19}};

}  // namespace

extern const WriteRules descriptor;
constinit const WriteRules descriptor = {rules};

}  // namespace vitrine::onnx::writers::convolution
