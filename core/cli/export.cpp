// SPDX-License-Identifier: Apache-2.0
// vitrine-cli export: a trained network as an ONNX model, with its proof.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <optional>

#include "core/base/file.h"
#include "core/cli/commands.h"
#include "core/cli/export_text.h"
#include "core/cli/network_options.h"
#include "core/cli/text.h"
#include "core/io/settings.h"
#include "core/session/export_model.h"

namespace vitrine::cli {

namespace {

constexpr WholeSetting opsetSetting{"U22", "opset", oldestExportOpset, newestExportOpset,
                                    "operator sets of ONNX that are written"};

struct ExportCommand {
    NetworkOptions network;
    std::string onnx, python, precision = "f32";
    std::optional<std::string> opset;
    std::vector<std::string> open;
    bool foldsBatchNorm = false, fixesBatch = false, isExternal = false;
};

Result<DType> floatsOf(const std::string& word) {
    if (word == "f32") return DType::F32;
    if (word == "f16") return DType::F16;
    if (word == "bf16") return DType::BF16;
    return Error{"U22",
                 fmt::format("--precision is '{}', wanted f32, f16 or bf16", printable(word, 40)),
                 {},
                 "Nothing was written.",
                 ""};
}

Result<ExportChoices> choicesOf(const ExportCommand& command) {
    ExportChoices choices{.weights = command.network.weights,
                          .foldsBatchNorm = command.foldsBatchNorm,
                          .opensBatch = !command.fixesBatch,
                          .isExternal = command.isExternal,
                          .python = command.python};
    if (command.opset) {
        const auto opset = settingFromText(opsetSetting, *command.opset);
        if (!opset) return opset.error();
        choices.opset = *opset;
    }
    const auto floats = floatsOf(command.precision);
    if (!floats) return floats.error();
    choices.floats = *floats;
    choices.openSizes.insert(command.open.begin(), command.open.end());
    return choices;
}

Result<ExportReport> exported(const ExportCommand& command) {
    const auto choices = choicesOf(command);
    if (!choices) return choices.error();
    if (!command.network.overwrites) VITRINE_TRY(checkFree(command.onnx));
    const auto network = command.network.openFile();
    if (!network) return network.error();
    return exportModel(*network, command.onnx, *choices);
}

int run(const ExportCommand& command) {
    const auto done = exported(command);
    if (!done) return report(done.error());
    print(command.network.json ? exportJson(*done) : exportText(*done));
    return ExitStatus::done;
}

}  // namespace

void addExport(CLI::App& program, Action& action) {
    CLI::App& command = *program.add_subcommand(
        "export", "Write a network as an ONNX model, and prove that it gives the same");
    auto options = std::make_shared<ExportCommand>();
    options->network.addNetwork(command);
    command.add_option("--onnx", options->onnx, "The file to write")->required();
    command.add_option("--opset", options->opset,
                       fmt::format("Operator set, {} to {}; {} unless given", oldestExportOpset,
                                   newestExportOpset, usualOpset));
    command.add_flag("--fold-batch-norm", options->foldsBatchNorm,
                     "Batch normalisation goes into the convolutions in front of it");
    command.add_flag("--fix-batch", options->fixesBatch,
                     "One example at a time; else any number may come in");
    command.add_option("--open", options->open,
                       "A size that may be another one, such as height or width; may be repeated");
    command.add_option("--precision", options->precision,
                       "What weights and values are: f32, f16 or bf16; f32 unless given");
    command.add_flag("--external", options->isExternal,
                     "Weights in a file beside the model, as larger ones always have them");
    command.add_option("--verify", options->python,
                       "A Python that has onnx, and onnxruntime or openvino: those are asked too");
    command.callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace vitrine::cli
