// SPDX-License-Identifier: Apache-2.0
// Descriptors of placeholders: checked, made once, kept.
#include "core/graph/placeholder.h"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>

#include <fmt/format.h>

#include "core/base/nearest_word.h"
#include "core/graph/names.h"
#include "core/graph/special_nodes.h"

namespace vitrine {

namespace {

constexpr size_t longestWord = 100;

Error trouble(std::string message) { return {"P10", std::move(message), {}, {}, {}}; }

Result<void> checkCount(std::string_view what, size_t found, size_t most) {
    if (found <= most) return {};
    return trouble(fmt::format("it has {} {}, wanted at most {}", found, what, most));
}

Result<void> checkWord(std::string_view what, std::string_view word) {
    if (isPlaceholderWord(word)) return {};
    return trouble(
        fmt::format("{} is called {}, wanted 1 to {} letters, digits, '_', '.', '-', "
                    "':' and '/'",
                    what, quoted(word), longestWord));
}

Result<void> checkParts(const PlaceholderParts& parts) {
    VITRINE_TRY(checkWord("an operator", parts.op));
    VITRINE_TRY(checkCount("fields", parts.fields.size(), mostPlaceholderFields));
    for (const PlaceholderField& field : parts.fields) VITRINE_TRY(checkWord("a field", field.id));
    for (const auto& [what, ports] : {std::pair("input ports", &parts.inputs),
                                      {"output ports", &parts.outputs},
                                      {"parameters", &parts.parameters}}) {
        VITRINE_TRY(checkCount(what, ports->size(), mostPlaceholderPorts));
        for (const std::string& port : *ports) VITRINE_TRY(checkWord("a port", port));
    }
    return {};
}

PortSpec portOf(const std::string& id, PortRole role) {
    return {.id = id,
            .title = id,
            .role = role,
            .types = everyType,
            .hasOwnType = true,
            .pattern = "[…]",
            .help = "A port that the file names. What goes through it is not known.",
            .optional = true};
}

FieldSpec specOf(const PlaceholderField& field) {
    if (field.id == whyRefused)
        return {.id = field.id,
                .title = "Not read",
                .type = field.type,
                .help = "Why the import of a model left the node as it is."};
    if (field.id == operatorSet)
        return {.id = field.id,
                .title = "Operator set",
                .type = field.type,
                .help = "By which version of its domain the model's file means the node."};
    return {.id = field.id,
            .title = field.id,
            .type = field.type,
            .help = field.isJson ? "A value of the file, as JSON. It is kept as it is."
                                 : "A value of the file. It is kept as it is."};
}

/// Everything in it refers to the parts, which must be where they stay.
void describe(PlaceholderOp& op) {
    for (const std::string& port : op.parts.inputs)
        op.inputPorts.push_back(portOf(port, PortRole::Value));
    for (const std::string& port : op.parts.parameters)
        op.inputPorts.push_back(portOf(port, PortRole::Parameter));
    for (const std::string& port : op.parts.outputs)
        op.outputPorts.push_back(portOf(port, PortRole::Value));
    for (const PlaceholderField& field : op.parts.fields) op.fieldSpecs.push_back(specOf(field));
    op.id = op.title = op.parts.op;
    op.category = placeholderCategory;
    const bool isRefused = std::ranges::find(op.parts.fields, whyRefused, &PlaceholderField::id) !=
                           op.parts.fields.end();
    op.summary = isRefused
                     ? "A node of a model that could not be read as it stands there. It keeps "
                       "what the file says of it, and nothing can be computed with it."
                     : "An operator that this program does not know. The node keeps what the "
                       "file says of it, and nothing can be computed with it.";
    op.kind = NodeKind::Placeholder;
    op.inputs = op.inputPorts;
    op.outputs = op.outputPorts;
    op.fields = op.fieldSpecs;
}

struct Known {
    std::mutex mutex;
    std::map<PlaceholderParts, std::unique_ptr<PlaceholderOp>> ops;
};

/// Like the registry of operators, and as long-lived: nodes refer to it until the last one goes.
Known& known() {
    static Known& table = *new Known;
    return table;
}

}  // namespace

bool isPlaceholderWord(std::string_view word) {
    const auto fits = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view("_.-:/").find(c) != std::string_view::npos;
    };
    return !word.empty() && word.size() <= longestWord && std::ranges::all_of(word, fits);
}

const PlaceholderParts& partsOf(const Node& placeholder) {
    VITRINE_CHECK(isPlaceholder(placeholder), "only placeholders have parts");
    return static_cast<const PlaceholderOp&>(*placeholder.op).parts;
}

Result<const PlaceholderOp*> placeholderOp(PlaceholderParts parts) {
    VITRINE_TRY(checkParts(parts));
    Known& table = known();
    const std::lock_guard lock(table.mutex);
    const auto found = table.ops.find(parts);
    if (found != table.ops.end()) return found->second.get();
    VITRINE_TRY(
        checkCount("predecessors that are all different", table.ops.size() + 1, mostPlaceholders));
    auto op = std::make_unique<PlaceholderOp>();
    op->parts = parts;
    describe(*op);
    return table.ops.emplace(std::move(parts), std::move(op)).first->second.get();
}

Error placeholderError(const Node& placeholder) {
    if (placeholder.attrs.has(whyRefused)) {
        Error error = nodeError(placeholder, fieldText(placeholder.attrs.get(whyRefused)));
        error.next = "Put another node in its place, or join what it stands between.";
        return error;
    }
    const std::string_view op = placeholder.op->id;
    const std::vector<std::string_view> ids = nodeOperatorIds();
    Error error = nodeError(placeholder, fmt::format("this program does not know the operator {}{}",
                                                     quoted(op), didYouMean(op, ids)));
    error.next = "Open the project with a program that knows it, or put another node in its place.";
    return error;
}

}  // namespace vitrine
