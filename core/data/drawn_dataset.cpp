// SPDX-License-Identifier: Apache-2.0
// Asks for memory, starts the drawing, and says what the data are.
#include "core/data/drawn_dataset.h"

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/data/data_identity.h"
#include "core/data/drawn_examples.h"

namespace vitrine {

namespace {

constexpr uint64_t firstTestIndex = uint64_t{1} << 32;

std::vector<int64_t> columnBytes(const DrawnFormat& format) {
    std::vector<int64_t> bytes;
    for (const Column& column : format.columns) bytes.push_back(column.bytes());
    return bytes;
}

int64_t bytesNeeded(const DrawnFormat& format, int64_t count) {
    int64_t record = 0;
    for (int64_t bytes : columnBytes(format)) record += bytes;
    return DrawnExamples::bytesNeeded(count, record);
}

Result<void> checkMemory(const DrawnFormat& format, int64_t count, const DataRequest& request) {
    const int64_t needed = bytesNeeded(format, count);
    const int64_t there = request.memoryBytes > 0 ? request.memoryBytes : availableMemory();
    if (needed <= there) return {};
    return Error{"H02",
                 fmt::format("{} {} need {}, and {} of memory are there", fmt::group_digits(count),
                             format.examples, sizeText(needed), sizeText(there)),
                 {},
                 "Nothing was made.",
                 fmt::format("Ask for at most {} {}.",
                             fmt::group_digits(there / bytesNeeded(format, 1)), format.examples)};
}

/// The system has less to give than it said.
Error refusedMemory(const DrawnFormat& format, int64_t count) {
    return {
        "H02",
        fmt::format("{} {} need {}, and the system does not give them", fmt::group_digits(count),
                    format.examples, sizeText(bytesNeeded(format, count))),
        {},
        "Nothing was made.",
        fmt::format("Ask for fewer {}, or close other programs.", format.examples)};
}

/// Training examples first, test examples behind them.
DrawnExamples::Draw drawing(const DrawnFormat& format, int64_t train) {
    return [draw = format.draw, train](int64_t index, std::span<std::byte> record) {
        draw(index < train ? static_cast<uint64_t>(index)
                           : firstTestIndex + static_cast<uint64_t>(index - train),
             record);
    };
}

}  // namespace

Result<Dataset> openDrawn(DrawnFormat format, const Attrs& attrs, const DataRequest& request) {
    const int64_t train = attrs.integer("train"), test = attrs.integer("test");
    if (request.stop.stop_requested()) return stoppedError();
    VITRINE_TRY(checkMemory(format, train + test, request));
    const auto source = DrawnExamples::create({.count = train + test,
                                               .columnBytes = columnBytes(format),
                                               .draw = drawing(format, train),
                                               .threads = request.threads,
                                               .stop = request.stop});
    if (!source) return refusedMemory(format, train + test);
    Dataset set;
    set.columns = std::move(format.columns);
    set.train = {train, source, 0};
    set.test = {test, source, train};
    DataIdentity identity(format.id, attrs);
    identity.addGenerator(format.generatorVersion, request.seed);
    set.fingerprint = identity.text(set);
    if (request.progress) request.progress(1.0);
    return set;
}

}  // namespace vitrine
