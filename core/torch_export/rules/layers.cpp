// SPDX-License-Identifier: Apache-2.0
// Layers that PyTorch has modules for.
#include "core/torch_export/torch_context.h"
#include "core/torch_export/torch_rule.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/tensor/element.h"

namespace vitrine::torch_export::rules::layers {

namespace {

std::vector<int64_t> each(const Attrs& attrs, std::string_view field, size_t axes) {
    std::vector<int64_t> list = attrs.list(field);
    if (list.size() == 1) list.resize(axes, list.front());
    return list;
}

size_t axesOf(const TorchContext& c) { return static_cast<size_t>(c.shape(0).rank() - 2); }

struct Padding {
    std::vector<int64_t> before, after;
    bool isEven() const { return before == after; }
};

Padding paddingOf(const TorchContext& c) {
    const Attrs& attrs = c.attrs();
    const size_t axes = axesOf(c);
    std::vector<int64_t> list = attrs.list("padding");
    Padding padding{list, list};
    if (list.size() == 2 * axes) {
        padding.before.resize(axes);
        padding.after.assign(list.begin() + static_cast<std::ptrdiff_t>(axes), list.end());
    }
    const std::string automatic =
        attrs.has("auto_padding") ? attrs.text("auto_padding") : "explicit";
    if (automatic == "valid") padding = {std::vector<int64_t>(axes), std::vector<int64_t>(axes)};
    if (!automatic.starts_with("same")) return padding;
    const auto kernel = each(attrs, "kernel", axes), stride = each(attrs, "stride", axes),
               dilation = each(attrs, "dilation", axes);
    padding = {std::vector<int64_t>(axes), std::vector<int64_t>(axes)};
    for (size_t k = 0; k < axes; ++k) {
        const int64_t extent = c.shape(0)[2 + static_cast<int>(k)];
        const int64_t places = (extent + stride[k] - 1) / stride[k];
        const int64_t more = std::max<int64_t>(
            (places - 1) * stride[k] + dilation[k] * (kernel[k] - 1) + 1 - extent, 0);
        padding.before[k] = automatic == "same_upper" ? more / 2 : more - more / 2;
        padding.after[k] = more - padding.before[k];
    }
    return padding;
}

/// As F.pad takes it: the last axis first.
std::string padded(const std::string& x, const Padding& padding, const std::string& mode,
                   double value = 0) {
    std::vector<int64_t> list;
    for (size_t k = padding.before.size(); k-- > 0;) {
        list.push_back(padding.before[k]);
        list.push_back(padding.after[k]);
    }
    if (mode == "constant" || mode == "zeros")
        return value == 0 ? fmt::format("F.pad({}, {})", x, listOf(list))
                          : fmt::format("F.pad({}, {}, value={})", x, listOf(list), real(value));
    return fmt::format("F.pad({}, {}, mode=\"{}\")", x, listOf(list), mode);
}

std::string option(std::string_view name, const std::string& value, std::string_view usual) {
    return value == usual ? std::string() : fmt::format(", {}={}", name, value);
}

/// With a weight that is computed.
void convolutionOf(TorchContext& c, int64_t groups) {
    const Attrs& attrs = c.attrs();
    const size_t axes = axesOf(c);
    const Padding padding = paddingOf(c);
    const std::string& mode = attrs.text("padding_mode");
    const bool isInside = padding.isEven() && mode == "zeros";
    std::string words = fmt::format("F.conv{}d({}, {}", axes,
                                    isInside ? c.in(0) : padded(c.in(0), padding, mode), c.in(1));
    if (attrs.flag("bias")) words += ", " + c.in(2);
    words += option("stride", tupleOf(each(attrs, "stride", axes)), "1");
    if (isInside) words += option("padding", tupleOf(padding.before), "0");
    words += option("dilation", tupleOf(each(attrs, "dilation", axes)), "1");
    c.give(words + option("groups", fmt::to_string(groups), "1") + ")");
}

void convolution(TorchContext& c) {
    const Attrs& attrs = c.attrs();
    const size_t axes = axesOf(c);
    const Padding padding = paddingOf(c);
    const std::string& mode = attrs.text("padding_mode");
    const bool isInside = padding.isEven();
    const int64_t channels = c.shape(0)[1];
    const int64_t groups = c.op() == "depthwise_conv2d" ? channels : attrs.integer("groups");
    if (!c.ownsWeights({1, 2})) return convolutionOf(c, groups);
    std::string words = fmt::format("nn.Conv{}d({}, {}, {}", axes, channels, c.resultShape()[1],
                                    tupleOf(each(attrs, "kernel", axes)));
    words += option("stride", tupleOf(each(attrs, "stride", axes)), "1");
    if (isInside) words += option("padding", tupleOf(padding.before), "0");
    words += option("dilation", tupleOf(each(attrs, "dilation", axes)), "1");
    words += option("groups", fmt::to_string(groups), "1");
    if (!attrs.flag("bias")) words += ", bias=False";
    if (isInside && mode != "zeros") words += fmt::format(", padding_mode=\"{}\"", mode);
    const std::string module = c.module(words + ")");
    c.moduleWeight(1, "weight");
    if (attrs.flag("bias")) c.moduleWeight(2, "bias");
    const std::string x = isInside ? c.in(0) : padded(c.in(0), padding, mode);
    c.give(fmt::format("{}({})", module, x));
}

void transposed(TorchContext& c) {
    const Attrs& attrs = c.attrs();
    const size_t axes = axesOf(c);
    const Padding padding = paddingOf(c);
    if (!padding.isEven()) c.refuse("its padding differs before and after");
    std::string words = fmt::format("nn.ConvTranspose{}d({}, {}, {}", axes, c.shape(0)[1],
                                    c.resultShape()[1], tupleOf(each(attrs, "kernel", axes)));
    words += option("stride", tupleOf(each(attrs, "stride", axes)), "1");
    words += option("padding", tupleOf(padding.before), "0");
    words += option("output_padding", tupleOf(each(attrs, "output_padding", axes)), "0");
    words += option("groups", fmt::to_string(attrs.integer("groups")), "1");
    if (!attrs.flag("bias")) words += ", bias=False";
    words += option("dilation", tupleOf(each(attrs, "dilation", axes)), "1");
    const std::string module = c.module(words + ")");
    c.moduleWeight(1, "weight");
    if (attrs.flag("bias")) c.moduleWeight(2, "bias");
    c.give(fmt::format("{}({})", module, c.in(0)));
}

bool hasEvenPadding(const OpQuery& q) {
    const std::vector<int64_t>& list = q.instr.attrs.list("padding");
    const auto axes = static_cast<size_t>(q.in[0].shape.rank() - 2);
    return list.size() != 2 * axes ||
           std::equal(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(axes),
                      list.begin() + static_cast<std::ptrdiff_t>(axes));
}

void linear(TorchContext& c) {
    const bool hasBias = c.attrs().flag("bias");
    if (!c.ownsWeights({1, 2}))
        return c.give(fmt::format("F.linear({}, {}{})", c.in(0), c.in(1),
                                  hasBias ? ", " + c.in(2) : std::string()));
    const std::string module = c.module(fmt::format(
        "nn.Linear({}, {}{})", c.shape(0)[1], c.resultShape()[1], hasBias ? "" : ", bias=False"));
    c.moduleWeight(1, "weight");
    if (hasBias) c.moduleWeight(2, "bias");
    c.give(fmt::format("{}({})", module, c.in(0)));
}

void batchNorm(TorchContext& c) {
    if (!c.ownsWeights({1, 2, 3, 4}))
        return c.give(fmt::format("F.batch_norm({}, {}, {}, weight={}, bias={}, eps={})", c.in(0),
                                  c.in(3), c.in(4), c.in(1), c.in(2), real(c.attrs().real("eps"))));
    const int axes = std::max(c.shape(0).rank() - 2, 1);
    std::string words = fmt::format("nn.BatchNorm{}d({}", axes, c.shape(0)[1]);
    words += option("eps", real(c.attrs().real("eps")), "1e-05");
    words += c.attrs().flag("cumulative")
                 ? ", momentum=None"
                 : option("momentum", real(c.attrs().real("momentum")), "0.1");
    const std::string module = c.module(words + ")");
    const std::string_view keys[] = {"weight", "bias", "running_mean", "running_var"};
    for (size_t k = 0; k < 4; ++k) c.moduleWeight(k + 1, keys[k]);
    std::vector<std::byte> none(sizeof(int64_t));
    c.moduleWeight("num_batches_tracked", TensorData::of(DType::I64, Shape{}, std::move(none)));
    c.give(fmt::format("{}({})", module, c.in(0)));
}

/// With factors that are computed.
bool hasOwnFactors(const TorchContext& c) {
    return !c.attrs().flag("affine") || c.ownsWeights({1, 2});
}
void normalisedBy(TorchContext& c, const std::string& words) {
    c.give(fmt::format("{}, weight={}, bias={}, eps={})", words, c.in(1), c.in(2),
                       real(c.attrs().real("epsilon"))));
}

void normalised(TorchContext& c, const std::string& words, bool isUsual) {
    const bool isAffine = c.attrs().flag("affine");
    std::string all = words + option("eps", real(c.attrs().real("epsilon")), "1e-05");
    if (isAffine != isUsual) all += isAffine ? ", affine=True" : ", affine=False";
    const std::string module = c.module(all + ")");
    if (isAffine) {
        c.moduleWeight(1, "weight");
        c.moduleWeight(2, "bias");
    }
    c.give(fmt::format("{}({})", module, c.in(0)));
}

void groupNorm(TorchContext& c) {
    if (!hasOwnFactors(c))
        return normalisedBy(
            c, fmt::format("F.group_norm({}, {}", c.in(0), c.attrs().integer("groups")));
    normalised(c, fmt::format("nn.GroupNorm({}, {}", c.attrs().integer("groups"), c.shape(0)[1]),
               true);
}

void instanceNorm(TorchContext& c) {
    if (!hasOwnFactors(c)) return normalisedBy(c, fmt::format("F.instance_norm({}", c.in(0)));
    const int axes = c.shape(0).rank() - 2;
    normalised(c, fmt::format("nn.InstanceNorm{}d({}", axes, c.shape(0)[1]), false);
}
bool hasModule(const OpQuery& q) { return q.in[0].shape.rank() >= 3 && q.in[0].shape.rank() <= 5; }

void layerNorm(TorchContext& c) {
    const Shape& x = c.shape(0);
    std::vector<int64_t> inner;
    for (int axis = x.rank() - static_cast<int>(c.attrs().integer("axes")); axis < x.rank(); ++axis)
        inner.push_back(x[axis]);
    if (!hasOwnFactors(c))
        return normalisedBy(c, fmt::format("F.layer_norm({}, {}", c.in(0), listOf(inner)));
    const bool isAffine = c.attrs().flag("affine");
    std::string words = fmt::format("nn.LayerNorm({}", listOf(inner));
    words += option("eps", real(c.attrs().real("epsilon")), "1e-05");
    if (!isAffine) words += ", elementwise_affine=False";
    const std::string module = c.module(words + ")");
    if (isAffine) {
        c.moduleWeight(1, "weight");
        c.moduleWeight(2, "bias");
    }
    c.give(fmt::format("{}({})", module, c.in(0)));
}

void dropout(TorchContext& c) {
    c.give(fmt::format(
        "{}({})", c.module(fmt::format("nn.Dropout({})", real(c.attrs().real("rate")))), c.in(0)));
}

void channelDropout(TorchContext& c) {
    const size_t axes = axesOf(c);
    if (axes < 1 || axes > 3) return c.give(c.in(0));
    c.give(fmt::format(
        "{}({})", c.module(fmt::format("nn.Dropout{}d({})", axes, real(c.attrs().real("rate")))),
        c.in(0)));
}

void alphaDropout(TorchContext& c) {
    c.give(fmt::format("{}({})",
                       c.module(fmt::format("nn.AlphaDropout({})", real(c.attrs().real("rate")))),
                       c.in(0)));
}

/// The pass that transposed convolutions are. What is padding in the convolution's input is cut off
/// the result, and what its last step did not reach is added.
void data(TorchContext& c) {
    const Attrs& attrs = c.attrs();
    const size_t axes = axesOf(c);
    const auto stride = each(attrs, "stride", axes), dilation = each(attrs, "dilation", axes);
    const Padding padding = paddingOf(c);
    Padding change = padding;
    std::vector<int64_t> more;
    for (size_t k = 0; k < axes; ++k) {
        const int axis = 2 + static_cast<int>(k);
        const int64_t all = (c.shape(0)[axis] - 1) * stride[k] +
                            dilation[k] * (c.shape(1)[axis] - 1) + 1,
                      extent = c.resultShape()[axis];
        more.push_back(extent - all + 2 * padding.before[k]);
        change.before[k] = -padding.before[k];
        change.after[k] = extent - all + padding.before[k];
    }
    const auto transposed = [&](const std::string& inside) {
        return fmt::format("F.conv_transpose{}d({}, {}, stride={}{}, groups={}, dilation={})", axes,
                           c.in(0), c.in(1), tupleOf(stride), inside, attrs.integer("groups"),
                           tupleOf(dilation));
    };
    // Its output_padding is less than a step.
    bool isOfTorch = padding.isEven();
    for (size_t k = 0; k < axes; ++k)
        isOfTorch = isOfTorch && more[k] >= 0 && more[k] < std::max(stride[k], dilation[k]);
    if (!isOfTorch) return c.give(padded(transposed(""), change, "constant"));
    c.give(transposed(
        fmt::format(", padding={}, output_padding={}", tupleOf(padding.before), tupleOf(more))));
}

void embedding(TorchContext& c) {
    if (!c.ownsWeights({1}))
        return c.give(fmt::format("F.embedding({}.long(), {})", c.in(0), c.in(1)));
    const std::string module = c.module(fmt::format(
        "nn.Embedding({}, {})", c.attrs().integer("rows"), c.attrs().integer("features")));
    c.moduleWeight(1, "weight");
    c.give(fmt::format("{}({}.long())", module, c.in(0)));
}

void prelu(TorchContext& c) {
    if (!c.ownsWeights({1}))
        return c.give(fmt::format("F.prelu({}, {}.reshape(-1))", c.in(0), c.in(1)));
    const int64_t slopes = c.attrs().flag("shared") ? 1 : c.shape(0)[1];
    const std::string module =
        c.module(slopes == 1 ? "nn.PReLU()" : fmt::format("nn.PReLU({})", slopes));
    c.moduleWeight(1, "weight");
    c.give(fmt::format("{}({})", module, c.in(0)));
}

void maxPool(TorchContext& c) {
    const Attrs& attrs = c.attrs();
    const size_t axes = axesOf(c);
    const Padding padding = paddingOf(c);
    std::string x = c.in(0);
    if (!padding.isEven()) x = fmt::format("F.pad({}, {}, value=-math.inf)", x, "PADS");
    if (!padding.isEven()) {
        std::vector<int64_t> list;
        for (size_t k = axes; k-- > 0;)
            list.insert(list.end(), {padding.before[k], padding.after[k]});
        x.replace(x.find("PADS"), 4, listOf(list));
    }
    std::string words =
        fmt::format("F.max_pool{}d({}, {}, stride={}", axes, x,
                    tupleOf(each(attrs, "kernel", axes)), tupleOf(each(attrs, "stride", axes)));
    if (padding.isEven()) words += option("padding", tupleOf(padding.before), "0");
    words += option("dilation", tupleOf(each(attrs, "dilation", axes)), "1");
    if (attrs.flag("ceil_mode")) words += ", ceil_mode=True";
    c.give(words + ")");
}

void averagePool(TorchContext& c) {
    const Attrs& attrs = c.attrs();
    const size_t axes = axesOf(c);
    const Padding padding = paddingOf(c);
    std::string words =
        fmt::format("F.avg_pool{}d({}, {}, stride={}", axes, c.in(0),
                    tupleOf(each(attrs, "kernel", axes)), tupleOf(each(attrs, "stride", axes)));
    words += option("padding", tupleOf(padding.before), "0");
    if (attrs.flag("ceil_mode")) words += ", ceil_mode=True";
    if (!attrs.flag("count_include_pad")) words += ", count_include_pad=False";
    c.give(words + ")");
}

void adaptive(TorchContext& c, std::string_view what) {
    const size_t axes = axesOf(c);
    std::vector<int64_t> size(c.resultShape().dims().begin() + 2, c.resultShape().dims().end());
    c.give(fmt::format("F.adaptive_{}_pool{}d({}, {})", what, axes, c.in(0), tupleOf(size)));
}
void adaptiveAverage(TorchContext& c) { adaptive(c, "avg"); }
void adaptiveMaximum(TorchContext& c) { adaptive(c, "max"); }

void recurrent(TorchContext& c, std::string_view name, size_t states) {
    const Attrs& attrs = c.attrs();
    const bool isBoth = attrs.flag("bidirectional"), hasBias = attrs.flag("bias");
    std::string words = fmt::format("nn.{}({}, {}", name, c.shape(0)[2], attrs.integer("hidden"));
    if (!hasBias) words += ", bias=False";
    if (attrs.flag("batch_first")) words += ", batch_first=True";
    if (isBoth) words += ", bidirectional=True";
    const std::string module = c.module(words + ")");
    const std::string_view keys[] = {"weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"};
    for (size_t d = 0; d < (isBoth ? 2u : 1u); ++d)
        for (size_t k = 0; k < (hasBias ? 4u : 2u); ++k)
            c.moduleWeight(1 + states + 4 * d + k,
                           std::string(keys[k]) + (d == 1 ? "_reverse" : ""));
    std::string given = c.in(0);
    if (c.has(1) && states == 1) given += ", " + c.in(1);
    if (states == 2 && c.has(1) && c.has(2)) given += fmt::format(", ({}, {})", c.in(1), c.in(2));
    const std::string y = c.resultVariable(0), h = c.resultVariable(1);
    const std::string state = states == 2 ? fmt::format("({}, {})", h, c.resultVariable(2)) : h;
    c.giveAll(fmt::format("{}({})", module, given), {y, state});
}
void lstm(TorchContext& c) {
    if (c.has(1) != c.has(2)) c.refuse("one of its first states alone is given");
    recurrent(c, "LSTM", 2);
}
void gru(TorchContext& c) { recurrent(c, "GRU", 1); }

constexpr TorchRule rules[] = {{"conv1d", convolution},
                               {"conv2d", convolution},
                               {"conv3d", convolution},
                               {"depthwise_conv2d", convolution},
                               {"conv_transpose1d", transposed, hasEvenPadding},
                               {"conv_transpose2d", transposed, hasEvenPadding},
                               {"conv_transpose3d", transposed, hasEvenPadding},
                               {"conv_data", data},
                               {"linear", linear},
                               {"batch_norm1d", batchNorm},
                               {"batch_norm2d", batchNorm},
                               {"batch_norm3d", batchNorm},
                               {"group_norm", groupNorm},
                               {"instance_norm", instanceNorm, hasModule},
                               {"layer_norm", layerNorm},
                               {"dropout", dropout},
                               {"spatial_dropout", channelDropout},
                               {"alpha_dropout", alphaDropout},
                               {"embedding", embedding},
                               {"prelu", prelu},
                               {"max_pool1d", maxPool},
                               {"max_pool2d", maxPool},
                               {"max_pool3d", maxPool},
                               {"avg_pool1d", averagePool, hasEvenPadding},
                               {"avg_pool2d", averagePool, hasEvenPadding},
                               {"avg_pool3d", averagePool, hasEvenPadding},
                               {"global_avg_pool2d", adaptiveAverage},
                               {"global_max_pool2d", adaptiveMaximum},
                               {"adaptive_avg_pool", adaptiveAverage},
                               {"adaptive_max_pool", adaptiveMaximum},
                               {"lstm", lstm},
                               {"gru", gru}};

}  // namespace

extern const TorchRules descriptor;
constinit const TorchRules descriptor = {rules};

}  // namespace vitrine::torch_export::rules::layers
