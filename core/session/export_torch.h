// SPDX-License-Identifier: Apache-2.0
// Networks leave as readable Python: a module of PyTorch, and its weights as safetensors.
#pragma once

#include <array>
#include <stop_token>
#include <string>

#include "core/session/export_proof.h"
#include "core/session/foreign_network.h"

namespace vitrine {

struct TorchExportChoices {
    std::string weights = {};  ///< a file of them; empty: those that the network has
    /// One that has torch and safetensors, which is asked what the module gives; empty: none.
    std::string python = {};
    std::stop_token stop = {};  ///< ends it between its steps, and leaves nothing behind
};

struct TorchExportReport {
    std::string module, weights;  ///< the files
    int64_t lines = 0, tensors = 0, weightBytes = 0;
    ExportProof proof;  ///< nobody was asked where no Python was named
};

/// The files that a folder gets, the module first.
std::array<std::string, 2> torchFilesIn(const std::string& folder);

/// Writes `network.py` and `weights.safetensors` into a folder, which is made; those that are there
/// are replaced. Errors: "E01" (an operator that there are no words for, with its node), "E03"
/// (PyTorch gives something else; nothing is written then), "L05", `stopped`, those of weights and
/// of saving.
Result<TorchExportReport> exportTorch(const ForeignNetwork& network, const std::string& folder,
                                      const TorchExportChoices& choices);

}  // namespace vitrine
