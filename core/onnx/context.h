// SPDX-License-Identifier: Apache-2.0
// Context: one node of an ONNX model as its rule sees it, and what the rule makes of it. Nothing
// here needs to be checked for success: whatever is in the way ends the rule (Refusal), and the
// node becomes a placeholder that says why.
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/onnx/draft.h"
#include "core/onnx/value.h"

namespace vitrine::onnx {

/// Thrown inside rules; the reader catches it.
struct Refusal {
    std::string code;  ///< "O05", "O17", "O19", "O20", …
    std::string why;   ///< `attribute mode is 'cubic', wanted nearest or linear`
};

/// What reads whole graphs; a rule comes to it for graphs inside attributes.
class Reader;

class Context {
  public:
    Context(Reader& reader, const Node& node, int64_t opset, std::vector<Value> inputs);

    const Node& node() const { return m_node; }
    int64_t opset() const { return m_opset; }  ///< of the node's domain

    // Inputs, by their places.
    size_t inputs() const { return m_inputs.size(); }
    bool has(size_t k) const { return k < m_inputs.size() && !m_inputs[k].isMissing(); }
    /// One that must be there.
    const Value& in(size_t k) const;
    /// A missing Value where it was left out.
    Value optional(size_t k) const { return has(k) ? m_inputs[k] : Value{}; }
    /// The type of one that must be there and known.
    const ValueShape& type(size_t k) const { return typeOf(in(k)); }
    Shape shape(size_t k) const { return type(k).shape; }
    DType dtype(size_t k) const { return type(k).dtype; }
    int rank(size_t k) const { return shape(k).rank(); }

    // Outputs, by their places.
    size_t outputs() const { return m_node.outputs.size(); }
    bool wants(size_t k) const { return k < outputs() && !m_node.outputs[k].empty(); }
    void give(size_t k, Value value);
    const std::vector<Value>& given() const { return m_given; }

    // Attributes. Of another kind than asked: refused.
    const Attribute* find(std::string_view name) const;
    bool hasAttribute(std::string_view name) const { return find(name) != nullptr; }
    int64_t integer(std::string_view name, int64_t usual) const;
    bool flag(std::string_view name, bool usual) const { return integer(name, usual ? 1 : 0) != 0; }
    double real(std::string_view name, double usual) const;
    std::string text(std::string_view name, std::string_view usual) const;
    std::optional<std::vector<int64_t>> integers(std::string_view name) const;
    std::optional<std::vector<double>> reals(std::string_view name) const;
    std::optional<std::vector<std::string>> texts(std::string_view name) const;
    const Graph& graph(std::string_view name) const;
    /// The axis of that attribute, or of a number: from 0 up to rank, counted from behind where
    /// negative.
    int64_t axis(std::string_view name, int64_t usual, int rank) const;
    int64_t axisOf(int64_t axis, int rank) const;
    /// The same of several.
    std::vector<int64_t> axesOf(std::vector<int64_t> axes, int rank) const;

    // Numbers that must be known while reading. `what`: for the refusal.
    Numbers numbers(const Value& value, std::string_view what) const;
    std::vector<int64_t> integers(const Value& value, std::string_view what) const;
    std::vector<double> reals(const Value& value, std::string_view what) const;
    int64_t integer(const Value& value, std::string_view what) const;
    double real(const Value& value, std::string_view what) const;
    /// Integers from an attribute in older operator sets, from input k in newer ones; nothing where
    /// neither is there.
    std::optional<std::vector<int64_t>> integersFrom(std::string_view attribute, size_t k) const;

    // What is made. Operators of this program's palette by their ids, operands in the order of
    // their ports (a missing Value where one is left out, parameters like others); folded where all
    // operands are constants.
    Attrs attrs(std::string_view op) const;
    std::vector<Value> emitAll(std::string_view op, const Attrs& attrs,
                               const std::vector<Value>& operands);
    Value emit(std::string_view op, const Attrs& attrs, const std::vector<Value>& operands);
    Value emit(std::string_view op, const std::vector<Value>& operands);
    Value fixed(Numbers numbers) const;  ///< a constant of these numbers
    /// Before so many of them are made: refuses where there is no room.
    void needs(double bytes) const;
    Value integersValue(const std::vector<int64_t>& numbers) const;  ///< I64 [n]
    Value integerValue(int64_t number) const;                        ///< I64 []
    /// Everywhere the same, of a type and shape.
    Value filled(const Shape& shape, DType type, double number);
    /// The same with one number, which repeats.
    Value scalar(DType type, double number) const;

    /// The same numbers with other extents of 1: a weight stays one, and that of its file.
    Value seenAs(const Value& constant, const Shape& shape) const;

    // Short forms; where nothing changes, the value itself.
    Value reshape(const Value& x, const std::vector<int64_t>& extents);
    Value transpose(const Value& x, const std::vector<int64_t>& permutation);
    Value expand(const Value& x, const Shape& shape);
    Value cast(const Value& x, DType type);
    /// To what a tensor of the file has: 16-bit floats are rounded to, and computed on as F32.
    Value castTo(const Value& x, ElementType type);
    Value add(const Value& a, const Value& b) { return emit("add", {a, b}); }
    Value sub(const Value& a, const Value& b) { return emit("sub", {a, b}); }
    Value mul(const Value& a, const Value& b) { return emit("mul", {a, b}); }
    Value div(const Value& a, const Value& b) { return emit("div", {a, b}); }
    /// `length` elements along an axis from `start`, every `step`-th.
    Value slice(const Value& x, int64_t axis, int64_t start, int64_t length, int64_t step = 1);
    Value concat(const std::vector<Value>& list, int64_t axis);

    const ValueShape& typeOf(const Value& value) const;
    Shape shapeOf(const Value& value) const { return typeOf(value).shape; }

    // Graphs inside: reads their nodes with these inputs; names of graphs around are seen.
    std::vector<Value> read(const Graph& body, const std::vector<Value>& inputs);
    /// The numbers of a tensor inside an attribute.
    Numbers numbersOf(const Tensor& tensor) const;
    Numbers numbersOf(const SparseTensor& tensor) const;
    /// The batch, where the file fixes it at 1 and it is left open here: a first extent of 1 that a
    /// constant says means it. 0: nothing of the kind.
    int64_t freedBatch() const;
    /// Whether what a node makes of these numbers stays in the graph where it changes nothing: with
    /// inputs of other sizes it would change something.
    bool stays(const Value& numbers) const;
    /// Whether the same graph is to hold for inputs of other sizes.
    bool followsSizes() const;
    /// Whether `y` is what an operator of the palette gives of x alone, a few nodes before this.
    bool isOf(const Value& y, std::string_view op, const Value& x) const;
    /// The node that gives `y`, where it is one of that operator; null: it is not.
    const Draft::Made* maker(const Value& y, std::string_view op) const;
    /// A sentence for the report.
    void remark(std::string sentence);

    [[noreturn]] void refuse(std::string why, std::string code = "O05") const;
    /// `attribute mode is 'cubic', wanted nearest or linear`
    [[noreturn]] void refuseAttribute(std::string_view name, std::string_view wanted) const;

  private:
    Reader& m_reader;
    const Node& m_node;
    int64_t m_opset;
    std::vector<Value> m_inputs, m_given;
};

}  // namespace vitrine::onnx
