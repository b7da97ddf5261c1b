// SPDX-License-Identifier: Apache-2.0
// Draws shapes, and takes the sums.
#include "tests/support/integer_convolution.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "core/base/rng.h"

namespace vitrine::test {

namespace {

class Shapes {
  public:
    explicit Shapes(uint64_t seed) : m_rng(seed, RngStream::Test, 31), m_seed(seed) {}

    ConvolutionShape draw() {
        m_shape.axes = 1 + pick({0, 1, 1, 2});
        m_shape.isTransposed = below(4) == 0;
        m_shape.images = 1 + below(3);
        drawChannels();
        for (int i = 0; i < m_shape.axes; ++i) drawAxis();
        if (m_shape.isTransposed) fitTransposed();
        if (m_seed % 8 == 1) makeOneColumn();
        return m_shape;
    }

  private:
    int below(int bound) { return static_cast<int>(m_rng.below(static_cast<uint32_t>(bound))); }
    int pick(std::initializer_list<int> choices) {
        return choices.begin()[below(static_cast<int>(choices.size()))];
    }

    void drawChannels() {
        const int largest = m_shape.axes == 3 ? 9 : 17;
        m_shape.groups = pick({1, 1, 1, 2, 3, 5});
        const auto most = largest / static_cast<int>(m_shape.groups);
        m_shape.channels = m_shape.groups * (1 + below(most));
        m_shape.filters = m_shape.groups * (1 + below(most));
        if (below(8) == 0) m_shape.groups = m_shape.filters = m_shape.channels;  // depthwise
    }

    void drawAxis() {
        const bool pointwise = m_seed % 8 == 2;
        const int64_t kernel = pointwise ? 1 : 1 + below(m_shape.axes == 3 ? 3 : 5);
        const int64_t dilation = pick({1, 1, 2, 3});
        const int64_t before = below(3), after = below(3);
        const int64_t span = dilation * (kernel - 1) + 1;
        m_shape.kernel.push_back(kernel);
        m_shape.stride.push_back(pointwise ? 2 : 1 + below(3));
        m_shape.dilation.push_back(dilation);
        m_shape.before.push_back(before);
        m_shape.after.push_back(after);
        m_shape.outputPadding.push_back(0);
        m_shape.extent.push_back(std::max<int64_t>(1, span - before - after) +
                                 below(m_shape.axes == 3 ? 4 : 9));
    }

    /// Padding takes something off a transposed result, of which something must be left.
    void fitTransposed() {
        for (size_t i = 0; i < m_shape.kernel.size(); ++i) {
            m_shape.outputPadding[i] = below(static_cast<int>(m_shape.stride[i]));
            const int64_t span = m_shape.dilation[i] * (m_shape.kernel[i] - 1) + 1;
            m_shape.before[i] = std::min(m_shape.before[i], (span - 1) / 2);
            m_shape.after[i] = std::min(m_shape.after[i], (span - 1) / 2);
        }
    }

    void makeOneColumn() {
        const size_t last = m_shape.kernel.size() - 1;
        if (m_shape.isTransposed) {
            m_shape.extent[last] = m_shape.kernel[last] = 1;
            m_shape.before[last] = m_shape.after[last] = m_shape.outputPadding[last] = 0;
            return;
        }
        const int64_t span = m_shape.dilation[last] * (m_shape.kernel[last] - 1) + 1;
        m_shape.before[last] = std::min(m_shape.before[last], span - 1);
        m_shape.after[last] = std::min(m_shape.after[last], span - 1 - m_shape.before[last]);
        m_shape.extent[last] = span - m_shape.before[last] - m_shape.after[last];
    }

    Rng m_rng;
    uint64_t m_seed;
    ConvolutionShape m_shape;
};

/// Extents along three axes; those that are not there are 1.
struct Three {
    int64_t at[3] = {1, 1, 1};
    Three(const Whole& of, int64_t missing) {
        for (int i = 0; i < 3; ++i) {
            const auto place = static_cast<ptrdiff_t>(of.size()) - 3 + i;
            at[i] = place < 0 ? missing : of[static_cast<size_t>(place)];
        }
    }
    int64_t operator[](int i) const { return at[i]; }
    int64_t product() const { return at[0] * at[1] * at[2]; }
};

/// The convolution between a large and a small side, along three axes.
struct Loops {
    Three large, small, kernel, stride, dilation, before;

