// SPDX-License-Identifier: Apache-2.0
// Compares the inputs with the columns that they take.
#include "core/session/data_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/graph/special_nodes.h"

namespace vitrine {

namespace {

Error mismatch(const Node& node, const char* code, const char* field, std::string message,
               std::string next) {
    Error error{code, std::move(message), {}, "Nothing was trained.", std::move(next)};
    error.place = {.node = node.id, .field = field, .file = {}, .line = 0};
    return error;
}

Error noColumn(const Node& node, const DataFacts& data) {
    std::vector<std::string> names;
    for (const ColumnFacts& facts : data.columns) names.push_back(facts.column.name);
    return mismatch(node, "U05", "column",
                    fmt::format("{} takes column '{}', the data have {}", node.text(),
                                columnOf(node), fmt::join(names, ", ")),
                    "Choose one of these columns, or other data.");
}

Result<void> checkClasses(const Node& node, const ColumnFacts& data) {
    const int64_t classes = node.attrs.integer("classes");
    if (data.column.shape.rank() != 0 || isFloat(data.column.dtype))
        return mismatch(node, "U05", "column",
                        fmt::format("{} takes one class number of each example, column '{}' has {} "
                                    "of shape {}",
                                    node.text(), data.column.name, name(data.column.dtype),
                                    data.column.shape.text()),
                        "Choose a column of classes, or use an input for numbers.");
    if (data.largest < classes) return {};
    return mismatch(node, "U06", "classes",
                    fmt::format("{} has {} classes, the data have labels up to {}", node.text(),
                                classes, data.largest),
                    "Raise the number of classes.");
}

Result<void> checkNumbers(const Node& node, const Column& column) {
    const std::vector<int64_t>& wanted = node.attrs.list("shape");
    const std::span<const int64_t> there = column.shape.dims();
    const bool isOneNumber = there.empty() && wanted == std::vector<int64_t>{1};
    if (isOneNumber || std::ranges::equal(wanted, there)) return {};
    const std::string what = column.isImage() ? "images" : "values";
    return mismatch(node, "U05", "shape",
                    fmt::format("{} takes {} of [{}], the data have [{}]", node.text(), what,
                                fmt::join(wanted, ", "), fmt::join(there, ", ")),
                    "Change the input's shape, or choose other data.");
}

}  // namespace

Result<void> checkDataFit(const Graph& graph, const DataFacts& data) {
    if (data.columns.empty()) return {};
    for (const Node& node : graph.nodes()) {
        if (!isInput(node)) continue;
        const ColumnFacts* facts = data.find(columnOf(node));
        if (!facts) return noColumn(node, data);
        VITRINE_TRY(isClassInput(node) ? checkClasses(node, *facts)
                                       : checkNumbers(node, facts->column));
    }
    return {};
}

Result<void> checkDataFit(const Graph& graph, const Dataset& data) {
    return checkDataFit(graph, factsOf(data));
}

}  // namespace vitrine
