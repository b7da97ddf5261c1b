// SPDX-License-Identifier: Apache-2.0
// What an instruction asks of kernels: one plain value per family, without a word about how.
#pragma once

#include <array>
#include <variant>
#include <vector>

#include "kernels/api/along.h"
#include "kernels/api/axis_map.h"
#include "kernels/api/compare.h"
#include "kernels/api/kernel.h"
#include "kernels/api/operand.h"
#include "kernels/api/pointwise.h"
#include "kernels/api/reduce.h"
#include "kernels/api/scatter.h"
#include "kernels/api/whole.h"
#include "kernels/api/window.h"

namespace vitrine::kernels {

// The comments name the operands, then the results. What each family computes and how exactly is
// said in the header that is called like it.

enum class ConvPass : uint8_t { Forward, Data, Weights };
/// How numbers are made where there is more than one way to them.
enum class Algorithm : uint8_t {
    Direct,   ///< every product is formed
    Winograd  ///< F(4 × 4, 3 × 3): fewer products, a digit less exact
};
/// Forward: x, weight[, bias] → y. Data: dy, weight → dx. Weights: dy, x → dweight.
struct Conv {
    ConvPass pass = ConvPass::Forward;
    Window window = {};
    int64_t groups = 1;
    bool bias = false;
};

enum class PoolPass : uint8_t { Max, MaxBackward, MaxGather, Average, AverageBackward };
/// Max: x → y, index. MaxBackward: dy, index → dx. MaxGather: x, index → y. Average: x → y.
/// AverageBackward: dy → dx.
struct Pool {
    PoolPass pass = PoolPass::Max;
    Window window = {};
    bool countIncludePad = true;
};

enum class ChannelPass : uint8_t { Moments, Normalize, Sum, Dot };
/// Moments: x → mean, variance. Normalize: x, center, scale, shift → y. Sum: x → sum. Dot: x, y,
/// center → dot.
struct Channel {
    ChannelPass pass = ChannelPass::Moments;
};

enum class LinearPass : uint8_t { Forward, Data, Weights };
/// Like Conv.
struct Linear {
    LinearPass pass = LinearPass::Forward;
    bool bias = false;
};

enum class RowPass : uint8_t {
    Softmax,
    LogSoftmax,
    CrossEntropy,
    CrossEntropyGrad,
    Dot,
    Scale,
    SoftmaxGrad
};
/// Softmax, LogSoftmax: x → y. CrossEntropy: logits, labels → one number. CrossEntropyGrad:
/// logits, labels, g → d. Dot: a, b → dot. Scale: x, r → y. SoftmaxGrad: dy, y → dx.
struct Row {
    RowPass pass = RowPass::Softmax;
    double labelSmoothing = 0;
};

/// Forward: x, scale, shift → y. Backward: dy, x, scale → dx, dscale, dshift.
struct RowNorm {
    bool isBackward = false;
    double epsilon = 1e-5;
    int64_t blocks = 1;  ///< rows one after the other that have scales and shifts of their own
};

/// a, b → Σ a · b.
struct Dot {};

/// a[, b[, c]] → y.
struct Map {
    Pointwise function = Pointwise::Add;
    double p = 0, q = 0;
};
/// The same of whole numbers: a[, b] → y.
struct WholeMap {
    Whole function = Whole::Add;
    double p = 0, q = 0;
};
/// a[, b] → y of bool.
struct Compare {
    Relation relation = Relation::Equal;
};
/// condition, a, b → y.
struct Select {};
/// x, s → x · s.
struct ScaleBy {};
/// → y.
struct Fill {
    double value = 0;
};
/// x, key → y.
struct Dropout {
    double rate = 0.5;
    uint32_t stream = 0;
};
/// key → y.
struct Uniform {
    uint32_t stream = 0;
};
/// x → y in its element type.
struct Cast {
    bool saturate = true;
};
/// x, pixels, → y = (x / 255 − mean) / std; one of each for all channels, or for each.
struct Normalize {
    std::vector<double> mean = {0}, std = {1};
};

/// x → y in another layout. Both are given: there is nothing to choose.
struct Reorder {};
/// x, a weight, → y packed. How is given.
struct Pack {};
/// w [K, C, 3, 3] → the frequencies [K, C, 6, 6] that Winograd's convolution multiplies with,
/// packed as is given or row-major; or the adjoint of that, row-major.
struct FilterTransform {
    bool adjoint = false;
};
/// x → y without gaps.
struct Copy {};
/// x_0, x_1, … → y.
struct Concat {
    int axis = 0;
};
/// x → y with zeros around it.
struct ZeroPad {
    int axis = 0;
    int64_t before = 0, after = 0;
};

/// x → what its elements along the axes that are marked make together.
struct Reduce {
    std::array<bool, Strided::maxRank> isReduced{};
    ReducePass pass = ReducePass::Sum;
};
/// See AlongPass.
struct Along {
    AlongPass pass = AlongPass::Extreme;
    int axis = 0;
    bool largest = true;
    bool exclusive = false, reverse = false;
};
/// a, b → a · b.
struct MatMul {};
/// x, index → y.
struct Gather {
    int axis = 0;
};
/// x, index → y.
struct ScatterAdd {
    int axis = 0;
};
/// x, index, updates → y. See ScatterProblem.
struct Scatter {
    ScatterMode mode = ScatterMode::Write;
    int axis = 0;
};
/// x → y.
struct Resample {
    int axis = 0;
    AxisMap map;
};

/// p, g, v, lr, scale → p', v'.
struct SgdUpdate {
    double momentum = 0, weightDecay = 0;
    bool nesterov = false;
};
/// p, g, m, v, step, lr, scale → p', m', v'.
struct AdamUpdate {
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0;
    bool decoupled = false;
};
/// g_0, g_1, … → norm.
struct GlobalNorm {};

using Problem =
    std::variant<Conv, Pool, Channel, Linear, Row, Dot, Map, Compare, Select, ScaleBy, Fill,
                 Dropout, Cast, Normalize, Reorder, Pack, Copy, Concat, ZeroPad, Reduce, Along,
                 MatMul, Gather, ScatterAdd, Resample, SgdUpdate, AdamUpdate, GlobalNorm, Uniform,
                 WholeMap, Scatter, FilterTransform, RowNorm>;

/// A reduction by channel of what a call stores, made while its parts are in the caches.
struct ChannelSum {
    ChannelPass pass = ChannelPass::Sum;  ///< Moments, Sum or Dot
    /// Dot: where its other image and its center stand among the call's operands.
    size_t image = 0, center = 0;
    size_t results() const { return pass == ChannelPass::Moments ? 2 : 1; }
};

/// A problem with its operands.
struct Call {
    Problem problem;
    Algorithm algorithm = Algorithm::Direct;
    /// What is done to operands when they are loaded, in order.
    std::vector<ChainStep> load = {};
    /// What is done to the (only) result before it is stored.
    std::vector<ChainStep> store = {};
    /// Of the first result once it is stored; they read no other.
    std::vector<ChannelSum> sums = {};
    /// Those of the problem that are there, in order; then what else `store` reads; then what else
    /// `sums` read; then what else `load` reads; then results: the problem's, those of the sums.
    std::vector<Operand> operands = {};
    size_t own = 0;     ///< how many are the problem's
    size_t ofSums = 0;  ///< how many only `sums` read
    size_t ofLoad = 0;  ///< how many only `load` reads
    size_t results = 1;

    size_t inputs() const { return operands.size() - results; }
    size_t firstOfLoad() const { return inputs() - ofLoad; }
    size_t firstOfSums() const { return firstOfLoad() - ofSums; }
    const Operand& in(size_t k) const { return operands[k]; }
    const Operand& out(size_t k) const { return operands[inputs() + k]; }
};

}  // namespace vitrine::kernels
