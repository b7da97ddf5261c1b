// SPDX-License-Identifier: Apache-2.0
// The loader's worker and its ring of batches. Position decides content; the ring decides time.
#include "core/data/loader.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <limits>
#include <mutex>
#include <numeric>
#include <thread>
#include <vector>

#include "core/base/check.h"

namespace vitrine {

namespace {

struct Position {
    int64_t epoch = 0, batch = 0;
};

/// A batch's memory, sized for a full one.
struct Slot {
    int64_t size = 0;
    std::vector<std::vector<std::byte>> values;       ///< of each column
    std::vector<std::span<const std::byte>> columns;  ///< what of them this batch fills
    std::vector<int32_t> indices;
};

}  // namespace

struct Loader::Worker {
    Worker(const ExampleSet& examples, std::vector<int64_t> bytesEach, const Options& chosen);
    ~Worker();

    void seek(Position position);
    Batch next();
    void run();
    void fill(Slot& slot, Position at);
    void prepareOrder(int64_t epoch);
    Position after(Position at) const {
        return at.batch + 1 < batches ? Position{at.epoch, at.batch + 1}
                                      : Position{at.epoch + 1, 0};
    }
    Slot& slot(int64_t number) {
        return slots[static_cast<size_t>(number % static_cast<int64_t>(slots.size()))];
    }

    const ExampleSet& set;
    const std::vector<int64_t> bytes;  ///< of one value of each column; 0: not wanted
    const Options options;
    const int64_t batches;
    std::vector<Slot> slots;
    std::vector<int32_t> order;                ///< worker's own
    std::vector<std::span<std::byte>> places;  ///< worker's own: of the example at hand
    int64_t orderedEpoch = -1;                 ///< worker's own

    std::mutex mutex;  ///< guards what follows
    std::condition_variable roomMade, batchMade;
    Position upcoming;            ///< what the worker makes next
    int64_t generation = 0;       ///< counts seeks: a batch begun before one is dropped
    int64_t made = 0, taken = 0;  ///< since the last seek
    bool stopping = false;
    double waited = 0;

    std::thread thread;  ///< last: starts when everything else is there
};

Loader::Worker::Worker(const ExampleSet& examples, std::vector<int64_t> bytesEach,
                       const Options& chosen)
    : set(examples),
      bytes(std::move(bytesEach)),
      options(chosen),
      batches((examples.count + chosen.batch - 1) / chosen.batch) {
    VITRINE_CHECK(set.count > 0, "a loader needs examples");
    VITRINE_CHECK(set.count <= std::numeric_limits<int32_t>::max(), "indices are 32 bits");
    VITRINE_CHECK(options.batch > 0 && options.prefetch > 0, "batch and prefetch are at least 1");
    const auto largest = static_cast<size_t>(std::min(options.batch, set.count));
    // One more than is prepared ahead: the batch that the caller is looking at.
    slots.resize(static_cast<size_t>(options.prefetch) + 1);
    for (Slot& slot : slots) {
        for (const int64_t each : bytes)
            slot.values.emplace_back(largest * static_cast<size_t>(each));
        slot.columns.resize(bytes.size());
        slot.indices.resize(largest);
    }
    order.resize(static_cast<size_t>(set.count));
    places.resize(bytes.size());
    thread = std::thread([this] { run(); });
}

Loader::Worker::~Worker() {
    {
        const std::lock_guard lock(mutex);
        stopping = true;
    }
    roomMade.notify_one();
    thread.join();
}

void Loader::Worker::run() {
    std::unique_lock lock(mutex);
    for (;;) {
        // The slot of batch taken − 1 is still the caller's.
        roomMade.wait(lock, [&] { return stopping || made - taken < options.prefetch; });
        if (stopping) return;
        const Position at = upcoming;
        const int64_t begun = generation;
        Slot& target = slot(made);
        lock.unlock();
        fill(target, at);
        lock.lock();
        if (begun != generation) continue;
        upcoming = after(at);
        ++made;
        batchMade.notify_one();
    }
}

void Loader::Worker::fill(Slot& slot, Position at) {
    prepareOrder(at.epoch);
    const int64_t first = at.batch * options.batch;
    slot.size = std::min(options.batch, set.count - first);
    const auto size = static_cast<size_t>(slot.size);
    std::copy_n(order.begin() + first, slot.size, slot.indices.begin());
    for (size_t column = 0; column < bytes.size(); ++column)
        slot.columns[column] =
            std::span(slot.values[column]).first(size * static_cast<size_t>(bytes[column]));
    const Occasion occasion{options.seed, at.epoch};
    for (size_t i = 0; i < size; ++i) {
        for (size_t column = 0; column < bytes.size(); ++column) {
            const auto each = static_cast<size_t>(bytes[column]);
            places[column] = std::span(slot.values[column]).subspan(i * each, each);
        }
        set.write(slot.indices[i], occasion, places);
    }
}

void Loader::Worker::prepareOrder(int64_t epoch) {
    if (epoch == orderedEpoch) return;
    if (options.shuffle && options.sampling == Sampling::Balanced)
        balancedOrder(options.seed, epoch, options.classes, order);
    else if (options.shuffle)
        shuffledOrder(options.seed, epoch, order);
    else
        std::iota(order.begin(), order.end(), 0);
    orderedEpoch = epoch;
}

void Loader::Worker::seek(Position position) {
    VITRINE_CHECK(position.epoch >= 0 && position.batch >= 0 && position.batch < batches,
                  "seek goes to a batch of an epoch");
    {
        const std::lock_guard lock(mutex);
        upcoming = position;
        ++generation;
        made = taken = 0;
    }
    roomMade.notify_one();
}

Batch Loader::Worker::next() {
    std::unique_lock lock(mutex);
    if (made == taken) {
        const auto start = std::chrono::steady_clock::now();
        batchMade.wait(lock, [&] { return made > taken; });
        waited += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }
    const Slot& ready = slot(taken++);
    lock.unlock();
    roomMade.notify_one();
    return {ready.size, ready.columns,
            std::span(ready.indices).first(static_cast<size_t>(ready.size))};
}

Loader::Loader(const ExampleSet& set, std::vector<int64_t> bytes, const Options& options)
    : m_worker(std::make_unique<Worker>(set, std::move(bytes), options)) {}

Loader::~Loader() = default;

int64_t Loader::batchesPerEpoch() const { return m_worker->batches; }

int64_t Loader::lastBatchSize() const {
    return m_worker->set.count - (m_worker->batches - 1) * m_worker->options.batch;
}

void Loader::seek(int64_t epoch, int64_t batchInEpoch) { m_worker->seek({epoch, batchInEpoch}); }

Batch Loader::next() { return m_worker->next(); }

double Loader::waitedSeconds() const {
    const std::lock_guard lock(m_worker->mutex);
    return m_worker->waited;
}

}  // namespace vitrine