    /// Calls use(place in the large side, place in the small side) of every pair that a tap joins.
    template <class Use>
    void pairsOf(int64_t tap, Use use) const {
        const int64_t taps[3] = {tap / kernel[2] / kernel[1], tap / kernel[2] % kernel[1],
                                 tap % kernel[2]};
        for (int64_t pixel = 0; pixel < small.product(); ++pixel) {
            const int64_t out[3] = {pixel / small[2] / small[1], pixel / small[2] % small[1],
                                    pixel % small[2]};
            int64_t place = 0;
            bool isInside = true;
            for (int i = 0; i < 3; ++i) {
                const int64_t p = out[i] * stride[i] + taps[i] * dilation[i] - before[i];
                isInside = isInside && p >= 0 && p < large[i];
                place = place * large[i] + p;
            }
            if (isInside) use(place, pixel);
        }
    }
};

Loops loopsOf(const ConvolutionShape& s) {
    Whole result;
    for (size_t i = 0; i < s.extent.size(); ++i) result.push_back(s.result(i));
    const Whole &large = s.isTransposed ? result : s.extent,
                &small = s.isTransposed ? s.extent : result;
    return {{large, 1}, {small, 1}, {s.kernel, 1}, {s.stride, 1}, {s.dilation, 1}, {s.before, 0}};
}

int64_t product(const Whole& of) {
    return std::accumulate(of.begin(), of.end(), int64_t{1}, std::multiplies<>());
}

}  // namespace

int64_t ConvolutionShape::result(size_t i) const {
    const int64_t span = dilation[i] * (kernel[i] - 1) + 1, padding = before[i] + after[i];
    return isTransposed ? (extent[i] - 1) * stride[i] + span - padding + outputPadding[i]
                        : (extent[i] + padding - span) / stride[i] + 1;
}

bool ConvolutionShape::isPointwiseStride2() const {
    return product(kernel) == 1 && std::ranges::all_of(stride, [](int64_t s) { return s == 2; });
}

std::string ConvolutionShape::op() const {
    return fmt::format("conv{}{}d", isTransposed ? "_transpose" : "", axes);
}

std::string ConvolutionShape::fields() const {
    std::string text = fmt::format(
        "out_channels={} kernel={} stride={} padding={},{} dilation={} groups={} bias=false",
        filters, fmt::join(kernel, ","), fmt::join(stride, ","), fmt::join(before, ","),
        fmt::join(after, ","), fmt::join(dilation, ","), groups);
    if (isTransposed) text += fmt::format(" output_padding={}", fmt::join(outputPadding, ","));
    return text;
}

std::string ConvolutionShape::inputs() const {
    return fmt::format("{}", fmt::join(shapeOfX(), "x"));
}

Whole ConvolutionShape::shapeOfX() const {
    Whole shape{images, channels};
    shape.insert(shape.end(), extent.begin(), extent.end());
    return shape;
}

Whole ConvolutionShape::shapeOfY() const {
    Whole shape{images, filters};
    for (size_t i = 0; i < extent.size(); ++i) shape.push_back(result(i));
    return shape;
}

ConvolutionShape convolutionShape(uint64_t seed) { return Shapes(seed).draw(); }

Whole smallNumbers(int64_t count, uint64_t seed, uint64_t stream) {
    constexpr int64_t choices[] = {-3, -2, -1, 1, 2, 3};
    Rng rng(seed, RngStream::Test, stream);
    Whole numbers(static_cast<size_t>(count));
    for (int64_t& number : numbers) number = choices[rng.below(6)];
    return numbers;
}

IntegerPasses plainPasses(const ConvolutionShape& s, const Whole& x, const Whole& w,
                          const Whole& dy) {
    const Loops loops = loopsOf(s);
    const int64_t taps = loops.kernel.product(), in = s.channels / s.groups,
                  out = s.filters / s.groups;
    const int64_t xPixels = product(s.extent),
                  yPixels = product(s.shapeOfY()) / s.images / s.filters;
    IntegerPasses passes{Whole(dy.size()), Whole(x.size()), Whole(w.size())};
    for (int64_t n = 0; n < s.images; ++n)
        for (int64_t k = 0; k < s.filters; ++k)
            for (int64_t c = 0; c < in; ++c) {
                const int64_t channel = k / out * in + c;
                // [K, C / groups, taps], and of a transposed one [C, K / groups, taps].
                const int64_t filter = s.isTransposed ? channel * out + k % out : k * in + c;
                const int64_t xAt = (n * s.channels + channel) * xPixels,
                              yAt = (n * s.filters + k) * yPixels;
                for (int64_t tap = 0; tap < taps; ++tap)
                    loops.pairsOf(tap, [&](int64_t large, int64_t small) {
                        const auto i = static_cast<size_t>(xAt + (s.isTransposed ? small : large));
                        const auto o = static_cast<size_t>(yAt + (s.isTransposed ? large : small));
                        const auto f = static_cast<size_t>(filter * taps + tap);
                        passes.y[o] += x[i] * w[f];
                        passes.dx[i] += dy[o] * w[f];
                        passes.dw[f] += dy[o] * x[i];
                    });
            }
    return passes;
}

}  // namespace vitrine::test
