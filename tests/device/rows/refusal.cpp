// SPDX-License-Identifier: Apache-2.0
// What is refused says why.
#include "kernels/api/problem.h"
#include "tests/device/rows/rows.h"

namespace vitrine::device_check {

using kernels::Call;
using kernels::Operand;
using kernels::StreamKernel;

namespace {

Result<void> checkRefusal(const Bench& bench, const std::string& what, const Call& call) {
    const Result<StreamKernel> kernel = bench.device.bind(call, kernels::deviceAlignment);
    if (!kernel.ok()) return kernel.error();
    const bool isRefused = !kernel->launch && !kernel->refused.empty();
    report("refused", what, isRefused ? 0 : 1, 0, -1,
           isRefused ? kernel->refused.front() : kernel->name);
    return {};
}

}  // namespace

void refusalRows(const Bench& bench) {
    const Operand x = array({2, 3}, {3, 1}, DType::F32),
                  repeats = array({2, 3}, {0, 1}, DType::F32), key = array({2}, {1}, DType::I64);
    const auto check = [&](const std::string& what, const Call& call) {
        row("refused", what, [&] { return checkRefusal(bench, what, call); });
    };
    check("reorder that repeats", callOf(kernels::Reorder{}, {repeats, x}));
    check("pack", callOf(kernels::Pack{}, {x, x}));
    check("dropout that repeats", callOf(kernels::Dropout{}, {repeats, key, x}));
}

}  // namespace vitrine::device_check
