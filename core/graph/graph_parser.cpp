// SPDX-License-Identifier: Apache-2.0
// graphFromText: one function for each rule of the grammar.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/base/nearest_word.h"
#include "core/graph/graph_text.h"
#include "core/graph/names.h"
#include "core/graph/ports.h"
#include "core/graph/special_nodes.h"
#include "core/graph/text_scanner.h"

namespace vitrine {

namespace {

using Kind = TextToken::Kind;

/// Where a value comes from, while there may be none.
using OptionalSource = std::optional<PortRef>;

class Parser {
  public:
    explicit Parser(std::vector<TextToken> tokens) : m_tokens(std::move(tokens)) {}

    Result<Graph> run() {
        while (!peek().is(Kind::End)) {
            if (peek().is(Kind::Break)) {
                take();
                continue;
            }
            VITRINE_TRY(statement());
        }
        return Graph::fromParts(m_nodes, m_edges);
    }

  private:
    const TextToken& peek(size_t ahead = 0) const {
        return m_tokens[std::min(m_at + ahead, m_tokens.size() - 1)];
    }
    const TextToken& take() { return m_tokens[std::min(m_at++, m_tokens.size() - 1)]; }
    /// The next token where it is of this kind.
    Result<TextToken> expect(Kind kind, std::string_view wanted) {
        if (!peek().is(kind)) return unexpected(peek(), wanted);
        return take();
    }
    Result<void> expectSign(char sign) {
        if (!peek().isSign(sign)) return unexpected(peek(), fmt::format("'{}'", sign));
        take();
        return {};
    }
    static Error unexpected(const TextToken& token, std::string_view wanted) {
        const bool isEnd = token.is(Kind::End) || token.is(Kind::Break);
        return textError(token, fmt::format("found {}, wanted {}",
                                            isEnd ? "the end" : quoted(token.text), wanted));
    }
    /// The same trouble, with the place in the text in front.
    static Error at(const TextToken& token, Error error) {
        Error placed = textError(token, error.message, error.code);
        placed.place.node = std::move(error.place.node);
        placed.place.field = std::move(error.place.field);
        return placed;
    }

    Node* find(std::string_view id) {
        const auto place = m_places.find(id);
        return place == m_places.end() ? nullptr : &m_nodes[place->second];
    }

    Result<void> statement() {
        const Result<OptionalSource> start = startOf();
        if (!start) return start.error();
        OptionalSource source = *start;
        while (peek().is(Kind::Arrow)) {
            take();
            const Result<PortRef> result = step(source);
            if (!result) return result.error();
            source = *result;
        }
        if (peek().is(Kind::Break) || peek().is(Kind::End)) return {};
        return unexpected(peek(), "'->' or the end of the line");
    }

    Result<OptionalSource> startOf() {
        if (!peek().is(Kind::Word)) return unexpected(peek(), "the name of a node or operator");
        if (peek(1).isSign('[')) return declaration(inputNode, "shape", ']');
        if (peek(1).isSign('<')) return declaration(targetNode, "classes", {});
        const bool isReference =
            find(nodePart(peek().text)) && !peek(1).isSign('(') && !isWord(peek(1), "as");
        const Result<PortRef> source = isReference ? reference(take()) : step({});
        if (!source) return source.error();
        return OptionalSource(*source);
    }

    static bool isWord(const TextToken& token, std::string_view word) {
        return token.is(Kind::Word) && token.text == word;
    }
    static std::string_view nodePart(std::string_view word) {
        return word.substr(0, word.find('.'));
    }

    /// `x[1,28,28]` or `labels<10`; `x[]` for one number.
    Result<OptionalSource> declaration(const OpDescriptor& op, std::string_view field, char close) {
        const TextToken name = take();
        take();
        TextToken none = peek();
        none.text.clear();
        const Result<TextToken> value =
            close && peek().isSign(close) ? none : expect(Kind::Word, "numbers");
        if (!value) return value.error();
        if (close) VITRINE_TRY(expectSign(close));
        VITRINE_TRY(addNode(name, name.text, op.id));
        const size_t index = m_nodes.size() - 1;
        VITRINE_TRY(setField(*value, m_nodes[index], field, value->text));
        if (peek().isSign('(')) VITRINE_TRY(arguments(index));
        return OptionalSource(PortRef{name.text, std::string(op.outputs.front().id)});
    }

