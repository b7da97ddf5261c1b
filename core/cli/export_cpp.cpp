// SPDX-License-Identifier: Apache-2.0
// vitrine-cli export-cpp: a network as a folder of plain C++.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/cli/commands.h"
#include "core/cli/network_options.h"
#include "core/cli/text.h"
#include "core/io/settings.h"
#include "core/session/export_cpp.h"

namespace vitrine::cli {

namespace {

struct ExportCommand {
    NetworkOptions network;
    CppExportOptions made;
    std::optional<std::string> batch;
    bool isUnproven = false;
};

std::string proofText(const CppExportReport& report) {
    if (report.compiler.empty())
        return "Not proven: no compiler was run. Name one with --compiler.\n";
    std::string text = fmt::format("Compiled by {} and run beside the network:\n", report.compiler);
    for (const CppDifference& found : report.differences)
        text += fmt::format("  {}: at most {:.2g} apart, of numbers up to {:.3g}\n",
                            printable(found.output, 60), found.largest, found.largestNumber);
    return text;
}

std::string reportText(const CppExportReport& report) {
    return fmt::format("Wrote '{}': {} calls, {} of weights, {} of memory for a call.\n{}",
                       printable(report.folder), report.calls, sizeText(report.weightBytes),
                       sizeText(report.arenaBytes), proofText(report));
}

/// `compiler` is null, and `proofs` empty, where nothing was compiled.
std::string reportJson(const CppExportReport& report) {
    using Json = nlohmann::ordered_json;
    Json proofs = Json::array();
    for (const CppDifference& found : report.differences)
        proofs.push_back({{"output", found.output},
                          {"difference", found.largest},
                          {"largest", found.largestNumber}});
    const Json object{{"folder", report.folder},
                      {"calls", report.calls},
                      {"weight_bytes", report.weightBytes},
                      {"arena_bytes", report.arenaBytes},
                      {"compiler", report.compiler.empty() ? Json() : Json(report.compiler)},
                      {"proofs", std::move(proofs)}};
    return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<void> exportNetwork(ExportCommand& command) {
    if (command.batch) {
        const auto batch = settingFromText(batchSetting, *command.batch);
        if (!batch) return batch.error();
        command.made.batch = *batch;
    }
    if (command.isUnproven) command.made.compiler.clear();
    const auto network = command.network.openFile();
    if (!network) return network.error();
    command.made.weights = command.network.weights;
    const auto report = exportCpp(*network, command.made);
    if (!report) return report.error();
    print(command.network.json ? reportJson(*report) : reportText(*report));
    return {};
}

}  // namespace

void addExportCpp(CLI::App& program, Action& action) {
    CLI::App& command = *program.add_subcommand(
        "export-cpp", "Write a network as plain C++ that needs nothing but a compiler");
    auto options = std::make_shared<ExportCommand>();
    command
        .add_option("MODEL", options->network.run.project,
                    "Folder of a project, or its .vitrine file; or an .onnx model")
        ->required();
    command.add_option("--weights", options->network.weights,
                       "weights.safetensors of a run, or a checkpoint; not needed where the model "
                       "has its numbers");
    command.add_option("--out", options->made.folder, "Folder to make")->required();
    command.add_option("--batch", options->batch, "Examples of a call; 1 unless given");
    command
        .add_option("--size", options->network.sizes,
                    "A size that a model leaves open. May be given several times")
        ->type_name("NAME=NUMBER");
    command.add_flag("--inside", options->made.weightsInside,
                     "Weights as part of the program, instead of in weights.bin beside it");
    command.add_option("--compiler", options->made.compiler,
                       "What the proof is compiled with; c++ unless given");
    command.add_flag("--no-proof", options->isUnproven, "Neither compile nor run it");
    command.add_flag("--json", options->network.json, "One JSON object on standard output");
    command.callback(
        [options, &action] { action = [options] { return statusOf(exportNetwork(*options)); }; });
}

}  // namespace vitrine::cli
