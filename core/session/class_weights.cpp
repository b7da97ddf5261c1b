// SPDX-License-Identifier: Apache-2.0
// Looks for the losses.
#include "core/session/class_weights.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/count_text.h"
#include "core/graph/roles.h"
#include "core/graph/special_nodes.h"

namespace vitrine {

namespace {

bool isWeighable(const Node& node) { return isLoss(node) && node.attrs.has("class_weights"); }

Error noSuchLoss() {
    return {"U14",
            "no loss of this network has weights of classes",
            {},
            "Nothing was changed.",
            "Take a loss that has them: weighted cross-entropy, or negative log likelihood."};
}

std::string textOf(std::span<const double> weights) {
    std::string text;
    for (const double weight : weights)
        text += fmt::format("{}{:.4g}", text.empty() ? "" : ",", weight);
    return text;
}

}  // namespace

bool hasClassWeights(const Graph& graph) { return std::ranges::any_of(graph.nodes(), isWeighable); }

Result<Transaction> weighClasses(const Graph& graph, std::string_view classColumn,
                                 std::span<const double> weights) {
    const auto roles = rolesOf(graph, wiringOf(graph), true);
    if (!roles) return roles.error();
    Transaction edits;
    for (const LossRole& role : roles->losses) {
        const Node& loss = graph.nodes()[static_cast<size_t>(role.node)];
        if (!isWeighable(loss) || !role.target.isConnected()) continue;
        const Node& target = graph.nodes()[static_cast<size_t>(role.target.node)];
        if (!isClassInput(target) || columnOf(target) != classColumn) continue;
        const int64_t classes = target.attrs.integer("classes");
        if (classes != std::ssize(weights))
            return Error{"U14",
                         fmt::format("{} has {}, the data have {}", target.text(),
                                     countOf(classes, "class", "classes"),
                                     countOf(weights.size(), "class", "classes")),
                         {.node = target.id, .field = "classes", .file = {}, .line = 0},
                         "Nothing was changed.",
                         "Give the target as many classes as the data have."};
        edits.push_back(edit::SetField{loss.id, "class_weights", textOf(weights)});
    }
    if (edits.empty()) return noSuchLoss();
    return edits;
}

}  // namespace vitrine
