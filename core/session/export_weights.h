// SPDX-License-Identifier: Apache-2.0
// A network's weights in a file for other programs: safetensors, or arrays of NumPy.
#pragma once

#include <string>

#include "core/session/foreign_network.h"
#include "core/train/snapshot.h"

namespace vitrine {

enum class WeightsFormat { Safetensors, Npz };

/// `weights.npz` by the ending, else safetensors.
WeightsFormat weightsFormatOf(const std::string& path);

/// What was written.
struct WeightsReport {
    std::string path;
    int64_t bytes = 0, tensors = 0, numbers = 0;
};

/// Parameters and statistics as they are used, in float32. Names: in safetensors those of the
/// network, which also reads it; in NPZ those that an imported model's file had. `weights`: a file
/// of them; empty: those that the network has, else starting values. Errors: those of shapes, of
/// loadWeights and of AtomicFile.
Result<WeightsReport> exportWeights(const ForeignNetwork& network, const std::string& weights,
                                    const std::string& path, WeightsFormat format);

/// Weights of a run, as they are used, in a file that the functions of export take. Errors: "C02"
/// where the network has a parameter that the run has not; those of shapes and of AtomicFile.
Result<void> saveStates(const ForeignNetwork& network, const Snapshot& states,
                        const std::string& path);

}  // namespace vitrine
