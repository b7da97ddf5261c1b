// SPDX-License-Identifier: Apache-2.0
// Convolution, three passes: small whole numbers, so that every sum is exact, and plain loops for
// elements that are drawn from the result.
#include <algorithm>

#include "tests/device/rows/rows.h"

namespace vitrine::device_check {

using kernels::ConvPass;
using kernels::Image;
using kernels::Operand;

namespace {

struct ConvCase {
    int64_t images, channels, side, filters, kernel, stride = 1, groups = 1;

    int64_t padding() const { return kernel / 2; }
    int64_t out() const { return (side + 2 * padding() - kernel) / stride + 1; }
    Image x() const { return {images, channels, side, side}; }
    Image y() const { return {images, filters, out(), out()}; }
    int64_t channelsOfGroup() const { return channels / groups; }
    int64_t weights() const { return filters * channelsOfGroup() * kernel * kernel; }
    double operations() const {
        return static_cast<double>(y().elements()) *
               static_cast<double>(channelsOfGroup() * kernel * kernel);
    }
    kernels::Conv problem(ConvPass pass) const {
        const kernels::WindowAxis axis{.in = side,
                                       .out = out(),
                                       .kernel = kernel,
                                       .stride = stride,
                                       .before = padding(),
                                       .after = padding()};
        return {.pass = pass, .window = {.rows = axis, .columns = axis}, .groups = groups};
    }
    std::string text() const {
        return sizesOf({images, channels, side, side}) + " to " + std::to_string(filters) + ", " +
               sizesOf({kernel, kernel}) + (stride > 1 ? ", stride 2" : "") +
               (groups > 1 ? ", depthwise" : "");
    }
};

std::vector<float> wholeNumbers(int64_t count) {
    std::vector<float> numbers;
    for (int64_t i = 0; i < count; ++i)
        numbers.push_back(static_cast<float>(static_cast<int>(drawnBits() % 5) - 2));
    return numbers;
}

/// The three arrays of a convolution; the one that a pass makes is not looked at.
struct Arrays {
    std::vector<float> x, w, y;
};

/// Where in x tap (r, s) of the window of y's pixel (row, column) lies; −1: on padding.
int64_t inX(const ConvCase& c, int64_t row, int64_t column, int64_t r, int64_t s) {
    const int64_t h = row * c.stride + r - c.padding(), v = column * c.stride + s - c.padding();
    return h < 0 || h >= c.side || v < 0 || v >= c.side ? -1 : h * c.side + v;
}

double at(const std::vector<float>& numbers, int64_t i) {
    return static_cast<double>(numbers[static_cast<size_t>(i)]);
}

/// Σ over the channels of a filter at a pixel of y.
double forwardAt(const ConvCase& c, const Arrays& arrays, int64_t i) {
    const int64_t pixel = i % (c.out() * c.out()), plane = i / (c.out() * c.out());
    const int64_t filter = plane % c.filters, image = plane / c.filters;
    const int64_t first = filter / (c.filters / c.groups) * c.channelsOfGroup();
    double sum = 0;
    for (int64_t k = 0; k < c.channelsOfGroup(); ++k)
        for (int64_t tap = 0; tap < c.kernel * c.kernel; ++tap) {
            const int64_t place =
                inX(c, pixel / c.out(), pixel % c.out(), tap / c.kernel, tap % c.kernel);
            if (place < 0) continue;
            const int64_t x = (image * c.channels + first + k) * c.side * c.side + place;
            sum += at(arrays.x, x) *
                   at(arrays.w, (filter * c.channelsOfGroup() + k) * c.kernel * c.kernel + tap);
        }
    return sum;
}

/// Σ over the filters and taps that meet a pixel of x.
double dataAt(const ConvCase& c, const Arrays& arrays, int64_t i) {
    const int64_t pixel = i % (c.side * c.side), plane = i / (c.side * c.side);
    const int64_t channel = plane % c.channels, image = plane / c.channels;
    const int64_t perGroup = c.filters / c.groups, group = channel / c.channelsOfGroup();
    double sum = 0;
    for (int64_t filter = group * perGroup; filter < (group + 1) * perGroup; ++filter)
        for (int64_t tap = 0; tap < c.kernel * c.kernel; ++tap) {
            const int64_t down = pixel / c.side + c.padding() - tap / c.kernel,
                          across = pixel % c.side + c.padding() - tap % c.kernel;
            if (down < 0 || across < 0 || down % c.stride != 0 || across % c.stride != 0) continue;
            const int64_t row = down / c.stride, column = across / c.stride;
            if (row >= c.out() || column >= c.out()) continue;
            const int64_t y = ((image * c.filters + filter) * c.out() + row) * c.out() + column;
            const int64_t w = (filter * c.channelsOfGroup() + channel % c.channelsOfGroup()) *
                              c.kernel * c.kernel;
            sum += at(arrays.y, y) * at(arrays.w, w + tap);
        }
    return sum;
}

/// Σ over the images and pixels of y.
double weightsAt(const ConvCase& c, const Arrays& arrays, int64_t i) {
    const int64_t taps = c.kernel * c.kernel, tap = i % taps;
    const int64_t filter = i / taps / c.channelsOfGroup();
    const int64_t channel =
        filter / (c.filters / c.groups) * c.channelsOfGroup() + i / taps % c.channelsOfGroup();
    double sum = 0;
    for (int64_t image = 0; image < c.images; ++image)
        for (int64_t pixel = 0; pixel < c.out() * c.out(); ++pixel) {
            const int64_t place =
                inX(c, pixel / c.out(), pixel % c.out(), tap / c.kernel, tap % c.kernel);
            if (place < 0) continue;
            sum += at(arrays.y, (image * c.filters + filter) * c.out() * c.out() + pixel) *
                   at(arrays.x, (image * c.channels + channel) * c.side * c.side + place);
        }
    return sum;
}

double expected(const ConvCase& c, ConvPass pass, const Arrays& arrays, int64_t i) {
    if (pass == ConvPass::Forward) return forwardAt(c, arrays, i);
    return pass == ConvPass::Data ? dataAt(c, arrays, i) : weightsAt(c, arrays, i);
}

constexpr const char* names[] = {"convolution, forward", "convolution, data",
                                 "convolution, weights"};

Result<void> checkPass(const Bench& bench, const ConvCase& c, ConvPass pass, const Arrays& arrays) {
    const Operand x = image(c.x()), y = image(c.y()),
                  w = image({c.filters, c.channelsOfGroup(), c.kernel, c.kernel});
    const std::vector<float>&first = pass == ConvPass::Forward ? arrays.x : arrays.y,
          &second = pass == ConvPass::Weights ? arrays.x : arrays.w;
    const Operand& result = pass == ConvPass::Forward ? y : pass == ConvPass::Data ? x : w;
    const auto operands = pass == ConvPass::Forward ? std::vector<Operand>{x, w, y}
                          : pass == ConvPass::Data  ? std::vector<Operand>{y, w, x}
                                                    : std::vector<Operand>{y, x, w};
    constexpr int64_t step = kernels::deviceAlignment;
    const auto behind = [](int64_t at, size_t count) {
        return (at + static_cast<int64_t>(count) * 4 + step - 1) / step * step;
    };
    const int64_t secondAt = behind(0, first.size()), resultAt = behind(secondAt, second.size());
    const int64_t count = result.array.elements();
    Bytes before(static_cast<size_t>(resultAt + count * 4 + step), Bench::untouched);
    place(before, 0, first);
    place(before, secondAt, second);
    const auto ran = run(bench, callOf(c.problem(pass), operands), {0, secondAt, resultAt}, before);
    if (!ran.ok()) return ran.error();
    double wrong = 0;
    constexpr int64_t looks = 200;
    for (int64_t k = 0; k < looks; ++k) {
        const int64_t i =
            k == 0 ? count - 1 : static_cast<int64_t>(drawnBits() % static_cast<uint64_t>(count));
        float found = 0;
        std::memcpy(&found, ran->contents.data() + resultAt + i * 4, sizeof found);
        wrong += static_cast<double>(found) != expected(c, pass, arrays, i);
    }
    const auto end = ran->contents.begin() + resultAt + count * 4;
    wrong += std::any_of(end, ran->contents.end(),
                         [](std::byte byte) { return byte != Bench::untouched; });
    report(names[static_cast<int>(pass)], bench.sizes(c.text()), wrong, 0, ran->microseconds,
           number("%.2f TFLOP/s", 2e-6 * c.operations() / ran->microseconds));
    return {};
}

}  // namespace

void convolutionRows(const Bench& bench) {
    constexpr double mostForLoops = 3e6;
    const ConvCase list[] = {{2, 3, 9, 5, 3},
                             {3, 8, 8, 6, 3, 2},
                             {2, 6, 7, 6, 3, 1, 6},
                             {1, 4, 6, 20, 1},
                             {64, 1, 28, 6, 5},
                             {128, 3, 32, 16, 3},
                             {128, 16, 32, 16, 3},
                             {128, 64, 8, 64, 3},
                             {128, 64, 32, 64, 3},
                             {64, 256, 16, 256, 3},
                             {128, 32, 16, 64, 3, 2},
                             {64, 256, 16, 256, 1},
                             {128, 96, 16, 96, 3, 1, 96}};
    for (const ConvCase& c : list) {
        if (bench.isSlow && c.operations() > mostForLoops) {
            reportLeftOut("convolution", bench.sizes(c.text()), "too large for plain loops");
            continue;
        }
        const Arrays arrays{wholeNumbers(c.x().elements()), wholeNumbers(c.weights()),
                            wholeNumbers(c.y().elements())};
        for (const ConvPass pass : {ConvPass::Forward, ConvPass::Data, ConvPass::Weights})
            kernelRow(names[static_cast<int>(pass)], bench.sizes(c.text()),
                      [&] { return checkPass(bench, c, pass, arrays); });
    }
}

}  // namespace vitrine::device_check
