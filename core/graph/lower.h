// SPDX-License-Identifier: Apache-2.0
// From the document to a Program: every node's operator appends itself, in running order.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/graph/graph.h"
#include "core/ir/program.h"

namespace vitrine {

class Builder;
class TrainedPart;

/// A number that evaluation wants for each batch. `build` comes from a metric's descriptor; metrics
/// compare with class labels and are left out where the loss takes none.
struct MetricOutput {
    std::string name;  ///< `correct`
    ValueId (*build)(Builder&, ValueId logits, ValueId labels) = nullptr;
};

struct LowerOptions {
    int64_t batch = 1;
    bool training = true;  ///< operators that differ: batch normalisation, dropout
    /// False: the network alone, as for inference; target and loss are left out.
    bool withLoss = true;
    DType floatType = DType::F32;
    std::vector<MetricOutput> metrics = {};
};

/// Inputs: `input` [N, …] of the float type and, with a loss that takes labels, `target` [N] int32.
/// States: parameters and statistics in the order of the document's nodes and their ports, shared
/// ones once. Outputs: `logits` (what goes into the loss; without a loss node, the only open end),
/// `loss`, and the metrics by name. Instructions carry the node's id as origin and base name.
/// Strays (trained_part.h) are left out: the program is that of the graph without them.
/// Errors: those of the shape pass; those of rolesOf() (roles.h): "P10" where there is not exactly
/// one input or loss.
Result<Program> lower(const Graph& graph, const LowerOptions& options);
/// The same of a part with shapes for the options' batch and type.
Result<Program> lower(const TrainedPart& part, const LowerOptions& options);

}  // namespace vitrine
