// SPDX-License-Identifier: Apache-2.0
// What grad and hvp have in common: a network, a loss, a target.
#pragma once

#include "core/cli/network_options.h"
#include "core/session/derivatives.h"

namespace vitrine::cli {

struct DerivativeOptions {
    NetworkOptions network;
    std::vector<std::string> targets;
    std::string loss, output;
    bool trains = false;

    /// Those of NetworkOptions, --target --loss --output --train-mode.
    void add(CLI::App& command, const std::string& whatComesOut);

    /// Errors: those of NetworkOptions::open and of Differentiation; "P11" (no such loss).
    Result<Differentiation> open() const;
    /// Before anything is computed. Errors: those of checkFree.
    Result<void> checkOut(const Differentiation& differentiation) const;
    /// Files of --input and --target. Errors: those of readInputFiles and readTensors.
    Result<std::vector<NamedTensor>> readInputs(const Differentiation& differentiation) const;
    Result<std::vector<NamedTensor>> readTargets(const Differentiation& differentiation) const;
};

/// Saves them where --out says, and tells the loss and each tensor: its shape and norm.
/// Gives an exit status. Errors: those of saving.
Result<int> showDerivatives(const DerivativeOptions& options, const Derivatives& found,
                            std::string_view what);

}  // namespace vitrine::cli
