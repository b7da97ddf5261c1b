// SPDX-License-Identifier: Apache-2.0
// PredictNetwork: a project's network compiled for a few examples at once, with nothing fused, so
// that each node's result can be read. States and values go in, outputs come out.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "core/session/network_ends.h"
#include "core/session/project.h"
#include "core/session/weight_wishes.h"
#include "core/train/model.h"
#include "core/train/snapshot.h"

namespace vitrine {

/// In memory of its own. Thread: one at a time.
class PredictNetwork {
  public:
    /// More outputs than this are no classes: what ImageNet's largest tree has is twice that, and
    /// nobody looks for his image among them.
    static constexpr int64_t mostClasses = 10'000;

    /// `options`: batch, type, kernels, threads and `stop`; the rest is the project's. Starts with
    /// the states that a run would start with. Errors: those of shapes and lowering; H02.
    static Result<std::unique_ptr<PredictNetwork>> compile(const Project& project,
                                                           ModelOptions options);

    /// From now on with these. Tensors that are missing or of another shape keep what they have.
    void setStates(const Snapshot& states);
    /// The same from a file of weights; all or nothing, unless what fits is enough. Gives remarks
    /// for whoever uses them. Errors: those of loadWeights.
    Result<std::vector<Error>> loadStates(const std::string& path, const WeightWishes& wishes = {});
    const UsedWeights& weights() const { return m_weights; }

    /// Inputs that lead to an output, in the graph's order.
    const std::vector<PredictorInput>& inputs() const { return m_inputs; }
    int64_t batch() const { return m_model->batch(); }
    /// Errors: "P13" where the network takes values of another size.
    Result<void> check(std::span<const std::vector<std::byte>> values) const;
    /// Values that were checked: for every input those of a batch, as the data store them. Errors:
    /// those of the device.
    Result<void> write(std::span<const std::vector<std::byte>> values);

    const Tape& tape() const { return *m_member->tape; }
    Executor& executor() { return *m_member->executor; }
    Team& team() { return m_model->team(); }
    /// What a node gives, by its position in the project's graph; noValue where no output needs it.
    const std::vector<ValueId>& nodeValues() const { return m_member->nodeValues; }
    /// Once all entries have run.
    std::vector<PredictedOutput> outputs() const;

  private:
    /// An output, as answers will have it.
    struct Given {
        PredictedOutput described;  ///< without elements
        ValueId value = noValue;
    };
    PredictNetwork() = default;
    void findEnds(const Project& project);

    std::unique_ptr<Model> m_model;
    Member* m_member = nullptr;
    std::vector<PredictorInput> m_inputs;
    std::vector<Given> m_outputs;
    UsedWeights m_weights;
    WeightWishes m_ofGraph;  ///< what the graph says of its weights
};

/// What a question about one example of a data set that fits the network (checkDataFit) has to say.
std::vector<std::vector<std::byte>> valuesOfExample(std::span<const PredictorInput> inputs,
                                                    const std::vector<Column>& columns,
                                                    const ExampleSet& set, int64_t example);

}  // namespace vitrine