    Result<void> addNode(const TextToken& token, const std::string& id, std::string_view op) {
        if (find(id)) return textError(token, fmt::format("the name '{}' is taken", id), "P10");
        Result<Node> node = makeNode(id, op);
        if (!node) {
            Error error = at(token, node.error());
            if (error.code == "P10") error.code = "S02";
            return error;
        }
        m_places.emplace(id, m_nodes.size());
        m_nodes.push_back(std::move(node).value());
        return {};
    }

    /// `relu`, `relu2`, …: the first that is free.
    std::string freeName(const std::string& op) {
        std::string name = op;
        for (int number = 2; find(name); ++number) name = fmt::format("{}{}", op, number);
        return name;
    }

    /// Where the closing parenthesis of a step stands, and the name behind it.
    Result<std::string> nameOfStep(const std::string& op) const {
        size_t ahead = 0;
        if (peek().isSign('('))
            while (!peek(ahead).isSign(')')) {
                if (peek(ahead).is(Kind::End) || peek(ahead).is(Kind::Break))
                    return unexpected(peek(ahead), "')'");
                ++ahead;
            }
        if (peek().isSign('(')) ++ahead;
        if (!isWord(peek(ahead), "as")) return op;
        if (!peek(ahead + 1).is(Kind::Word)) return unexpected(peek(ahead + 1), "a name");
        return peek(ahead + 1).text;
    }

    /// What stands before the arrow goes to a port that no argument gives a parameter.
    void noteParameters(size_t index) {
        if (!peek().isSign('(')) return;
        for (size_t ahead = 1; !peek(ahead).isSign(')'); ++ahead)
            if (peek(ahead).is(Kind::Word) && peek(ahead + 1).isSign('=') &&
                peek(ahead + 2).isSign('@'))
                m_nodes[index].parameters[peek(ahead).text] = peek(ahead + 3).text;
    }

    Result<PortRef> step(const OptionalSource& source) {
        const Result<TextToken> op = expect(Kind::Word, "an operator");
        if (!op) return op.error();
        Result<std::string> name = nameOfStep({});
        if (!name) return name.error();
        if (name->empty()) name = freeName(op->text);
        VITRINE_TRY(addNode(*op, *name, op->text));
        const size_t index = m_nodes.size() - 1;
        noteParameters(index);
        if (source) VITRINE_TRY(connect(*op, *source, index, {}));
        if (peek().isSign('(')) VITRINE_TRY(arguments(index));
        if (isWord(peek(), "as")) {
            take();
            take();
        }
        const OpDescriptor& descriptor = *m_nodes[index].op;
        if (descriptor.outputs.empty()) {
            if (peek().is(Kind::Arrow))
                return textError(*op, fmt::format("{} gives nothing", descriptor.id));
            return PortRef{*name, {}};
        }
        return PortRef{*name, outputsOf(m_nodes[index]).front().id};
    }

    /// `(…)`
    Result<void> arguments(size_t index) {
        take();
        while (!peek().isSign(')')) VITRINE_TRY(argument(index));
        take();
        return {};
    }

    Result<void> argument(size_t index) {
        const Result<TextToken> word = expect(Kind::Word, "an argument or ')'");
        if (!word) return word.error();
        if (!peek().isSign('=')) {
            const auto port = nextFreePort(m_nodes[index]);
            if (!port)
                return textError(*word, fmt::format("{} has no free port for '{}'",
                                                    m_nodes[index].text(), word->text));
            return connectPort(*word, index, *port);
        }
        take();
        if (peek().isSign('@')) return parameter(*word, index);
        if (peek().isSign('<')) return wire(*word, index);
        if (!peek().is(Kind::Word) && !peek().is(Kind::Quoted))
            return unexpected(peek(), "a value");
        const TextToken value = take();
        const std::span<const PortSpec> ports = m_nodes[index].op->inputs;
        const auto place = findPort(ports, word->text);
        if (place && ports[static_cast<size_t>(place->port)].role == PortRole::Value)
            return connectPort(value, index,
                               {&ports[static_cast<size_t>(place->port)], word->text});
        return setField(*word, m_nodes[index], word->text, value.text);
    }

    Result<void> parameter(const TextToken& port, size_t index) {
        take();
        const Result<TextToken> id = expect(Kind::Word, "a parameter's id");
        if (!id) return id.error();
        m_nodes[index].parameters[port.text] = id->text;
        return {};
    }

