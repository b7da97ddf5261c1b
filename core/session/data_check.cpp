// SPDX-License-Identifier: Apache-2.0
// Compares the input and target nodes with what the data hold.
#include "core/session/data_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vitrine {

namespace {

Error mismatch(const Node& node, const char* code, const char* field, std::string message,
               std::string next) {
    Error error{code, std::move(message), {}, "Nothing was trained.", std::move(next)};
    error.place = {.node = node.id, .field = field, .file = {}, .line = 0};
    return error;
}

}  // namespace

Result<void> checkImagesFit(const Graph& graph, const DataFacts& data) {
    for (const Node& node : graph.nodes()) {
        if (node.op->id == "input" && !data.extents.empty() &&
            node.attrs.list("shape") != data.extents)
            return mismatch(node, "U05", "shape",
                            fmt::format("{} takes images of [{}], the data have [{}]", node.text(),
                                        fmt::join(node.attrs.list("shape"), ", "),
                                        fmt::join(data.extents, ", ")),
                            "Change the input's shape, or choose other data.");
        if (node.op->id == "target" && data.largestLabel >= node.attrs.integer("classes"))
            return mismatch(
                node, "U06", "classes",
                fmt::format("{} has {} classes, the data have labels up to {}", node.text(),
                            node.attrs.integer("classes"), data.largestLabel),
                "Raise the number of classes.");
    }
    return {};
}

Result<void> checkImagesFit(const Graph& graph, const Dataset& data) {
    return checkImagesFit(graph, factsOf(data));
}

}  // namespace vitrine
