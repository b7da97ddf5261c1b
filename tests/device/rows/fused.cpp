// SPDX-License-Identifier: Apache-2.0
// Convolutions and chains that do something to what they store, and sum it, and convolutions of
// images with their channels side by side. Truth: the row-major kernel that does nothing more (its
// own rows check it) and plain loops behind it, on small whole numbers, so that every sum is exact.
#include <algorithm>
#include <array>
#include <cmath>

#include "tests/device/rows/lying.h"
#include "tests/device/rows/rows.h"

namespace vitrine::device_check {

using kernels::Call;
using kernels::ChainStep;
using kernels::ChannelPass;
using kernels::ConvPass;
using kernels::Image;
using kernels::Operand;
using kernels::Pointwise;

namespace {

struct Case {
    int64_t images, channels, side, filters, kernel, stride = 1, groups = 1;

    int64_t out() const { return (side + 2 * (kernel / 2) - kernel) / stride + 1; }
    Image x() const { return {images, channels, side, side}; }
    Image y() const { return {images, filters, out(), out()}; }
    Image w() const { return {filters, channels / groups, kernel, kernel}; }
    kernels::Conv problem(ConvPass pass) const {
        const kernels::WindowAxis axis{.in = side,
                                       .out = out(),
                                       .kernel = kernel,
                                       .stride = stride,
                                       .before = kernel / 2,
                                       .after = kernel / 2};
        return {.pass = pass, .window = {.rows = axis, .columns = axis}, .groups = groups};
    }
    std::string text() const {
        return sizesOf({images, channels, side, side}) + " to " + std::to_string(filters) + ", " +
               sizesOf({kernel, kernel});
    }
};

/// What is done to a result by one image like it, and what that gives.
struct Steps {
    const char* name;
    std::vector<ChainStep> store;
    float (*number)(float result, float image);
};

/// The image is operand 2.
const Steps added{"add, relu",
                  {{.function = Pointwise::Add, .b = 2}, {.function = Pointwise::Relu}},
                  [](float result, float image) { return std::max(result + image, 0.0F); }};
const Steps gated{"gate",
                  {{.function = Pointwise::ReluGate, .b = 2}},
                  [](float result, float image) { return image > 0 ? result : 0; }};

/// By channel: mean and variance of what is stored, or Σ of it and Σ of it · (image − center).
std::vector<Numbers> sumsOf(const Numbers& stored, const Image& of, bool areMoments,
                            const Numbers& image, const Numbers& center) {
    std::vector<Numbers> sums(2);
    for (int64_t c = 0; c < of.c; ++c) {
        double sum = 0, squares = 0, dot = 0;
        const auto each = [&](auto work) {
            for (int64_t n = 0; n < of.n; ++n)
                for (int64_t p = 0; p < of.h * of.w; ++p)
                    work(static_cast<size_t>((n * of.c + c) * of.h * of.w + p));
        };
        each([&](size_t i) {
            sum += static_cast<double>(stored[i]);
            if (!areMoments)
                dot += static_cast<double>(stored[i]) *
                       static_cast<double>(image[i] - center[static_cast<size_t>(c)]);
        });
        const auto count = static_cast<double>(of.n * of.h * of.w);
        each([&](size_t i) {
            const double off = static_cast<double>(stored[i]) - sum / count;
            squares += off * off;
        });
        sums[0].push_back(static_cast<float>(areMoments ? sum / count : sum));
        sums[1].push_back(static_cast<float>(areMoments ? squares / count : dot));
    }
    return sums;
}

/// What a convolution does more, and how its images lie.
struct More {
    const Steps* steps = nullptr;
    bool hasSums = false, isLast = false;
    bool isLoaded = false;  ///< x through (x − center) · scale + shift and relu

