// SPDX-License-Identifier: Apache-2.0
// DFT: waves of signals along an axis, or signals of waves.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::dft {

namespace {

/// A half of the waves of a real signal, with the other half that mirrors it.
Value wholeWaves(Context& c, const Value& half, int64_t axis, int64_t length) {
    const int64_t mirrored = length - c.shapeOf(half)[static_cast<int>(axis)];
    if (mirrored <= 0) return c.slice(half, axis, 0, length);
    const int last = c.shapeOf(half).rank() - 1;
    const Value rest = c.slice(half, axis, mirrored, mirrored, -1);
    const Value imaginary = c.emit("neg", {c.slice(rest, last, 1, 1)});
    return c.concat({half, c.concat({c.slice(rest, last, 0, 1), imaginary}, last)}, axis);
}

void read(Context& c) {
    const int rank = c.rank(0);
    const int64_t axis = c.opset() < 20
                             ? c.axis("axis", 1, rank)
                             : c.axisOf(c.has(2) ? c.integer(c.in(2), "axis") : -2, rank);
    const bool isInverse = c.flag("inverse", false), isHalf = c.flag("onesided", false);
    int64_t length = c.has(1) ? c.integer(c.in(1), "dft_length") : 0;
    Value x = c.in(0);
    if (isInverse && isHalf) {
        if (length == 0) length = 2 * (c.shape(0)[static_cast<int>(axis)] - 1);
        x = wholeWaves(c, x, axis, length);
    }
    const Attrs attrs = c.attrs("dft")
                            .with("axis", axis)
                            .with("length", length)
                            .with("inverse", isInverse)
                            .with("one_sided", isHalf && !isInverse);
    const Value y = c.emit("dft", attrs, {x});
    c.give(0, isInverse && isHalf ? c.slice(y, rank - 1, 0, 1) : y);
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "DFT", .since = 17, .read = read};

}  // namespace vitrine::onnx::rules::dft
