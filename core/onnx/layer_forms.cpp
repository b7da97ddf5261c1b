// SPDX-License-Identifier: Apache-2.0
// What PyTorch's exporters write for a group norm: Reshape, InstanceNormalization by ones and
// zeros, Reshape, Mul, Add; what those of Keras and older ones write for a layer of rows: MatMul,
// Add. The nodes that were made of the parts lead nowhere then, and go.
#include "core/onnx/layer_forms.h"

#include <optional>
#include <vector>

#include "core/tensor/element.h"

namespace vitrine::onnx {

namespace {

/// A constant that is this number everywhere.
bool isAll(const Value& value, double number) {
    if (!value.isFixed || !value.numbers) return false;
    const TensorData& data = *value.numbers;
    for (int64_t i = 0; i < data.shape.elements(); ++i)
        if (readElement(data.bytes.data(), data.dtype, i) != number) return false;
    return true;
}

/// Extents in front of the channels' and behind them are 1, or are not there.
bool isPerChannel(const Value& value, int64_t channels, int channelsFromBehind) {
    if (!value.isWeight() || !value.type || !isFloat(value.type->dtype)) return false;
    const Shape& shape = value.type->shape;
    const int at = shape.rank() - channelsFromBehind;
    return at >= 0 && shape[at] == channels && shape.elements() == channels;
}

struct GroupNorm {
    Attrs attrs;
    Value x, scale, shift;
};

/// The group norm that gives a value; nothing: something else does.
std::optional<GroupNorm> groupNormBehind(Context& c, const Value& value) {
    const Draft::Made* made = c.maker(value, "group_norm");
    if (!made) return {};
    return GroupNorm{made->attrs, made->operands[0], made->operands[1], made->operands[2]};
}

bool isForChannelsOf(Context& c, const Value& x, const Value& y) {
    const Shape shape = c.shapeOf(x);
    return isPerChannel(y, shape[1], shape.rank() - 1);
}

Value biasedLinear(Context& c, const Value& x, const Value& y) {
    const Draft::Made* made = c.maker(x, "linear");
    if (!made || made->attrs.flag("bias")) return {};
    const int64_t columns = made->attrs.integer("out_features");
    if (!isPerChannel(y, columns, 1) || c.shapeOf(y).rank() > 2) return {};
    const std::vector<Value> from = made->operands;
    const Attrs attrs = c.attrs("linear").with("out_features", columns).with("bias", true);
    return c.emit("linear", attrs, {from[0], from[1], c.seenAs(y, Shape{columns})});
}

}  // namespace

Value linearOf(Context& c, const Value& x, const Value& weight) {
    const bool isLayer = weight.isWeight() && x.port && c.shapeOf(x).rank() == 2 &&
                         c.shapeOf(weight).rank() == 2 && isFloat(c.typeOf(x).dtype) &&
                         c.shapeOf(x)[1] == c.shapeOf(weight)[0];
    if (!isLayer) return {};
    const int64_t columns = c.shapeOf(weight)[1];
    const Attrs attrs = c.attrs("linear").with("out_features", columns).with("bias", false);
    return c.emit("linear", attrs, {x, c.transpose(weight, {1, 0}), Value{}});
}

Value groupNormOf(Context& c, const Value& normed, const Shape& shape) {
    const Draft::Made* norm = c.maker(normed, "instance_norm");
    if (!norm || !isAll(norm->operands[1], 1) || !isAll(norm->operands[2], 0)) return {};
    const Draft::Made* apart = c.maker(norm->operands[0], "reshape");
    if (!apart || shape.rank() < 3) return {};
    const Value x = apart->operands[0];
    const Shape groups = c.shapeOf(normed);
    const bool isIt = x.port && c.shapeOf(x) == shape && groups.rank() == 3 &&
                      groups[0] == shape[0] && shape[1] % groups[1] == 0;
    if (!isIt) return {};
    const Attrs attrs = c.attrs("group_norm")
                            .with("groups", groups[1])
                            .with("epsilon", norm->attrs.real("epsilon"));
    const DType type = c.typeOf(x).dtype;
    const Shape channels{shape[1]};
    return c.emit("group_norm", attrs,
                  {x, c.filled(channels, type, 1), c.filled(channels, type, 0)});
}

Value scaledLayer(Context& c, const Value& x, const Value& y) {
    const std::optional<GroupNorm> norm = groupNormBehind(c, x);
    if (!norm || !isForChannelsOf(c, x, y) || !isAll(norm->scale, 1) || !isAll(norm->shift, 0))
        return {};
    const Value scale = c.seenAs(y, Shape{c.shapeOf(x)[1]});
    return c.emit("group_norm", norm->attrs, {norm->x, scale, norm->shift});
}

Value shiftedLayer(Context& c, const Value& x, const Value& y) {
    if (Value layer = biasedLinear(c, x, y); !layer.isMissing()) return layer;
    const std::optional<GroupNorm> norm = groupNormBehind(c, x);
    if (!norm || !isForChannelsOf(c, x, y) || !isAll(norm->shift, 0)) return {};
    const Value shift = c.seenAs(y, Shape{c.shapeOf(x)[1]});
    return c.emit("group_norm", norm->attrs, {norm->x, norm->scale, shift});
}

}  // namespace vitrine::onnx
