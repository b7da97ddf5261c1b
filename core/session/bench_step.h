// SPDX-License-Identifier: Apache-2.0
// BenchStep: a network that computes on random numbers, again and again, for whoever measures it.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "core/session/project.h"
#include "core/train/model.h"

namespace vitrine {

/// Thread: one at a time.
class BenchStep {
  public:
    struct Options {
        bool trains = true;  ///< whole steps of training; else answers alone
        int64_t batch = 64;
        int threads = 1;
        Math math = Math::Fast;
        std::shared_ptr<const MeasuredWays> measured = {};  ///< null: by estimates
        Recompute recompute = Recompute::None;
        std::shared_ptr<Device> device = {};  ///< null: the CPU
        bool scalesLoss = false;              ///< as training in fp16 does
    };
    /// Errors: those of shapes and lowering, "derivative", H02. Throws TooFewThreads.
    static Result<std::unique_ptr<BenchStep>> create(const Project& project,
                                                     const Options& options);

    /// What the next computation takes: a batch that is there already. The memory of inputs is used
    /// for other things later in a step, so this goes before each.
    void prepare();
    /// Prepares and computes `steps` times. Gives the seconds of each, of computing alone.
    std::vector<double> seconds(int64_t steps);

    const Tape& tape() const { return *m_member->tape; }
    Executor& executor() { return *m_member->executor; }
    Team& team() { return m_model->team(); }
    int64_t batch() const { return m_model->batch(); }
    /// Ids of the graph's nodes, in its order.
    const std::vector<std::string>& nodes() const { return m_model->nodes(); }
    /// Trained numbers.
    int64_t parameters() const;
    /// Of one computation, every product of a convolution counted, whatever algorithm is used.
    double flops() const { return m_flops; }

  private:
    BenchStep() = default;
    void fill(const Graph& graph);

    std::unique_ptr<Model> m_model;
    Member* m_member = nullptr;
    std::vector<std::vector<std::byte>> m_values;  ///< of each input
    double m_flops = 0;
    bool m_trains = true;
};

/// The tape that it would run, without memory for it. Errors: as above, without H02.
Result<Tape> benchTape(const Project& project, const BenchStep::Options& options);

}  // namespace vitrine
