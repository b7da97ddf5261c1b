// SPDX-License-Identifier: Apache-2.0
// Convolutions and chains that do something to what they store, and sum it, and convolutions of
// images with their channels side by side. Truth: the row-major kernel that does nothing more (its
// own rows check it) and plain loops behind it, on small whole numbers, so that every sum is exact.
#include <algorithm>
#include <cmath>

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

using Numbers = std::vector<float>;

Numbers wholeNumbers(int64_t count) {
    Numbers numbers;
    for (int64_t i = 0; i < count; ++i)
        numbers.push_back(static_cast<float>(static_cast<int>(drawnBits() % 7) - 3));
    return numbers;
}

/// One number for each channel.
Operand perChannel(int64_t channels) { return array({channels}, {1}, DType::F32); }

/// An image, with its channels side by side or not.
Operand image(const Image& of, bool isLast) {
    Operand operand = device_check::image(of);
    if (isLast) operand.array.strides = {of.h * of.w * of.c, 1, of.w * of.c, of.c};
    return operand;
}

/// Where element `i`, in row-major order, of an operand lies.
size_t placeOf(const Operand& operand, int64_t i) {
    int64_t place = 0;
    for (int axis = operand.array.rank - 1; axis >= 0; --axis) {
        const auto a = static_cast<size_t>(axis);
        place += i % operand.array.shape[a] * operand.array.strides[a];
        i /= operand.array.shape[a];
    }
    return static_cast<size_t>(place);
}

/// What a call leaves in its results, in row-major order, and how long it took.
struct Left {
    std::vector<Numbers> results;
    double microseconds = 0;
    bool isOutside = false;  ///< wrote behind its last result
};

Result<Left> runOn(const Bench& bench, const Call& call, const std::vector<Numbers>& in) {
    constexpr int64_t step = kernels::deviceAlignment;
    std::vector<int64_t> places;
    int64_t end = 0;
    for (const Operand& operand : call.operands) {
        places.push_back(end);
        end += (operand.array.elements() * 4 + step - 1) / step * step;
    }
    Bytes before(static_cast<size_t>(end + step), Bench::untouched);
    for (size_t k = 0; k < in.size(); ++k) {
        Numbers lying(in[k].size());
        for (size_t i = 0; i < lying.size(); ++i)
            lying[placeOf(call.operands[k], static_cast<int64_t>(i))] = in[k][i];
        place(before, places[k], lying);
    }
    const auto ran = run(bench, call, places, before);
    if (!ran.ok()) return ran.error();
    Left left{{}, ran->microseconds, false};
    for (size_t k = call.inputs(); k < call.operands.size(); ++k) {
        Numbers lying(static_cast<size_t>(call.operands[k].array.elements())), numbers;
        std::memcpy(lying.data(), ran->contents.data() + places[k], lying.size() * 4);
        for (int64_t i = 0; i < std::ssize(lying); ++i)
            numbers.push_back(lying[placeOf(call.operands[k], i)]);
        left.results.push_back(std::move(numbers));
    }
    left.isOutside = std::any_of(ran->contents.begin() + end, ran->contents.end(),
                                 [](std::byte byte) { return byte != Bench::untouched; });
    return left;
}

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

double furthest(const Numbers& found, const Numbers& wanted) {
    double most = found.size() == wanted.size() ? 0 : 1;
    for (size_t i = 0; i < wanted.size(); ++i)
        most = std::max(most, std::abs(static_cast<double>(found[i]) - wanted[i]) /
                                  std::max(1.0, std::abs(static_cast<double>(wanted[i]))));
    return most;
}

/// What a convolution does more, and how its images lie.
struct More {
    const Steps* steps = nullptr;
    bool hasSums = false, isLast = false;

    std::string text(ConvPass pass) const {
        const char* const names[] = {"convolution", "data", "weights"};
        std::string text = names[static_cast<int>(pass)];
        if (steps) text.append(", ").append(steps->name);
        if (hasSums) text += pass == ConvPass::Forward ? ", moments" : ", sums";
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

/// Steps read one image more, and sums read it too.
Result<void> checkConvolution(const Bench& bench, const Case& c, ConvPass pass, const More& more) {
    const std::vector<Operand> plain = operandsOf(c, pass, false),
                               own = operandsOf(c, pass, more.isLast);
    const Image made = plain[2];
    const std::vector<Numbers> in = {wholeNumbers(plain[0].array.elements()),
                                     wholeNumbers(plain[1].array.elements()),
                                     wholeNumbers(made.elements()), wholeNumbers(made.c)};
    const auto alone = runOn(bench, callOf(c.problem(pass), plain), {in[0], in[1]});
    if (!alone.ok()) return alone.error();
    Numbers wanted = alone->results[0];
    Call call{.problem = c.problem(pass), .operands = {own[0], own[1]}, .own = 2};
    std::vector<Numbers> given = {in[0], in[1]};
    std::vector<Operand> results = {own[2]};
    if (more.steps) {
        for (size_t i = 0; i < wanted.size(); ++i)
            wanted[i] = more.steps->number(wanted[i], in[2][i]);
        call.store = more.steps->store;
        call.operands.push_back(own[2]);
        given.push_back(in[2]);
    }
    const bool areMoments = pass == ConvPass::Forward;
    if (more.hasSums) {
        call.sums = {{.pass = ChannelPass::Moments}};
        results.insert(results.end(), 2, perChannel(made.c));
        if (!areMoments) {
            call.sums = {{.pass = ChannelPass::Sum},
                         {.pass = ChannelPass::Dot, .image = 3, .center = 4}};
            call.operands.insert(call.operands.end(), {own[2], perChannel(made.c)});
            call.ofSums = 2;
            given.insert(given.end(), {in[2], in[3]});
        }
    }
    call.operands.insert(call.operands.end(), results.begin(), results.end());
    call.results = results.size();
    const auto ran = runOn(bench, call, given);
    if (!ran.ok()) return ran.error();
    double error = furthest(ran->results[0], wanted) + (ran->isOutside ? 1 : 0);
    if (more.hasSums) {
        const std::vector<Numbers> sums = sumsOf(wanted, made, areMoments, in[2], in[3]);
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
