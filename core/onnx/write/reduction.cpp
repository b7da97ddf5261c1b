// SPDX-License-Identifier: Apache-2.0
// What elements along axes make together.
#include "core/onnx/export/write_rule_parts.h"

namespace vitrine::onnx::writers::reduction {

namespace {

/// None stand for all.
std::vector<int64_t> axesOf(WriteContext& c) {
    std::vector<int64_t> axes = c.attrs().list("axes");
    const int rank = c.shape(0).rank();
    for (int axis = 0; c.attrs().list("axes").empty() && axis < rank; ++axis) axes.push_back(axis);
    for (int64_t& axis : axes)
        if (axis < 0) axis += rank;
    return axes;
}

template <const char* opType>
void reduce(WriteContext& c) {
    if (c.shape(0).rank() == 0) return c.give(c.emit(opType, {c.in(0)}));
    c.give(c.reduced(opType, c.in(0), axesOf(c), c.attrs().flag("keep_axes")));
}

constexpr char sum[] = "ReduceSum", mean[] = "ReduceMean", largest[] = "ReduceMax",
               least[] = "ReduceMin", product[] = "ReduceProd", l1[] = "ReduceL1",
               l2[] = "ReduceL2", logSumExp[] = "ReduceLogSumExp", softmaxName[] = "Softmax",
               logSoftmaxName[] = "LogSoftmax", hardmaxName[] = "Hardmax";

template <const char* opType>
void along(WriteContext& c) {
    c.give(c.emit(opType, {c.in(0)}, {{"axis", c.axisOf(0)}}));
}

template <const char* opType>
void ofRows(WriteContext& c) {
    c.give(c.emit(opType, {c.in(0)}, {{"axis", int64_t{1}}}));
}

void position(WriteContext& c, std::string_view opType) {
    c.give(c.emit(opType, {c.in(0)},
                  {{"axis", c.axisOf(0)}, {"keepdims", int64_t{c.attrs().flag("keep_axis")}}}));
}
void argmax(WriteContext& c) { position(c, "ArgMax"); }
void argmin(WriteContext& c) { position(c, "ArgMin"); }

void topK(WriteContext& c) {
    const std::vector<std::string> found =
        c.emitSeveral("TopK", {c.in(0), c.integers({c.attrs().integer("k")})},
                      {{"axis", c.axisOf(0)},
                       {"largest", int64_t{c.attrs().flag("largest")}},
                       {"sorted", int64_t{1}}},
                      2);
    c.give(found[0], 0);
    c.give(found[1], 1);
}

void running(WriteContext& c, std::string_view opType) {
    c.give(c.emit(opType, {c.in(0), c.integer(c.axisOf(0))},
                  {{"exclusive", int64_t{c.attrs().flag("exclusive")}},
                   {"reverse", int64_t{c.attrs().flag("reverse")}}}));
}
void cumsum(WriteContext& c) { running(c, "CumSum"); }
void cumprod(WriteContext& c) { running(c, "CumProd"); }

constexpr WriteRule rules[] = {{"reduce_sum", reduce<sum>},
                               {"reduce_mean", reduce<mean>},
                               {"reduce_max", reduce<largest>},
                               {"reduce_min", reduce<least>},
                               {"reduce_prod", reduce<product>},
                               {"reduce_l1", reduce<l1>},
                               {"reduce_l2", reduce<l2>},
                               {"reduce_log_sum_exp", reduce<logSumExp>},
                               {"softmax", along<softmaxName>},
                               {"log_softmax", along<logSoftmaxName>},
                               {"hardmax", along<hardmaxName>},
                               {"row_softmax", ofRows<softmaxName>},
                               {"row_log_softmax", ofRows<logSoftmaxName>},
                               {"argmax", argmax},
                               {"argmin", argmin},
                               {"top_k", topK},
                               {"cumsum", cumsum},
                               {"cumprod", cumprod, 26}};

}  // namespace

extern const WriteRules descriptor;
constinit const WriteRules descriptor = {rules};

}  // namespace vitrine::onnx::writers::reduction
