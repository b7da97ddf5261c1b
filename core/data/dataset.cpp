// SPDX-License-Identifier: Apache-2.0
// Images wherever they are, and finding a data format by its id.
#include "core/data/dataset.h"

namespace vitrine {

std::span<const uint8_t> ImageSet::image(int64_t index) const {
    if (source) return source->image(firstInSource + index);
    const auto bytes = static_cast<size_t>(imageBytes());
    return std::span(pixels).subspan(static_cast<size_t>(index) * bytes, bytes);
}

int32_t ImageSet::label(int64_t index) const {
    return source ? source->label(firstInSource + index) : labels[static_cast<size_t>(index)];
}

std::span<const uint8_t> ImageSet::allPixels() const {
    return source ? source->pixels(firstInSource, count) : std::span(pixels);
}

std::span<const int32_t> ImageSet::allLabels() const {
    return source ? source->labels(firstInSource, count) : std::span(labels);
}

const DataFormatDescriptor* findDataFormat(std::string_view id) {
    for (const DataFormatDescriptor* format : allDataFormats())
        if (format->id == id) return format;
    return nullptr;
}

}  // namespace vitrine
