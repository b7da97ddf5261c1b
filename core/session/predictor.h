// SPDX-License-Identifier: Apache-2.0
// Predictor: a network of its own for a few examples at a time, on a thread of its own, for trying
// out what has been learnt while training goes on.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/graph/lower.h"
#include "core/session/network_ends.h"
#include "core/session/project.h"
#include "core/train/snapshot.h"

namespace vitrine {

/// Output of one node for one image: [channels, height, width] row-major.
struct Activation {
    std::string node;
    int64_t channels = 0, height = 0, width = 0;
    std::vector<float> elements;
};

struct Prediction {
    uint64_t ticket = 0;                   ///< what ask() gave
    std::vector<PredictedOutput> outputs;  ///< in the order of rolesOf()
    /// Softmax of the first example over the first output that stands for classes; empty where none
    /// does.
    std::vector<float> probabilities;
    std::vector<Activation> activations;  ///< of the first example: of every node with filters
    UsedWeights weights;
    double seconds = 0;
    std::optional<Error> error;  ///< why there is nothing of the above but the ticket
};

/// All functions: one thread, the watcher's; none blocks.
class Predictor {
  public:
    /// Compiles the network for `batch` examples at once, with nothing fused, so that each node's
    /// result can be read. Any thread. Errors: those of shapes and lowering; H02.
    static Result<std::unique_ptr<Predictor>> create(const Project& project, int64_t batch = 1,
                                                     std::vector<ColumnType> columns = {});
    ~Predictor();

    /// From now on with these. Tensors that are missing or of another shape keep their start.
    void setStates(std::shared_ptr<const Snapshot> states);
    /// Inputs that lead to an output, in the graph's order.
    const std::vector<PredictorInput>& inputs() const;
    int64_t batch() const;
    /// For every input the values of a batch, as the data store them. A newer question replaces an
    /// older one that has not been looked at. Gives its ticket. Errors: "P13" where the network
    /// takes values of another size.
    Result<uint64_t> ask(std::vector<std::vector<std::byte>> values);
    std::unique_ptr<Prediction> take();

  private:
    struct Worker;
    explicit Predictor(std::unique_ptr<Worker> worker);
    std::unique_ptr<Worker> m_worker;
};

}  // namespace vitrine
