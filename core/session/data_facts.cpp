// SPDX-License-Identifier: Apache-2.0
// Counts class numbers, or asks the fields of data that are drawn.
#include "core/session/data_facts.h"

#include <algorithm>

#include "core/data/transform.h"
#include "core/io/project_data.h"
#include "core/session/number_survey.h"

namespace vitrine {

namespace {

bool isClassNumber(const Column& column) {
    return column.hasClasses() && column.dtype == DType::I32 && column.shape.rank() == 0;
}

constexpr size_t mostNameless = 1000;

void take(ColumnFacts& facts, int32_t number, const ExamplePlace& place) {
    if (number < 0 || number >= std::ssize(facts.column.classes)) {
        if (facts.nameless.size() < mostNameless) facts.nameless.try_emplace(number, place);
    } else if (number > facts.largest) {
        facts.largest = number;
        facts.largestAt = place;
    }
}

constexpr int64_t mostNumbers = int64_t{1} << 22;  // looked at in some 10 ms

/// Nothing where there are too many, or where they would have to be read or drawn first.
std::optional<NumberSpan> spanOf(const Dataset& data, size_t column) {
    const Column& what = data.columns[column];
    const int64_t all = (data.train.count + data.test.count) * what.shape.elements();
    if (what.dtype != DType::F32 || all > mostNumbers) return {};
    for (const ExampleSet* set : {&data.train, &data.test})
        if (set->count > 0 && !set->source->isAtHand(column)) return {};
    const auto found = numbersIn(data, column);
    return found.hasFinite() ? std::optional(NumberSpan{found.smallest, found.largest})
                             : std::nullopt;
}

/// Numbers that are drawn come with their images, later.
ColumnFacts classFacts(const Dataset& data, size_t column) {
    ColumnFacts facts{.column = data.columns[column], .numbers = spanOf(data, column)};
    if (!isClassNumber(facts.column)) return facts;
    const auto last = static_cast<int32_t>(facts.column.classes.size()) - 1;
    for (const ExampleSet* set : {&data.train, &data.test}) {
        if (set->count > 0 && !set->source->isAtHand(column)) facts.largest = last;
        if (set->count > 0 && set->source->isAtHand(column))
            for (int64_t i = 0; i < set->count; ++i)
                take(facts, set->number(column, i), {set == &data.test, i});
    }
    if (data.train.count == 0 || !data.train.source->isAtHand(column)) return facts;
    facts.trainCounts.resize(static_cast<size_t>(facts.largest + 1));
    for (int64_t i = 0; i < data.train.count; ++i)
        if (const int32_t number = data.train.number(column, i);
            number >= 0 && number <= facts.largest)
            ++facts.trainCounts[static_cast<size_t>(number)];
    return facts;
}

}  // namespace

std::string ExamplePlace::text() const {
    return (isTest ? "test example " : "training example ") + std::to_string(index);
}

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
    if (!sample) return facts;
    DataSettings lists;
    lists.trainingTransforms = data.trainingTransforms;
    lists.evaluationTransforms = data.evaluationTransforms;
    if (const auto made = preparedData(*sample, lists)) facts.columns = factsOf(*made).columns;
    for (ColumnFacts& column : facts.columns) column.numbers.reset();  // those of one are not all
    return facts;
}

std::vector<ColumnType> columnTypes(const std::vector<Column>& columns) {
    std::vector<ColumnType> types;
    for (const Column& column : columns) {
        std::string shares = sharesColumn(column.name);
        if (columnNamed(columns, shares) < 0) shares.clear();
        types.push_back({column.name, column.dtype, std::move(shares)});
    }
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
