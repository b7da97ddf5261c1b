// SPDX-License-Identifier: Apache-2.0
// CastLike: the element type of another tensor.
#include "core/onnx/casting.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::cast_like {

namespace {

void read(Context& c) {
    if (c.in(0).texts || c.in(1).texts) c.refuse("it casts from or to text");
    c.give(0, castAs(c, c.in(0), c.in(1).element));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "CastLike", .since = 15, .read = read};

}  // namespace vitrine::onnx::rules::cast_like
