// SPDX-License-Identifier: Apache-2.0
// Float32 goes by blocks that stay in the first cache: sign and exponent of each element count in a
// small table, moments go by lanes that the compiler turns into vectors. All else goes one by one.
#include "core/probe/tensor_scan.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <span>

#include "core/tensor/element.h"
#include "core/tensor/element_runs.h"

namespace vitrine {

namespace {

constexpr size_t blockLength = 512, lanes = 8;

bool allFinite(std::span<const float> block) {
    constexpr int32_t exponent = 0x7f800000;
    int32_t found = 0;
    for (float x : block) found |= (std::bit_cast<int32_t>(x) & exponent) == exponent;
    return found == 0;
}

class Scanner {
  public:
    explicit Scanner(double times) : m_times(times) {}

    void add(double x) {
        ++m_scan.statistics.count;
        if (!std::isfinite(x)) {
            ++m_scan.statistics.nonFinite;
            m_scan.statistics.nans += std::isnan(x);
            return;
        }
        m_scan.statistics.zeros += x == 0;
        m_low = std::min(m_low, x);
        m_high = std::max(m_high, x);
        m_sum += x;
        m_squares += x * x;
        ++m_scan.histogram.counts[static_cast<size_t>(LogHistogram::binOf(m_times * x))];
    }

    void add(std::span<const float> elements) {
        for (size_t i = 0; i < elements.size(); i += blockLength) {
            const auto block = elements.subspan(i, std::min(blockLength, elements.size() - i));
            if (!allFinite(block)) {
                for (float x : block) add(static_cast<double>(x));
                continue;
            }
            const size_t whole = block.size() / lanes * lanes;
            countExponents(block.first(whole));
            addExtremes(block.first(whole));
            addSums(block.first(whole));
            m_scan.statistics.count += static_cast<int64_t>(whole);
            for (float x : block.subspan(whole)) add(static_cast<double>(x));
        }
    }

    TensorScan result() {
        for (size_t top = 0; top < m_tops[0].size(); ++top) fold(top);
        TensorStatistics& statistics = m_scan.statistics;
        const int64_t finite = statistics.count - statistics.nonFinite;
        if (finite == 0) return m_scan;
        statistics.minimum = m_times * m_low;
        statistics.maximum = m_times * m_high;
        statistics.mean = m_times * (m_sum / static_cast<double>(finite));
        statistics.norm = m_times * std::sqrt(m_squares);
        return m_scan;
    }

  private:
    /// Neighbours count in different tables, so that equal ones need not wait for each other.
    void countExponents(std::span<const float> block) {
        constexpr int fractionBits = 23;
        for (size_t i = 0; i < block.size(); i += m_tops.size())
            for (size_t t = 0; t < m_tops.size(); ++t)
                ++m_tops[t][std::bit_cast<uint32_t>(block[i + t]) >> fractionBits];
    }

    void addExtremes(std::span<const float> block) {
        std::array<float, lanes> low, high;
        std::array<int32_t, lanes> zeros{};
        low.fill(std::numeric_limits<float>::max());
        high.fill(std::numeric_limits<float>::lowest());
        for (size_t i = 0; i < block.size(); i += lanes) {
            const float* x = block.data() + i;
            for (size_t l = 0; l < lanes; ++l) low[l] = x[l] < low[l] ? x[l] : low[l];
            for (size_t l = 0; l < lanes; ++l) high[l] = x[l] > high[l] ? x[l] : high[l];
            for (size_t l = 0; l < lanes; ++l) zeros[l] += x[l] == 0.0f;
        }
        for (size_t l = 0; l < lanes; ++l) {
            m_low = std::min(m_low, static_cast<double>(low[l]));
            m_high = std::max(m_high, static_cast<double>(high[l]));
            m_scan.statistics.zeros += zeros[l];
        }
    }

    void addSums(std::span<const float> block) {
        std::array<double, lanes> sum{}, squares{};
        for (size_t i = 0; i < block.size(); i += lanes) {
            std::array<double, lanes> x;
            for (size_t l = 0; l < lanes; ++l) x[l] = static_cast<double>(block[i + l]);
            for (size_t l = 0; l < lanes; ++l) sum[l] += x[l];
            for (size_t l = 0; l < lanes; ++l) squares[l] += x[l] * x[l];
        }
        for (size_t l = 0; l < lanes; ++l) {
            m_sum += sum[l];
            m_squares += squares[l];
        }
    }

    /// All numbers with the same nine leading bits are in one bin; also times a power of two.
    void fold(size_t top) {
        uint32_t count = 0;
        for (const auto& table : m_tops) count += table[top];
        if (count == 0) return;
        const double example = std::bit_cast<float>(static_cast<uint32_t>(top) << 23);
        const int bin = LogHistogram::binOf(m_times * example);
        m_scan.histogram.counts[static_cast<size_t>(bin)] += count;
    }

    const double m_times;
    TensorScan m_scan;
    double m_low = std::numeric_limits<double>::infinity(), m_high = -m_low;
    double m_sum = 0, m_squares = 0;
    std::array<std::array<uint32_t, 512>, 4> m_tops{};  ///< by sign and exponent
};

/// Float32 elements that do not follow one another, gathered into blocks.
class Gatherer {
  public:
    explicit Gatherer(Scanner& scanner) : m_scanner(scanner) {}
    ~Gatherer() { flush(); }
    void add(float x) {
        m_block[m_count++] = x;
        if (m_count == m_block.size()) flush();
    }

  private:
    void flush() {
        m_scanner.add(std::span(m_block).first(m_count));
        m_count = 0;
    }
    Scanner& m_scanner;
    std::array<float, blockLength> m_block;
    size_t m_count = 0;
};

template <class Visit>
void forEachElement(const ElementRun& run, Visit&& visit) {
    for (int64_t group = 0; group < run.groups; ++group)
        for (int64_t i = 0; i < run.width; ++i) visit(run.first + group * run.pitch + i);
}

/// Shorter runs are worth a copy.
constexpr int64_t shortestRun = 64;

void scanFloats(const TensorType& type, const float* storage, Scanner& scanner) {
    Gatherer gatherer(scanner);
    forEachRun(type, [&](const ElementRun& run) {
        if (run.groups == 1 && run.width >= shortestRun)
            scanner.add({storage + run.first, static_cast<size_t>(run.width)});
        else
            forEachElement(run, [&](int64_t at) { gatherer.add(storage[at]); });
    });
}

}  // namespace

TensorScan scanTensor(const TensorType& type, const std::byte* storage, double times) {
    Scanner scanner(times);
    if (type.dtype == DType::F32)
        scanFloats(type, reinterpret_cast<const float*>(storage), scanner);
    else
        forEachRun(type, [&](const ElementRun& run) {
            forEachElement(run,
                           [&](int64_t at) { scanner.add(readElement(storage, type.dtype, at)); });
        });
    return scanner.result();
}

bool hasNonFinite(const TensorType& type, const std::byte* storage) {
    if (!isFloat(type.dtype)) return false;
    const auto* floats = reinterpret_cast<const float*>(storage);
    bool found = false;
    forEachRun(type, [&](const ElementRun& run) {
        if (found) return;
        const auto width = static_cast<size_t>(run.width);
        for (int64_t group = 0; group < run.groups && !found; ++group) {
            const int64_t first = run.first + group * run.pitch;
            if (type.dtype == DType::F32) {
                found = !allFinite({floats + first, width});
                continue;
            }
            for (int64_t i = 0; i < run.width; ++i)
                found |= !std::isfinite(readElement(storage, type.dtype, first + i));
        }
    });
    return found;
}

}  // namespace vitrine
