// SPDX-License-Identifier: Apache-2.0
// One edit after a draw, without a look at whether it fits.
#include "tests/support/random_edits.h"

#include <array>

#include "core/graph/ports.h"

namespace vitrine::test {

namespace {

constexpr std::array operators{"relu",   "conv2d", "add",   "linear", "flatten",   "batch_norm2d",
                               "concat", "split",  "input", "target", "max_pool2d"};

class Editor {
  public:
    Editor(const Graph& graph, std::mt19937& random) : m_graph(graph), m_random(random) {}

    Transaction edit() {
        if (m_graph.nodes().empty() || chance(12)) return insertion();
        switch (below(10)) {
            case 0:
                return removal(m_graph, {node().id});
            case 1:
                return {edit::Move{node().id, {number(), number()}}};
            case 2:
                return {edit::SetTitle{node().id, "t" + std::to_string(below(9))}};
            case 3:
                return {edit::Rename{node().id, "n" + std::to_string(below(40))}};
            case 4:
                return cut();
            case 5:
                return chance(8) ? sharing() : chance(10) ? feeding() : field();
            case 6:
            case 7:
                return field();
            default:
                return wire();
        }
    }

  private:
    size_t below(size_t count) { return m_random() % count; }
    bool chance(size_t oneIn) { return below(oneIn) == 0; }
    double number() { return static_cast<double>(below(1200)); }
    const Node& node() { return m_graph.nodes()[below(m_graph.nodes().size())]; }

    Transaction insertion() {
        auto made = makeNode("n" + std::to_string(below(40)), operators[below(operators.size())]);
        made->position = {number(), number()};
        const size_t index = chance(2) ? edit::atEnd : below(m_graph.nodes().size() + 1);
        return {edit::InsertNode{std::move(made).value(), index}};
    }
    Transaction cut() {
        if (m_graph.edges().empty()) return {};
        return {edit::EraseEdge{m_graph.edges()[below(m_graph.edges().size())]}};
    }
    Transaction wire() {
        const Node &from = node(), &to = node();
        const auto outputs = outputsOf(from);
        const auto inputs = edgeInputs(to, {});
        if (outputs.empty() || inputs.empty()) return {};
        return connection(m_graph, {{from.id, outputs[below(outputs.size())].id},
                                    {to.id, inputs[below(inputs.size())].id}});
    }
    Transaction field() {
        const Node& of = node();
        if (of.attrs.specs().empty()) return {};
        const size_t k = below(of.attrs.specs().size());
        FieldValue value = of.attrs.values()[k];
        if (auto* whole = std::get_if<int64_t>(&value)) *whole = static_cast<int64_t>(below(12));
        if (auto* flag = std::get_if<bool>(&value)) *flag = !*flag;
        if (auto* list = std::get_if<std::vector<int64_t>>(&value))
            for (int64_t& element : *list) element = static_cast<int64_t>(1 + below(9));
        return {edit::SetField{of.id, std::string(of.attrs.specs()[k].id), std::move(value)}};
    }
    Transaction sharing() {
        const Node &one = node(), &other = node();
        return {
            edit::SetFeed{one.id, "weight", one.id == other.id ? "" : other.parameterId("weight")}};
    }

    /// An edge in a parameter's place and back, a parameter frozen and thawed.
    Transaction feeding() {
        const Node& of = node();
        const std::string own = of.id + ".weight";
        switch (below(4)) {
            case 0:
                return {edit::SetFeed{of.id, "weight", {}, true}};
            case 1:
                return {edit::SetFeed{of.id, "weight"}};
            case 2:
                return {edit::PutParameter{own, Parameter{own, ParameterKind::Frozen}}};
            default:
                return {edit::PutParameter{own, std::nullopt}};
        }
    }

    const Graph& m_graph;
    std::mt19937& m_random;
};

}  // namespace

Transaction randomEdit(const Graph& graph, std::mt19937& random) {
    return Editor(graph, random).edit();
}

}  // namespace vitrine::test
