// SPDX-License-Identifier: Apache-2.0
// vitrine-cli grad: gradients of a loss by every weight and input.
#include <memory>

#include "core/cli/commands.h"
#include "core/cli/derivative_options.h"

namespace vitrine::cli {

namespace {

Result<int> grad(const DerivativeOptions& options) {
    const auto network = options.open();
    if (!network) return network.error();
    VITRINE_TRY(options.checkOut(*network));
    auto inputs = options.readInputs(*network);
    if (!inputs) return inputs.error();
    auto targets = options.readTargets(*network);
    if (!targets) return targets.error();
    const auto found = network->gradients(std::move(inputs).value(), std::move(targets).value());
    if (!found) return found.error();
    return showDerivatives(options, *found, "gradients");
}

}  // namespace

void addGrad(CLI::App& program, Action& action) {
    CLI::App* command = program.add_subcommand(
        "grad", "Gradients of a loss by every weight and input, exact, one array each");
    auto options = std::make_shared<DerivativeOptions>();
    options->add(*command,
                 "Where gradients go, each as .npy called after its weight, or grad_<input>.npy.");
    command->callback([options, &action] { action = [options] { return grad(*options); }; });
}

}  // namespace vitrine::cli
