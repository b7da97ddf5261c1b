// SPDX-License-Identifier: Apache-2.0
// Model: a graph compiled to a family of tapes over one memory. Training, evaluation, prediction
// and the checks of gradients are members of such families.
#pragma once

#include <map>
#include <memory>
#include <stop_token>
#include <utility>
#include <vector>

#include "core/device/device.h"
#include "core/exec/executor.h"
#include "core/exec/team.h"
#include "core/graph/graph.h"
#include "core/graph/lower.h"
#include "core/train/training_step.h"

namespace vitrine {

/// What a tape is for.
enum class Mode : uint8_t {
    Train,       ///< a whole step: losses, gradients, update
    Accumulate,  ///< the same up to the gradients, which are added to those of the batches before
    Evaluate,    ///< losses as in use, and what each of them compares
    Predict,     ///< the network's outputs alone
    Gradients,   ///< losses as in training, and `grad:<parameter>`; no state changes
    Loss         ///< the same without gradients
};

struct Variant {
    Mode mode = Mode::Train;
    int64_t batch = 1;
    auto operator<=>(const Variant&) const = default;
};

struct ModelOptions {
    int64_t batch = 64;
    TrainingRecipe recipe = {};
    DType floatType = DType::F32;  ///< of everything that is computed: F32 or F64
    /// How the data store their columns, in their order; empty: all comes in as the network takes
    /// it.
    std::vector<ColumnType> columns = {};
    Normalisation normalisation = {};
    TapeOptions tape = {};
    int threads = 1;
    /// What the tapes run on; null: the CPU.
    std::shared_ptr<Device> device = {};
    /// In evaluations and predictions nothing is fused, and what every node gives stays readable.
    bool keepsNodes = false;
    std::stop_token stop = {};  ///< while memory is made
};

/// Where a batch of a column is written.
struct DataSlot {
    std::string node;  ///< the graph's input
    int column = -1;   ///< in ModelOptions::columns; −1: none of them
    ValueId value = noValue;
    int64_t at = 0;  ///< place in the model's memory
    int64_t bytes = 0;
};

/// A tape with its executor, and where its inputs lie.
struct Member {
    std::shared_ptr<const Tape> tape;
    std::unique_ptr<Executor> executor;
    std::vector<DataSlot> data;
    // Places in the model's memory, of numbers that are no data; −1: the tape takes no such one.
    int64_t learningRate = -1;         ///< one of the float type
    int64_t step = -1;                 ///< one int64
    int64_t rngKey = -1;               ///< two int64: seed, step
    int64_t share = -1;                ///< one of the float type
    std::vector<int64_t> extras = {};  ///< one of the float type each, in the recipe's order
    int firstUpdate = -1;              ///< from this entry on weights change; −1: none does
    /// By loss, in the graph's order; empty where there is one.
    std::vector<ValueId> losses;
    /// Evaluation: what each loss compares.
    struct Compared {
        ValueId prediction = noValue, target = noValue;
    };
    std::vector<Compared> compared;
    /// With ModelOptions::keepsNodes what each node gives, in the graph's order; noValue where
    /// nothing of it is computed.
    std::vector<ValueId> nodeValues;
};

class Model {
  public:
    /// `variants`: the family; each once. States are zeros, constants their numbers. Errors: those
    /// of shapes and lowering, "derivative", "training", H02 (memory), those of a device (H03 to
    /// H05), `stopped`. Throws TooFewThreads.
    static Result<std::unique_ptr<Model>> compile(const Graph& graph,
                                                  const std::vector<Variant>& variants,
                                                  const ModelOptions& options);
    /// What a run needs: steps and evaluations in batches, the last of which may be smaller.
    /// `accumulate`: batches of one update; then full ones come without an update too.
    static std::vector<Variant> variantsOfRun(int64_t batch, int64_t trainCount, int64_t testCount,
                                              int64_t accumulate = 1);

    const StateLayout& states() const { return m_states; }
    /// What all tapes work in: states from its start on, where states() says.
    Memory& memory() { return *m_memory; }
    const Memory& memory() const { return *m_memory; }
    /// Starting values: a function of the seed and the parameters' keys. Throws DeviceTrouble.
    void initialise(uint64_t seed, const std::stop_token& stop = {}) {
        initialiseStates(m_states, *m_memory, seed, stop);
    }
    /// The threads that run the tapes. One thread at a time runs tapes, looks and asks it.
    Team& team() { return m_team; }

    /// One of the family.
    Member& member(Mode mode, int64_t batch);
    Member& train(int64_t size) { return member(Mode::Train, size); }
    /// Those that train or accumulate, the full batch's update first.
    const std::vector<Member*>& training() const { return m_training; }
    /// To be called before the first batch of an evaluation, once the states are as it finds them.
    void beginEvaluation() { m_evaluating = nullptr; }
    /// All tapes work in one memory: one that another has run after starts anew.
    Member& evaluate(int64_t size);
    int64_t batch() const { return m_batch; }
    int64_t arenaBytes() const { return m_arenaBytes; }
    /// What the tapes run on, as it was when it was opened; null: the processor.
    const Device* device() const { return m_device.get(); }
    /// Memory beside that of the tapes that kernels on a device take.
    int64_t workspaceBytes() const;
    /// What the tapes run on takes no call any more.
    bool hasLostDevice() const { return m_device && m_device->isLost(); }
    DType floatType() const { return m_floatType; }
    const TrainingRecipe& recipe() const { return m_recipe; }
    /// Ids of the graph's nodes, in its order.
    const std::vector<std::string>& nodes() const { return m_nodes; }

  private:
    explicit Model(int threads) : m_team(threads) {}
    Result<void> takeMemory(const ModelOptions& options);
    Result<std::unique_ptr<Executor>> executorFor(const Tape& tape);
    void nameKernels(Tape& tape) const;

    Team m_team;
    std::shared_ptr<Device> m_device;  ///< null: the CPU
    std::vector<std::string> m_nodes;
    StateLayout m_states;
    std::unique_ptr<Memory> m_memory;
    int64_t m_batch = 0, m_arenaBytes = 0;
    DType m_floatType = DType::F32;
    TrainingRecipe m_recipe;
    std::map<Variant, Member> m_members;
    std::vector<Member*> m_training;
    const Member* m_evaluating = nullptr;  ///< the one that ran last in this evaluation
};

/// The program of one variant. Errors: those of shapes and lowering, "derivative", "training".
Result<Program> buildProgram(const Graph& graph, const Variant& variant,
                             const ModelOptions& options);

/// For each node of a graph the last value that it gives in a program; noValue where there is none.
std::vector<ValueId> valuesOfNodes(const Program& program, const Graph& graph);

}  // namespace vitrine
