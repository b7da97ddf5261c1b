// SPDX-License-Identifier: Apache-2.0
// SteppedPrediction: a prediction that goes entry by entry, forward and back, stops at nodes and at
// the first number that is not finite, and shows what every entry makes. For looking inside a
// network without training it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/session/predict_network.h"
#include "core/train/step_debugger.h"

namespace vitrine {

/// Thread: one at a time. A prediction is going on from begin() on; before that nothing can be
/// stepped.
class SteppedPrediction {
  public:
    /// `options`: as of PredictNetwork::compile. Throws TooFewThreads. Errors: those of shapes and
    /// lowering; H02.
    static Result<std::unique_ptr<SteppedPrediction>> create(const Project& project,
                                                             const ModelOptions& options);

    // States and values. A prediction that is going on ends; what was edited in it is undone.
    /// Tensors that are missing or of another shape keep what they have.
    void setStates(const Snapshot& states);
    /// All or nothing. Errors: those of loadWeights.
    Result<std::vector<Error>> loadStates(const std::string& path, const WeightWishes& wishes = {});
    /// For every input the values of a batch, as the data store them. Stands before the first
    /// entry; gives why, where every value is watched and one is not finite already. Errors: "P13"
    /// where the network takes values of another size, H02 where there is no memory to go back.
    Result<DebugStop> begin(std::span<const std::vector<std::byte>> values);

    const std::vector<PredictorInput>& inputs() const { return m_network->inputs(); }
    int64_t batch() const { return m_network->batch(); }
    const UsedWeights& weights() const { return m_network->weights(); }
    const Tape& tape() const { return m_network->tape(); }
    bool isGoingOn() const { return m_debugger.isInside(); }
    /// The entry that runs next; entries() behind the last one.
    int entry() const { return m_debugger.entry(); }
    int entries() const { return static_cast<int>(tape().entries.size()); }
    bool isAtEnd() const { return isGoingOn() && entry() == entries(); }

    /// Breakpoints, and whether every value is watched. NonFiniteWatch::Loss watches nothing here.
    void setStops(StopRequest stops);
    /// To the end, or to what stops it before.
    DebugStop run();
    DebugStop stepEntry();
    /// Before an entry, forward or back; on the way forward others may stop it. The end where there
    /// is no such entry.
    DebugStop runTo(int entry);
    /// Before the first entry that comes from a node; stays, and gives None, where there is none.
    DebugStop runToNode(const std::string& node);
    /// False before the first entry.
    bool stepBack();

    /// What a value of the tape is now, or was when it was there.
    ValueSnapshot value(const ValueQuery& query);
    /// What a node gives, by its position in the project's graph; noValue where no output needs it.
    ValueId valueOfNode(int node) const {
        return m_network->nodeValues()[static_cast<size_t>(node)];
    }
    /// Changes an element that is there, until the next begin() or until it is stepped back behind.
    bool edit(ValueId value, int64_t element, double number);
    /// At the end.
    std::vector<PredictedOutput> outputs() const;

  private:
    explicit SteppedPrediction(std::unique_ptr<PredictNetwork> network);
    void leave();
    DebugStop go(StepDebugger::Until until, int entry = 0);

    std::unique_ptr<PredictNetwork> m_network;
    StepDebugger m_debugger;
};

}  // namespace vitrine
