// SPDX-License-Identifier: Apache-2.0
// Loader: batches in the order that seed and epoch define, prepared ahead by workers of low
// priority or, where that costs less, by the thread that takes them. Who does it and when changes
// nothing of what comes out.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/data/dataset.h"
#include "core/data/sampling.h"

namespace vitrine {

/// A prepared batch. Valid until the next call of Loader::next or Loader::seek.
struct Batch {
    int64_t size = 0;  ///< real examples: the loader's batch size, or less at an epoch's end
    /// By column of the data set: [size, …] as stored, row-major; empty where nobody asked for it.
    std::span<const std::span<const std::byte>> columns;
    std::span<const int32_t> indices;  ///< positions in the set
    /// Why training cannot go on with it: something could not be read. Valid as the rest.
    const Error* trouble = nullptr;
};

class Loader {
  public:
    struct Options {
        int64_t batch = 64;
        uint64_t seed = 1;
        bool shuffle = true;  ///< a new order each epoch, a function of seed and epoch; false: the
                              ///< set's own order
        Sampling sampling = Sampling::EachOnce;  ///< with shuffle, by the class of `classes`
        std::vector<int32_t> classes = {};       ///< of every example, for Sampling::Balanced
        /// Batches prepared ahead; fewer where they would take more than 64 MB, but two.
        int prefetch = 8;
    };
    /// `bytes`: of one value of each of the set's columns; 0: that column is not wanted. `set` must
    /// outlive the loader. Allocates everything it will ever need; starts the workers.
    Loader(const ExampleSet& set, std::vector<int64_t> bytes, const Options& options);
    ~Loader();
    Loader(const Loader&) = delete;
    Loader& operator=(const Loader&) = delete;

    int64_t batchesPerEpoch() const;
    /// Size of the last batch of an epoch (= batch where it divides evenly).
    int64_t lastBatchSize() const;
    /// The next call of next() gives this batch of this epoch.
    void seek(int64_t epoch, int64_t batchInEpoch);
    /// Blocks until the batch is there; after an epoch's last batch comes the next epoch's first.
    /// No allocation.
    Batch next();
    /// Seconds that next() has waited, or has filled batches itself, in all.
    double waitedSeconds() const;

  private:
    struct Ring;
    std::unique_ptr<Ring> m_ring;
};

}  // namespace vitrine
