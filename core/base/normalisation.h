// SPDX-License-Identifier: Apache-2.0
// What is made of pixels before a network takes them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vitrine {

/// One number for all channels, or one for each.
class PerChannel {
  public:
    static constexpr size_t most = 4096;  ///< in files and forms

    constexpr PerChannel(double all = 0) : m_all(all) {}
    /// One number is that of all channels. None: 0.
    explicit PerChannel(std::vector<double> each) {
        if (each.size() > 1)
            m_each = std::move(each);
        else if (each.size() == 1)
            m_all = each.front();
    }

    double at(int64_t channel) const {
        return m_each.empty() ? m_all : m_each[static_cast<size_t>(channel)];
    }
    std::span<const double> numbers() const {
        return m_each.empty() ? std::span(&m_all, 1) : std::span<const double>(m_each);
    }
    bool isOne() const { return m_each.empty(); }
    bool fits(int64_t channels) const { return isOne() || std::ssize(m_each) == channels; }
    /// `0.1307`, or `0.49, 0.48, 0.45`.
    std::string text() const;
    bool operator==(const PerChannel&) const = default;

  private:
    double m_all = 0;
    std::vector<double> m_each;
};

/// x = (byte / 255 − mean) / std, for every pixel.
struct Normalisation {
    PerChannel mean = 0, std = 1;
    bool operator==(const Normalisation&) const = default;
};

}  // namespace vitrine
