// SPDX-License-Identifier: Apache-2.0
// Reads every descriptor and writes what it says.
#include "core/cli/ops_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <nlohmann/json.hpp>

#include "core/cli/field_text.h"
#include "core/graph/special_nodes.h"
#include "core/opdef/port_patterns.h"
#include "core/opdef/registry.h"

namespace vitrine::cli {

namespace {

const char* text(PortRole role) {
    switch (role) {
        case PortRole::Value:
            return "value";
        case PortRole::Parameter:
            return "parameter";
        case PortRole::Statistic:
            return "statistic";
    }
    return "?";
}

/// ` (parameter)`, ` (i32, any number)`; nothing for one floating-point value that must be there.
std::string remarks(const PortSpec& port) {
    std::vector<std::string> words;
    if (port.role != PortRole::Value) words.push_back(text(port.role));
    if (port.types != realTypes) words.push_back(port.types.text());
    if (port.repeat.isRepeated())
        words.push_back(port.repeat.field.empty()
                            ? "any number"
                            : fmt::format("as many as '{}' says", port.repeat.field));
    if (port.optional) words.push_back("optional");
    if (!port.onlyIf.empty()) words.push_back("if " + conditionOf(port));
    return words.empty() ? "" : fmt::format(" ({})", fmt::join(words, ", "));
}

std::string portHelp(const PortSpec& port, const char* direction) {
    return fmt::format("      {} {} {}{}  {}\n", direction, port.id, port.pattern, remarks(port),
                       port.help);
}

std::string operatorHelp(const OpDescriptor& op) {
    std::string out =
        fmt::format("  {} — {}\n    {}\n    {}\n", op.id, op.title, op.summary, op.formula);
    for (const PortSpec& port : op.inputs) out += portHelp(port, "in ");
    for (const PortSpec& port : op.outputs) out += portHelp(port, "out");
    for (const FieldSpec& field : op.fields) out += fieldHelp(field);
    return out;
}

nlohmann::ordered_json portJson(const PortSpec& port) {
    return {{"id", port.id},
            {"title", port.title},
            {"role", text(port.role)},
            {"types", port.types.text()},
            {"pattern", port.pattern},
            {"optional", port.optional || !port.onlyIf.empty()},
            {"repeated", port.repeat.isRepeated()},
            {"help", port.help}};
}

using Categories = std::map<std::string_view, std::vector<const OpDescriptor*>>;

Categories byCategory(const std::vector<const OpDescriptor*>& operators) {
    Categories categories;
    for (const OpDescriptor* op : operators) categories[op->category].push_back(op);
    return categories;
}

/// Those that people draw with.
Categories palette() {
    std::vector<const OpDescriptor*> operators = listedOperators();
    std::erase_if(operators, [](const OpDescriptor* op) { return !op->inPalette(); });
    return byCategory(operators);
}

/// A cell of a table in Markdown.
std::string cell(std::string_view text) {
    std::string escaped;
    for (const char letter : text) escaped += letter == '|' ? "\\|" : std::string(1, letter);
    return escaped;
}

/// `` `kernel`, `stride` ``
std::string names(std::span<const FieldSpec> fields) {
    std::vector<std::string> quoted;
    for (const FieldSpec& field : fields) quoted.push_back(fmt::format("`{}`", field.id));
    return fmt::format("{}", fmt::join(quoted, ", "));
}

}  // namespace

std::vector<const OpDescriptor*> listedOperators() {
    std::vector<const OpDescriptor*> listed(specialNodes().begin(), specialNodes().end());
    for (const OpDescriptor* op : allOperators()) listed.push_back(op);
    return listed;
}

std::string operatorsHelp() {
    std::string out;
    for (const auto& [category, operators] : byCategory(listedOperators())) {
        out += fmt::format("{} ({})\n", category, operators.size());
        for (const OpDescriptor* op : operators) out += operatorHelp(*op) + "\n";
    }
    return out;
}

std::string operatorsTable() {
    std::string out = "| category | operators |\n|---|---|\n";
    for (const auto& [category, operators] : palette()) {
        std::vector<std::string> ids;
        for (const OpDescriptor* op : operators) ids.push_back(fmt::format("`{}`", op->id));
        out += fmt::format("| {} ({}) | {} |\n", category, ids.size(), fmt::join(ids, ", "));
    }
    return out;
}

std::string operatorsPage() {
    std::string out =
        "# Operators\n\nMade by `resources/make_operator_tables.sh` from the operators' own "
        "files; a test compares the two.\n\n" +
        operatorsTable();
    for (const auto& [category, operators] : palette()) {
        out += fmt::format("\n## {}\n\n| operator | what it does | fields |\n|---|---|---|\n",
                           category);
        for (const OpDescriptor* op : operators)
            out +=
                fmt::format("| `{}` | {} | {} |\n", op->id, cell(op->summary), names(op->fields));
    }
    return out;
}

std::string operatorJson(const OpDescriptor& op) {
    nlohmann::ordered_json json{{"event", "operator"},   {"id", op.id},
                                {"title", op.title},     {"category", op.category},
                                {"summary", op.summary}, {"formula", op.formula}};
    json["inputs"] = json["outputs"] = json["fields"] = nlohmann::json::array();
    for (const PortSpec& port : op.inputs) json["inputs"].push_back(portJson(port));
    for (const PortSpec& port : op.outputs) json["outputs"].push_back(portJson(port));
    for (const FieldSpec& field : op.fields) json["fields"].push_back(fieldJson(field));
    json["composite"] = op.isComposite();
    json["differentiable"] = op.isComposite() || op.vjp != nullptr;
    return json.dump();
}

}  // namespace vitrine::cli
