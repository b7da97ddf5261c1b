// SPDX-License-Identifier: Apache-2.0
// Feed: what goes into a run's tapes. Which batch comes next, and writing it and a step's numbers
// to where a member takes them.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/data/loader.h"
#include "core/train/model.h"

namespace vitrine {

/// Writes the columns of a batch to where a member takes them. Allocates nothing. Throws
/// DeviceTrouble.
void feed(const Member& member, const Batch& batch);
/// Bytes of one value of each column that the members of a family take, for a Loader; 0: of none.
std::vector<int64_t> fedBytes(const Member& member, const std::vector<Column>& columns);

/// The numbers that a step of training takes beside its batch.
struct StepNumbers {
    double learningRate = 0;
    int64_t step = 0;     ///< steps done before it
    int64_t updates = 0;  ///< updates done before it
    uint64_t seed = 0;
    double share = 1;  ///< of its batch in all examples of its update
    std::span<const double> extras = {};
};
/// Allocates nothing. Throws DeviceTrouble.
void writeNumbers(const Member& training, const StepNumbers& numbers, DType floatType);

/// Thread: the trainer's.
class Feed {
  public:
    struct Options {
        int64_t batch = 64;
        uint64_t seed = 1;
        bool overfitsOneBatch = false;  ///< every step takes the first batch of the first epoch
    };
    struct Place {
        int64_t epoch = 0, batchInEpoch = 0;
    };

    /// `data` must outlive this; `training`: any member that trains on them.
    Feed(const Dataset& data, const Member& training, const Options& options);

    int64_t stepsPerEpoch() const { return m_training.batchesPerEpoch(); }
    /// The next step is a run's first in this life.
    void begin(const Place& place);
    /// The batch of the step that begins. No allocation.
    const Batch& next();
    /// What was found out about the data since this was asked the last time: which examples could
    /// not be read.
    std::vector<Error> newRemarks();
    /// Examples of a batch of the epoch that is going on.
    int64_t sizeOf(int64_t batchInEpoch) const;
    /// That of the step that is going on or was last begun; of size 0 where there is none.
    const Batch& present() const { return m_batch; }

    /// For a look between steps: writes the last batch where that was a full one, else the first of
    /// all; then false, and the next step's batch is the one of `goOnAt`, where a step is to
    /// follow.
    bool writeFullBatch(const Member& training, const std::optional<Place>& goOnAt);

    // Evaluation.
    bool hasTest() const { return m_test != nullptr; }
    int64_t testBatches() const { return m_test->batchesPerEpoch(); }
    void beginTest() { m_test->seek(0, 0); }
    Batch nextOfTest() { return m_test->next(); }

  private:
    const Dataset& m_data;
    std::array<int64_t, 2> m_unread{};  ///< of both parts, that were told of
    const bool m_overfits;
    const int64_t m_full;   ///< size of a full batch
    const int64_t m_count;  ///< examples to train on
    Loader m_training;
    std::unique_ptr<Loader> m_test;
    Batch m_batch;
};

}  // namespace vitrine
