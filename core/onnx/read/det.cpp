// SPDX-License-Identifier: Apache-2.0
// Det: determinants of small matrices, by the rule of Sarrus.
#include <fmt/format.h>
#include <algorithm>
#include <numeric>

#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::det {

namespace {

Value product(Context& c, const Value& x, const std::vector<int64_t>& columns) {
    Value result;
    const int rank = c.shapeOf(x).rank();
    for (size_t row = 0; row < columns.size(); ++row) {
        const Value line = c.slice(x, rank - 2, static_cast<int64_t>(row), 1);
        const Value element = c.slice(line, rank - 1, columns[row], 1);
        result = row == 0 ? element : c.mul(result, element);
    }
    return result;
}

void read(Context& c) {
    const Shape shape = c.shape(0);
    const int rank = shape.rank();
    const int64_t size = rank < 2 ? 0 : shape[rank - 1];
    if (size < 1 || size > 3 || shape[rank - 2] != size)
        c.refuse(fmt::format("its matrices are {}, wanted 1 × 1 to 3 × 3", shape.text()));
    std::vector<int64_t> columns(static_cast<size_t>(size));
    std::iota(columns.begin(), columns.end(), 0);
    Value sum;
    do {
        int turned = 0;
        for (size_t a = 0; a < columns.size(); ++a)
            for (size_t b = a + 1; b < columns.size(); ++b) turned += columns[a] > columns[b];
        const Value term = product(c, c.in(0), columns);
        sum = sum.isMissing() ? term : c.emit(turned % 2 == 0 ? "add" : "sub", {sum, term});
    } while (std::ranges::next_permutation(columns).found);
    c.give(0, c.reshape(sum, {shape.dims().begin(), shape.dims().end() - 2}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Det", .since = 11, .read = read};

}  // namespace vitrine::onnx::rules::det
