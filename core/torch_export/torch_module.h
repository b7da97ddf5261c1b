// SPDX-License-Identifier: Apache-2.0
// Networks as readable Python: a module of PyTorch, and the names that its state dict has.
#pragma once

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/exec/evaluate.h"
#include "core/ir/program.h"

namespace vitrine::torch_export {

/// A value that comes in or goes out, by its name.
struct TorchEnd {
    ValueId value = noValue;
    std::string name;
};

/// Programs of one network for two batches, in which nodes that rules say are whole: what differs
/// in the second follows the batch.
struct TorchInput {
    std::span<const Program> programs;
    std::string name;  ///< of the network
    std::vector<TorchEnd> inputs, outputs;
    std::map<std::string, Numbers, std::less<>> weights;  ///< of states, by their names
    /// What whoever asks it must know, in running order: a list of JSON becomes a name of the
    /// module, other words a remark.
    std::vector<std::pair<std::string, std::string>> facts = {};
};

struct TorchModule {
    std::string python;
    std::map<std::string, Numbers> weights;    ///< the state dict
    std::vector<std::string> inputs, outputs;  ///< as the module's function calls them
};

/// Errors: "E01" (an operator that PyTorch has no words for here, with its node).
Result<TorchModule> torchModuleOf(const TorchInput& input);

}  // namespace vitrine::torch_export
