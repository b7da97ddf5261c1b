// SPDX-License-Identifier: Apache-2.0
// BitCast: the same bits as another element type, where numbers are known while reading.
#include <fmt/format.h>

#include "core/onnx/casting.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::bit_cast {

namespace {

void read(Context& c) {
    const ElementType to = typeNamed(c, "to", ElementType::Undefined);
    const std::optional<DType> type = storedType(to);
    if (!type || storedType(c.in(0).element) != c.dtype(0) || computedType(*type) != *type)
        c.refuse(fmt::format("it takes bits of {} for {}", nameOf(c.in(0).element), nameOf(to)));
    const Numbers numbers = c.numbers(c.in(0), "its input");
    const int64_t count = numbers->shape.elements();
    if (bytesOf(*type, count) != bytesOf(numbers->dtype, count))
        c.refuse(fmt::format("it takes bits of {} for {}, which has others",
                             nameOf(c.in(0).element), nameOf(to)));
    Value value = c.fixed(
        TensorData::of(*type, numbers->shape, {numbers->bytes.begin(), numbers->bytes.end()}));
    value.element = to;
    c.give(0, value);
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "BitCast", .since = 26, .read = read};

}  // namespace vitrine::onnx::rules::bit_cast
