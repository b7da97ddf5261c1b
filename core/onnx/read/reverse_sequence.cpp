// SPDX-License-Identifier: Apache-2.0
// ReverseSequence: the first steps of each sequence in reverse order, as many as its length says.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::reverse_sequence {

namespace {

void read(Context& c) {
    const Shape shape = c.shape(0);
    const int64_t time = c.axis("time_axis", 0, shape.rank());
    const int64_t batch = c.axis("batch_axis", 1, shape.rank());
    if (time == batch || time > 1 || batch > 1) c.refuseAttribute("time_axis", "0 or 1");
    const std::vector<int64_t> lengths = c.integers(c.in(1), "sequence_lens");
    const int64_t steps = shape[static_cast<int>(time)], rows = shape[static_cast<int>(batch)];
    if (std::ssize(lengths) != rows) c.refuse("its lengths are not as many as sequences", "O17");
    std::vector<int64_t> places;
    for (int64_t first = 0; first < shape[0]; ++first) {
        for (int64_t second = 0; second < shape[1]; ++second) {
            const int64_t step = time == 0 ? first : second, row = time == 0 ? second : first;
            const int64_t length = lengths[static_cast<size_t>(row)];
            if (length < 0 || length > steps) c.refuse("a length is none", "O17");
            const int64_t from = step < length ? length - 1 - step : step;
            places.push_back(time == 0 ? from * shape[1] + row : row * shape[1] + from);
        }
    }
    std::vector<int64_t> flat(shape.dims().begin() + 1, shape.dims().end());
    flat[0] *= shape[0];
    const Value x = c.reshape(c.in(0), flat);
    const Value turned = c.emit("gather", {x, c.integersValue(places)});
    c.give(0, c.reshape(turned, {shape.dims().begin(), shape.dims().end()}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "ReverseSequence", .since = 10, .read = read};

}  // namespace vitrine::onnx::rules::reverse_sequence
