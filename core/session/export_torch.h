// SPDX-License-Identifier: Apache-2.0
// Networks leave as readable Python: a module of PyTorch, and its weights as safetensors.
#pragma once

#include <string>
#include <vector>

#include "core/session/export_proof.h"
#include "core/session/foreign_network.h"

namespace vitrine {

struct TorchExportReport {
    std::string module, weights;  ///< the files
    int64_t lines = 0, tensors = 0;
    ExportProof proof;
};

/// Writes `network.py` and `weights.safetensors` into a folder, which is made; those that are there
/// are replaced. `weightsFile`: a file of weights; empty: those that the network has. `python`: one
/// that has torch and safetensors, which is asked what the module gives; empty: none. Errors: "E01"
/// (an operator that there are no words for, with its node), "E03" (PyTorch gives something else;
/// nothing is written then), "L05", those of weights and of saving.
Result<TorchExportReport> exportTorch(const ForeignNetwork& network, const std::string& folder,
                                      const std::string& weightsFile, const std::string& python);

}  // namespace vitrine
