// SPDX-License-Identifier: Apache-2.0
// The shape pass: the type of every port of a graph, and an Error for each node that does not fit.
#pragma once

#include <string>
#include <vector>

#include "core/graph/graph.h"
#include "core/graph/wiring.h"

namespace vitrine {

/// The batch is a symbol, N, for people; the pass runs with a number in its place.
struct ShapeOptions {
    int64_t batch = 2;
    DType floatType = DType::F32;
};

/// A second batch for the same pass: what an extent is there tells how it follows the batch. Far
/// enough from the first that divisions do not round both to one number.
constexpr int64_t otherBatch(int64_t batch) { return batch + 9; }

/// A parameter that feeds a port of a node.
struct NodeParameter {
    PortPlace place;
    std::string id;
    ValueShape type;
    Init init;
    ParameterKind kind = ParameterKind::Trained;
    bool isTrained() const { return kind == ParameterKind::Trained; }
};

struct NodeShapes {
    bool isKnown = false;              ///< false: this node or one before it has an error
    std::vector<ValueShape> operands;  ///< in the order of operandsOf()
    std::vector<ValueShape> outputs;   ///< for each output port
    std::vector<NodeParameter> parameters;
    /// Of the outputs for otherBatch(). LiveShapes knows them; empty: not known.
    std::vector<Shape> otherOutputs;
};

struct ShapeReport {
    int64_t batch = 0;
    std::vector<NodeShapes> nodes;  ///< in the order of Graph::nodes()
    /// At most one for each node, in running order. Nodes behind a bad one have none: the first
    /// place where it breaks is what helps.
    std::vector<Error> errors;
    bool ok() const { return errors.empty(); }
    const Error* errorOf(std::string_view node) const;
};

/// Largest number of elements that one value or parameter may have.
inline constexpr int64_t largestTensor = int64_t{1} << 38;

/// Errors, each with place.node and the node in front ("conv2d 'conv1': …"): "shape"; "P10" (a port
/// that needs an edge has none; a placeholder, whatever stands before it); "U06" (the target's
/// classes are not the network's outputs).
ShapeReport shapesOf(const Graph& graph, const ShapeOptions& options = {});
/// The same where the wiring is known already.
ShapeReport shapesOf(const Graph& graph, const Wiring& wiring, const ShapeOptions& options);

/// A parameter lives on from batch to batch, the last and smaller one of an epoch too. Errors:
/// "shape" with the first node that wants another one for another batch than the report's.
Result<void> checkParametersAreFixed(const Graph& graph, const Wiring& wiring,
                                     const ShapeReport& report, const ShapeOptions& options);

/// Is some parameter more than a node's own, as its operator wants it? Then a node's shapes follow
/// from more than what stands before it.
bool hasParameterObjects(const Graph& graph);

/// Extents of an output for people: `N` and `16·N` wherever the batch has gone, `?` where an extent
/// follows it in no such way. Where otherOutputs are not known: N for a batch that leads.
std::vector<std::string> batchExtents(const NodeShapes& shapes, size_t output, int64_t batch);
/// `[N, 16, 28, 28]`
std::string batchShapeText(const NodeShapes& shapes, size_t output, int64_t batch);
/// The same of a shape alone: N for a batch that leads.
std::string batchShapeText(const Shape& shape, int64_t batch);

}  // namespace vitrine
