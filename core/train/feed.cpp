// SPDX-License-Identifier: Apache-2.0
// Copies from the loader's memory into the arena.
#include "core/train/feed.h"

#include <cstring>

namespace vitrine {

namespace {

void writeFloat(std::byte* target, double value, DType type) {
    if (type == DType::F32)
        *reinterpret_cast<float*>(target) = static_cast<float>(value);
    else
        *reinterpret_cast<double*>(target) = value;
}

Loader::Options loaderOptions(const Feed::Options& options, bool shuffle) {
    return {.batch = options.batch, .seed = options.seed, .shuffle = shuffle};
}

}  // namespace

void feed(const Member& member, const Batch& batch) {
    for (const DataSlot& slot : member.data) {
        if (slot.column < 0) continue;
        const std::span<const std::byte> values = batch.columns[static_cast<size_t>(slot.column)];
        VITRINE_CHECK(static_cast<int64_t>(values.size()) == slot.bytes,
                      "a batch has the size that its tape was made for");
        std::memcpy(slot.at, values.data(), values.size());
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
    writeFloat(training.learningRate, numbers.learningRate, floatType);
    *training.step = numbers.step + 1;
    if (training.rngKey) {
        training.rngKey[0] = static_cast<int64_t>(numbers.seed);
        training.rngKey[1] = numbers.step;
    }
}

Feed::Feed(const Dataset& data, const Member& training, const Options& options)
    : m_overfits(options.overfitsOneBatch),
      m_full(options.batch),
      m_training(data.train, fedBytes(training, data.columns), loaderOptions(options, true)) {
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
