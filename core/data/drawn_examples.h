// SPDX-License-Identifier: Apache-2.0
// DrawnExamples: examples that are made by code, drawn ahead of their use on threads of their own.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "core/data/ahead_workers.h"
#include "core/data/dataset.h"

namespace vitrine {

/// Each example is a function of its index. Whoever asks for one that is not there yet draws it;
/// workers of low priority draw the others in their order, and end when all are there or when this
/// is destroyed. Any thread, many at once; a look at an example that is there takes no lock. Once a
/// thread has drawn one example it allocates nothing for others.
class DrawnExamples : public ExampleSource {
  public:
    /// Draws example `index` into `record`: its values, one column behind the other. Depends on
    /// nothing else; called by many threads at once.
    using Draw = std::function<void(int64_t index, std::span<std::byte> record)>;
    struct Options {
        int64_t count = 0;
        std::vector<int64_t> columnBytes = {};  ///< of one value of each column
        Draw draw = {};
        int threads = 1;            ///< workers; fewer where the system gives no more
        std::stop_token stop = {};  ///< ends the workers: what is missing is drawn when asked for
    };
    /// What `count` examples take.
    static int64_t bytesNeeded(int64_t count, int64_t recordBytes) {
        return count * (recordBytes + int64_t{sizeof(State)});
    }
    /// Takes all memory and starts the workers. Null where there is no memory.
    static std::shared_ptr<DrawnExamples> create(Options options);
    DrawnExamples(const DrawnExamples&) = delete;
    DrawnExamples& operator=(const DrawnExamples&) = delete;

    std::span<const std::byte> value(size_t column, int64_t index) override;
    bool isAtHand(size_t) const override { return false; }

  private:
    enum class State : uint8_t { Missing, BeingCopied, There };
    struct Free {
        void operator()(void* memory) const { std::free(memory); }
    };

    explicit DrawnExamples(Options options);
    bool allocate();
    void draw(int64_t index);
    void ensure(int64_t index) {
        if (m_states[static_cast<size_t>(index)].load(std::memory_order_acquire) != State::There)
            draw(index);
    }

    const Options m_options;
    std::vector<size_t> m_starts;  ///< of each column in a record, and the record's end
    // Pages of the system's, taken when an example is written into them.
    std::unique_ptr<std::byte[], Free> m_records;
    std::unique_ptr<std::atomic<State>[]> m_states;
    AheadWorkers m_workers;  ///< last: they use the others until they have gone
};

}  // namespace vitrine
