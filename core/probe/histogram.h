// SPDX-License-Identifier: Apache-2.0
// What is told of a tensor without showing all of it: statistics, and a histogram over sign and
// magnitude. Plain values of fixed size, so that they go through a ring.
#pragma once

#include <array>
#include <cstdint>

namespace vitrine {

/// Over the logical elements. Minimum, maximum, mean and norm leave non-finite elements out.
struct TensorStatistics {
    int64_t count = 0;
    int64_t nonFinite = 0, nans = 0;  ///< NaN or infinite; of these, NaN
    int64_t zeros = 0;
    double minimum = 0, maximum = 0, mean = 0;
    double norm = 0;  ///< Euclidean, accumulated in float64
};

/// One bin for each power of two and sign: from large negative numbers through those next to zero
/// to large positive ones.
struct LogHistogram {
    /// |x| in [2^e, 2^(e+1)); smaller numbers fall into the middle bin, larger ones into the last.
    static constexpr int smallestExponent = -34, largestExponent = 7;
    static constexpr int binsOfSign = largestExponent - smallestExponent + 1;
    static constexpr int bins = 2 * binsOfSign + 1;
    static constexpr int zeroBin = binsOfSign;

    std::array<uint32_t, bins> counts{};

    /// Bin of a finite number.
    static int binOf(double x);
    /// Exponent e of a bin's magnitudes; the bin is not `zeroBin`.
    static constexpr int exponentOf(int bin) {
        return smallestExponent + (bin > zeroBin ? bin - zeroBin : zeroBin - bin) - 1;
    }
};

enum class SampleKind : uint8_t { Gradient, Weight, Activation };

/// What one tensor looked like in one step.
struct HistogramRecord {
    int64_t step = 0;  ///< number of the update that the step makes: 1 for the first
    SampleKind kind = SampleKind::Gradient;
    /// Gradient, Weight: index into the run's parameters; Activation: into the graph's nodes.
    int32_t subject = 0;
    TensorStatistics statistics;
    LogHistogram histogram;
};

}  // namespace vitrine
