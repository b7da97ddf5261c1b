// SPDX-License-Identifier: Apache-2.0
// MelWeightMatrix: triangles that add waves up to bands of the mel scale; all of it is constant.
#include <fmt/format.h>
#include <cmath>

#include "core/onnx/casting.h"
#include "core/onnx/numbers_of.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::mel_weight_matrix {

namespace {

double melOf(double hertz) { return 2595.0 * std::log10(1.0 + hertz / 700.0); }
double hertzOf(double mel) { return 700.0 * (std::pow(10.0, mel / 2595.0) - 1.0); }

/// The waves at which triangles begin, peak and end.
std::vector<int64_t> cornersOf(Context& c, int64_t bands, int64_t length) {
    const double rate = c.real(c.in(2), "sample_rate");
    const double low = melOf(c.real(c.in(3), "lower_edge_hertz")),
                 high = melOf(c.real(c.in(4), "upper_edge_hertz"));
    const double step = (high - low) / static_cast<double>(bands + 2);
    std::vector<int64_t> corners;
    for (int64_t i = 0; i < bands + 2; ++i)
        corners.push_back(
            static_cast<int64_t>(std::floor(static_cast<double>(length + 1) *
                                            hertzOf(low + static_cast<double>(i) * step) / rate)));
    return corners;
}

void read(Context& c) {
    const int64_t bands = c.integer(c.in(0), "num_mel_bins"),
                  length = c.integer(c.in(1), "dft_length"), waves = length / 2 + 1;
    constexpr int64_t most = 1 << 16, mostWeights = 1 << 24;
    if (bands < 1 || bands > most || length < 1 || length > most || bands * waves > mostWeights)
        c.refuse(fmt::format("it has {} bands of {} waves", bands, length));
    constexpr double madeBytes = 8 + 8 + 8;  // as doubles, twice, and as what is asked for
    c.needs(madeBytes * static_cast<double>(bands * waves));
    const std::vector<int64_t> corners = cornersOf(c, bands, length);
    std::vector<double> numbers(static_cast<size_t>(bands * waves));
    for (int64_t band = 0; band < bands; ++band) {
        const auto k = static_cast<size_t>(band);
        const int64_t begin = corners[k], peak = corners[k + 1], end = corners[k + 2];
        const auto set = [&](int64_t wave, double weight) {
            if (wave >= 0 && wave < waves)
                numbers[static_cast<size_t>(wave * bands + band)] = weight;
        };
        if (begin == peak) set(peak, 1);
        for (int64_t i = begin; i <= peak && begin < peak; ++i)
            set(i, static_cast<double>(i - begin) / static_cast<double>(peak - begin));
        for (int64_t i = peak; i < end && peak < end; ++i)
            set(i, static_cast<double>(end - i) / static_cast<double>(end - peak));
    }
    const Value matrix = constantOf(c, DType::F64, Shape{waves, bands}, numbers);
    c.give(0, castAs(c, matrix, typeNamed(c, "output_datatype", ElementType::Float)));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "MelWeightMatrix", .since = 17, .read = read};

}  // namespace vitrine::onnx::rules::mel_weight_matrix
