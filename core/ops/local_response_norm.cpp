// SPDX-License-Identifier: Apache-2.0
// Local response normalisation (Krizhevsky, Sutskever and Hinton 2012): each number is damped by
// those of neighbouring channels.
#include "core/opdef/shape_rules.h"

namespace vitrine::ops::local_response_norm {

namespace {

Result<std::vector<ValueShape>> inferShapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{in[0]};
}

/// Mean of each channel's neighbourhood of `size` channels, in which those that are not there count
/// as zeros.
ValueId meanOfNeighbours(Builder& b, const Attrs& attrs, ValueId x) {
    const Shape s = b.shape(x);
    const int64_t size = attrs.integer("size"), less = (size - 1) / 2, more = size / 2;
    const bool reachesBack = attrs.text("even_window") == "before";
    const int64_t before = reachesBack ? more : less, after = reachesBack ? less : more;
    Attrs pool = b.attrs("avg_pool2d");
    pool.with("kernel", std::vector<int64_t>{size, 1})
        .with("stride", int64_t{1})
        .with("padding", std::vector<int64_t>{before, 0, after, 0});
    const ValueId planes = b.reshape(x, {s[0], 1, s[1], s.elements() / (s[0] * s[1])});
    return b.reshape(b.emit("avg_pool2d", pool, {planes}), s);
}

// y = x · exp(−beta · log(k + alpha · mean)).
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const ValueId mean = meanOfNeighbours(b, attrs, b.mul(in[0], in[0]));
    const ValueId base = b.emit("shift", b.attrs("shift").with("offset", attrs.real("k")),
                                {b.scale(mean, attrs.real("alpha"))});
    const ValueId damping = b.emit("exp", {b.scale(b.emit("log", {base}), -attrs.real("beta"))});
    return {b.mul(in[0], damping)};
}

constexpr PortSpec inputs[] = {{.id = "x",
                                .title = "Input",
                                .pattern = "[N, C, …]",
                                .help = "Images with any axes behind their channels."}};
constexpr PortSpec outputs[] = {{.id = "y",
                                 .title = "Output",
                                 .pattern = "[N, C, …]",
                                 .help = "Result, shaped like the input."}};
constexpr std::string_view sides[] = {"before", "after"};
constexpr FieldSpec fields[] = {
    {.id = "size",
     .title = "Size",
     .defaultNumber = 5,
     .minimum = 1,
     .maximum = 1024,
     .help = "Channels of a neighbourhood.",
     .onNode = OnNode::Value},
    {.id = "alpha",
     .title = "Alpha",
     .type = FieldType::Real,
     .defaultNumber = 1e-4,
     .minimum = 0,
     .maximum = 1e6,
     .help = "Factor of the mean square."},
    {.id = "beta",
     .title = "Beta",
     .type = FieldType::Real,
     .defaultNumber = 0.75,
     .minimum = 0,
     .maximum = 100,
     .help = "Exponent of what is divided by."},
    {.id = "k",
     .title = "K",
     .type = FieldType::Real,
     .defaultNumber = 1,
     .minimum = 1e-12,
     .maximum = 1e6,
     .help = "Added to the mean square, so that neighbourhoods of zeros have a result."},
    {.id = "even_window",
     .title = "Even window",
     .type = FieldType::Choice,
     .defaultText = "before",
     .help = "Where a neighbourhood of an even size has one channel more: before, as in PyTorch, "
             "or after, as in ONNX.",
     .choices = sides}};

constexpr OpSample samples[] = {{"", "2x7x2x3"},
                                {"size=2 alpha=0.5 beta=0.5", "2x5x3"},
                                {"size=4 alpha=2 k=0.5 even_window=after", "1x6x2x2"},
                                {"size=9 alpha=1 k=2", "2x3"}};
constexpr OpErrorSample errorSamples[] = {
    {"size=0", "2x4x3", "field 'size' is '0', wanted a whole number from 1 to 1024"},
    {"", "3", "x needs shape [N, C, …], got [3]"}};

}  // namespace

extern const OpDescriptor descriptor;
constinit const OpDescriptor descriptor = {
    .id = "local_response_norm",
    .title = "Local response normalisation",
    .category = "normalisation",
    .summary = "Damps each number by those at its place in neighbouring channels.",
    .formula = "y = x / (k + alpha / size · Σ x²)^beta, over the neighbouring channels",
    .searchWords = "lrn alexnet normalization",
    .shortName = "norm",
    .inputs = inputs,
    .outputs = outputs,
    .fields = fields,
    .inferShapes = inferShapes,
    .build = build,
    .samples = samples,
    .errorSamples = errorSamples,
};

}  // namespace vitrine::ops::local_response_norm
