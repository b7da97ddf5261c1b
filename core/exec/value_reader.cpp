// SPDX-License-Identifier: Apache-2.0
// Copies pictures, statistics and single elements out of memory.
#include "core/exec/value_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/guard.h"
#include "core/tensor/element.h"

namespace vitrine {

namespace {

/// How a value's elements are shown as pictures. Row-major element of (plane, row, column):
/// first + plane · planeElements + row · rowElements + column.
struct Pictures {
    int64_t first = 0, planes = 1, rows = 1, columns = 1;
    int64_t planeElements = 0, rowElements = 0;
};

Pictures picturesOf(const Shape& shape, const ValueQuery& query) {
    const int rank = shape.rank();
    const Shape strides = contiguousStrides(shape);
    Pictures p;
    if (rank >= 1) p.columns = shape[rank - 1];
    if (rank >= 2) p.rows = shape[rank - 2];
    if (rank >= 2) p.rowElements = strides[rank - 2];
    if (rank < 3) return p;
    p.first = query.image * strides[0];
    p.planeElements = p.rows * p.columns;
    for (int axis = 1; axis < rank - 2; ++axis) p.planes *= shape[axis];
    if (rank == 4 && query.channel >= 0) {
        p.planes = 1;
        p.first += query.channel * strides[1];
    }
    return p;
}

/// Why there are no pictures of what was asked for; empty where there are some.
std::string whyOutside(const Shape& shape, const ValueQuery& query) {
    if (shape.rank() >= 3 && (query.image < 0 || query.image >= shape[0]))
        return fmt::format("There is no number {}: the first axis of {} ends at {}.", query.image,
                           shape.text(), shape[0] - 1);
    if (shape.rank() == 4 && query.channel >= shape[1])
        return fmt::format("There is no channel {}: the second axis of {} ends at {}.",
                           query.channel, shape.text(), shape[1] - 1);
    return {};
}

void copyPictures(const TensorType& type, const std::byte* storage, ValueSnapshot& snapshot) {
    const Pictures p = picturesOf(type.shape, snapshot.query);
    snapshot.rows = std::min(p.rows, ValueSnapshot::largestExtent);
    snapshot.columns = std::min(p.columns, ValueSnapshot::largestExtent);
    const int64_t planeElements = std::max<int64_t>(1, snapshot.rows * snapshot.columns);
    snapshot.planes = std::min(p.planes, ValueSnapshot::largestCount / planeElements);
    snapshot.elements.reserve(
        static_cast<size_t>(snapshot.planes * snapshot.rows * snapshot.columns));
    for (int64_t plane = 0; plane < snapshot.planes; ++plane)
        for (int64_t row = 0; row < snapshot.rows; ++row)
            for (int64_t column = 0; column < snapshot.columns; ++column) {
                const int64_t element =
                    p.first + plane * p.planeElements + row * p.rowElements + column;
                const int64_t at = physicalIndexOf(type, element);
                snapshot.elements.push_back(
                    static_cast<float>(readElement(storage, type.dtype, at)));
            }
}

/// Where an element lies, and its size, in bytes.
struct ElementPlace {
    int64_t at = 0;
    size_t bytes = 0;
};

ElementPlace placeOf(const Tape& tape, ValueId value, int64_t element) {
    const TensorType& type = tape.value(value).type;
    VITRINE_CHECK(element >= 0 && element < type.shape.elements(), "the element is in the value");
    return {tape.offsetOf(value) + bytesOf(type.dtype, physicalIndexOf(type, element)),
            static_cast<size_t>(sizeOf(type.dtype))};
}

/// Of any type.
struct OneElement {
    alignas(8) std::array<std::byte, 8> bytes{};
};

}  // namespace

HostView viewOf(const Tape& tape, const Memory& memory, ValueId value) {
    const int64_t at = tape.offsetOf(value);
    const auto storage = static_cast<size_t>(tape.value(value).storage);
    return orThrow(memory.view(at, tape.storages[storage].block.bytes));
}

TensorScan scanValue(const Tape& tape, const Memory& memory, ValueId value, double times) {
    return scanTensor(tape.value(value).type, viewOf(tape, memory, value).data(), times);
}

ValueSnapshot readValue(const Tape& tape, const Memory& memory, const ValueQuery& query, int entry,
                        int64_t step) {
    ValueSnapshot snapshot;
    snapshot.query = query;
    snapshot.step = step;
    snapshot.entry = entry;
    snapshot.isAlive = isAlive(tape, query.value, entry, &snapshot.reason);
    if (query.value < 0 || static_cast<size_t>(query.value) >= tape.values.size()) return snapshot;
    const TapeValue& value = tape.value(query.value);
    snapshot.name = value.name;
    snapshot.type = value.type;
    const ValueId copy = snapshot.isAlive ? query.value : aliveCopy(tape, query.value, entry);
    if (copy == noValue) return snapshot;
    if (!snapshot.isAlive) snapshot.reason.clear();
    snapshot.isAlive = true;
    addContents(snapshot, viewOf(tape, memory, copy).data());
    return snapshot;
}

void addContents(ValueSnapshot& snapshot, const std::byte* storage) {
    const TensorScan scan = scanTensor(snapshot.type, storage);
    snapshot.statistics = scan.statistics;
    snapshot.histogram = scan.histogram;
    const std::string outside = whyOutside(snapshot.type.shape, snapshot.query);
    if (outside.empty())
        copyPictures(snapshot.type, storage, snapshot);
    else
        snapshot.reason = outside;
}

void addContents(ValueSnapshot& snapshot, const Tape& tape, const Memory& memory) {
    addContents(snapshot, viewOf(tape, memory, snapshot.query.value).data());
}

double readElement(const Tape& tape, const Memory& memory, ValueId value, int64_t element) {
    const ElementPlace place = placeOf(tape, value, element);
    OneElement one;
    orThrow(memory.read(place.at, std::span(one.bytes).first(place.bytes)));
    return readElement(one.bytes.data(), tape.value(value).type.dtype, 0);
}

void writeElement(const Tape& tape, Memory& memory, ValueId value, int64_t element, double number) {
    const ElementPlace place = placeOf(tape, value, element);
    OneElement one;
    writeElement(one.bytes.data(), tape.value(value).type.dtype, 0, number);
    orThrow(memory.write(place.at, std::span(one.bytes).first(place.bytes)));
}

bool firstNonFinite(const Tape& tape, const Memory& memory, ValueId value, int64_t* element) {
    const TensorType& type = tape.value(value).type;
    if (!isFloat(type.dtype)) return false;
    return firstNonFinite(type, viewOf(tape, memory, value).data(), element);
}

bool firstNonFinite(const TensorType& type, const std::byte* storage, int64_t* element) {
    if (!hasNonFinite(type, storage)) return false;
    for (*element = 0; *element < type.shape.elements(); ++*element)
        if (!std::isfinite(readElement(storage, type.dtype, physicalIndexOf(type, *element))))
            return true;
    VITRINE_CHECK(false, "what the fast pass finds is among the logical elements");
    return false;
}

}  // namespace vitrine
