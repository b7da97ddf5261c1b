// SPDX-License-Identifier: Apache-2.0
// Data sets: labelled images as bytes, and the formats that make them. One .cpp in formats/ each.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/field.h"
#include "core/base/result.h"
#include "core/data/drawn_images.h"

namespace vitrine {

/// Images [count, channels, height, width] of bytes, row-major, with a class for each: all in
/// memory, or drawn when they are needed. A plain value; copies share a source. Any thread.
struct ImageSet {
    int64_t count = 0, channels = 0, height = 0, width = 0;
    // Empty where a source makes them: whoever reads images and labels asks the functions below.
    std::vector<uint8_t> pixels;
    std::vector<int32_t> labels;
    std::shared_ptr<DrawnImages> source = {};
    int64_t firstInSource = 0;

    int64_t imageBytes() const { return channels * height * width; }
    /// One image [channels, height, width] and its class. Those of a source may have to be drawn
    /// first, which takes some ten microseconds.
    std::span<const uint8_t> image(int64_t index) const;
    int32_t label(int64_t index) const;
    /// All of them. Slow where a source has to draw them (two seconds for 70,000), else at once.
    std::span<const uint8_t> allPixels() const;
    std::span<const int32_t> allLabels() const;
};

struct Dataset {
    ImageSet train, test;
    std::vector<std::string> classNames;
    /// What the data are, where they are equal the data are: format, fields, and either seed and
    /// generator or the sizes and contents of the files (contents up to 64 MB). Says nothing of the
    /// folder that they lie in, nor of how a file's name is spelt there. Empty: not known.
    std::string fingerprint = {};
    /// All labels are below this; known without looking at them.
    int64_t classes() const { return static_cast<int64_t>(classNames.size()); }
};

/// Where a format finds its data.
struct DataRequest {
    std::string folder = {};  ///< what the user named with --data or the project; empty where the
                              ///< format needs none
    uint64_t seed = 1;        ///< for generated data
    int threads = 1;
    std::function<void(double share)> progress = {};  ///< may be empty
    /// Looked at every few milliseconds. Where data are drawn later it ends drawing ahead.
    std::stop_token stop = {};
    int64_t memoryBytes = 0;  ///< the most that data may take; 0: what the system can give
};

struct DataFormatDescriptor {
    std::string_view id, title, summary;
    std::span<const FieldSpec> fields = {};
    bool needsFolder = true;
    /// Gives a fingerprint too. Errors: I01–I09, G01–G12, P08, H02, `stopped`, with what was found
    /// and what was wanted; nothing is imported.
    Result<Dataset> (*open)(const Attrs&, const DataRequest&) = nullptr;
};

std::span<const DataFormatDescriptor* const> allDataFormats();
const DataFormatDescriptor* findDataFormat(std::string_view id);

}  // namespace vitrine
