// SPDX-License-Identifier: Apache-2.0
// vitrine-cli export: a trained network as an ONNX model or a module of PyTorch, with its proof;
// its weights alone.
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
#include "core/session/export_torch.h"
#include "core/session/export_weights.h"

namespace vitrine::cli {

namespace {

constexpr WholeSetting opsetSetting{"U22", "opset", oldestExportOpset, newestExportOpset,
                                    "operator sets of ONNX that are written"};

struct ExportCommand {
    NetworkOptions network;
    std::string onnx, torch, safetensors, npz, python, precision = "f32";
    std::optional<std::string> opset;
    std::vector<std::string> open;
    bool foldsBatchNorm = false, fixesBatch = false, isExternal = false;
};

Result<DType> floatsOf(const std::string& word) {
    if (word == "f32" || word == "fp32") return DType::F32;
    if (word == "f16" || word == "fp16") return DType::F16;
    if (word == "bf16") return DType::BF16;
    return Error{"U22",
                 fmt::format("--precision is '{}', wanted f32, f16 or bf16", printable(word, 40)),
                 {},
                 "Nothing was written.",
                 "Name one of the three."};
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

std::vector<std::string> placesOf(const ExportCommand& command) {
    std::vector<std::string> places{command.onnx, command.safetensors, command.npz};
    if (!command.torch.empty())
        for (const std::string& file : torchFilesIn(command.torch)) places.push_back(file);
    std::erase(places, std::string());
    return places;
}

/// Options that only a model has.
Result<void> checkForModel(const ExportCommand& command) {
    const bool isForModel = command.opset || command.foldsBatchNorm || command.fixesBatch ||
                            command.isExternal || !command.open.empty() ||
                            command.precision != "f32";
    if (!command.onnx.empty() || !isForModel) return {};
    return Error{"L01",
                 "operator set, folding, open sizes, precision and a file beside are of an ONNX "
                 "model, and none is to be written",
                 {},
                 "Nothing was written.",
                 "Name one with --onnx, or leave those options out."};
}

/// What may be written, before anything is opened.
Result<void> checkPlaces(const ExportCommand& command) {
    const std::vector<std::string> places = placesOf(command);
    if (places.empty())
        return Error{"L01",
                     "nothing says what is to be written",
                     {},
                     "Nothing was written.",
                     "Name a file with --onnx, --safetensors or --npz, or a folder with --torch."};
    if (command.network.overwrites) return {};
    for (const std::string& path : places) {
        const auto free = checkFree(path);
        if (free) continue;
        Error error = free.error();
        error.next = "Name another place, or write over it with --overwrite.";
        return error;
    }
    return {};
}

Result<void> writeModule(const ForeignNetwork& network, const ExportCommand& command) {
    if (command.torch.empty()) return {};
    const auto written =
        exportTorch(network, command.torch,
                    {.weights = command.network.weights, .python = command.python, .stop = {}});
    if (!written) return written.error();
    print(command.network.json ? torchJson(*written) : torchText(*written));
    return {};
}

Result<void> writeWeights(const ForeignNetwork& network, const ExportCommand& command) {
    for (const auto& [path, format] : {std::pair(&command.safetensors, WeightsFormat::Safetensors),
                                       {&command.npz, WeightsFormat::Npz}}) {
        if (path->empty()) continue;
        const auto written = exportWeights(network, command.network.weights, *path, format);
        if (!written) return written.error();
        print(command.network.json ? weightsJson(*written) : weightsText(*written));
    }
    return {};
}

Result<void> exported(const ExportCommand& command) {
    const auto choices = choicesOf(command);
    if (!choices) return choices.error();
    VITRINE_TRY(checkPlaces(command));
    VITRINE_TRY(checkForModel(command));
    const auto network = command.network.openFile();
    if (!network) return network.error();
    if (!command.onnx.empty()) {
        const auto done = exportModel(*network, command.onnx, *choices);
        if (!done) return done.error();
        print(command.network.json ? exportJson(*done) : exportText(*done));
    }
    VITRINE_TRY(writeModule(*network, command));
    return writeWeights(*network, command);
}

Result<int> run(const ExportCommand& command) {
    const auto done = exported(command);
    return statusOf(done);
}

}  // namespace

void addExport(CLI::App& program, Action& action) {
    CLI::App& command = *program.add_subcommand("export",
                                                "Write a network as an ONNX model or a module of "
                                                "PyTorch, and prove that it gives the same; "
                                                "or its weights alone");
    auto options = std::make_shared<ExportCommand>();
    options->network.addNetwork(command);
    command.add_option("--onnx", options->onnx, "The model to write");
    command.add_option("--torch", options->torch,
                       "A folder to make, of network.py for PyTorch and weights.safetensors");
    command.add_option("--safetensors", options->safetensors,
                       "Write the weights alone: parameters and statistics");
    command.add_option("--npz", options->npz, "The same as arrays of NumPy");
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
    command.add_option(
        "--verify", options->python,
        "A Python that has onnx, and onnxruntime or openvino: those are asked too; for "
        "--torch one that has torch and safetensors");
    command.callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace vitrine::cli
