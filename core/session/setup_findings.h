// SPDX-License-Identifier: Apache-2.0
// Inside of setup_check: the list that findings go into, and the parts that look for them.
#pragma once

#include <string>
#include <utility>

#include "core/graph/roles.h"
#include "core/graph/shapes.h"
#include "core/session/setup_check.h"

namespace vitrine {

class TrainedPart;

class SetupFindings {
  public:
    void warn(const char* code, Place place, std::string message, std::string next) {
        m_list.push_back({{code, std::move(message), std::move(place),
                           "This is a warning; nothing was changed.", std::move(next)},
                          false});
    }
    void warn(Error warning) { m_list.push_back({std::move(warning), false}); }
    void refuse(const char* code, Place place, std::string message, std::string next) {
        refuse(
            {code, std::move(message), std::move(place), "Nothing was trained.", std::move(next)});
    }
    void refuse(Error error) { m_list.push_back({std::move(error), true}); }
    std::vector<SetupFinding> take() { return std::move(m_list); }

  private:
    std::vector<SetupFinding> m_list;
};

inline Place placeOf(const Node& node, std::string field = {}) {
    return {.node = node.id, .field = std::move(field), .file = {}, .line = 0};
}
/// A setting of the training or the data.
inline Place placeOf(std::string field) {
    return {.node = {}, .field = std::move(field), .file = {}, .line = 0};
}

/// A graph whose shapes fit and whose roles are filled.
struct SetupGraph {
    const Graph& graph;
    const Wiring& wiring;
    const ShapeReport& shapes;  ///< for a whole batch
    const Roles& roles;

    const Node& node(int index) const { return graph.nodes()[static_cast<size_t>(index)]; }
    const NodeShapes& shapesOf(int index) const { return shapes.nodes[static_cast<size_t>(index)]; }
    int count() const { return static_cast<int>(graph.nodes().size()); }
};

void checkBatchNorms(const SetupGraph& setup, const DataFacts& data, SetupFindings& findings);
void checkLosses(const SetupGraph& setup, const DataFacts& data, SetupFindings& findings);
/// Nodes and weights that do nothing for the loss.
void checkWiring(const SetupGraph& setup, SetupFindings& findings);
/// Entries of parameters that nothing uses, or that start with what is not finite.
void checkParameters(const Graph& graph, SetupFindings& findings);
/// Groups of parameters, early stopping, batches that are added up.
void checkRefinements(const TrainingSettings& training, const TrainedPart& part,
                      const DataFacts& data, SetupFindings& findings);
/// Schedule and optimiser over the length of the run.
void checkCourse(const TrainingSettings& training, const DataFacts& data, SetupFindings& findings);

}  // namespace vitrine
