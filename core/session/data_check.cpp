// SPDX-License-Identifier: Apache-2.0
// Compares the inputs with the columns that they take.
#include "core/session/data_check.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/file.h"
#include "core/data/transform.h"
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

/// All that the target feeds passes this number over.
bool isIgnored(const Graph& graph, const Node& node, int32_t number) {
    bool isRead = false;
    for (const Edge& edge : graph.edges()) {
        if (edge.from.node != node.id) continue;
        const Node* reader = graph.find(edge.to.node);
        if (!reader || !reader->attrs.has("ignore_index") ||
            reader->attrs.integer("ignore_index") != number)
            return false;
        isRead = true;
    }
    return isRead;
}

/// Class numbers without a name are none of the target's, or are passed over.
Result<void> checkNameless(const Graph& graph, const Node& node, const ColumnFacts& data) {
    const int64_t classes = node.attrs.integer("classes");
    for (const auto& [number, place] : data.nameless)
        if ((number < 0 || number >= classes) && !isIgnored(graph, node, number))
            return mismatch(
                node, "U06", "classes",
                fmt::format("{} has {} classes, from 0: {} has label {}, which is none of them",
                            node.text(), classes, place.text(), number),
                number < 0 ? "Correct the label, or use a loss that is told to ignore it."
                           : "Correct the label, raise the number of classes, or use a loss that "
                             "is told to ignore it.");
    return {};
}

/// Where transforms mix classes: cross-entropy of as many classes alone takes their shares.
Result<void> checkMixed(const Graph& graph, const Node& node, const DataFacts& data) {
    const ColumnFacts* shares = data.find(sharesColumn(columnOf(node)));
    if (!shares) return {};
    for (const Edge& edge : graph.edges()) {
        const Node* reader = edge.from.node == node.id ? graph.find(edge.to.node) : nullptr;
        if (!reader || !isLoss(*reader) || reader->op->id == "cross_entropy") continue;
        return mismatch(*reader, "U05", "",
                        fmt::format("{} takes one class of each example, and a transform of the "
                                    "data mixes them",
                                    reader->text()),
                        "Take the transform that mixes classes out, or choose cross_entropy.");
    }
    const int64_t classes = node.attrs.integer("classes"), there = shares->column.shape[0];
    if (classes == there) return {};
    return mismatch(node, "U05", "classes",
                    fmt::format("{} has {} classes, the data have {}, and a transform mixes them",
                                node.text(), classes, there),
                    "Give the target as many classes as the data have, or take the transform out.");
}

Result<void> checkClasses(const Graph& graph, const Node& node, const ColumnFacts& data) {
    const int64_t classes = node.attrs.integer("classes");
    if (data.column.shape.rank() != 0 || isFloat(data.column.dtype))
        return mismatch(node, "U05", "column",
                        fmt::format("{} takes one class number of each example, column '{}' has {} "
                                    "of shape {}",
                                    node.text(), data.column.name, name(data.column.dtype),
                                    data.column.shape.text()),
                        "Choose a column of classes, or use an input for numbers.");
    if (data.largest < classes) return checkNameless(graph, node, data);
    return mismatch(node, "U06", "classes",
                    fmt::format("{} has {} classes, the data have labels up to {}{}", node.text(),
                                classes, data.largest,
                                data.largestAt ? fmt::format(" ({})", data.largestAt->text()) : ""),
                    "Raise the number of classes.");
}

Result<void> checkNumbers(const Node& node, const Column& column) {
    if (!isBatched(node))
        return mismatch(
            node, "U05", "batched",
            fmt::format("{} takes one array as it is, and data are examples", node.text()),
            "Let the batch come on top of its shape.");
    const DType type = takenType(node, DType::F32);
    if (!isFloat(type) && isFloat(column.dtype))
        return mismatch(node, "U05", "type",
                        fmt::format("{} takes {}, column '{}' has {}", node.text(), name(type),
                                    column.name, name(column.dtype)),
                        "Choose a column of whole numbers, or give the input another type.");
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
        VITRINE_TRY(isClassInput(node) ? checkClasses(graph, node, *facts)
                                       : checkNumbers(node, facts->column));
        if (isClassInput(node)) VITRINE_TRY(checkMixed(graph, node, data));
    }
    return {};
}

Result<void> checkDataFit(const Graph& graph, const Dataset& data) {
    return checkDataFit(graph, factsOf(data));
}

Result<void> checkTrainedClasses(const Graph& graph, const Dataset& data) {
    const bool isGiven = std::ranges::any_of(
        graph.parameters(), [](const auto& of) { return of.second.file || of.second.data; });
    for (const Node& node : graph.nodes()) {
        const int column = isClassInput(node) ? data.column(columnOf(node)) : -1;
        if (column < 0 || !isGiven) continue;
        const auto& names = data.columns[static_cast<size_t>(column)].classes;
        const int64_t classes = node.attrs.integer("classes");
        if (names.empty() || std::ssize(names) == classes) continue;
        return mismatch(node, "U06", "classes",
                        fmt::format("{} has {} classes, as its network was trained, the data have "
                                    "{} ({} to {})",
                                    node.text(), classes, names.size(),
                                    printable(names.front(), 40), printable(names.back(), 40)),
                        "Make the layer that answers give as many as the data have.");
    }
    return {};
}

}  // namespace vitrine
