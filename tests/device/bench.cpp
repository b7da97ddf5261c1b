// SPDX-License-Identifier: Apache-2.0
// Operands and the clock.
#include "tests/device/bench.h"

#include <algorithm>
#include <chrono>
#include <random>

namespace vitrine::device_check {

using kernels::Call;
using kernels::Operand;
using kernels::StreamKernel;

namespace {

std::mt19937_64 generator(20261129);

}  // namespace

uint64_t drawnBits() { return generator(); }

double drawn() { return std::normal_distribution<double>()(generator); }

Operand array(std::vector<int64_t> shape, std::vector<int64_t> strides, DType dtype) {
    Operand operand;
    operand.dtype = dtype;
    operand.array.rank = static_cast<int>(shape.size());
    std::copy(shape.begin(), shape.end(), operand.array.shape.begin());
    std::copy(strides.begin(), strides.end(), operand.array.strides.begin());
    return operand;
}

Operand image(const kernels::Image& of) {
    Operand operand =
        array({of.n, of.c, of.h, of.w}, {of.c * of.h * of.w, of.h * of.w, of.w, 1}, DType::F32);
    static_cast<kernels::Image&>(operand) = of;
    return operand;
}

Call callOf(kernels::Problem problem, std::vector<Operand> operands) {
    Call call{.problem = std::move(problem), .operands = std::move(operands)};
    call.own = call.inputs();
    return call;
}

Result<double> Bench::time(const std::function<Result<void>()>& work) const {
    using Clock = std::chrono::steady_clock;
    const int repeats = isSlow ? 1 : 50;
    VITRINE_TRY(work());
    VITRINE_TRY(device.wait());
    const auto start = Clock::now();
    for (int i = 0; i < repeats; ++i) VITRINE_TRY(work());
    VITRINE_TRY(device.wait());
    return std::chrono::duration<double, std::micro>(Clock::now() - start).count() / repeats;
}

double differing(const Bytes& found, const Bytes& expected) {
    double count = found.size() == expected.size() ? 0 : 1;
    for (size_t i = 0; i < std::min(found.size(), expected.size()); ++i)
        count += found[i] != expected[i];
    return count;
}

Result<Ran> run(const Bench& bench, const Call& call, const std::vector<int64_t>& places,
                const Bytes& before) {
    int64_t bits = kernels::deviceAlignment;
    std::vector<void*> operands;
    for (int64_t at : places) {
        bits |= at;
        operands.push_back(bench.memory.address(at));
    }
    const Result<StreamKernel> kernel = bench.device.bind(call, bits & -bits);
    if (!kernel.ok()) return kernel.error();
    if (!kernel->launch) return leftOutError(kernel->refused.front());
    const auto launch = [&] {
        return bench.device.launch(*kernel, operands.data(), bench.memory.address(workspaceAt));
    };
    const Result<double> time = bench.time(launch);
    if (!time.ok()) return time.error();
    Ran ran{Bytes(before.size()), *time};
    VITRINE_TRY(bench.memory.write(0, before));
    VITRINE_TRY(launch());
    VITRINE_TRY(bench.memory.read(0, ran.contents));
    return ran;
}

}  // namespace vitrine::device_check
