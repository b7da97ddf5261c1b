// SPDX-License-Identifier: Apache-2.0
// Values wherever they are, and finding a data format by its id.
#include "core/data/dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace vitrine {

void ExampleSource::write(int64_t index, const Occasion&,
                          std::span<const std::span<std::byte>> to) {
    for (size_t column = 0; column < to.size(); ++column)
        if (!to[column].empty())
            std::memcpy(to[column].data(), value(column, index).data(), to[column].size());
}

std::span<const uint8_t> ExampleSet::pixels(size_t column, int64_t index) const {
    const std::span<const std::byte> bytes = value(column, index);
    return {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
}

int32_t ExampleSet::number(size_t column, int64_t index) const {
    int32_t number = 0;
    std::memcpy(&number, value(column, index).data(), sizeof number);
    return number;
}

int Dataset::column(std::string_view name) const { return columnNamed(columns, name); }

int columnNamed(std::span<const Column> columns, std::string_view name) {
    const auto found = std::ranges::find(columns, name, &Column::name);
    return found == columns.end() ? -1 : static_cast<int>(found - columns.begin());
}

int classColumn(std::span<const Column> columns) {
    const auto found = std::ranges::find_if(columns, [](const Column& column) {
        return column.hasClasses() && column.dtype == DType::I32 && column.shape.rank() == 0;
    });
    return found == columns.end() ? -1 : static_cast<int>(found - columns.begin());
}

std::string exampleName(const Dataset& data, bool isTest, int64_t index) {
    std::string name = (isTest ? data.test : data.train).nameOf(index);
    if (name.empty()) name = fmt::format("{} {}", isTest ? "test" : "train", index);
    return name;
}

const DataFormatDescriptor* findDataFormat(std::string_view id) {
    for (const DataFormatDescriptor* format : allDataFormats())
        if (format->id == id) return format;
    return nullptr;
}

}  // namespace vitrine
