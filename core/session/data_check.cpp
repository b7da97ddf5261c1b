// SPDX-License-Identifier: Apache-2.0
// Compares the input and target nodes with what the data hold.
#include "core/session/data_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace vitrine {

namespace {

Error mismatch(const Node& node, const char* code, std::string message, std::string next) {
    Error error{code, std::move(message), {}, "Nothing was trained.", std::move(next)};
    error.place.node = node.id;
    return error;
}

/// Of images that are drawn later: the largest that there can be.
int64_t largestLabel(const Dataset& data) {
    int64_t largest = -1;
    for (const ImageSet* set : {&data.train, &data.test}) {
        if (set->source) largest = data.classes() - 1;
        for (int32_t label : set->labels) largest = std::max<int64_t>(largest, label);
    }
    return largest;
}

}  // namespace

Result<void> checkImagesFit(const Graph& graph, const Dataset& data) {
    const ImageSet& images = data.train.count > 0 ? data.train : data.test;
    const std::vector<int64_t> have{images.channels, images.height, images.width};
    for (const Node& node : graph.nodes()) {
        if (node.op->id == "input" && node.attrs.list("shape") != have)
            return mismatch(
                node, "U05",
                fmt::format("{} takes images of [{}], the data have [{}]", node.text(),
                            fmt::join(node.attrs.list("shape"), ", "), fmt::join(have, ", ")),
                "Change the input's shape, or choose other data.");
        if (node.op->id == "target" && largestLabel(data) >= node.attrs.integer("classes"))
            return mismatch(
                node, "U06",
                fmt::format("{} has {} classes, the data have labels up to {}", node.text(),
                            node.attrs.integer("classes"), largestLabel(data)),
                "Raise the number of classes.");
    }
    return {};
}

}  // namespace vitrine
