// SPDX-License-Identifier: Apache-2.0
// Normalisations as in use.
#include "core/onnx/export/write_rule_parts.h"
#include "core/tensor/element.h"

#include <algorithm>

namespace vitrine::onnx::writers::normalisation {

namespace {

std::string filled(WriteContext& c, const Shape& shape, DType type, double value) {
    std::vector<std::byte> bytes(static_cast<size_t>(shape.elements() * sizeOf(type)));
    for (int64_t i = 0; i < shape.elements(); ++i) writeElement(bytes.data(), type, i, value);
    return c.constant(TensorData::of(type, shape, std::move(bytes)));
}

/// Axes of images but their channels.
std::vector<int64_t> notChannels(const Shape& x) {
    std::vector<int64_t> axes;
    for (int axis = 0; axis < x.rank(); ++axis)
        if (axis != 1) axes.push_back(axis);
    return axes;
}

void batchNorm(WriteContext& c) {
    c.give(c.emit("BatchNormalization", {c.in(0), c.in(1), c.in(2), c.in(3), c.in(4)},
                  {{"epsilon", c.attrs().real("eps")}}));
}

/// The numbers of a normalisation, or ones and zeros where it has none of its own.
std::pair<std::string, std::string> scaleAndShift(WriteContext& c, const Shape& shape) {
    if (c.attrs().flag("affine")) return {c.in(1), c.in(2)};
    return {filled(c, shape, c.type(0), 1), filled(c, shape, c.type(0), 0)};
}

void instanceNorm(WriteContext& c) {
    const auto [scale, shift] = scaleAndShift(c, Shape{c.shape(0)[1]});
    c.give(c.emit("InstanceNormalization", {c.in(0), scale, shift},
                  {{"epsilon", c.attrs().real("epsilon")}}));
}

/// By the operator for instances: what runtimes make of GroupNormalization takes the difference of
/// squares, which loses all digits of numbers far from zero.
void groupNorm(WriteContext& c) {
    const Shape& x = c.shape(0);
    const int64_t groups = c.attrs().integer("groups");
    const Shape perGroup{groups};
    const std::string rows = c.reshaped(c.in(0), std::vector<int64_t>{0, groups, -1});
    const std::string normal =
        c.emit("InstanceNormalization",
               {rows, filled(c, perGroup, c.type(0), 1), filled(c, perGroup, c.type(0), 0)},
               {{"epsilon", c.attrs().real("epsilon")}});
    std::string y = c.reshaped(normal);
    if (c.attrs().flag("affine")) {
        y = c.emit("Mul", {y, c.perChannel(c.in(1), x.rank())});
        y = c.emit("Add", {y, c.perChannel(c.in(2), x.rank())});
    }
    c.give(y);
}

/// Groups of one number each have no pixels behind them.
bool hasPixels(const OpQuery& q, int64_t) { return q.in[0].shape.rank() > 2; }

Shape innerOf(WriteContext& c) {
    const Shape& x = c.shape(0);
    const auto axes = static_cast<size_t>(c.attrs().integer("axes"));
    return Shape(x.dims().subspan(static_cast<size_t>(x.rank()) - axes));
}

void layerNorm(WriteContext& c) {
    const auto [scale, shift] = scaleAndShift(c, innerOf(c));
    c.give(c.emit("LayerNormalization", {c.in(0), scale, shift},
                  {{"axis", -c.attrs().integer("axes")}, {"epsilon", c.attrs().real("epsilon")}}));
}

void rmsNorm(WriteContext& c) {
    const std::string scale =
        c.attrs().flag("affine") ? c.in(1) : filled(c, innerOf(c), c.type(0), 1);
    c.give(c.emit("RMSNormalization", {c.in(0), scale},
                  {{"axis", -c.attrs().integer("axes")}, {"epsilon", c.attrs().real("epsilon")}}));
}

void localResponseNorm(WriteContext& c) {
    const Attrs& attrs = c.attrs();
    c.give(c.emit("LRN", {c.in(0)},
                  {{"size", attrs.integer("size")},
                   {"alpha", attrs.real("alpha")},
                   {"beta", attrs.real("beta")},
                   {"bias", attrs.real("k")}}));
}

/// ONNX's neighbourhoods of an even size have one channel more behind.
bool liesAsInOnnx(const OpQuery& q, int64_t) {
    const Attrs& attrs = q.instr.attrs;
    return attrs.integer("size") % 2 != 0 || attrs.text("even_window") == "after";
}

void channelNormalize(WriteContext& c) {
    const int rank = c.shape(0).rank();
    const auto number = [&](size_t k) { return c.perChannel(c.in(k), rank); };
    const std::string centred = c.emit("Sub", {c.in(0), number(1)});
    c.give(c.emit("Add", {c.emit("Mul", {centred, number(2)}), number(3)}));
}

void channelMoments(WriteContext& c) {
    const Shape& x = c.shape(0);
    const std::vector<int64_t> axes = notChannels(x);
    const std::string mean = c.reduced("ReduceMean", c.in(0), axes, false);
    c.give(mean, 0);
    const std::string apart = c.emit("Sub", {c.in(0), c.perChannel(mean, x.rank())});
    c.give(c.reduced("ReduceMean", c.emit("Mul", {apart, apart}), axes, false), 1);
}

/// By means: in a network that is lowered, operators for layers and instances would hide how.
void rowNormalize(WriteContext& c) {
    const int64_t blocks = c.attrs().integer("blocks"), ofRow = c.shape(1)[0] / blocks;
    const std::vector<int64_t> apart{-1, blocks, ofRow, c.shape(0)[1] / ofRow};
    const std::string x = c.reshaped(c.in(0), apart);
    const auto mean = [&](const std::string& of) {
        return c.reduced("ReduceMean", of, {2, 3}, true);
    };
    const auto numbers = [&](size_t k) {
        return c.reshaped(c.in(k), std::vector<int64_t>{blocks, ofRow, 1});
    };
    const std::string centred = c.emit("Sub", {x, mean(x)});
    const std::string variance = mean(c.emit("Mul", {centred, centred}));
    const std::string kept =
        c.emit("Add", {variance, c.number(c.attrs().real("epsilon"), c.type(0))});
    const std::string normal = c.emit("Div", {centred, c.emit("Sqrt", {kept})});
    c.give(c.reshaped(c.emit("Add", {c.emit("Mul", {normal, numbers(1)}), numbers(2)})));
}

void channelSum(WriteContext& c) {
    c.give(c.reduced("ReduceSum", c.in(0), notChannels(c.shape(0)), false));
}

constexpr WriteRule rules[] = {{"batch_norm1d", batchNorm},
                               {"batch_norm2d", batchNorm},
                               {"batch_norm3d", batchNorm},
                               {"instance_norm", instanceNorm},
                               {"group_norm", groupNorm, 1, hasPixels},
                               {"layer_norm", layerNorm, 17},
                               {"rms_norm", rmsNorm, 23},
                               {"local_response_norm", localResponseNorm, 1, liesAsInOnnx},
                               {"channel_normalize", channelNormalize},
                               {"channel_moments", channelMoments},
                               {"row_normalize", rowNormalize},
                               {"channel_sum", channelSum}};

}  // namespace

extern const WriteRules descriptor;
constinit const WriteRules descriptor = {rules};

}  // namespace vitrine::onnx::writers::normalisation
