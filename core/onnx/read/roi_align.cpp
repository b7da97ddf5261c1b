// SPDX-License-Identifier: Apache-2.0
// RoiAlign: pieces of images in one size.
#include <algorithm>
#include <cmath>
#include <utility>

#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::roi_align {

namespace {

enum Input { X, Rois, Images };

/// As many places as pixels of the images for each pixel of a piece; the same for all pieces.
int64_t adaptiveRatio(const Context& c, const std::vector<double>& rois, double scale,
                      int64_t height, int64_t width, bool isAligned) {
    int64_t ratio = 0;
    for (size_t k = 0; k + 3 < rois.size(); k += 4) {
        for (const auto& [length, count] : {std::pair((rois[k + 3] - rois[k + 1]) * scale, height),
                                            std::pair((rois[k + 2] - rois[k]) * scale, width)}) {
            const double whole = isAligned ? length : std::max(length, 1.0);
            const auto own = static_cast<int64_t>(std::ceil(whole / static_cast<double>(count)));
            if (ratio != 0 && own != ratio)
                c.refuse("attribute sampling_ratio is 0 and its pieces have different sizes");
            ratio = own;
        }
    }
    return ratio;
}

void read(Context& c) {
    const std::string usual = c.opset() < 16 ? "output_half_pixel" : "half_pixel";
    const std::string places = c.text("coordinate_transformation_mode", usual);
    if (places != "half_pixel" && places != "output_half_pixel")
        c.refuseAttribute("coordinate_transformation_mode", "half_pixel or output_half_pixel");
    const std::string mode = c.text("mode", "avg");
    if (mode != "avg" && mode != "max") c.refuseAttribute("mode", "avg or max");
    const int64_t height = c.integer("output_height", 1), width = c.integer("output_width", 1);
    const double scale = c.real("spatial_scale", 1);
    const bool isAligned = places == "half_pixel";
    int64_t ratio = c.integer("sampling_ratio", 0);
    if (ratio == 0)
        ratio = adaptiveRatio(c, c.reals(c.in(Rois), "rois"), scale, height, width, isAligned);
    const Attrs attrs = c.attrs("roi_align")
                            .with("size", std::vector{height, width})
                            .with("sampling_ratio", ratio)
                            .with("spatial_scale", scale)
                            .with("mode", std::string(mode == "avg" ? "mean" : "max"))
                            .with("aligned", isAligned);
    c.give(0, c.emit("roi_align", attrs, {c.in(X), c.in(Rois), c.in(Images)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "RoiAlign", .since = 10, .read = read};

}  // namespace vitrine::onnx::rules::roi_align
