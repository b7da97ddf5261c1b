// SPDX-License-Identifier: Apache-2.0
// From the document to a Program: every node's operator appends itself, in running order.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/normalisation.h"
#include "core/base/result.h"
#include "core/graph/graph.h"
#include "core/ir/program.h"

namespace vitrine {

class TrainedPart;

/// How a column of the data is stored.
struct ColumnType {
    std::string name;
    DType dtype = DType::U8;
    /// Of class numbers: the column of F32 that has how much of each class is in an example, where
    /// examples are mixed. In training cross-entropy takes that.
    std::string shares = {};
    bool operator==(const ColumnType&) const = default;
};

struct LowerOptions {
    int64_t batch = 1;
    bool training = true;  ///< operators that differ: batch normalisation, dropout
    /// False: the network alone, as for inference; losses, and inputs that nothing else needs, are
    /// left out.
    bool withLoss = true;
    DType floatType = DType::F32;
    /// How the data store their columns. Inputs of these come in so, and instructions make of them
    /// what the network takes; inputs of columns that are not named here come in as floats (class
    /// numbers as int32).
    std::vector<ColumnType> columns = {};
    Normalisation normalisation = {};  ///< of pixels, where an input wants it
    /// Nodes that stay one instruction with the fields that the document gives them, whatever they
    /// are composed of: for who writes the program down. Nothing runs such a program. Empty: none.
    std::function<bool(const OpQuery&)> keepsWhole = {};
};

/// Inputs: one for each input of the graph, by its node's id (Program::data says which column it
/// takes). States: parameters and statistics in the order of the document's nodes and their ports,
/// shared ones once. Outputs: those of rolesOf() by `output:<name>`; with losses `loss`, their
/// weighted sum, where there are several each by `loss:<node>`, and for evaluation what each
/// compares, by `prediction:<node>` and `target:<node>`. Instructions carry the node's id as origin
/// and base name. Strays (trained_part.h) are left out: the program is that of the graph without
/// them. Errors: those of the shape pass; those of rolesOf() (roles.h): "P10"; "U05" where an input
/// cannot be made of how its column is stored; "shape" for more than one example of a network none
/// of whose inputs is batched.
Result<Program> lower(const Graph& graph, const LowerOptions& options);
/// The same of a part with shapes for the options' batch and type.
Result<Program> lower(const TrainedPart& part, const LowerOptions& options);

}  // namespace vitrine
