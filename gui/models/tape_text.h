// SPDX-License-Identifier: GPL-3.0-or-later
// What a tape says of its entries and values, in words for people. Needs no window.
#pragma once

#include <QString>

#include <optional>

#include "core/session/live_run.h"

namespace vitrine::gui {

/// `conv2d + bias + relu`: the operator and what was fused into it.
QString operatorText(const TapeEntry& entry);
/// `forward`
QString phaseText(Phase phase);
/// `conv1, relu1`
QString nodesText(const TapeEntry& entry);
/// `input 64 × 1 × 28 × 28, conv1.weight 6 × 1 × 5 × 5 → relu1 64 × 6 × 28 × 28`; with `most` > 0
/// the operands after that many are only counted.
QString operandsText(const Tape& tape, const TapeEntry& entry, int most = 0);
/// `(784, 784, 28, 1)` in elements, `(4, 1) + 16` for a view that starts at element 16; empty for
/// layouts without strides.
QString stridesText(const TensorType& type);
/// `lanes`, `nChw16c+1`, `NHWC`
QString layoutText(const TensorType& type);
QString dtypeText(DType type);
/// A value's name, or for those without one `%17`.
QString valueName(const Tape& tape, ValueId value);
/// `state 640`, `step 1,204,224`: where a value's storage starts in its section; empty where fusion
/// made the value disappear.
QString offsetText(const Tape& tape, ValueId value);
/// What chose the kernel: its name, and why those before it refused.
QString kernelText(const TapeEntry& entry);

/// First result of an entry, or noValue.
ValueId firstResult(const TapeEntry& entry);
/// The breakpoint that an entry belongs to; nothing where no node has made it.
std::optional<Breakpoint> breakpointOf(const TapeEntry& entry);
/// Bytes that a value takes in memory, halo and padding included.
int64_t bytesOf(const Tape& tape, ValueId value);
/// Of these, bytes that hold no element.
int64_t paddingOf(const Tape& tape, ValueId value);

}  // namespace vitrine::gui
