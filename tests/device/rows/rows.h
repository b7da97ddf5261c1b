// SPDX-License-Identifier: Apache-2.0
// The rows of every family of kernels.
#pragma once

#include "tests/device/bench.h"

namespace vitrine::device_check {

void memoryRows(const Bench& bench);
void fillRows(const Bench& bench);
void addRows(const Bench& bench);
void productRows(const Bench& bench);
void convolutionRows(const Bench& bench);
/// Convolutions and chains that do something to what they store.
void fusedRows(const Bench& bench);
/// Images with their channels side by side.
void lastRows(const Bench& bench);
/// Several launches as one graph.
void recordingRows(const Bench& bench);
/// Launches that wait for a number, and many as one.
void updateRows(const Bench& bench);
/// Calls that no kernel is for.
void refusalRows(const Bench& bench);

}  // namespace vitrine::device_check
