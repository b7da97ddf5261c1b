// SPDX-License-Identifier: Apache-2.0
// Sizes, strides and addresses of tensors in each layout.
#include "core/tensor/layout.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vitrine {

namespace {

constexpr int64_t blockWidth = 16;

int64_t blocks(int64_t count) { return (count + blockWidth - 1) / blockWidth; }

}  // namespace

ImageView imageView(const Shape& s) {
    VITRINE_CHECK(hasImageView(s), "only values of ranks 2 to 5 have lanes and blocked layouts");
    ImageView view{s[0], s[1], 1, 1};
    if (s.rank() > 2) view.w = s[s.rank() - 1];
    for (int axis = 2; axis < s.rank() - 1; ++axis) view.h *= s[axis];
    return view;
}

Pixel pixelOf(const Shape& s, const int64_t* index) {
    Pixel pixel;
    if (s.rank() > 2) pixel.x = index[s.rank() - 1];
    for (int axis = 2; axis < s.rank() - 1; ++axis) pixel.y = pixel.y * s[axis] + index[axis];
    return pixel;
}

std::string Shape::text() const { return fmt::format("[{}]", fmt::join(dims(), ", ")); }

int64_t checkedElements(std::span<const int64_t> dims) {
    constexpr int64_t limit = int64_t{1} << 62;
    int64_t product = 1;
    for (int64_t d : dims) {
        if (d < 0) return -1;
        if (d != 0 && product > limit / d) return -1;
        product *= d;
    }
    return product;
}

Shape contiguousStrides(const Shape& shape) {
    Shape strides = shape;
    int64_t step = 1;
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
        strides[axis] = step;
        step *= shape[axis];
    }
    return strides;
}

int64_t storageElements(const Shape& shape, const Layout& layout) {
    if (layout.kind == LayoutKind::RowMajor) return shape.elements();
    if (layout.kind == LayoutKind::Packed) return layout.packing.storageElements();
    const ImageView im = imageView(shape);
    const int64_t plane = (im.h + 2 * layout.halo) * (im.w + 2 * layout.halo) * blockWidth;
    return layout.kind == LayoutKind::Lanes ? blocks(im.n) * im.c * plane
                                            : im.n * blocks(im.c) * plane;
}

std::string text(const Layout& layout) {
    if (layout.kind == LayoutKind::Packed)
        return fmt::format("packed {}{}", layout.packing.widest,
                           layout.packing.transposed ? " transposed" : "");
    const char* kind = layout.kind == LayoutKind::RowMajor ? "row-major"
                       : layout.kind == LayoutKind::Lanes  ? "lanes"
                                                           : "nChw16c";
    return layout.halo > 0 ? fmt::format("{}+{}", kind, layout.halo) : kind;
}

kernels::WeightPlace weightPlaceOf(const Shape& shape, const int64_t* index) {
    kernels::WeightPlace place{index[0], index[1], 0};
    for (int axis = 2; axis < shape.rank(); ++axis)
        place.tap = place.tap * shape[axis] + index[axis];
    return place;
}

void indexOf(const Shape& shape, const kernels::WeightPlace& place, int64_t* index) {
    index[0] = place.filter;
    index[1] = place.channel;
    int64_t tap = place.tap;
    for (int axis = shape.rank() - 1; axis >= 2; tap /= shape[axis--])
        index[axis] = tap % shape[axis];
}

bool ArrayView::isContiguous() const {
    int64_t step = 1;
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
        if (shape[axis] != 1 && strides[axis] != step) return false;
        step *= shape[axis];
    }
    return true;
}

int64_t physicalIndex(const TensorType& type, const int64_t* index) {
    if (type.layout.kind == LayoutKind::RowMajor) {
        int64_t at = type.offset;
        for (int axis = 0; axis < type.shape.rank(); ++axis) at += index[axis] * type.strides[axis];
        return at;
    }
    if (type.layout.kind == LayoutKind::Packed)
        return type.layout.packing.indexOf(weightPlaceOf(type.shape, index));
    const ImageView im = imageView(type.shape);
    const int64_t halo = type.layout.halo;
    const int64_t rowPixels = im.w + 2 * halo, planePixels = rowPixels * (im.h + 2 * halo);
    const auto [y, x] = pixelOf(type.shape, index);
    const bool lanes = type.layout.kind == LayoutKind::Lanes;
    const int64_t plane = lanes ? index[0] / blockWidth * im.c + index[1]
                                : index[0] * blocks(im.c) + index[1] / blockWidth;
    const int64_t inner = lanes ? index[0] % blockWidth : index[1] % blockWidth;
    return (plane * planePixels + (y + halo) * rowPixels + x + halo) * blockWidth + inner;
}

}  // namespace vitrine
