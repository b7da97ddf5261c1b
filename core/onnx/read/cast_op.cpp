// SPDX-License-Identifier: Apache-2.0
// Cast: another element type. Operator sets before 6 call it by its name.
#include "core/onnx/casting.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::cast_op {

namespace {

void read(Context& c) {
    const Attribute* to = c.find("to");
    if (to && to->kind == Attribute::Kind::String) c.refuseAttribute("to", "a whole number");
    if (!to) c.refuseAttribute("to", "an element type");
    if (c.in(0).texts) c.refuse("it casts from text");
    c.give(0, castAs(c, c.in(0), typeNamed(c, "to", ElementType::Undefined)));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Cast", .read = read};

}  // namespace vitrine::onnx::rules::cast_op
