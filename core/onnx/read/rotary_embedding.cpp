// SPDX-License-Identifier: Apache-2.0
// RotaryEmbedding: pairs of features turned by angles that follow from their places.
#include <fmt/format.h>

#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::rotary_embedding {

namespace {

enum Input { X, Cosine, Sine, Places };

/// Cosines or sines of every place, for all heads: [N, T, 1, D / 2].
Value angles(Context& c, size_t k, int64_t half) {
    const Value all = c.in(k);
    const Value rows = c.has(Places) ? c.emit("gather", c.attrs("gather").with("axis", int64_t{0}),
                                              {all, c.in(Places)})
                                     : all;
    const Shape shape = c.shapeOf(rows);
    if (shape.rank() != 3 || shape[2] != half)
        c.refuse(fmt::format("its cosines or sines have the shape {}, wanted [N, T, {}]",
                             shape.text(), half),
                 "O17");
    return c.reshape(rows, {shape[0], shape[1], 1, half});
}

/// x [N, T, H, R] turned; R is even.
Value turnedPairs(Context& c, const Value& x, bool isInterleaved) {
    const Shape shape = c.shapeOf(x);
    const int64_t half = shape[3] / 2;
    const Value first = isInterleaved ? c.slice(x, 3, 0, half, 2) : c.slice(x, 3, 0, half);
    const Value second = isInterleaved ? c.slice(x, 3, 1, half, 2) : c.slice(x, 3, half, half);
    const Value cosine = angles(c, Cosine, half), sine = angles(c, Sine, half);
    const Value real = c.sub(c.mul(cosine, first), c.mul(sine, second));
    const Value imaginary = c.add(c.mul(sine, first), c.mul(cosine, second));
    if (!isInterleaved) return c.concat({real, imaginary}, 3);
    const std::vector<int64_t> apart{shape[0], shape[1], shape[2], half, 1};
    const Value pairs = c.concat({c.reshape(real, apart), c.reshape(imaginary, apart)}, 4);
    return c.reshape(pairs, {shape[0], shape[1], shape[2], shape[3]});
}

/// [N, T, H, D].
Value placesFirst(Context& c) {
    const Shape x = c.shape(X);
    if (x.rank() == 4) return c.transpose(c.in(X), {0, 2, 1, 3});
    const int64_t heads = c.integer("num_heads", 0);
    if (x.rank() != 3 || heads < 1 || x[2] % heads != 0)
        c.refuseAttribute("num_heads", fmt::format("a divisor of the features of {}", x.text()));
    return c.reshape(c.in(X), {x[0], x[1], heads, x[2] / heads});
}

void read(Context& c) {
    const Shape x = c.shape(X);
    const Value all = placesFirst(c);
    const int64_t size = c.shapeOf(all)[3], said = c.integer("rotary_embedding_dim", 0);
    const int64_t turned = said == 0 ? size : said;
    if (turned < 2 || turned > size || turned % 2 != 0)
        c.refuseAttribute("rotary_embedding_dim", fmt::format("an even number up to {}", size));
    Value y = turnedPairs(c, c.slice(all, 3, 0, turned), c.flag("interleaved", false));
    if (turned < size) y = c.concat({y, c.slice(all, 3, turned, size - turned)}, 3);
    c.give(0, x.rank() == 4 ? c.transpose(y, {0, 2, 1, 3})
                            : c.reshape(y, {x.dims().begin(), x.dims().end()}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "RotaryEmbedding", .since = 23, .read = read};

}  // namespace vitrine::onnx::rules::rotary_embedding