    /// An edge instead of the node's own parameter.
    Result<void> wire(const TextToken& port, size_t index) {
        take();
        const Result<TextToken> source = expect(Kind::Word, "a node");
        if (!source) return source.error();
        const std::span<const PortSpec> ports = m_nodes[index].op->inputs;
        const auto place = findPort(ports, port.text);
        if (!place || ports[static_cast<size_t>(place->port)].role == PortRole::Value)
            return textError(port, fmt::format("{} has no parameter {}", m_nodes[index].text(),
                                               quoted(port.text)));
        m_nodes[index].wired.insert(port.text);
        return connectPort(*source, index, {&ports[static_cast<size_t>(place->port)], port.text});
    }

    Result<void> setField(const TextToken& token, Node& node, std::string_view field,
                          const std::string& text) {
        std::vector<std::string_view> known;
        std::vector<std::string> ports;
        for (const FieldSpec& spec : node.op->fields) {
            known.push_back(spec.id);
            if (spec.id != field) continue;
            const Result<FieldValue> value = fieldFromText(spec, text);
            if (value) return node.attrs.set(field, *value);
            return at(token, nodeError(node, value.error().message, value.error().code));
        }
        for (const NodePort& port : edgeInputs(node, {})) ports.push_back(port.id);
        known.insert(known.end(), ports.begin(), ports.end());
        return at(token, nodeError(node,
                                   fmt::format("there is no field or port {}{}", quoted(field),
                                               didYouMean(field, known)),
                                   "S02"));
    }

    /// The first port that takes an edge, is there and has none yet.
    std::optional<NodePort> nextFreePort(const Node& node) const {
        std::vector<std::string_view> taken;
        for (auto at = m_taken.lower_bound({node.id, ""});
             at != m_taken.end() && at->first == node.id; ++at)
            taken.push_back(at->second);
        for (NodePort& port : edgeInputs(node, taken))
            if (std::ranges::find(taken, port.id) == taken.end()) return std::move(port);
        return std::nullopt;
    }

    /// An argument that names a node; a labels port may name a target that is not there yet.
    Result<void> connectPort(const TextToken& value, size_t index, const NodePort& port) {
        if (takesLabels(*port.spec) && !find(nodePart(value.text)))
            VITRINE_TRY(addNode(value, value.text, targetNode.id));
        const Result<PortRef> source = reference(value);
        if (!source) return source.error();
        return connect(value, *source, index, port);
    }

    Result<void> connect(const TextToken& token, const PortRef& source, size_t index,
                         std::optional<NodePort> port) {
        const Node& node = m_nodes[index];
        if (!port) port = nextFreePort(node);
        if (!port)
            return textError(token, fmt::format("{} has no port that takes an edge", node.text()));
        Edge edge{source, {node.id, port->id}};
        if (!m_taken.emplace(edge.to.node, edge.to.port).second)
            return at(token, nodeError(node, fmt::format("port '{}' has two edges", edge.to.port)));
        m_edges.push_back(std::move(edge));
        return {};
    }

    /// `name` or `name.port`.
    Result<PortRef> reference(const TextToken& token) {
        const std::string_view id = nodePart(token.text);
        const Node* node = find(id);
        if (!node) {
            std::vector<std::string_view> known;
            for (const Node& other : m_nodes) known.push_back(other.id);
            return textError(
                token,
                fmt::format("there is no node {} before this{}", quoted(id), didYouMean(id, known)),
                "S02");
        }
        if (node->op->outputs.empty())
            return textError(token, fmt::format("{} gives nothing", node->text()));
        if (id.size() == token.text.size()) return PortRef{node->id, outputsOf(*node).front().id};
        const std::string port = token.text.substr(id.size() + 1);
        if (findOutput(*node, port) < 0) {
            const std::vector<NodePort> outputs = outputsOf(*node);
            std::vector<std::string_view> known;
            for (const NodePort& output : outputs) known.push_back(output.id);
            return textError(token,
                             fmt::format("{} has no output port {}{}", node->text(), quoted(port),
                                         onlyThese(known)),
                             "S02");
        }
        return PortRef{node->id, port};
    }

    std::vector<TextToken> m_tokens;
    size_t m_at = 0;
    std::vector<Node> m_nodes;
    std::vector<Edge> m_edges;
    std::map<std::string, size_t, std::less<>> m_places;
    std::set<std::pair<std::string, std::string>> m_taken;  ///< input ports that have an edge
};

}  // namespace

Result<Graph> graphFromText(std::string_view text) {
    Result<std::vector<TextToken>> tokens = scanGraphText(text);
    if (!tokens) return tokens.error();
    return Parser(std::move(tokens).value()).run();
}

}  // namespace vitrine
