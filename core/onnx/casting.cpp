// SPDX-License-Identifier: Apache-2.0
// Rounding is what a narrower float does to numbers; it is computed with as F32 behind it.
#include "core/onnx/casting.h"

#include <fmt/format.h>

#include "core/onnx/empty.h"

namespace vitrine::onnx {

Value castAs(Context& c, const Value& x, ElementType type) {
    if (c.text("round_mode", "up") != "up") c.refuseAttribute("round_mode", "up");
    const std::optional<DType> stored = storedType(type);
    if (!stored || x.texts)
        c.refuse(fmt::format("it casts to {} from {}", nameOf(type), nameOf(x.element)));
    const DType computed = computedType(*stored);
    Value result = x;
    if (isEmpty(c, x)) {
        result = c.fixed(TensorData::of(computed, c.shapeOf(x), {}));
    } else if (x.element != type) {
        for (DType to : {*stored, computed}) {
            if (c.typeOf(result).dtype == to) continue;
            result = c.emit("cast",
                            c.attrs("cast")
                                .with("to", std::string(name(to)))
                                .with("saturate", c.flag("saturate", true)),
                            {result});
        }
    }
    result.element = type;
    return result;
}

ElementType typeNamed(const Context& c, std::string_view attribute, ElementType usual) {
    return static_cast<ElementType>(c.integer(attribute, static_cast<int64_t>(usual)));
}

}  // namespace vitrine::onnx
