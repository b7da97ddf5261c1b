// SPDX-License-Identifier: Apache-2.0
// What a template is: a well-known network that is written down from a few fields, with its loss
// and what it learns from. One .cpp each; the build collects them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/field.h"
#include "core/graph/graph.h"

namespace vitrine {

/// How a network of its kind is usually trained: a start, not the best there is.
struct TemplateTraining {
    std::string_view optimizer = "sgd";  ///< sgd comes with momentum 0.9
    double learningRate = 0.05;
    int64_t batch = 64;
};

struct TemplateDescriptor {
    std::string_view id, title, summary;
    std::string_view source;  ///< who proposed it, and where
    std::string_view searchWords = {};
    /// Ranges say what is possible: at the smallest extents all shapes fit.
    std::span<const FieldSpec> fields = {};
    TemplateTraining training = {};
    /// What is measured besides the usual metrics of node `loss`; empty: those.
    std::string_view metric = {};
    /// The network with inputs, targets and losses. Nodes have no places yet. Errors: "P11" where
    /// fields do not go together, or where a layer would be larger than one may be.
    Result<Graph> (*build)(const Attrs&) = nullptr;
};

/// Sorted by id.
std::span<const TemplateDescriptor* const> allTemplates();
const TemplateDescriptor* findTemplate(std::string_view id);

}  // namespace vitrine
