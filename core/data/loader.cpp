// SPDX-License-Identifier: Apache-2.0
// A ring of batches, filled by workers and by whoever takes them. Position decides content; the
// ring decides time.
#include "core/data/loader.h"

#include <time.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <limits>
#include <mutex>
#include <new>
#include <numeric>
#include <optional>
#include <thread>
#include <vector>

#include "core/base/check.h"
#include "core/base/guard.h"
#include "core/data/ahead_workers.h"

namespace vitrine {

namespace {

struct Position {
    int64_t epoch = 0, batch = 0;
};

/// A batch's memory, sized for a full one.
struct Slot {
    Position at;
    int64_t generation = 0;
    bool isBusy = false, isReady = false;
    int64_t size = 0;
    std::vector<std::vector<std::byte>> values;       ///< of each column
    std::vector<std::span<const std::byte>> columns;  ///< what of them this batch fills
    std::vector<std::span<std::byte>> places;         ///< of the example at hand
    std::vector<int32_t> indices;
    std::optional<Error> trouble;
};

double steadySeconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

/// What the calling thread has worked: a wait for a core is none of it.
double workedSeconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Follows a time that changes slowly.
struct Pace {
    double seconds = 0;
    /// A pause counts as a few steps at most.
    void add(double next) {
        seconds = seconds == 0 ? next : seconds + (std::min(next, 8 * seconds) - seconds) / 8;
    }
};

}  // namespace

struct Loader::Ring {
    Ring(const ExampleSet& examples, std::vector<int64_t> bytesEach, const Options& chosen);
    ~Ring();

    void seek(Position position);
    Batch next();
    void work();
    void addSlots();
    Slot& claim();
    void fill(Slot& slot);
    void finish(Slot& slot, double seconds);
    void prepareOrder(int64_t epoch);
    void choosePlace();
    Slot& slot(int64_t number) {
        return slots[static_cast<size_t>(number % static_cast<int64_t>(slots.size()))];
    }
    int64_t ahead() const { return std::ssize(slots) - 1; }

    const ExampleSet& set;
    const std::vector<int64_t> bytes;  ///< of one value of each column; 0: not wanted
    const Options options;
    const int64_t batches;

    std::mutex mutex;  ///< guards what follows; a busy slot's contents are its filler's
    std::condition_variable roomMade, batchMade;
    std::vector<Slot> slots;
    std::vector<int32_t> order;
    int64_t orderedEpoch = -1;
    Position upcoming;               ///< what is begun next
    int64_t generation = 0;          ///< counts seeks: a batch begun before one is dropped
    int64_t claimed = 0, taken = 0;  ///< since the last seek
    bool isResting = false;          ///< workers: the ring was full and is not half empty yet
    bool fillsItself = false;        ///< filling costs the caller less than a worker would
    bool stopping = false;
    double waited = 0, lastTaken = 0;
    Pace filling, stepping;

