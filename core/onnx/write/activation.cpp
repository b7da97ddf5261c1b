// SPDX-License-Identifier: Apache-2.0
// Activations, and what does something in training alone.
#include "core/onnx/export/write_rule_parts.h"

namespace vitrine::onnx::writers::activation {

namespace {

constexpr char relu[] = "Relu", sigmoid[] = "Sigmoid", softplus[] = "Softplus",
               softsign[] = "Softsign", tanh[] = "Tanh", selu[] = "Selu", mish[] = "Mish",
               hardSwish[] = "HardSwish";

void celu(WriteContext& c) {
    c.give(c.emit("Celu", {c.in(0)}, {{"alpha", c.attrs().real("alpha")}}));
}

void celuByElu(WriteContext& c) {
    const double alpha = c.attrs().real("alpha");
    const std::string factor = c.number(alpha, c.type(0));
    const std::string inner = c.emit("Elu", {c.emit("Div", {c.in(0), factor})}, {{"alpha", 1.0}});
    c.give(c.emit("Mul", {inner, factor}));
}

void writeCelu(WriteContext& c) { c.type(0) == DType::F32 ? celu(c) : celuByElu(c); }

void elu(WriteContext& c) {
    c.give(c.emit("Elu", {c.in(0)}, {{"alpha", c.attrs().real("alpha")}}));
}

void leakyRelu(WriteContext& c) {
    c.give(c.emit("LeakyRelu", {c.in(0)}, {{"alpha", c.attrs().real("slope")}}));
}

void hardSigmoid(WriteContext& c) {
    c.give(c.emit("HardSigmoid", {c.in(0)},
                  {{"alpha", c.attrs().real("slope")}, {"beta", c.attrs().real("offset")}}));
}

void gelu(WriteContext& c) {
    const std::string way = c.attrs().text("approximation") == "tanh" ? "tanh" : "none";
    if (c.opset() >= 20) return c.give(c.emit("Gelu", {c.in(0)}, {{"approximate", way}}));
    const std::string x = c.in(0), half = c.number(0.5, c.type(0)), one = c.number(1, c.type(0));
    std::string curve;
    if (way == "none") {
        const std::string root = c.number(1.4142135623730951, c.type(0));
        curve = c.emit("Erf", {c.emit("Div", {x, root})});
    } else {
        const std::string cube = c.emit("Pow", {x, c.number(3, c.type(0))});
        const std::string bent = c.emit("Mul", {cube, c.number(0.044715, c.type(0))});
        const std::string sum = c.emit("Add", {x, bent});
        curve = c.emit("Tanh", {c.emit("Mul", {sum, c.number(0.7978845608028654, c.type(0))})});
    }
    const std::string weight = c.emit("Mul", {c.emit("Add", {curve, one}), half});
    c.give(c.emit("Mul", {x, weight}));
}

/// Swish of operator set 24 is an operator that runtimes do not have yet.
void silu(WriteContext& c) { c.give(c.emit("Mul", {c.in(0), c.emit("Sigmoid", {c.in(0)})})); }

void mishBefore18(WriteContext& c) {
    c.give(c.emit("Mul", {c.in(0), c.emit("Tanh", {c.emit("Softplus", {c.in(0)})})}));
}

void writeMish(WriteContext& c) { c.opset() >= 18 ? renamed<mish>(c) : mishBefore18(c); }

void writeHardSwish(WriteContext& c) {
    if (c.opset() >= 14) return renamed<hardSwish>(c);
    const std::string gate = c.emit("HardSigmoid", {c.in(0)}, {{"alpha", 1.0 / 6}, {"beta", 0.5}});
    c.give(c.emit("Mul", {c.in(0), gate}));
}

void between(WriteContext& c, double low, double high) {
    c.give(c.emit("Clip", {c.in(0), c.number(low, c.type(0)), c.number(high, c.type(0))}));
}
void relu6(WriteContext& c) { between(c, 0, 6); }
void hardTanh(WriteContext& c) { between(c, c.attrs().real("low"), c.attrs().real("high")); }

void shrink(WriteContext& c) {
    c.give(c.emit("Shrink", {c.in(0)},
                  {{"lambd", c.attrs().real("lambda")}, {"bias", c.attrs().real("bias")}}));
}

void softshrink(WriteContext& c) {
    const double lambda = c.attrs().real("lambda");
    c.give(c.emit("Shrink", {c.in(0)}, {{"lambd", lambda}, {"bias", lambda}}));
}

void threshold(WriteContext& c) {
    const std::string above =
        c.emit("Greater", {c.in(0), c.number(c.attrs().real("threshold"), c.type(0))});
    c.give(c.emit("Where", {above, c.in(0), c.number(c.attrs().real("value"), c.type(0))}));
}

/// Slopes stand at the channels: [C] alone is laid along the last axis by some runtimes and along
/// the channels by others.
void prelu(WriteContext& c) {
    const bool isShared = c.attrs().flag("shared");
    const int rank = c.shape(0).rank();
    c.give(c.emit("PRelu", {c.in(0), isShared ? c.in(1) : c.perChannel(c.in(1), rank)}));
}

constexpr WriteRule rules[] = {{"relu", renamed<relu>},
                               {"sigmoid", renamed<sigmoid>},
                               {"softplus", renamed<softplus>},
                               {"softsign", renamed<softsign>},
                               {"tanh", renamed<tanh>},
                               {"selu", renamed<selu>},
                               {"mish", writeMish},
                               {"hard_swish", writeHardSwish},
                               {"celu", writeCelu},
                               {"elu", elu},
                               {"leaky_relu", leakyRelu},
                               {"hard_sigmoid", hardSigmoid},
                               {"gelu", gelu},
                               {"silu", silu},
                               {"relu6", relu6},
                               {"hard_tanh", hardTanh},
                               {"shrink", shrink},
                               {"softshrink", softshrink},
                               {"threshold", threshold},
                               {"prelu", prelu},
                               {"dropout", passedOn},
                               {"alpha_dropout", passedOn},
                               {"spatial_dropout", passedOn},
                               {"drop_path", passedOn},
                               {"gaussian_noise", passedOn}};

}  // namespace

extern const WriteRules descriptor;
constinit const WriteRules descriptor = {rules};

}  // namespace vitrine::onnx::writers::activation
