// SPDX-License-Identifier: Apache-2.0
// From an ONNX model to a network of this program: every node by the rule of its operator, what is
// constant folded by running it, and what has no rule kept as a placeholder.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/graph/graph.h"
#include "core/onnx/value.h"

namespace vitrine::onnx {

/// What is decided before a model becomes a network.
struct Choices {
    /// Extents that are open by what extentName() calls them, `height` → 224.
    std::map<std::string, int64_t, std::less<>> symbols = {};
    /// Whole shapes of inputs by their names; they come before symbols and what the file says.
    std::map<std::string, Shape, std::less<>> shapes = {};
    /// Numbers of inputs by their names: shapes may follow from them.
    std::map<std::string, Numbers, std::less<>> numbers = {};
    /// False: every input has the shape that it has now, a batch of its own included. True: an
    /// input whose first extent is open, or 1 in a model that can be so, takes batches.
    bool followsBatch = true;
    /// Other extents that the file leaves open stay so, where its nodes allow it.
    bool followsSizes = true;
    /// An input of pictures that has the channels last takes them first, as data have them, and a
    /// transposition turns them.
    bool turnsPictures = false;
    /// Single numbers of the file are weights too: all that floats can be differentiated by. False:
    /// they are constants, as `x · 0.5` means it.
    bool trainsSingleNumbers = false;
};

/// A node that has no rule, or that its rule refuses.
struct Refused {
    std::string node;  ///< the placeholder's id in the graph
    Node const* source = nullptr;
    std::string code;         ///< "O04", "O05", "O17", "O19", "O20"
    std::string message;      ///< node, operator, domain, operator set, and what is wrong
    bool isFollower = false;  ///< only since a node before it is not read
};

/// An end of the network, and how the file calls it.
struct End {
    std::string node;  ///< its id in the graph; empty: none has it (an output without elements)
    std::string name;  ///< as the file spells it
    ElementType element = ElementType::Undefined;
    Shape shape = {};            ///< of a batch of `Network::batch`
    std::vector<Dim> dims = {};  ///< as the file declares them
    bool isBound = false;        ///< inputs: shapes follow from its numbers, which are fixed
    Numbers numbers = {};        ///< outputs that are constant
};

/// Whether the file leaves an extent open.
inline bool isOpen(const Dim& dim) { return !dim.value || *dim.value < 0; }
/// What an open extent is called: its symbol, or `input[2]` where it has none.
std::string extentName(const ValueInfo& input, size_t axis);

struct Network {
    vitrine::Graph graph;
    DType floatType = DType::F32;  ///< F64 where the model computes so throughout
    int64_t batch = 1;             ///< that shapes were found with; 0: inputs have none
    std::vector<End> inputs, outputs;
    /// Parameter → the weight of the file that it is.
    std::map<std::string, std::string> weights;
    std::vector<Refused> refused;
    /// What was understood in a way that can be otherwise: unshared weights, ties, dropout in
    /// training, extents that are fixed now, parts of the file that are passed over.
    std::vector<std::string> remarks;
    std::vector<std::string> warnings = {};  ///< those of the remarks that change what it gives
    int64_t nodes = 0;   ///< of the file, those of functions and unrolled loops counted
    int64_t folded = 0;  ///< of them
};

/// Errors: "O03" (an operator set that is not read), "O12" (extents), "O13" (order and names),
/// "O14" (recursion), "O18" (an extent that nothing says, with its input), "O06"–"O11" (numbers of
/// a tensor), "O26".
Result<Network> networkOf(const Model& model, const Choices& choices = {});

}  // namespace vitrine::onnx
