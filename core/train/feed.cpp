// SPDX-License-Identifier: Apache-2.0
// Writes from the loader's memory into that of the tapes.
#include "core/train/feed.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/guard.h"

namespace vitrine {

namespace {

template <class... Number>
void write(Memory& memory, int64_t at, Number... numbers) {
    const std::array all{numbers...};
    orThrow(memory.write(at, std::as_bytes(std::span(all))));
}

Loader::Options loaderOptions(const Feed::Options& options, bool shuffle) {
    return {.batch = options.batch, .seed = options.seed, .shuffle = shuffle};
}

/// With the classes of all training examples, where draws are balanced and there are classes.
Loader::Options trainingOptions(const Feed::Options& options, const Dataset& data) {
    Loader::Options loader = loaderOptions(options, true);
    const int column = classColumn(data.storedColumns());
    if (data.sampling == Sampling::EachOnce || column < 0) return loader;
    loader.sampling = data.sampling;
    loader.classes.resize(static_cast<size_t>(data.train.count));
    for (int64_t i = 0; i < data.train.count; ++i)
        loader.classes[static_cast<size_t>(i)] = data.train.number(static_cast<size_t>(column), i);
    return loader;
}

}  // namespace

void feed(const Member& member, const Batch& batch) {
    Memory& memory = member.executor->memory();
    for (const DataSlot& slot : member.data) {
        if (slot.column < 0) continue;
        const std::span<const std::byte> values = batch.columns[static_cast<size_t>(slot.column)];
        VITRINE_CHECK(static_cast<int64_t>(values.size()) == slot.bytes,
                      "a batch has the size that its tape was made for");
        orThrow(memory.write(slot.at, values));
    }
}

std::vector<int64_t> fedBytes(const Member& member, const std::vector<Column>& columns) {
    std::vector<int64_t> bytes(columns.size());
    for (const DataSlot& slot : member.data) {
        if (slot.column < 0) continue;
        const auto column = static_cast<size_t>(slot.column);
        bytes[column] = columns[column].bytes();
    }
    return bytes;
}

void writeNumbers(const Member& training, const StepNumbers& numbers, DType floatType) {
    Memory& memory = training.executor->memory();
    const auto real = [&](int64_t at, double number) {
        if (at < 0) return;
        if (floatType == DType::F32)
            write(memory, at, static_cast<float>(number));
        else
            write(memory, at, number);
    };
    real(training.learningRate, numbers.learningRate);
    real(training.share, numbers.share);
    for (size_t i = 0; i < numbers.extras.size(); ++i) real(training.extras[i], numbers.extras[i]);
    if (training.step >= 0) write(memory, training.step, numbers.updates + 1);
    if (training.rngKey >= 0)
        write(memory, training.rngKey, static_cast<int64_t>(numbers.seed), numbers.step);
}

Feed::Feed(const Dataset& data, const Member& training, const Options& options)
    : m_data(data),
      m_overfits(options.overfitsOneBatch),
      m_full(options.batch),
      m_count(data.train.count),
      m_training(data.train, fedBytes(training, data.columns), trainingOptions(options, data)) {
    if (data.test.count > 0)
        m_test = std::make_unique<Loader>(data.test, fedBytes(training, data.columns),
                                          loaderOptions(options, false));
}

void Feed::begin(const Place& place) {
    m_batch = {};
    if (m_overfits)
        m_training.seek(0, 0);
    else
        m_training.seek(place.epoch, place.batchInEpoch);
}

int64_t Feed::sizeOf(int64_t batchInEpoch) const {
    if (m_overfits) return std::min(m_full, m_count);
    return std::min(m_full, m_count - batchInEpoch * m_full);
}

std::vector<Error> Feed::newRemarks() {
    std::vector<Error> remarks;
    for (const size_t part : {0U, 1U}) {
        const ExampleSet& set = part == 0 ? m_data.train : m_data.test;
        const int64_t unread = set.count > 0 ? set.source->unread() : 0;
        if (unread == std::exchange(m_unread[part], unread)) continue;
        if (auto remark = set.source->remark()) remarks.push_back(*std::move(remark));
    }
    return remarks;
}

const Batch& Feed::next() {
    const bool again = m_overfits && m_batch.size > 0;
    if (!again) m_batch = m_training.next();
    return m_batch;
}

bool Feed::writeFullBatch(const Member& training, const std::optional<Place>& goOnAt) {
    if (m_batch.size == m_full) {
        feed(training, m_batch);
        return true;
    }
    m_training.seek(0, 0);
    feed(training, m_training.next());
    m_batch = {};  // its memory is the loader's again
    if (goOnAt) m_training.seek(goOnAt->epoch, goOnAt->batchInEpoch);
    return false;
}

}  // namespace vitrine