    std::string text(ConvPass pass) const {
        const char* const names[] = {"convolution", "data", "weights"};
        std::string text = names[static_cast<int>(pass)];
        if (steps) text.append(", ").append(steps->name);
        if (hasSums) text += pass == ConvPass::Forward ? ", moments" : ", sums";
        if (isLoaded) text += " of relu of normalized";
        return isLast ? text + ", NHWC" : text;
    }
};

/// The operands of a pass, then its result.
std::vector<Operand> operandsOf(const Case& c, ConvPass pass, bool isLast) {
    const Operand x = image(c.x(), isLast), y = image(c.y(), isLast), w = image(c.w(), isLast);
    if (pass == ConvPass::Forward) return {x, w, y};
    if (pass == ConvPass::Data) return {y, w, x};
    return {y, x, image(c.w(), false)};
}

/// What a convolution reads instead of x, with one of each of the three for every channel.
Numbers loadedOf(const Numbers& x, const Image& of, const std::array<Numbers, 3>& vectors) {
    Numbers loaded;
    for (size_t i = 0; i < x.size(); ++i) {
        const auto c = static_cast<size_t>(static_cast<int64_t>(i) / (of.h * of.w) % of.c);
        loaded.push_back(std::max((x[i] - vectors[0][c]) * vectors[1][c] + vectors[2][c], 0.0F));
    }
    return loaded;
}

/// A call whose results are not there yet, what its operands hold, and its results.
struct Asked {
    Call call;
    std::vector<Numbers> given;
    std::vector<Operand> results;

