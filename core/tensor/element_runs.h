// SPDX-License-Identifier: Apache-2.0
// The logical elements of a tensor as few long runs of memory, for passes over all of them in which
// order does not matter. Halos, images and channels that are not there are left out.
#pragma once

#include <algorithm>
#include <array>

#include "core/tensor/layout.h"

namespace vitrine {

/// Elements first + group · pitch + i with 0 ≤ group < groups, 0 ≤ i < width.
struct ElementRun {
    int64_t first = 0, groups = 1, width = 1, pitch = 1;
};

/// A run whose groups follow one another without gaps is one group.
constexpr ElementRun joined(const ElementRun& run) {
    if (run.width != run.pitch) return run;
    return {run.first, 1, run.groups * run.width, run.groups * run.width};
}

/// The rows of every plane of 16 lanes; see LayoutKind. `visit` takes an ElementRun.
template <class Visit>
void forEachPlaneRow(const TensorType& type, Visit&& visit) {
    constexpr int64_t lanesOfPlane = 16;
    const bool lanes = type.layout.kind == LayoutKind::Lanes;
    const auto [n, c, h, w] = imageView(type.shape);
    const int64_t halo = type.layout.halo, rowElements = (w + 2 * halo) * lanesOfPlane;
    const int64_t blocked = lanes ? n : c, outer = lanes ? 1 : n, inner = lanes ? c : 1;
    int64_t plane = 0;
    for (int64_t i = 0; i < outer; ++i)
        for (int64_t block = 0; block < blocked; block += lanesOfPlane)
            for (int64_t j = 0; j < inner; ++j, plane += (h + 2 * halo) * rowElements)
                for (int64_t y = 0; y < h; ++y)
                    visit(joined({plane + (y + halo) * rowElements + halo * lanesOfPlane, w,
                                  std::min(lanesOfPlane, blocked - block), lanesOfPlane}));
}

/// The bands of a packed weight: whole runs of sources follow one another without padding between
/// them.
template <class Visit>
void forEachPackedBand(const kernels::Packing& p, Visit&& visit) {
    const int64_t whole = p.sources() / p.run, rest = p.sources() % p.run;
    for (int64_t group = 0; group < p.groups; ++group)
        for (int64_t band = 0; band < p.bands(); ++band) {
            const int64_t width = p.bandWidth(band);
            const int64_t real = std::min(width, p.results() - p.bandBegin(band));
            const int64_t first = p.bandOffset(group, band), lines = whole * p.taps * p.run;
            if (whole > 0) visit(joined({first, lines, real, width}));
            for (int64_t tap = 0; rest > 0 && tap < p.taps; ++tap)
                visit(joined({first + (lines + tap * p.run) * width, rest, real, width}));
        }
}

/// The rows of a row-major value that may be a view: strides and offset count.
template <class Visit>
void forEachStridedRow(const TensorType& type, Visit&& visit) {
    const int last = type.shape.rank() - 1;
    std::array<int64_t, Shape::maxRank> index{};
    for (int64_t at = type.offset;;) {
        visit(joined({at, type.shape[last], 1, type.strides[last]}));
        int axis = last - 1;
        for (; axis >= 0; --axis) {
            at += type.strides[axis];
            if (++index[static_cast<size_t>(axis)] < type.shape[axis]) break;
            at -= type.strides[axis] * type.shape[axis];
            index[static_cast<size_t>(axis)] = 0;
        }
        if (axis < 0) return;
    }
}

/// Every logical element of a value once. No allocation.
template <class Visit>
void forEachRun(const TensorType& type, Visit&& visit) {
    const int64_t count = type.shape.elements();
    if (count == 0) return;
    if (type.layout.kind == LayoutKind::Packed)
        forEachPackedBand(type.layout.packing, visit);
    else if (type.layout.kind != LayoutKind::RowMajor)
        forEachPlaneRow(type, visit);
    else if (type.isContiguous())
        visit(ElementRun{type.offset, 1, count, count});
    else
        forEachStridedRow(type, visit);
}

}  // namespace vitrine
