// SPDX-License-Identifier: Apache-2.0
// The loader's worker and its ring of batches. Position decides content; the ring decides time.
#include "core/data/loader.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <numeric>
#include <thread>
#include <vector>

#include "core/base/check.h"
#include "core/base/rng.h"

namespace vitrine {

namespace {

struct Position {
    int64_t epoch = 0, batch = 0;
};

/// A batch's memory, sized for a full one.
struct Slot {
    int64_t size = 0;
    std::vector<float> images;
    std::vector<int32_t> labels, indices;
};

std::array<float, 256> normalised(const Normalisation& n) {
    std::array<float, 256> table{};
    for (size_t byte = 0; byte < table.size(); ++byte)
        table[byte] = static_cast<float>((static_cast<double>(byte) / 255 - n.mean) / n.std);
    return table;
}

}  // namespace

struct Loader::Worker {
    Worker(const ImageSet& images, const Options& chosen);
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

    const ImageSet& set;
    const Options options;
    const int64_t batches;
    const std::array<float, 256> table;
    std::vector<Slot> slots;
    std::vector<int32_t> order;  ///< worker's own
    int64_t orderedEpoch = -1;   ///< worker's own

    std::mutex mutex;  ///< guards what follows
    std::condition_variable roomMade, batchMade;
    Position upcoming;            ///< what the worker makes next
    int64_t generation = 0;       ///< counts seeks: a batch begun before one is dropped
    int64_t made = 0, taken = 0;  ///< since the last seek
    bool stopping = false;
    double waited = 0;

    std::thread thread;  ///< last: starts when everything else is there
};

Loader::Worker::Worker(const ImageSet& images, const Options& chosen)
    : set(images),
      options(chosen),
      batches((images.count + chosen.batch - 1) / chosen.batch),
      table(normalised(chosen.normalisation)) {
    VITRINE_CHECK(set.count > 0, "a loader needs images");
    VITRINE_CHECK(set.count <= std::numeric_limits<int32_t>::max(), "indices are 32 bits");
    VITRINE_CHECK(options.batch > 0 && options.prefetch > 0, "batch and prefetch are at least 1");
    const auto largest = static_cast<size_t>(std::min(options.batch, set.count));
    // One more than is prepared ahead: the batch that the caller is looking at.
    slots.resize(static_cast<size_t>(options.prefetch) + 1);
    for (Slot& slot : slots) {
        slot.images.resize(largest * static_cast<size_t>(set.imageBytes()));
        slot.labels.resize(largest);
        slot.indices.resize(largest);
    }
    order.resize(static_cast<size_t>(set.count));
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
    const auto pixels = static_cast<size_t>(set.imageBytes());
    slot.size = std::min(options.batch, set.count - first);
    for (size_t i = 0; i < static_cast<size_t>(slot.size); ++i) {
        const int32_t index = order[static_cast<size_t>(first) + i];
        slot.indices[i] = index;
        slot.labels[i] = set.label(index);
        const std::span<const uint8_t> image = set.image(index);
        std::transform(image.begin(), image.end(),
                       slot.images.begin() + static_cast<ptrdiff_t>(i * pixels),
                       [this](uint8_t byte) { return table[byte]; });
    }
}

void Loader::Worker::prepareOrder(int64_t epoch) {
    if (epoch == orderedEpoch) return;
    if (options.shuffle)
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
    const auto size = static_cast<size_t>(ready.size);
    return {ready.size, std::span(ready.images).first(size * static_cast<size_t>(set.imageBytes())),
            std::span(ready.labels).first(size), std::span(ready.indices).first(size)};
}

Loader::Loader(const ImageSet& set, const Options& options)
    : m_worker(std::make_unique<Worker>(set, options)) {}

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

void shuffledOrder(uint64_t seed, int64_t epoch, std::span<int32_t> order) {
    std::iota(order.begin(), order.end(), 0);
    Rng rng(seed, RngStream::Shuffle, static_cast<uint64_t>(epoch));
    for (size_t i = order.size(); i > 1; --i)
        std::swap(order[i - 1], order[rng.below(static_cast<uint32_t>(i))]);
}

}  // namespace vitrine
