// SPDX-License-Identifier: Apache-2.0
// How a weight lies in memory that a kernel reads packed.
#pragma once

#include <compare>
#include <cstdint>

namespace vitrine::kernels {

/// A logical element of a weight [filters, channels, taps…]; `filter` counts over all groups,
/// `channel` within one.
struct WeightPlace {
    int64_t filter = 0, channel = 0, tap = 0;
    bool operator==(const WeightPlace&) const = default;
};

/// The elements of a weight in the order in which a convolution reads them. What it makes in one
/// group, its results, are the filters, or the channels where it goes backwards through x; what it
/// sums over, its sources, are the others. Results go in bands, and a band has all that its results
/// need: [group][band][sources / run][tap][run of sources][results of the band]. Sources and
/// results are padded with zeros to whole blocks, sources to whole runs too.
struct Packing {
    bool transposed = false;  ///< results are channels
    /// Taps are no pixels but the 36 frequencies of the filter in Winograd's F(4 × 4, 3 × 3); of
    /// the filter turned by half a turn where results are channels.
    bool frequencies = false;
    /// 1: no padding, and bands of equal length, or nearly so. More: every band but the last of a
    /// group is as wide as can be.
    int64_t block = 1;
    int64_t run = 1;     ///< sources that lie together for each tap
    int64_t widest = 1;  ///< results of a band, at most; a multiple of `block`
    int64_t groups = 1;
    int64_t filters = 1, channels = 1;  ///< of one group
    int64_t taps = 1;
    auto operator<=>(const Packing&) const = default;

    constexpr int64_t results() const { return transposed ? channels : filters; }
    constexpr int64_t sources() const { return transposed ? filters : channels; }
    constexpr int64_t padded(int64_t count) const { return (count + block - 1) / block * block; }
    constexpr int64_t paddedSources() const { return (sources() + run - 1) / run * run; }
    constexpr int64_t bands() const { return (results() + widest - 1) / widest; }
    /// The first result of a band, counted within the group.
    constexpr int64_t bandBegin(int64_t band) const {
        return block == 1 ? results() * band / bands() : band * widest;
    }
    /// Results of a band, padding included.
    constexpr int64_t bandWidth(int64_t band) const {
        const int64_t end = band + 1 < bands() ? bandBegin(band + 1) : padded(results());
        return end - bandBegin(band);
    }
    constexpr int64_t bandOf(int64_t result) const {
        return block == 1 ? ((result + 1) * bands() - 1) / results() : result / widest;
    }
    /// Elements for each result.
    constexpr int64_t perResult() const { return paddedSources() * taps; }
    constexpr int64_t bandOffset(int64_t group, int64_t band) const {
        return (group * padded(results()) + bandBegin(band)) * perResult();
    }
    constexpr int64_t storageElements() const { return bandOffset(groups, 0); }

    constexpr int64_t indexOf(const WeightPlace& at) const {
        const int64_t group = at.filter / filters, filter = at.filter % filters;
        const int64_t result = transposed ? at.channel : filter;
        const int64_t source = transposed ? filter : at.channel;
        const int64_t band = bandOf(result);
        const int64_t line = (source / run * taps + at.tap) * run + source % run;
        return bandOffset(group, band) + line * bandWidth(band) + result - bandBegin(band);
    }
    /// The inverse; in padding, filter or channel lies beyond the group's.
    constexpr WeightPlace placeOf(int64_t index) const {
        const int64_t groupElements = bandOffset(1, 0);
        const int64_t group = index / groupElements, rest = index % groupElements;
        const int64_t band = bandOf(rest / perResult());
        const int64_t inBand = rest - bandOffset(0, band), width = bandWidth(band);
        const int64_t line = inBand / width, result = bandBegin(band) + inBand % width;
        const int64_t source = line / (taps * run) * run + line % run;
        return {group * filters + (transposed ? source : result), transposed ? result : source,
                line / run % taps};
    }
    /// Whether the place at this index holds an element, and is no padding.
    constexpr bool holds(int64_t index) const {
        Packing oneGroup = *this;
        oneGroup.groups = 1;
        const WeightPlace at = oneGroup.placeOf(index % bandOffset(1, 0));
        return at.filter < filters && at.channel < channels;
    }
};

}  // namespace vitrine::kernels
