// SPDX-License-Identifier: Apache-2.0
// Projects to begin with: an empty one, and those that a template writes down.
#pragma once

#include <string>
#include <vector>

#include "core/io/project.h"
#include "core/templates/template.h"

namespace vitrine {

/// No network yet; drawn digits to train on.
Project emptyProject();

/// A template's network with its usual training. Data that are drawn are chosen where the inputs
/// take them; else none are, until a person chooses some. No node has a place (Project::unplaced).
/// Errors: those of the template ("P11"); "shape" of the first node whose shapes do not fit.
Result<Project> projectOf(const TemplateDescriptor& network, const Attrs& fields);

/// What there is to know of a network before it is used.
struct NetworkFacts {
    int64_t nodes = 0, parameters = 0;      ///< trained numbers
    std::vector<std::string> outputs = {};  ///< `logits [N, 10]`: what losses compare, and outputs
    int64_t batch = 0;
    int64_t stepBytes = 0;  ///< of the arena of a training step, weights and all
};
/// Plans a step of the project, and allocates nothing of it. Takes up to some tenths of a second
/// for large networks. Any thread. Errors: those of shapes and lowering, "derivative", "training".
Result<NetworkFacts> networkFacts(const Project& project);

}  // namespace vitrine
