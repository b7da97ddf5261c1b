// SPDX-License-Identifier: Apache-2.0
// Tapes of the projects that come with the program, and snapshots made by formulas: for views
// without an engine.
#pragma once

#include <memory>

#include "core/session/live_run.h"

namespace vitrine::test {

/// Tape of a training step: lanes in `digits_lenet`, nChw16c with halo and batch normalisation in
/// `cifar_small_resnet`.
std::shared_ptr<const Tape> tapeOfProject(const std::string& name);

/// Position of the first entry with this operator, or −1.
int firstEntryWith(const Tape& tape, std::string_view op);
/// A value by name, or noValue.
ValueId valueNamed(const Tape& tape, std::string_view name);

/// A value [images, channels, rows, columns] of which one image is shown; element i of the whole
/// value is i − `middle`.
ValueSnapshot countingSnapshot(const Shape& shape, int64_t image, int64_t channel, double middle);

}  // namespace vitrine::test
