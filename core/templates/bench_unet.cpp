// SPDX-License-Identifier: Apache-2.0
// Four levels that tell two classes of pixels apart, as the benchmarks measure them.
#include "core/templates/parts/u_shape.h"
#include "core/templates/template.h"

namespace vitrine::templates::bench_unet {

namespace {

constexpr FieldSpec fields[] = {channelsField(3), heightField(64, 8), widthField(64, 8),
                                classesField(2), multiplierField};

Result<Graph> build(const Attrs& attrs) {
    const auto width = [&](int64_t count) { return scaled(count, attrs.real("width_multiplier")); };
    Network net;
    VITRINE_TRY(checkHalvings(attrs, 4));
    const Feature x =
        uShape(net, images(net, attrs), {width(16), width(32), width(64), width(128)});
    const Feature logits = net.conv2d("logits", x, attrs.integer("classes"), {.kernel = 1});
    // Class numbers of pixels. Masks of two classes are black and white.
    const Feature mask = net.input("mask", {1, attrs.integer("height"), attrs.integer("width")},
                                   "mask", attrs.integer("classes") == 2 ? "unit" : "raw");
    const Feature rows = net.add("rows", "squeeze", {mask}, {{"axes", std::vector<int64_t>{1}}});
    net.add("loss", "weighted_cross_entropy",
            {logits, net.add("labels", "cast", {rows}, {{"to", "i32"}})});
    return std::move(net).graph();
}

}  // namespace

extern const TemplateDescriptor descriptor;
constinit const TemplateDescriptor descriptor = {
    .id = "bench_unet",
    .title = "U-Net-small (benchmark)",
    .summary = "Four levels that tell two classes of pixels apart, as the benchmarks measure them.",
    .source = "Vitrine's own benchmarks",
    .searchWords = "benchmark small",
    .fields = fields,
    .training = {.learningRate = 0.01},
    .build = build,
};

}  // namespace vitrine::templates::bench_unet
