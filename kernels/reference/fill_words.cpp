// SPDX-License-Identifier: Apache-2.0
// One number in every element of what the vector kernels do not compute with.
#include "kernels/reference/fill_words.h"

#include <algorithm>
#include <cmath>

#include "kernels/api/half.h"
#include "kernels/dispatch/choose.h"
#include "kernels/reference/plain_kernel.h"
#include "kernels/reference/whole_numbers.h"

namespace vitrine::kernels::reference {
namespace {

struct Words {
    uint64_t word = 0;  ///< in its low bits, what every element is
};

uint64_t wordOf(DType type, double value) {
    switch (type) {
        case DType::F16:
            return floatToHalf(static_cast<float>(value));
        case DType::BF16:
            return floatToBrain(static_cast<float>(value));
        case DType::Bool:
            return value != 0 ? 1 : 0;
        default:
            return cpu::forWhole(type, [&]<class T>(T) {
                return whole::bits(whole::nearest<T>(value, std::trunc));
            });
    }
}

}  // namespace

Kernel bindFillWords(const FillProblem& problem) {
    const DType type = problem.y.dtype;
    const bool isTaken =
        type == DType::F16 || type == DType::BF16 || type == DType::Bool || isInteger(type);
    if (!isTaken || problem.y.layout != Layout::RowMajor)
        return refuse("fill: wants floats, whole numbers or bools in row-major memory, got " +
                      std::string(name(type)));
    return plainMove(
        "fill", Words{wordOf(type, problem.value)}, type, cut(problem.y.elements(), 1, plainGrain),
        []<class T>(const Words& words, Operands operands, int64_t begin, int64_t end) {
            std::fill_n(operands.next<T>() + begin, end - begin, static_cast<T>(words.word));
        });
}

}  // namespace vitrine::kernels::reference
