// SPDX-License-Identifier: Apache-2.0
// STFT: waves of pieces of signals that a window fades in and out.
#include <fmt/format.h>

#include "core/onnx/numbers_of.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::stft {

namespace {

void read(Context& c) {
    const Shape shape = c.shape(0);
    const int64_t step = c.integer(c.in(1), "frame_step"), length = shape.rank() > 1 ? shape[1] : 0;
    const int64_t frame = c.has(3)   ? c.integer(c.in(3), "frame_length")
                          : c.has(2) ? c.shape(2).elements()
                                     : 0;
    if (step < 1 || frame < 1 || frame > length)
        c.refuse(fmt::format("its pieces are {} long, {} apart, of {}", frame, step, length),
                 "O17");
    const int64_t frames = (length - frame) / step + 1;
    constexpr int64_t mostPlaces = int64_t{1} << 24;
    if (frames > mostPlaces / frame)
        c.refuse(fmt::format("it takes {} pieces of {}", frames, frame), "O20");
    std::vector<int64_t> places;
    for (int64_t k = 0; k < frames; ++k)
        for (int64_t i = 0; i < frame; ++i) places.push_back(k * step + i);
    Value x = c.in(0);
    if (shape.rank() == 2) x = c.reshape(x, {shape[0], length, 1});
    const int64_t parts = c.shapeOf(x)[2];
    x = c.emit("gather", c.attrs("gather").with("axis", int64_t{1}),
               {x, placesOf(c, Shape{frames, frame}, places)});
    if (c.has(2)) x = c.mul(x, c.reshape(c.in(2), {frame, 1}));
    const Attrs attrs = c.attrs("dft")
                            .with("axis", int64_t{2})
                            .with("one_sided", parts == 1 && c.flag("onesided", true));
    c.give(0, c.emit("dft", attrs, {x}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "STFT", .since = 17, .read = read};

}  // namespace vitrine::onnx::rules::stft
