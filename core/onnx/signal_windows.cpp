// SPDX-License-Identifier: Apache-2.0
// Windows are computed in double precision and rounded once.
#include "core/onnx/signal_windows.h"

#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "core/onnx/casting.h"
#include "core/onnx/numbers_of.h"

namespace vitrine::onnx {

void readWindow(Context& c, const std::array<double, 3>& a) {
    const int64_t size = c.integer(c.in(0), "its size");
    constexpr int64_t most = 1 << 20;
    if (size < 1 || size > most) c.refuse(fmt::format("its size is {}", size), "O17");
    const bool isPeriodic = c.flag("periodic", true);
    const auto turn = static_cast<double>(isPeriodic ? size : std::max<int64_t>(size - 1, 1));
    std::vector<double> numbers(static_cast<size_t>(size));
    for (size_t i = 0; i < numbers.size(); ++i) {
        const double x = 2 * std::numbers::pi * static_cast<double>(i) / turn;
        numbers[i] = a[0] + a[1] * std::cos(x) + a[2] * std::cos(2 * x);
    }
    const Value window = constantOf(c, DType::F64, Shape{size}, numbers);
    c.give(0, castAs(c, window, typeNamed(c, "output_datatype", ElementType::Float)));
}

}  // namespace vitrine::onnx
