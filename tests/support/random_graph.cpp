// SPDX-License-Identifier: Apache-2.0
// Grows a network layer by layer, keeping track of the shape so that every step fits.
#include "tests/support/random_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/rng.h"

namespace vitrine::test {

namespace {

class Grower {
  public:
    explicit Grower(uint64_t seed) : m_rng(seed, RngStream::Test) {}

    RandomGraph grow() {
        m_channels = pick({1, 3, 5, 16, 20});
        m_height = 5 + below(8);
        m_width = 5 + below(8);
        m_text = fmt::format("x[{},{},{}]", m_channels, m_height, m_width);
        m_end = "x";
        const int steps = 2 + below(5);
        for (int i = 0; i < steps; ++i) step();
        head();
        return {m_text, pick({1, 2, 7, 16, 19, 33})};
    }

  private:
    int below(int bound) { return static_cast<int>(m_rng.below(static_cast<uint32_t>(bound))); }
    int pick(std::initializer_list<int> choices) {
        return *(choices.begin() + below(static_cast<int>(choices.size())));
    }

    void append(const std::string& op) {
        const std::string name = fmt::format("n{}", m_count++);
        m_text += fmt::format("\n{} -> {} as {}", m_end, op, name);
        m_end = name;
    }

    std::string sameConvolution(int channels) {
        const int kernel = pick({1, 3, 5});
        return fmt::format("conv2d(out_channels={} kernel={} padding={} bias={})", channels, kernel,
                           kernel / 2, below(2) ? "true" : "false");
    }

    void convolution() {
        const int kernel = pick({1, 2, 3});
        const int stride = pick({1, 1, 2}), padding = below(kernel), dilation = pick({1, 1, 2});
        const int extent = dilation * (kernel - 1) + 1;
        if (m_height + 2 * padding < extent || m_width + 2 * padding < extent)
            return append(sameConvolution(m_channels));
        const bool depthwise = below(5) == 0;
        const int out = depthwise ? m_channels : pick({3, 6, 16, 17, 32});
        append(fmt::format(
            "conv2d(out_channels={} kernel={} stride={} padding={} dilation={} groups={})", out,
            kernel, stride, padding, dilation, depthwise ? m_channels : 1));
        m_channels = out;
        m_height = (m_height + 2 * padding - extent) / stride + 1;
        m_width = (m_width + 2 * padding - extent) / stride + 1;
    }

    void pool() {
        if (m_height < 2 || m_width < 2) return append("relu");
        append(fmt::format("{}(kernel=2 stride=2)", below(2) ? "max_pool2d" : "avg_pool2d"));
        m_height /= 2;
        m_width /= 2;
    }

    void residual() {
        const std::string trunk = m_end;
        append(sameConvolution(m_channels));
        append("relu");
        append(sameConvolution(m_channels));
        append(fmt::format("add({})", trunk));
    }

    void branches() {
        const std::string trunk = m_end;
        const int left = pick({2, 16}), right = pick({3, 16});
        append(sameConvolution(left));
        const std::string leftEnd = m_end;
        m_end = trunk;
        append(sameConvolution(right));
        append(fmt::format("concat({})", leftEnd));
        m_channels = left + right;
    }

    void step() {
        switch (below(9)) {
            case 0:
            case 1:
                return convolution();
            case 2:
                return pool();
            case 3:
                return residual();
            case 4:
                return branches();
            case 5:
                return append("batch_norm2d");
            case 6:
                return append(fmt::format("dropout(rate=0.{})", 1 + below(5)));
            case 7:
                return append("mul(" + m_end + ")");
            default:
                return append(std::array{"relu", "leaky_relu", "sigmoid", "tanh",
                                         "silu"}[static_cast<size_t>(below(5))]);
        }
    }

    void head() {
        if (below(3) == 0) append("global_avg_pool2d");
        append("flatten");
        if (below(2)) {
            append(fmt::format("linear(out_features={})", pick({7, 20})));
            append("tanh");
        }
        append("linear(out_features=10)");
        append(fmt::format("cross_entropy(labels label_smoothing=0.{})", below(2)));
    }

    Rng m_rng;
    std::string m_text, m_end;
    int m_channels = 1, m_height = 1, m_width = 1, m_count = 0;
};

}  // namespace

RandomGraph randomGraph(uint64_t seed) { return Grower(seed).grow(); }

}  // namespace vitrine::test
