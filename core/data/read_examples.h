// SPDX-License-Identifier: Apache-2.0
// ReadExamples: examples whose larger values lie in a file each, read when somebody asks for them
// or ahead of that, and kept.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "core/data/ahead_workers.h"
#include "core/data/dataset.h"
#include "core/data/record_cache.h"
#include "core/data/stored_examples.h"

namespace vitrine {

/// Columns that are read come first, those whose numbers are in memory behind them. Each example is
/// read once; workers of low priority read in the set's order, and who asks first reads himself.
/// Any thread, many at once; a look at what is there takes no lock.
///
/// What cannot be read is trouble once somebody asks for it: it ends training. Or else it is passed
/// over: the next example of its group that can be read stands in its place, in the set's order and
/// round from the end. That is a function of the files alone, whoever comes first and whenever.
class ReadExamples : public ExampleSource {
  public:
    /// Reads example `index` into `record`: its values, one column behind the other. Depends on
    /// nothing else; called by many threads at once.
    using Read = std::function<Result<void>(int64_t index, std::span<std::byte> record)>;
    struct Options {
        int64_t count = 0;
        /// Example 0 is this one for all that follows, and for the cache.
        int64_t first = 0;
        std::vector<int64_t> readBytes = {};           ///< of one value of each column that is read
        std::shared_ptr<StoredExamples> numbers = {};  ///< the columns behind them
        /// Who may stand for whom: classes. Empty: everybody for everybody.
        std::vector<int32_t> groups = {};
        /// A group says nothing of the numbers: who stands for another brings his own.
        bool numbersFollow = false;
        bool passesOver = false;  ///< else what cannot be read is trouble
        Read read = {};
        std::function<std::string(int64_t)> name = {};
        std::function<std::optional<Shape>(int64_t)> fileShape = {};
        std::string what = "pictures";  ///< what people call several of them
        int threads = 1;                ///< of workers
        std::stop_token stop = {};      ///< ends the workers
    };
    /// Starts the workers. Several may share a cache, each with records of its own.
    static std::shared_ptr<ReadExamples> create(std::shared_ptr<RecordCache> cache,
                                                Options options);

    std::span<const std::byte> value(size_t column, int64_t index) override;
    bool isAtHand(size_t column) const override;
    std::string nameOf(int64_t index) const override {
        return m_options.name(m_options.first + index);
    }
    std::optional<Shape> fileShape(int64_t index) const override;
    std::optional<Error> trouble() const override;
    std::optional<Error> remark() const override;
    int64_t unread() const override { return m_unread.load(std::memory_order_acquire); }
    bool isUnread(int64_t index) const override {
        return m_states[static_cast<size_t>(index)].load(std::memory_order_acquire) ==
               State::Unreadable;
    }

    const RecordCache& cache() const { return *m_cache; }

  private:
    enum class State : uint8_t { Missing, BeingCopied, There, Unreadable };

    ReadExamples(std::shared_ptr<RecordCache> cache, Options options);
    std::atomic<State>& state(int64_t index) { return m_states[static_cast<size_t>(index)]; }
    /// Whether the example could be read.
    bool ensure(int64_t index);
    bool read(int64_t index);
    bool settle(int64_t index, const Result<void>& done);
    int64_t standing(int64_t index);
    int32_t groupOf(int64_t index) const;
    Error errorOf(int64_t index) const;
    void noteTrouble(Error error);

    const std::shared_ptr<RecordCache> m_cache;
    Options m_options;
    std::vector<size_t> m_starts;  ///< of each column in a record, and the record's end
    std::unique_ptr<std::atomic<State>[]> m_states;
    std::atomic<int64_t> m_unread{0};
    std::atomic<bool> m_hasTrouble{false};
    mutable std::mutex m_mutex;         ///< guards what follows
    std::map<int64_t, Error> m_errors;  ///< the first ones, by example
    std::optional<Error> m_trouble;
    AheadWorkers m_workers;  ///< last: they use the others until they have gone
};

}  // namespace vitrine
