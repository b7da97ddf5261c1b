// SPDX-License-Identifier: Apache-2.0
// Counts class numbers, or asks the fields of data that are drawn.
#include "core/session/data_facts.h"

#include <algorithm>

namespace vitrine {

namespace {

bool isClassNumber(const Column& column) {
    return column.hasClasses() && column.dtype == DType::I32 && column.shape.rank() == 0;
}

/// Numbers that are drawn come with their images, later.
ColumnFacts classFacts(const Dataset& data, size_t column) {
    ColumnFacts facts{.column = data.columns[column]};
    if (!isClassNumber(facts.column)) return facts;
    const auto last = static_cast<int32_t>(facts.column.classes.size()) - 1;
    for (const ExampleSet* set : {&data.train, &data.test}) {
        if (set->count > 0 && !set->source->isStored()) facts.largest = last;
        if (set->count > 0 && set->source->isStored())
            for (int64_t i = 0; i < set->count; ++i)
                facts.largest = std::max(facts.largest, set->number(column, i));
    }
    if (data.train.count == 0 || !data.train.source->isStored()) return facts;
    facts.trainCounts.resize(static_cast<size_t>(facts.largest + 1));
    for (int64_t i = 0; i < data.train.count; ++i)
        if (const int32_t number = data.train.number(column, i); number >= 0)
            ++facts.trainCounts[static_cast<size_t>(number)];
    return facts;
}

}  // namespace

const ColumnFacts* DataFacts::find(std::string_view name) const {
    for (const ColumnFacts& facts : columns)
        if (facts.column.name == name) return &facts;
    return nullptr;
}

DataFacts factsOf(const Dataset& data) {
    DataFacts facts{.trainCount = data.train.count, .testCount = data.test.count, .columns = {}};
    for (size_t i = 0; i < data.columns.size(); ++i) facts.columns.push_back(classFacts(data, i));
    return facts;
}

DataFacts factsOf(const DataSettings& data) {
    const DataFormatDescriptor* format = findDataFormat(data.format);
    if (!format || format->needsFolder) return {};
    Attrs attrs(format->fields);
    for (const DataSettings::Field& field : data.fields)
        if (!attrs.set(field.id, field.value)) return {};
    if (!attrs.has("train") || !attrs.has("test")) return {};
    DataFacts facts;
    facts.trainCount = attrs.integer("train");
    facts.testCount = attrs.integer("test");
    const auto sample = format->open(attrs.with("train", int64_t{1}).with("test", int64_t{1}), {});
    if (sample) facts.columns = factsOf(*sample).columns;
    return facts;
}

std::vector<ColumnType> columnTypes(const std::vector<Column>& columns) {
    std::vector<ColumnType> types;
    for (const Column& column : columns) types.push_back({column.name, column.dtype});
    return types;
}

std::vector<ColumnType> columnTypes(const DataSettings& data) {
    std::vector<ColumnType> types;
    if (const DataFormatDescriptor* format = findDataFormat(data.format))
        for (const ColumnSpec& column : format->columns)
            types.push_back({std::string(column.name), column.dtype});
    return types;
}

}  // namespace vitrine
