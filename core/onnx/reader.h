// SPDX-License-Identifier: Apache-2.0
// Reader: goes over a model's nodes once, for shapes that are numbers, and makes a draft of them.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/onnx/context.h"
#include "core/onnx/draft.h"
#include "core/onnx/external_files.h"
#include "core/onnx/memory_room.h"
#include "core/onnx/network.h"

namespace vitrine::onnx {

/// How inputs are taken.
struct Batch {
    int64_t extent = 1;
    bool isOpen = false;     ///< inputs take batches: their first extent is not in the graph
    bool freesOnes = false;  ///< those too whose file says 1
    /// Nodes that change nothing stay where they would for other sizes, so that the same model read
    /// for those has the same nodes.
    bool keepsAll = false;
    /// Constants that are repeated for each example are so in the graph, whatever axis it is.
    bool repeatsConstants = false;
};

class Reader {
  public:
    Reader(const Model& model, const Choices& choices, Batch batch,
           MemoryRoom::Kind room = MemoryRoom::Kind::Large);

    /// Errors: those of networkOf. Throws OutOfRoom where the room is a small one.
    Result<void> read();
    /// After read(). Errors: those of Graph::fromParts.
    Result<Network> network();
    const std::vector<End>& inputs() const { return m_inputs; }
    Draft& draft() { return m_draft; }
    const Draft& draft() const { return m_draft; }
    const std::vector<Refused>& refused() const { return m_refused; }
    /// Whether some input takes batches.
    bool followsBatch() const { return m_followsBatch; }

    // For Context.
    std::vector<Value> emit(std::string_view op, const Attrs& attrs,
                            const std::vector<Value>& operands);
    std::vector<Value> readBody(const Graph& body, const std::vector<Value>& inputs);
    const Attribute* resolved(const Attribute& attribute) const;
    Numbers numbersOf(const Tensor& tensor);
    Numbers numbersOf(const SparseTensor& tensor);
    void remark(std::string sentence) {
        if (!m_room.isTrial()) m_remarks.insert(std::move(sentence));
    }
    /// One that changes nothing of what the model gives.
    void note(std::string sentence) { m_notes.push_back(std::move(sentence)); }
    /// Numbers that a rule keeps. Throws Refusal where they are more than there is room for.
    void takeRoom(const TensorData& numbers);
    /// The same of bytes that it is about to make.
    void checkRoom(int64_t bytes) const;
    /// Numbers that were given for an input have been used to find a shape.
    void bind(const Value& value);
    /// Whether `y` is what an operator gives of x alone.
    bool isOf(const Value& y, std::string_view op, const Value& x) const {
        return y.port && x.port && m_draft.gives(*y.port, op, *x.port);
    }
    /// Extent of a batch where the file fixes it at 1 and it is left open here; 0: it is not.
    int64_t freedBatch() const { return m_isFreed ? m_batch.extent : 0; }
    bool keepsAll() const { return m_batch.keepsAll; }
    bool repeatsConstants() const { return m_batch.repeatsConstants; }
    /// Every output that the file declares for one example is one for each.
    bool givesBatches() const;
    /// An input that takes batches; missing: none does.
    const Value& batched() const { return m_batched; }

  private:
    /// Names of one graph, and where names are looked for that it does not have.
    struct Scope {
        Scope* outer = nullptr;
        std::string prefix;  ///< of names in it, so that those of two scopes differ
        std::unordered_map<std::string_view, Value> values;
        std::unordered_map<std::string_view, const Tensor*> tensors;  ///< not looked at yet
        std::unordered_map<std::string_view, const SparseTensor*> sparse;
        std::unordered_map<std::string_view, const Type*> declared;
        std::map<std::string_view, const Attribute*> arguments = {};  ///< of a function's call
        const std::vector<OpsetImport>* opsets = nullptr;
    };

    Result<void> checkModel() const;
    Scope scopeOf(const Graph& graph, Scope* outer);
    void addInputs(Scope& scope);
    Value inputValue(const ValueInfo& info);
    Shape shapeOfInput(const ValueInfo& info, bool& isBatched);
    bool isTurned(const ValueInfo& info, const Shape& shape, DType type) const;
    Value turned(Value input, const Shape& taken);
    void addOutputs(Scope& scope);
    Value output(Scope& scope, std::string_view name);

    void readNodes(const std::vector<Node>& nodes, Scope& scope);
    void readNode(const Node& node, Scope& scope);
    void readFunction(const Function& function, const Node& node, std::vector<Value> inputs,
                      Scope& scope);
    void readByRule(const Node& node, int64_t opset, const std::vector<Value>& inputs,
                    Scope& scope);
    void keep(const Node& node, int64_t opset, const std::vector<Value>& inputs, const Refusal& why,
              Scope& scope);
    /// Of an output of a node that is kept.
    struct Told {
        std::optional<ValueShape> type;
        ElementType element = ElementType::Undefined;
        bool isAssumed = false;  ///< by nothing that the file says
    };
    std::optional<Shape> declaredShape(const Type& type) const;
    Told toldOf(const Node& node, size_t output, const std::vector<Value>& inputs,
                const Scope& scope) const;
    static std::string nameIn(const Scope& scope, std::string_view name) {
        return scope.prefix + std::string(name);
    }
    void define(Scope& scope, std::string_view name, Value value);
    Value valueOf(const Tensor& tensor);
    Value valueOf(const SparseTensor& tensor);
    std::optional<Error> fileTrouble() const;
    void takeValue();
    std::optional<Value> untried(ElementType type, const Integers& dims, int64_t bytes) const;
    const Value& lookUp(Scope& scope, std::string_view name, const Node& node);
    Value* find(Scope& scope, std::string_view name);
    std::string weightName(const Scope& scope, std::string_view name, const Tensor* tensor);
    int64_t opsetOf(const Scope& scope, std::string_view domain) const;
    std::string baseFor(const Node& node, const std::vector<Value>& inputs) const;
    Result<std::vector<Value>> folded(const OpDescriptor& op, const Attrs& attrs,
                                      const std::vector<Value>& operands);
    std::vector<Value> emitNode(const OpDescriptor& op, const Attrs& attrs,
                                const std::vector<Value>& operands);
    Numbers taken(Result<Numbers> numbers);
    /// Made while reading, and no view of a file.
    bool isMade(const TensorData& numbers) const;

    const Model& m_model;
    const Choices& m_choices;
    const Batch m_batch;
    ExternalFiles m_files;
    int64_t m_externalBytes = 0;  ///< of files that the room knows
    MemoryRoom m_room;
    Draft m_draft;
    Scope* m_scope = nullptr;  ///< of the node that is read
    std::string m_base;        ///< what the next node of the graph is called
    int m_depth = 0, m_scopes = 0;
    int64_t m_nodes = 0, m_folded = 0, m_evaluated = 0;
    bool m_followsBatch = false, m_isFreed = false, m_hasPictures = false;
    DType m_floatType = DType::F32;
    Value m_batched = {};
    std::vector<End> m_inputs, m_outputs;
    std::vector<Refused> m_refused;
    std::set<std::string> m_remarks, m_bound;
    /// Names of values whose shape is that in front of a node that is kept, or follows from it.
    std::set<std::string, std::less<>> m_assumed;
    std::unordered_map<const Tensor*, std::string> m_nested;  ///< names, once one is asked for
    std::vector<std::string> m_notes;
};

}  // namespace vitrine::onnx
