// SPDX-License-Identifier: GPL-3.0-or-later
// Words for operators, and counting.
#include "gui/graph_editor/node_naming.h"

#include "core/graph/special_nodes.h"

namespace vitrine::gui {

namespace {

/// What people call a layer; other operators keep their id.
std::string_view wordFor(std::string_view id) {
    const OpDescriptor* op = findNodeOperator(id);
    return op && !op->shortName.empty() ? op->shortName : id;
}

/// Of these a network has mostly one: the first has no number.
bool standsAlone(std::string_view word) {
    return word == "input" || word == "target" || word == "output" || word == "loss" ||
           word == "flatten";
}

}  // namespace

FreshNames::FreshNames(const Graph& graph) {
    for (const Node& node : graph.nodes()) {
        m_taken.insert(node.id);
        for (const auto& [port, parameter] : node.parameters)
            m_taken.insert(parameter.substr(0, parameter.find('.')));
    }
}

std::string FreshNames::forOperator(std::string_view op) {
    const std::string word(wordFor(op));
    if (standsAlone(word) && m_taken.insert(word).second) return word;
    return numbered(word);
}

std::string FreshNames::forCopyOf(std::string_view id) {
    const size_t end = id.find_last_not_of("0123456789");
    return numbered(std::string(id.substr(0, end + 1)));
}

std::string FreshNames::forSameAs(std::string_view id) {
    return m_taken.emplace(id).second ? std::string(id) : forCopyOf(id);
}

std::string FreshNames::numbered(const std::string& word) {
    int number = standsAlone(word) ? 2 : 1;
    while (!m_taken.insert(word + std::to_string(number)).second) ++number;
    return word + std::to_string(number);
}

}  // namespace vitrine::gui
