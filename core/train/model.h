// SPDX-License-Identifier: Apache-2.0
// Model: a graph compiled to a family of tapes (train and evaluate, full and last partial batch)
// over one arena.
#pragma once

#include <array>
#include <memory>
#include <stop_token>

#include "core/device/arena.h"
#include "core/exec/executor.h"
#include "core/graph/graph.h"
#include "core/graph/wiring.h"
#include "core/train/training_step.h"

namespace vitrine {

struct ModelOptions {
    int64_t batch = 64;
    int64_t trainCount = 0;  ///< images; 0 = no training tapes
    int64_t testCount = 0;   ///< images; 0 = no evaluation tapes
    TrainingRecipe recipe;
    DType floatType = DType::F32;  ///< of everything that is computed: F32 or F64
    TapeOptions tape;
    std::stop_token stop = {};  ///< while memory is made
};

/// A tape with its executor, and where its inputs lie.
struct Member {
    std::shared_ptr<const Tape> tape;
    std::unique_ptr<Executor> executor;
    std::byte* images = nullptr;
    std::byte* labels = nullptr;
    std::byte* learningRate = nullptr;  ///< training only
    int64_t* step = nullptr;            ///< training only
    int64_t* rngKey = nullptr;          ///< seed, step; null where nothing is random
    int firstUpdate = -1;               ///< from this entry on weights change; −1: evaluation
    explicit operator bool() const { return executor != nullptr; }
};

class Model {
  public:
    /// Errors: those of buildProgram, H02 (memory), `stopped`.
    static Result<std::unique_ptr<Model>> compile(const Graph& graph, const ModelOptions& options);

    const StateLayout& states() const { return m_states; }
    std::byte* stateData(const StateLayout::Item& item) { return m_arena.data() + item.offset; }
    const std::byte* stateData(const StateLayout::Item& item) const {
        return m_arena.data() + item.offset;
    }
    std::byte* stateBase() { return m_arena.data(); }
    const std::byte* stateBase() const { return m_arena.data(); }
    /// Starting values: a function of the seed and the parameters' keys.
    void initialise(uint64_t seed, const std::stop_token& stop = {}) {
        initialiseStates(m_states, m_arena.data(), seed, stop);
    }

    /// The member for a batch of this many images: the full one or the partial one.
    Member& train(int64_t size) { return size == m_batch ? m_trainFull : m_trainLast; }
    /// Both of them; the partial one is empty where batches divide evenly.
    std::array<Member*, 2> training() { return {&m_trainFull, &m_trainLast}; }
    /// To be called before the first batch of an evaluation, once the states are as it finds them.
    void beginEvaluation() { m_evaluating = nullptr; }
    /// All tapes work in one arena: one that another has run after starts anew.
    Member& evaluate(int64_t size);
    int64_t batch() const { return m_batch; }
    int64_t arenaBytes() const { return m_arenaBytes; }
    DType floatType() const { return m_floatType; }
    /// Ids of the graph's nodes, in its order.
    const std::vector<std::string>& nodes() const { return m_nodes; }

  private:
    Model() = default;
    std::vector<std::string> m_nodes;
    StateLayout m_states;
    Arena m_arena;
    int64_t m_batch = 0, m_arenaBytes = 0;
    DType m_floatType = DType::F32;
    Member m_trainFull, m_trainLast, m_evaluateFull, m_evaluateLast;
    const Member* m_evaluating = nullptr;  ///< the one that ran last in this evaluation
};

/// A run feeds images and class labels: a loss that takes no labels (an autoencoder's mse against
/// its input) has nothing to be fed with. Errors: "P10" naming the loss, and those of rolesOf().
Result<void> checkTakesLabels(const Graph& graph, const Wiring& wiring);

/// The program of a whole training step, or of an evaluation with loss and metrics. Errors: those
/// of shapes and lowering, of checkTakesLabels, "derivative", "training".
Result<Program> buildProgram(const Graph& graph, int64_t batch, bool training,
                             const ModelOptions& options);

}  // namespace vitrine
