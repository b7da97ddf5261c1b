// SPDX-License-Identifier: Apache-2.0
// BatchNormalization: by the statistics of the file, or by those of the batch where it was written
// in training mode.
#include <fmt/format.h>

#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::batch_normalization {

namespace {

bool isTraining(const Context& c) {
    if (c.opset() >= 14) return c.flag("training_mode", false);
    if (c.opset() < 7 && c.hasAttribute("is_test")) return !c.flag("is_test", false);
    return c.wants(1);
}

/// Numbers of the channels, with axes of extent 1 behind for x.
Value perChannel(Context& c, const Value& numbers) {
    std::vector<int64_t> extents{c.shapeOf(numbers).elements()};
    for (int k = 2; k < c.rank(0); ++k) extents.push_back(1);
    return c.reshape(numbers, extents);
}

Value mixed(Context& c, const Value& old, const Value& now, double share) {
    const DType type = c.typeOf(old).dtype;
    return c.add(c.mul(old, c.scalar(type, share)), c.mul(now, c.scalar(type, 1 - share)));
}

void readTraining(Context& c, double epsilon) {
    std::vector<int64_t> axes;
    for (int k = 0; k < c.rank(0); ++k)
        if (k != 1) axes.push_back(k);
    const auto over = [&](std::string_view op) {
        return c.attrs(op).with("axes", axes).with("keep_axes", false);
    };
    const Value mean = c.emit("reduce_mean", over("reduce_mean"), {c.in(0)});
    const Attrs biased = over("reduce_variance").with("unbiased", false);
    const Value variance = c.emit("reduce_variance", biased, {c.in(0)});
    const Value root = c.emit("rsqrt", c.attrs("rsqrt").with("epsilon", epsilon), {variance});
    const Value centred = c.sub(c.in(0), perChannel(c, mean));
    const Value y = c.mul(c.mul(centred, perChannel(c, root)), perChannel(c, c.in(1)));
    c.give(0, c.add(y, perChannel(c, c.in(2))));
    const double share = c.real("momentum", 0.9);
    if (c.wants(1)) c.give(1, mixed(c, c.in(3), mean, share));
    if (c.wants(2)) c.give(2, mixed(c, c.in(4), variance, share));
    if (c.wants(3)) c.give(3, mean);
    if (c.wants(4)) c.give(4, variance);
    c.remark(
        "batch normalisation is in training mode in the file: it goes by each batch, and keeps "
        "no running statistics");
}

void read(Context& c) {
    const Shape x = c.shape(0);
    if (x.rank() < 2) c.refuse(fmt::format("its input has the shape {}", x.text()), "O17");
    if (c.opset() < 9 && !c.flag("spatial", true) && x.rank() > 2)
        c.refuseAttribute("spatial", "1: statistics of every pixel by itself are not there");
    const double epsilon = c.real("epsilon", 1e-5);
    if (isTraining(c)) return readTraining(c, epsilon);
    const bool isFlat = x.rank() > 5;
    const std::string op = fmt::format("batch_norm{}d", x.rank() < 4 || isFlat ? 1 : x.rank() - 2);
    const Value images = isFlat ? c.reshape(c.in(0), {0, x[1], -1}) : c.in(0);
    const Attrs attrs =
        c.attrs(op).with("eps", epsilon).with("momentum", 1 - c.real("momentum", 0.9));
    const Value y = c.emit(op, attrs, {images, c.in(1), c.in(2), c.in(3), c.in(4), Value{}});
    c.give(0, isFlat ? c.reshape(y, {x.dims().begin(), x.dims().end()}) : y);
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "BatchNormalization", .read = read};

}  // namespace vitrine::onnx::rules::batch_normalization
