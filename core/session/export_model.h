// SPDX-License-Identifier: Apache-2.0
// Networks leave as ONNX models, and every export proves itself: what was written is opened again
// and asked what the network is asked, before it stands where it was wanted.
#pragma once

#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "core/session/export_proof.h"
#include "core/session/foreign_network.h"

namespace vitrine {

/// The operator set that is written unless another is wanted: the newest one that every ONNX
/// Runtime of the last two years reads. Source: its table of compatibility, where release 1.17 has
/// operator set 20.
inline constexpr int64_t usualOpset = 20;
inline constexpr int64_t oldestExportOpset = 13, newestExportOpset = 28;

/// What a person decides about an export.
struct ExportChoices {
    int64_t opset = usualOpset;
    std::string weights = {};     ///< a file of them; empty: those that the network has
    bool foldsBatchNorm = false;  ///< into the convolutions in front of it
    bool opensBatch = true;       ///< any number of examples may come in
    /// Extents that may be others, by their names: `height`, `width`, `length`, or those of an
    /// imported model.
    std::set<std::string> openSizes = {};
    DType floats = DType::F32;      ///< F16 and BF16: what float32 becomes
    DType computesIn = DType::F32;  ///< F64: weights and all that is computed
    bool isExternal = false;        ///< weights lie in a file beside the model
    /// A Python whose runtimes are asked too; empty: none.
    std::string python = {};
    std::stop_token stop = {};  ///< ends it between its steps, and leaves nothing behind
};

struct ExportReport {
    std::string path;
    int64_t bytes = 0, opset = 0, irVersion = 0, nodes = 0, weights = 0;
    int64_t foldedNorms = 0;
    std::vector<std::string> inputs, outputs;  ///< `input [N, 1, 28, 28] f32`
    std::vector<std::string> remarks;
    ExportProof proof;
};

/// Names of extents that can stay open, of all inputs.
std::vector<std::string> sizesThatCanBeOpen(const ForeignNetwork& network);

/// Replaces the file where the proof holds; else nothing is left. Errors: "E01" (an operator that
/// ONNX cannot say, with its node), "E02" (a size that cannot stay open), "E03" (what was written
/// gives something else), "E04" (16-bit numbers in an operator set without them), "U29" (a size
/// that no input has), `stopped`, those of weights and of saving.
Result<ExportReport> exportModel(const ForeignNetwork& network, const std::string& path,
                                 const ExportChoices& choices);

}  // namespace vitrine
