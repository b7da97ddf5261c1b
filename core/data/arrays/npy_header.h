// SPDX-License-Identifier: Apache-2.0
// The text of an NPY header: a dictionary literal with 'descr', 'fortran_order' and 'shape'.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

struct NpyHeader {
    std::string descr;          ///< `<f4`; as it is written where it is not one string
    bool isStructured = false;  ///< `descr` is a list of fields
    bool isFortran = false;
    /// As they are written, signs included. What does not fit into 64 bits is the largest or
    /// smallest number.
    std::vector<int64_t> extents;
};

/// Nothing where the text is anything but a dictionary of these three keys, each once.
std::optional<NpyHeader> parseNpyHeader(std::string_view text);

}  // namespace vitrine
