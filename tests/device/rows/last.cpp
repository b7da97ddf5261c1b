// SPDX-License-Identifier: Apache-2.0
// Images with their channels side by side: from row-major memory and back, through pools and sums
// by channel. Truth: the row-major kernels of the device, which have the same bits; what is moved.
#include <algorithm>

#include "tests/device/rows/lying.h"
#include "tests/device/rows/rows.h"

namespace vitrine::device_check {

using kernels::Call;
using kernels::ChannelPass;
using kernels::Image;
using kernels::Operand;
using kernels::PoolPass;

namespace {

/// How many numbers have other bits.
double different(const Left& found, const std::vector<Numbers>& wanted) {
    double count = found.isOutside ? 1 : 0;
    for (size_t k = 0; k < wanted.size(); ++k)
        for (size_t i = 0; i < wanted[k].size(); ++i)
            count += std::memcmp(&found.results[k][i], &wanted[k][i], sizeof(float)) != 0;
    return count;
}

std::string sizesOf(const Image& of) { return device_check::sizesOf({of.n, of.c, of.h, of.w}); }

Result<void> checkReorder(const Bench& bench, const std::string& row, const Image& of,
                          bool toLast) {
    const Numbers x = wholeNumbers(of.elements());
    const auto ran =
        runOn(bench, callOf(kernels::Reorder{}, {image(of, !toLast), image(of, toLast)}), {x});
    if (!ran.ok()) return ran.error();
    report(row, sizesOf(of), different(*ran, {x}), 0, ran->microseconds);
    return {};
}

/// The same call in both ways; numbers of `tolerance` are those of other orders.
Result<void> checkBoth(const Bench& bench, const std::string& row, const Image& of,
                       const Call& rows, const Call& last, const std::vector<Numbers>& in,
                       double tolerance = 0) {
    const auto wanted = runOn(bench, rows, in);
    if (!wanted.ok()) return wanted.error();
    const auto found = runOn(bench, last, in);
    if (!found.ok()) return found.error();
    double error = different(*found, wanted->results);
    if (tolerance > 0) {
        error = found->isOutside ? 1 : 0;
        for (size_t k = 0; k < wanted->results.size(); ++k)
            error = std::max(error, furthest(found->results[k], wanted->results[k]));
    }
    report(row, sizesOf(of), error, tolerance, found->microseconds);
    return {};
}

kernels::Pool poolOf(PoolPass pass, const Image& x, const Image& y) {
    const auto axis = [](int64_t in, int64_t out) {
        return kernels::WindowAxis{
            .in = in, .out = out, .kernel = 3, .stride = 2, .before = 1, .after = 1};
    };
    return {.pass = pass, .window = {.rows = axis(x.h, y.h), .columns = axis(x.w, y.w)}};
}

Result<void> checkPool(const Bench& bench, const std::string& row, const Image& x, PoolPass pass) {
    const Image y{x.n, x.c, (x.h - 1) / 2 + 1, (x.w - 1) / 2 + 1};
    const Numbers pixels = wholeNumbers(x.elements()), gradient = wholeNumbers(y.elements());
    const auto inWay = [&](PoolPass of, bool isLast) {
        const Operand xs = image(x, isLast), ys = image(y, isLast);
        Operand index = ys;
        index.dtype = DType::I32;
        std::vector<Operand> operands = {xs, ys};
        if (of == PoolPass::Max) operands = {xs, ys, index};
        if (of == PoolPass::MaxBackward) operands = {ys, index, xs};
        if (of == PoolPass::MaxGather) operands = {xs, index, ys};
        if (of == PoolPass::AverageBackward) operands = {ys, xs};
        Call call = callOf(poolOf(of, x, y), operands);
        if (of != PoolPass::Max) return call;
        call.results = 2;
        call.own = 1;
        return call;
    };
    std::vector<Numbers> in = {pixels};
    if (pass == PoolPass::MaxBackward || pass == PoolPass::AverageBackward) in = {gradient};
    if (pass == PoolPass::MaxBackward || pass == PoolPass::MaxGather) {
        const auto maxima = runOn(bench, inWay(PoolPass::Max, false), {pixels});
        if (!maxima.ok()) return maxima.error();
        in.push_back(maxima->results[1]);
    }
    return checkBoth(bench, row, x, inWay(pass, false), inWay(pass, true), in);
}

Result<void> checkSums(const Bench& bench, const std::string& row, const Image& of,
                       ChannelPass pass) {
    const Operand number = perChannel(of.c);
    const auto inWay = [&](bool isLast) {
        const Operand x = image(of, isLast);
        if (pass == ChannelPass::Dot) return callOf(kernels::Channel{pass}, {x, x, number, number});
        if (pass == ChannelPass::Sum) return callOf(kernels::Channel{pass}, {x, number});
        Call call = callOf(kernels::Channel{pass}, {x, number, number});
        call.results = 2;
        call.own = 1;
        return call;
    };
    std::vector<Numbers> in = {wholeNumbers(of.elements())};
    if (pass == ChannelPass::Dot)
        in.insert(in.end(), {wholeNumbers(of.elements()), wholeNumbers(of.c)});
    return checkBoth(bench, row, of, inWay(false), inWay(true), in, 1e-6);
}

}  // namespace

void lastRows(const Bench& bench) {
    std::vector<Image> images = {{2, 3, 5, 7}, {3, 33, 9, 8}, {5, 40, 1, 37}, {1, 2, 64, 65}};
    if (!bench.isSlow) images.insert(images.end(), {{128, 64, 32, 32}, {512, 256, 8, 8}});
    for (const Image& of : images) {
        const auto check = [&](const std::string& name, auto work) {
            kernelRow(name, sizesOf(of), [&] { return work(name); });
        };
        check("reorder to NHWC", [&](auto& row) { return checkReorder(bench, row, of, true); });
        check("reorder to NCHW", [&](auto& row) { return checkReorder(bench, row, of, false); });
        constexpr std::pair<const char*, PoolPass> pools[] = {
            {"max pool, NHWC", PoolPass::Max},
            {"max pool backward, NHWC", PoolPass::MaxBackward},
            {"max pool gather, NHWC", PoolPass::MaxGather},
            {"average pool, NHWC", PoolPass::Average},
            {"average pool backward, NHWC", PoolPass::AverageBackward}};
        for (const auto& [name, pass] : pools)
            check(name, [&](auto& row) { return checkPool(bench, row, of, pass); });
        constexpr std::pair<const char*, ChannelPass> sums[] = {
            {"moments, NHWC", ChannelPass::Moments},
            {"sum, NHWC", ChannelPass::Sum},
            {"dot, NHWC", ChannelPass::Dot}};
        for (const auto& [name, pass] : sums)
            check(name, [&](auto& row) { return checkSums(bench, row, of, pass); });
    }
}

}  // namespace vitrine::device_check