    void read(const Operand& operand, const Numbers& numbers) {
        call.operands.push_back(operand);
        given.push_back(numbers);
    }
    /// Steps that read an image like the result.
    void store(const Steps& steps, const Numbers& image) {
        call.store = steps.store;
        read(results[0], image);
    }
    void sum(bool areMoments, int64_t channels, const Numbers& image, const Numbers& center) {
        results.insert(results.end(), 2, perChannel(channels));
        call.sums = {{.pass = ChannelPass::Moments}};
        if (areMoments) return;
        const size_t first = call.operands.size();
        call.sums = {{.pass = ChannelPass::Sum},
                     {.pass = ChannelPass::Dot, .image = first, .center = first + 1}};
        read(results[0], image);
        read(perChannel(channels), center);
        call.ofSums = 2;
    }
    void load(int place, int64_t channels, const std::array<Numbers, 3>& vectors) {
        const auto first = static_cast<int>(call.operands.size());
        call.load = {{.function = Pointwise::Sub, .b = first, .byChannel = true, .at = place},
                     {.function = Pointwise::MulAdd,
                      .b = first + 1,
                      .c = first + 2,
                      .byChannel = true,
                      .at = place},
                     {.function = Pointwise::Relu, .at = place}};
        for (const Numbers& vector : vectors) read(perChannel(channels), vector);
        call.ofLoad = 3;
    }
    Result<Left> run(const Bench& bench) const {
        Call whole = call;
        whole.operands.insert(whole.operands.end(), results.begin(), results.end());
        whole.results = results.size();
        return runOn(bench, whole, given);
    }
};

/// Steps read one image more, and sums read it too.
Result<void> checkConvolution(const Bench& bench, const Case& c, ConvPass pass, const More& more) {
    const std::vector<Operand> plain = operandsOf(c, pass, false),
                               own = operandsOf(c, pass, more.isLast);
    const Image made = plain[2];
    const Numbers first = wholeNumbers(plain[0].array.elements()),
                  second = wholeNumbers(plain[1].array.elements()),
                  image = wholeNumbers(made.elements()), center = wholeNumbers(made.c);
    const std::array<Numbers, 3> vectors = {wholeNumbers(c.channels), wholeNumbers(c.channels),
                                            wholeNumbers(c.channels)};
    const int x = pass == ConvPass::Weights ? 1 : 0;
    std::vector<Numbers> loaded = {first, second};
    Numbers& images = loaded[static_cast<size_t>(x)];
    if (more.isLoaded) images = loadedOf(images, c.x(), vectors);
    const auto alone = runOn(bench, callOf(c.problem(pass), plain), loaded);
    if (!alone.ok()) return alone.error();
    Numbers wanted = alone->results[0];
    if (more.steps)
        for (size_t i = 0; i < wanted.size(); ++i)
            wanted[i] = more.steps->number(wanted[i], image[i]);

    const bool areMoments = pass == ConvPass::Forward;
    Asked asked{{.problem = c.problem(pass), .operands = {own[0], own[1]}, .own = 2},
                {first, second},
                {own[2]}};
    if (more.steps) asked.store(*more.steps, image);
    if (more.hasSums) asked.sum(areMoments, made.c, image, center);
    if (more.isLoaded) asked.load(x, c.channels, vectors);
    const auto ran = asked.run(bench);
    if (!ran.ok()) return ran.error();
    double error = furthest(ran->results[0], wanted) + (ran->isOutside ? 1 : 0);
    if (more.hasSums) {
        const std::vector<Numbers> sums = sumsOf(wanted, made, areMoments, image, center);
        for (size_t k = 0; k < sums.size(); ++k)
            error = std::max(error, furthest(ran->results[k + 1], sums[k]));
    }
    report(more.text(pass), bench.sizes(c.text()), error, more.hasSums ? 1e-6 : 0,
           ran->microseconds);
    return {};
}

/// (x − center) · scale + shift, + image, relu: what a block of a residual network ends with.
Result<void> checkChain(const Bench& bench, const std::string& row, const Image& of, bool isLast) {
    const Operand x = image(of, isLast), number = perChannel(of.c);
    const std::vector<Numbers> in = {wholeNumbers(x.array.elements()), wholeNumbers(of.c),
                                     wholeNumbers(of.c), wholeNumbers(of.c),
                                     wholeNumbers(x.array.elements())};
    const Call call{.problem = kernels::Channel{ChannelPass::Normalize},
                    .store = {{.function = Pointwise::Add, .b = 4}, {.function = Pointwise::Relu}},
                    .operands = {x, number, number, number, x, x},
                    .own = 4};
    const auto ran = runOn(bench, call, in);
    if (!ran.ok()) return ran.error();
    Numbers wanted = in[0];
    for (size_t i = 0; i < wanted.size(); ++i) {
        const auto c = static_cast<size_t>(static_cast<int64_t>(i) / (of.h * of.w) % of.c);
        wanted[i] = std::max((in[0][i] - in[1][c]) * in[2][c] + in[3][c] + in[4][i], 0.0F);
    }
    report(row, sizesOf({of.n, of.c, of.h, of.w}),
           furthest(ran->results[0], wanted) + (ran->isOutside ? 1 : 0), 0, ran->microseconds);
    return {};
}

}  // namespace

void fusedRows(const Bench& bench) {
    const Case small[] = {{2, 3, 9, 5, 3},
                          {3, 8, 8, 70, 3, 2},
                          {1, 4, 6, 20, 1},
                          {5, 12, 5, 40, 3, 1, 4},
                          {2, 6, 7, 6, 3, 1, 6}};
    const Case large[] = {{128, 16, 32, 16, 3}, {128, 64, 32, 64, 3}, {64, 256, 16, 256, 3}};
    const auto rows = [&](const Case& c) {
        const auto check = [&](ConvPass pass, const More& more) {
            kernelRow(more.text(pass), bench.sizes(c.text()),
                      [&] { return checkConvolution(bench, c, pass, more); });
        };
        for (const bool isLast : {false, true}) {
            check(ConvPass::Forward, {&added, false, isLast});
            check(ConvPass::Data, {&gated, false, isLast});
            if (isLast) {
                check(ConvPass::Forward, {nullptr, false, true});
                check(ConvPass::Data, {nullptr, false, true});
                check(ConvPass::Weights, {nullptr, false, true});
            }
            if (c.groups == c.channels) continue;
            check(ConvPass::Forward, {&added, true, isLast});
            check(ConvPass::Data, {&gated, true, isLast});
            check(ConvPass::Forward, {&added, true, isLast, true});
            check(ConvPass::Weights, {nullptr, false, isLast, true});
        }
    };
    for (const Case& c : small) rows(c);
    for (const Case& c : large) {
        if (!bench.isSlow)
            rows(c);
        else
            reportLeftOut("convolution, add, relu", bench.sizes(c.text()),
                          "too large for plain loops");
    }
    const Image of{bench.isSlow ? 3 : 128, 16, 32, 31};
    for (const bool isLast : {false, true}) {
        const std::string name = isLast ? "normalize, add, relu, NHWC" : "normalize, add, relu";
        kernelRow(name, sizesOf({of.n, of.c, of.h, of.w}),
                  [&] { return checkChain(bench, name, of, isLast); });
    }
}

}  // namespace vitrine::device_check
