// SPDX-License-Identifier: Apache-2.0
// Floats are widened eight at a time; as many sums run side by side as hide the latency of adding.
#include "kernels/cpu/double_sums.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/double_sums.cpp"
#include <hwy/foreach_target.h>
//
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Doubles = hn::CappedTag<double, 8>;
using DoubleVector = hn::Vec<Doubles>;
constexpr int64_t lanes = hn::MaxLanes(Doubles());

HWY_INLINE DoubleVector loadAsDouble(const float* from) {
    return hn::PromoteTo(Doubles(), hn::LoadU(hn::Rebind<float, Doubles>(), from));
}

double sumOfRun(const float* x, int64_t count) {
    constexpr int chains = 4;
    const Doubles d;
    DoubleVector total[chains];
    for (int j = 0; j < chains; ++j) total[j] = hn::Zero(d);
    int64_t i = 0;
    for (; i + chains * lanes <= count; i += chains * lanes)
        for (int j = 0; j < chains; ++j)
            total[j] = hn::Add(total[j], loadAsDouble(x + i + j * lanes));
    for (; i + lanes <= count; i += lanes) total[0] = hn::Add(total[0], loadAsDouble(x + i));
    const auto both = hn::Add(hn::Add(total[0], total[1]), hn::Add(total[2], total[3]));
    double sum = hn::GetLane(hn::SumOfLanes(d, both));
    for (; i < count; ++i) sum += x[i];
    return sum;
}

/// `vectors` vectors of columns, whose sums stay in registers.
template <int vectors>
void addColumns(const float* x, int64_t stride, int64_t rows, double* sums) {
    const Doubles d;
    DoubleVector total[vectors];
    for (int j = 0; j < vectors; ++j) total[j] = hn::LoadU(d, sums + j * lanes);
    for (int64_t row = 0; row < rows; ++row, x += stride)
        for (int j = 0; j < vectors; ++j) total[j] = hn::Add(total[j], loadAsDouble(x + j * lanes));
    for (int j = 0; j < vectors; ++j) hn::StoreU(total[j], d, sums + j * lanes);
}

void addRowsHere(const float* x, int64_t stride, int64_t rows, int64_t columns, double* sums) {
    int64_t i = 0;
    for (; i + 8 * lanes <= columns; i += 8 * lanes) addColumns<8>(x + i, stride, rows, sums + i);
    for (; i + 2 * lanes <= columns; i += 2 * lanes) addColumns<2>(x + i, stride, rows, sums + i);
    for (; i + lanes <= columns; i += lanes) addColumns<1>(x + i, stride, rows, sums + i);
    for (int64_t row = 0; row < rows; ++row)
        for (int64_t k = i; k < columns; ++k) sums[k] += x[row * stride + k];
}

DoubleSums chooseDoubleSums() { return {sumOfRun, addRowsHere}; }

}  // namespace
}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels::cpu {

HWY_EXPORT(chooseDoubleSums);

DoubleSums doubleSums() { return HWY_DYNAMIC_DISPATCH(chooseDoubleSums)(); }

}  // namespace vitrine::kernels::cpu
#endif
