// SPDX-License-Identifier: Apache-2.0
// Data sets: labelled images in memory as bytes, and the formats that make them. One .cpp in
// formats/ each.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/field.h"
#include "core/base/result.h"

namespace vitrine {

/// Images [count, channels, height, width] of bytes, row-major, with a class for each. A plain
/// value.
struct ImageSet {
    int64_t count = 0, channels = 0, height = 0, width = 0;
    std::vector<uint8_t> pixels;
    std::vector<int32_t> labels;
    int64_t imageBytes() const { return channels * height * width; }
};

struct Dataset {
    ImageSet train, test;
    std::vector<std::string> classNames;
    /// What the data are, whatever their folder is called; empty: made by hand.
    std::string fingerprint = {};
};

/// Where a format finds its data.
struct DataRequest {
    std::string folder = {};  ///< what the user named with --data or the project; empty where the
                              ///< format needs none
    uint64_t seed = 1;        ///< for generated data
    int threads = 1;
    std::function<void(double share)> progress = {};  ///< may be empty
    std::stop_token stop = {};                        ///< looked at every few milliseconds
    int64_t memoryBytes = 0;  ///< the most that data may take; 0: what the system can give
};

struct DataFormatDescriptor {
    std::string_view id, title, summary;
    std::span<const FieldSpec> fields = {};
    bool needsFolder = true;
    /// Errors: I01–I09, G01–G12, H02, `stopped`, with what was found and what was wanted; nothing
    /// is imported.
    Result<Dataset> (*open)(const Attrs&, const DataRequest&) = nullptr;
};

std::span<const DataFormatDescriptor* const> allDataFormats();
const DataFormatDescriptor* findDataFormat(std::string_view id);

}  // namespace vitrine
