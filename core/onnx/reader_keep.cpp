// SPDX-License-Identifier: Apache-2.0
// Nodes that stay as the file has them, and what is taken to come out of them: those behind are
// read by it.
#include <algorithm>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/graph/names.h"
#include "core/onnx/placeholder_parts.h"
#include "core/onnx/reader.h"

namespace vitrine::onnx {

namespace {

/// Ends the reading of the whole model.
[[noreturn]] void fail(std::string code, std::string message) {
    throw Error{std::move(code), std::move(message), {}, "Nothing was opened.", ""};
}

/// The one input that is computed; null: there are none or several.
const Value* onlyComputed(const std::vector<Value>& inputs) {
    const Value* found = nullptr;
    for (const Value& input : inputs) {
        if (!input.port) continue;
        if (found) return nullptr;
        found = &input;
    }
    return found;
}

}  // namespace

/// The rest opens: the node stays as a placeholder.
void Reader::keep(const Node& node, int64_t opset, const std::vector<Value>& inputs,
                  const Refusal& why, Scope& scope) {
    std::vector<Told> told;
    for (size_t k = 0; k < node.outputs.size(); ++k) told.push_back(toldOf(node, k, inputs, scope));
    const bool isAssumed = std::ranges::any_of(told, &Told::isAssumed);
    const std::string domain = node.domain.empty() ? "ONNX" : printable(node.domain);
    const std::string_view taken = isAssumed ? "; it is taken to leave the shape as it is" : "";
    const Result<std::string> id = m_draft.addPlaceholder(
        node, inputs, opset,
        printable(fmt::format("{} ({} {}){}", why.why, domain, opset, taken), 1000));
    if (!id.ok()) fail("O04", fmt::format("{}: {}", nodeText(node), id.error().message));
    if (!m_room.isTrial())
        m_refused.push_back(
            {*id, &node, why.code,
             fmt::format("{} ({} {}): {}{}", nodeText(node), domain, opset, why.why, taken)});
    for (size_t k = 0; k < node.outputs.size(); ++k) {
        if (node.outputs[k].empty() || scope.values.contains(node.outputs[k])) continue;
        if (told[k].isAssumed) m_assumed.insert(nameIn(scope, node.outputs[k]));
        define(scope, node.outputs[k],
               {.type = told[k].type,
                .element = told[k].element,
                .port = PortRef{*id, fmt::format("out{}", k)}});
    }
}

/// Nothing where the file leaves more open than the batch.
std::optional<Shape> Reader::declaredShape(const Type& type) const {
    if (!type.shape || type.shape->size() > size_t{Shape::maxRank}) return {};
    Shape shape;
    for (const Dim& dim : *type.shape) {
        const auto chosen = m_choices.symbols.find(dim.symbol);
        const bool isFirst = shape.rank() == 0;
        const bool isFreed = isFirst && m_isFreed && dim.value == 1;
        if (!isOpen(dim) && !isFreed)
            shape.push(*dim.value);
        else if (chosen != m_choices.symbols.end())
            shape.push(chosen->second);
        else if (isFirst)
            shape.push(m_batch.extent);
        else
            return {};
    }
    return checkedElements(shape.dims()) > 0 ? std::optional(shape) : std::nullopt;
}

/// What the file says of a value that nothing here computes. Where it says nothing, a node that
/// makes one of one is taken to leave its shape as it is: what follows is read then, and a node
/// that the shape does not suit stays as well.
Reader::Told Reader::toldOf(const Node& node, size_t output, const std::vector<Value>& inputs,
                            const Scope& scope) const {
    const auto found = scope.declared.find(node.outputs[output]);
    if (found != scope.declared.end()) {
        const std::optional<DType> type = storedType(found->second->element);
        const std::optional<Shape> shape = declaredShape(*found->second);
        if (type && shape) return {ValueShape{*shape, computedType(*type)}, found->second->element};
    }
    const Value* x = onlyComputed(inputs);
    if (node.outputs.size() != 1 || !x || !x->type) return {};
    return {x->type, x->element, true};
}

}  // namespace vitrine::onnx
