// SPDX-License-Identifier: Apache-2.0
// Draft: a graph that grows node by node, with the shapes of everything in it known.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/graph/graph.h"
#include "core/onnx/memory_room.h"
#include "core/onnx/value.h"

namespace vitrine::onnx {

/// A node of the graph as it was made, with the types of its operands and of what it gives: what
/// follows the batch and other sizes is found by them.
struct DraftNode {
    vitrine::Node node;
    std::vector<ValueShape> operands;
    std::vector<ValueShape> results = {};
};

class Draft {
  public:
    /// `trainsSingleNumbers`: those are weights too. `room`: outlives this.
    Draft(std::string file, bool trainsSingleNumbers, MemoryRoom& room)
        : m_file(std::move(file)), m_trainsSingleNumbers(trainsSingleNumbers), m_room(room) {}

    /// What the network computes with.
    void setFloatType(DType type) { m_floatType = type; }
    /// A node of an operator of the palette, and what it gives. `base`: what it is called, where
    /// that is free. Errors: "shape", "P11" (fields), "O05" (a value that is not known, or of a
    /// type that no parameter has), "O20" (numbers that would have to be kept wider). Throws Error
    /// "O26", as all that adds nodes. On trial nothing is kept of it.
    Result<std::vector<Value>> add(const OpDescriptor& op, const Attrs& attrs,
                                   const std::vector<Value>& operands, const std::string& base);
    /// An input; gives its node's id.
    /// `column`: what it takes of each example; empty: one that is called as the node is.
    std::string addInput(const std::string& name, Attrs attrs, const std::string& column,
                         const ValueShape& type);
    /// Of a value that a node gives, or whose numbers are known and some. Errors: those of add().
    Result<std::string> addOutput(const std::string& name, const Value& value);
    /// A node that is kept as the file has it: its operands, its fields, and so many outputs.
    /// Gives its id. Errors: those of placeholderOp.
    Result<std::string> addPlaceholder(const Node& node, const std::vector<Value>& operands,
                                       int64_t opset, std::string_view why);

    /// Takes away operators that lead to no output.
    void prune();
    const std::vector<DraftNode>& nodes() const { return m_nodes; }
    std::vector<DraftNode>& nodes() { return m_nodes; }
    const std::vector<Edge>& edges() const { return m_edges; }
    std::vector<Edge>& edges() { return m_edges; }
    /// Whether one of the last nodes gives `result` of `operand` alone.
    bool gives(const PortRef& result, std::string_view op, const PortRef& operand) const;
    std::map<std::string, Parameter>& parameters() { return m_parameters; }
    const std::map<std::string, Parameter>& parameters() const { return m_parameters; }
    /// Parameter → the weight of the file that it is.
    std::map<std::string, std::string> weights() const;
    /// Weights that several places share, with what uses them; and those that one tensor of the
    /// file was for several, because its numbers are all the same.
    std::vector<std::string> ties() const;
    int64_t unshared() const { return m_unshared; }

    Result<vitrine::Graph> finish() const;

    /// A node as it was made, with what it was given.
    struct Made {
        Attrs attrs;
        std::vector<Value> operands;
    };
    /// Which node gives a value; null where that is one of another operator.
    const Made* maker(const Value& value, std::string_view op) const;

    /// `word` as a node's id that nothing has yet.
    std::string freeId(std::string_view word);

  private:
    /// Throws Error "O26" where there is no room for one more.
    void takeNode(size_t operands);
    struct Feed {
        vitrine::Node& node;
        const PortSpec& port;
        std::string name;  ///< of the port
    };
    Result<void> feed(const Feed& feed, const Value& value);
    std::string parameterFor(const Feed& feed, const Value& value);
    Parameter parameterOf(std::string id, const Value& value, const PortSpec& port) const;
    bool isTrained(const Value& value, const PortSpec& port) const;
    /// As a type that parameters have, cast back behind it.
    Result<Value> stored(const Value& value);
    Result<Numbers> asStored(const Numbers& numbers, DType type);
    /// `relu_2`, then `relu_3`.
    std::string numbered(const std::string& base);
    std::string freeParameterId(std::string_view word);

    std::string m_file;
    bool m_trainsSingleNumbers;
    MemoryRoom& m_room;
    DType m_floatType = DType::F32;
    std::vector<DraftNode> m_nodes;
    std::vector<Edge> m_edges;
    std::map<std::string, Parameter> m_parameters;
    struct MadeBy {
        const OpDescriptor* op = nullptr;
        Made made;
    };
    std::map<std::string, MadeBy, std::less<>> m_made;  ///< by the node's id
    std::set<std::string, std::less<>> m_ids;
    /// Word → the last number behind it: many nodes are called alike.
    std::map<std::string, int, std::less<>> m_numbers;
    struct Use {
        std::string parameter;
        bool isStatistic = false;
        std::vector<std::string> users;
    };
    std::map<std::string, Use> m_shared;           ///< by the value's name
    std::map<std::string, std::string> m_weights;  ///< parameter → weight
    int64_t m_unshared = 0;
    struct Widened {
        Numbers source, numbers;
    };
    /// By where they lie, their type and how many they are.
    std::map<std::tuple<const std::byte*, DType, int64_t>, Widened> m_widened;
};

}  // namespace vitrine::onnx
