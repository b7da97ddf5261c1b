// SPDX-License-Identifier: Apache-2.0
// Looks into the memory of a step that stands still: which values are there, what they hold, and
// one element of them changed. For every element type and layout; nothing here runs entries.
#pragma once

#include <cstddef>
#include <string>

#include "core/device/memory.h"
#include "core/exec/tape.h"
#include "core/probe/tensor_scan.h"
#include "core/probe/value_snapshot.h"

namespace vitrine {

// `entry` is the one that runs next, from 0 to the number of entries: those before it have run.
// `memory` is what the tape's Executor works in; where reading or writing it fails, DeviceTrouble
// is thrown. Thread: the one that runs the tape.

/// Does the memory of a value hold it? False where it has not been made yet, where its memory
/// holds another value by now, and where it never gets memory (fused away, or needed by nobody);
/// then `reason`, unless null, says so in a sentence for people.
bool isAlive(const Tape& tape, ValueId value, int entry, std::string* reason = nullptr);

/// Where the contents of a value are: its own memory, or that of what makes it again in the
/// backward phase. noValue where neither holds it.
ValueId aliveCopy(const Tape& tape, ValueId value, int entry);

/// The memory of a value that has some.
HostView viewOf(const Tape& tape, const Memory& memory, ValueId value);
/// Statistics and histogram of a value that is alive, times a power of two. No allocation on the
/// host.
TensorScan scanValue(const Tape& tape, const Memory& memory, ValueId value, double times = 1);

/// Answers a question about what is in memory. Where `image` or `channel` is past the value's
/// extents there are statistics but no elements, and `reason` says why.
ValueSnapshot readValue(const Tape& tape, const Memory& memory, const ValueQuery& query, int entry,
                        int64_t step);
/// Adds statistics, histogram and elements to an answer that has its query and its type, from
/// memory that holds the value as that type says.
void addContents(ValueSnapshot& snapshot, const std::byte* storage);
/// The same from where the value that was asked for lies.
void addContents(ValueSnapshot& snapshot, const Tape& tape, const Memory& memory);

/// `'conv1'`, or `value 7` where it has no name: for messages.
std::string valueText(const Tape& tape, ValueId value);
/// `entry 12 (conv2d)`
std::string entryText(const Tape& tape, int entry);

/// One element, by its row-major index. The value is alive and the index within it.
double readElement(const Tape& tape, const Memory& memory, ValueId value, int64_t element);
/// The same, to change it: see writeElement in core/tensor/element.h for rounding.
void writeElement(const Tape& tape, Memory& memory, ValueId value, int64_t element, double number);

/// True where a value that is alive has an element that is infinite or not a number; `element`
/// becomes the row-major index of the first one. Integers: false. No allocation on the host.
bool firstNonFinite(const Tape& tape, const Memory& memory, ValueId value, int64_t* element);
/// The same for memory that holds a value of this type.
bool firstNonFinite(const TensorType& type, const std::byte* storage, int64_t* element);

}  // namespace vitrine
