// SPDX-License-Identifier: Apache-2.0
// Placeholders: nodes of a file whose operator this program does not know. They keep and show what
// the file says; nothing is computed with them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/graph/graph.h"

namespace vitrine {

struct PlaceholderField {
    std::string id;
    FieldType type = FieldType::Text;
    bool isJson = false;  ///< a text that stands for another value of JSON: nested ones, null, …
    auto operator<=>(const PlaceholderField&) const = default;
};

/// What a file tells of an operator.
struct PlaceholderParts {
    std::string op;
    std::vector<std::string> inputs = {}, outputs = {};  ///< ports, as edges name them
    std::vector<std::string> parameters = {};            ///< ports, as the node names them
    std::vector<PlaceholderField> fields = {};
    bool namesFields = false;  ///< the node has a list of fields, which may be empty
    auto operator<=>(const PlaceholderParts&) const = default;
};

/// A descriptor that has no more than the parts: ports take everything, fields any value of their
/// type. There is no way to compute it.
struct PlaceholderOp : OpDescriptor {
    PlaceholderParts parts;
    std::vector<PortSpec> inputPorts, outputPorts;
    std::vector<FieldSpec> fieldSpecs;
};

/// How much of each one placeholder has.
inline constexpr size_t mostPlaceholderPorts = 256, mostPlaceholderFields = 256;
/// Different ones that the program keeps: they stay until it ends.
inline constexpr size_t mostPlaceholders = 4096;

inline constexpr std::string_view placeholderCategory = "placeholder";
/// A field in which an import says why it left the node as it is. No other program has one.
inline constexpr std::string_view whyRefused = "vitrine:why";
/// Beside it, the version of the operator's domain in the model's file.
inline constexpr std::string_view operatorSet = "vitrine:opset";
inline bool isPlaceholder(const Node& node) { return node.op->kind == NodeKind::Placeholder; }
/// Of a placeholder.
const PlaceholderParts& partsOf(const Node& placeholder);

/// May an operator, a port or a field be called so? 1 to 100 letters, digits, `_`, `.`, `-`, `:`
/// and `/`.
bool isPlaceholderWord(std::string_view word);

/// The one descriptor of these parts, which stays until the program ends, so that nodes of equal
/// parts are equal. Errors: "P10" (too much of something, or a name that is none), without the
/// node. Threads: any.
Result<const PlaceholderOp*> placeholderOp(PlaceholderParts parts);

/// "P10": `conv9 'c1': this program does not know the operator 'conv9', did you mean 'conv1d'?`, or
/// what its field whyRefused says.
Error placeholderError(const Node& placeholder);

}  // namespace vitrine
