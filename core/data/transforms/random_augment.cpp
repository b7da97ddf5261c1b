// SPDX-License-Identifier: Apache-2.0
// Transform "random_augment": operations drawn from a list (RandAugment, Cubuk et al.,
// arXiv:1909.13719).
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/data/pixels/colour.h"
#include "core/data/pixels/warp.h"
#include "core/data/transforms/warp_fields.h"

namespace vitrine::transforms::random_augment {

namespace {

constexpr std::string_view nearestFirst[] = {"nearest", "bilinear"};
constexpr FieldSpec fields[] = {
    wholeField("operations", "Operations", {2, 0, 16}, "So many, one after the other."),
    wholeField("magnitude", "Magnitude", {9, 0, 1000}, "Strength of each: which of the bins."),
    wholeField("bins", "Bins", {31, 2, 1001}, "Strengths go in so many steps; the last is full."),
    choiceField("between", "Between pixels", nearestFirst,
                "nearest: one pixel, as it is; bilinear: the four nearest, weighed."),
    warpFillField()};

/// Of one operation, for all images of the example.
struct Draw {
    double share = 0;  ///< of full strength, 0 to 1
    double sign = 1;
    Between between;

    double either(double full) const { return sign * share * full; }
};

void shear(WorkedImage& image, const Draw& draw, bool isSideways) {
    const double degrees = std::atan(draw.either(0.3)) * 180 / std::numbers::pi;
    Affinity affinity;
    (isSideways ? affinity.shearX : affinity.shearY) = degrees;
    warp(image, inverse(affinity, {-0.5, -0.5}), draw.between);
}

/// By whole pixels, of 150/331 of the side at most.
void move(WorkedImage& image, const Draw& draw, bool isSideways) {
    const auto side = static_cast<double>(image.shape[isSideways ? 2 : 1]);
    const auto by = -static_cast<int64_t>(draw.either(150.0 / 331 * side));
    crop(image, isSideways ? Corner{0, by} : Corner{by, 0}, image.shape[1], image.shape[2],
         Border::Fill, draw.between.fill);
}

void turn(WorkedImage& image, const Draw& draw) {
    warp(image, inverse(Affinity{.degrees = draw.either(30)}, middleOf(image.shape)), draw.between);
}

using Operation = void (*)(WorkedImage&, const Draw&);
struct Entry {
    bool hasSign = false;  ///< both ways are as likely
    Operation work = nullptr;
};

/// torchvision's list, in its order.
constexpr Entry entries[] = {
    {false, [](WorkedImage&, const Draw&) {}},
    {true, [](WorkedImage& image, const Draw& draw) { shear(image, draw, true); }},
    {true, [](WorkedImage& image, const Draw& draw) { shear(image, draw, false); }},
    {true, [](WorkedImage& image, const Draw& draw) { move(image, draw, true); }},
    {true, [](WorkedImage& image, const Draw& draw) { move(image, draw, false); }},
    {true, turn},
    {true, [](WorkedImage& image, const Draw& draw) { brighten(image, 1 + draw.either(0.9)); }},
    {true, [](WorkedImage& image, const Draw& draw) { saturate(image, 1 + draw.either(0.9)); }},
    {true,
     [](WorkedImage& image, const Draw& draw) { changeContrast(image, 1 + draw.either(0.9)); }},
    {true, [](WorkedImage& image, const Draw& draw) { sharpen(image, 1 + draw.either(0.9)); }},
    {false, [](WorkedImage& image,
               const Draw& draw) { posterize(image, 8 - std::llround(draw.share * 4)); }},
    {false, [](WorkedImage& image, const Draw& draw) { solarize(image, 255 * (1 - draw.share)); }},
    {false, [](WorkedImage& image, const Draw&) { stretchContrast(image); }},
    {false, [](WorkedImage& image, const Draw&) { equalize(image); }}};

void apply(TransformContext& context) {
    const Attrs& attrs = context.attrs;
    const int64_t last = attrs.integer("bins") - 1;
    Draw draw{
        .share = static_cast<double>(std::min(attrs.integer("magnitude"), last)) /
                 static_cast<double>(last),
        .between = {.isNearest = attrs.text("between") == nearestFirst[0], .fill = fillOf(attrs)}};
    for (int64_t i = 0; i < attrs.integer("operations"); ++i) {
        const Entry& entry = entries[context.rng.below(static_cast<uint32_t>(std::size(entries)))];
        draw.sign = entry.hasSign && context.rng.below(2) == 1 ? -1 : 1;
        for (WorkedImage& image : context.example.images) entry.work(image, draw);
    }
}

}  // namespace

extern const TransformDescriptor descriptor;
constinit const TransformDescriptor descriptor{
    .id = "random_augment",
    .title = "Random augment",
    .summary = "Some operations on geometry and colour, drawn from a list of fourteen.",
    .group = TransformGroup::Colour,
    .fields = fields,
    .apply = apply,
};

}  // namespace vitrine::transforms::random_augment