    std::vector<std::thread> workers;  ///< last: start when everything else is there
};

Loader::Ring::Ring(const ExampleSet& examples, std::vector<int64_t> bytesEach,
                   const Options& chosen)
    : set(examples),
      bytes(std::move(bytesEach)),
      options(chosen),
      batches((examples.count + chosen.batch - 1) / chosen.batch) {
    VITRINE_CHECK(set.count > 0, "a loader needs examples");
    VITRINE_CHECK(set.count <= std::numeric_limits<int32_t>::max(), "indices are 32 bits");
    VITRINE_CHECK(options.batch > 0 && options.prefetch > 0, "batch and prefetch are at least 1");
    addSlots();
    order.resize(static_cast<size_t>(set.count));
    // A worker fills the next batch while another one is still at the one before.
    const unsigned most = std::clamp(std::thread::hardware_concurrency() / 2, 1U, 4U);
    const auto count = std::min<int64_t>(most, ahead());
    for (int64_t i = 0; i < count; ++i) workers.emplace_back([this] { work(); });
}

/// As many as are asked for, or as fit what they may take; one more is what the caller looks at.
void Loader::Ring::addSlots() {
    constexpr int64_t mostBytes = int64_t{64} << 20;
    const int64_t largest = std::min(options.batch, set.count);
    const int64_t each =
        std::max<int64_t>(1, largest * std::reduce(bytes.begin(), bytes.end(), int64_t{0}));
    const int64_t count =
        std::min<int64_t>(options.prefetch, std::max<int64_t>(2, mostBytes / each)) + 1;
    slots.resize(static_cast<size_t>(count));
    for (Slot& slot : slots) {
        for (const int64_t one : bytes)
            slot.values.emplace_back(static_cast<size_t>(largest * one));
        slot.columns.resize(bytes.size());
        slot.places.resize(bytes.size());
        slot.indices.resize(static_cast<size_t>(largest));
    }
}

Loader::Ring::~Ring() {
    {
        const std::lock_guard lock(mutex);
        stopping = true;
    }
    roomMade.notify_all();
    for (std::thread& worker : workers) worker.join();
}

void Loader::Ring::work() {
    stepBack();
    std::unique_lock lock(mutex);
    for (;;) {
        // The slot of batch taken − 1 is still the caller's.
        roomMade.wait(lock, [&] {
            if (stopping) return true;
            if (claimed - taken >= ahead()) isResting = true;
            return !fillsItself && !isResting && !slot(claimed).isBusy;
        });
        if (stopping) return;
        Slot& target = claim();
        lock.unlock();
        const double start = workedSeconds();
        fill(target);
        const double seconds = workedSeconds() - start;
        lock.lock();
        finish(target, seconds);
    }
}

/// The next batch is the caller's to fill. Under the lock.
Slot& Loader::Ring::claim() {
    Slot& target = slot(claimed++);
    target.at = upcoming;
    target.generation = generation;
    target.isBusy = true;
    target.isReady = false;
    prepareOrder(target.at.epoch);
    const int64_t first = target.at.batch * options.batch;
    target.size = std::min(options.batch, set.count - first);
    std::copy_n(order.begin() + first, target.size, target.indices.begin());
    const bool isLast = upcoming.batch + 1 == batches;
    upcoming =
        isLast ? Position{upcoming.epoch + 1, 0} : Position{upcoming.epoch, upcoming.batch + 1};
    return target;
}

void Loader::Ring::fill(Slot& slot) {
    const auto size = static_cast<size_t>(slot.size);
    for (size_t column = 0; column < bytes.size(); ++column)
        slot.columns[column] =
            std::span(slot.values[column]).first(size * static_cast<size_t>(bytes[column]));
    const Occasion occasion{options.seed, slot.at.epoch};
    slot.trouble.reset();
    try {
        for (size_t i = 0; i < size; ++i) {
            for (size_t column = 0; column < bytes.size(); ++column) {
                const auto each = static_cast<size_t>(bytes[column]);
                slot.places[column] = std::span(slot.values[column]).subspan(i * each, each);
            }
            set.write(slot.indices[i], occasion, slot.places);
        }
        slot.trouble = set.source->trouble();
    } catch (const std::bad_alloc&) {
        slot.trouble = outOfMemoryError("preparing a batch");
    }
}

/// Under the lock.
void Loader::Ring::finish(Slot& slot, double seconds) {
    slot.isBusy = false;
    slot.isReady = slot.generation == generation;
    filling.add(seconds);
    batchMade.notify_one();
    if (!slot.isReady) roomMade.notify_all();  // the place may have been waited for
}

void Loader::Ring::prepareOrder(int64_t epoch) {
    if (epoch == orderedEpoch) return;
    if (options.shuffle && options.sampling == Sampling::Balanced)
        balancedOrder(options.seed, epoch, options.classes, order);
    else if (options.shuffle)
        shuffledOrder(options.seed, epoch, order);
    else
        std::iota(order.begin(), order.end(), 0);
    orderedEpoch = epoch;
}

void Loader::Ring::seek(Position position) {
    VITRINE_CHECK(position.epoch >= 0 && position.batch >= 0 && position.batch < batches,
                  "seek goes to a batch of an epoch");
    {
        const std::lock_guard lock(mutex);
        upcoming = position;
        ++generation;
        claimed = taken = 0;
        lastTaken = 0;
        isResting = false;
        for (Slot& slot : slots) slot.isReady = false;
    }
    roomMade.notify_all();
}

/// Handing a batch over costs two threads more than filling a cheap one costs the one that takes
/// it. What is chosen changes when it is clearly wrong. Under the lock.
void Loader::Ring::choosePlace() {
    constexpr double cheap = 0.04, dear = 0.08;
    if (filling.seconds == 0 || stepping.seconds == 0) return;
    const double share = filling.seconds / stepping.seconds;
    if (fillsItself ? share < dear : share > cheap) return;
    fillsItself = !fillsItself;
}

Batch Loader::Ring::next() {
    std::unique_lock lock(mutex);
    const double start = steadySeconds();
    if (lastTaken > 0) stepping.add(start - lastTaken);
    choosePlace();
    // What was begun before a seek and has this place comes to its end first.
    batchMade.wait(lock, [&] { return claimed > taken || !slot(taken).isBusy; });
    if (claimed == taken) {
        Slot& own = claim();
        lock.unlock();
        fill(own);
        const double seconds = steadySeconds() - start;
        lock.lock();
        finish(own, seconds);
    }
    const Slot& ready = slot(taken);
    batchMade.wait(lock, [&] { return ready.isReady; });
    ++taken;
    if (!fillsItself && (claimed - taken) * 2 <= ahead()) {
        isResting = false;
        roomMade.notify_all();
    }
    lastTaken = steadySeconds();
    waited += lastTaken - start;
    return {ready.size, ready.columns,
            std::span(ready.indices).first(static_cast<size_t>(ready.size)),
            ready.trouble ? &*ready.trouble : nullptr};
}

Loader::Loader(const ExampleSet& set, std::vector<int64_t> bytes, const Options& options)
    : m_ring(std::make_unique<Ring>(set, std::move(bytes), options)) {}

Loader::~Loader() = default;

int64_t Loader::batchesPerEpoch() const { return m_ring->batches; }

int64_t Loader::lastBatchSize() const {
    return m_ring->set.count - (m_ring->batches - 1) * m_ring->options.batch;
}

void Loader::seek(int64_t epoch, int64_t batchInEpoch) { m_ring->seek({epoch, batchInEpoch}); }

Batch Loader::next() { return m_ring->next(); }

double Loader::waitedSeconds() const {
    const std::lock_guard lock(m_ring->mutex);
    return m_ring->waited;
}

}  // namespace vitrine
