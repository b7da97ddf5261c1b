// SPDX-License-Identifier: Apache-2.0
// vitrine-cli import: a project from a model of another program.
#include <algorithm>
#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/cli/commands.h"
#include "core/cli/output.h"
#include "core/cli/size_words.h"
#include "core/cli/text.h"
#include "core/io/project.h"
#include "core/session/import_model.h"

namespace vitrine::cli {

namespace {

namespace fs = std::filesystem;

struct ImportCommand {
    std::string model, project, data;
    std::vector<std::string> extents;
    bool hasLoss = true, isJson = false;
};

Error wrongWord(std::string message, std::string next) {
    return {"U10", std::move(message), {}, "Nothing was written.", std::move(next)};
}

void printEnds(std::string_view what, const std::vector<ModelEnd>& ends) {
    for (const ModelEnd& end : ends)
        fmt::print("  {:<8} {} {} {}\n", what, printable(end.name, 60), end.dtype, end.shape);
}

void printReport(const ImportReport& report) {
    if (!report.program.empty()) fmt::print("made by {}, ", report.program);
    fmt::print("operator set {}, format version {}\n", report.opset, report.irVersion);
    fmt::print("{}\n", report.summary());
    printEnds("input", report.inputs);
    printEnds("output", report.outputs);
    fmt::print("{} numbers can be trained\n", fmt::group_digits(report.parameters));
    for (const RefusedNode& node : report.refused) fmt::print("{}: {}\n", node.code, node.message);
    for (const std::string& remark : report.remarks) fmt::print("Note: {}.\n", remark);
}

nlohmann::ordered_json endJson(const ModelEnd& end) {
    return {{"node", end.node}, {"name", end.name}, {"dtype", end.dtype}, {"shape", end.shape}};
}

void printJson(const ImportReport& report, const std::string& project) {
    nlohmann::ordered_json json = {{"event", "import"},
                                   {"project", project},
                                   {"program", report.program},
                                   {"opset", report.opset},
                                   {"ir_version", report.irVersion},
                                   {"nodes", report.nodes},
                                   {"folded", report.folded},
                                   {"parameters", report.parameters}};
    for (const auto& [key, ends] :
         {std::pair("inputs", &report.inputs), {"outputs", &report.outputs}})
        for (const ModelEnd& end : *ends) json[key].push_back(endJson(end));
    json["refused"] = nlohmann::ordered_json::array();
    for (const RefusedNode& node : report.refused)
        json["refused"].push_back(
            {{"node", node.node}, {"code", node.code}, {"message", node.message}});
    json["remarks"] = report.remarks;
    fmt::print("{}\n", json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

Result<void> import(const ImportCommand& command) {
    auto sizes = sizesFromWords(command.extents);
    if (!sizes) return sizes.error();
    Result<ImportedModel> imported = importModel(
        command.model, {.extents = std::move(sizes).value(), .addsLoss = command.hasLoss});
    if (!imported) return imported.error();
    if (!command.project.empty()) {
        std::error_code failure;
        if (fs::exists(command.project, failure))
            return wrongWord(fmt::format("'{}' is there already", printable(command.project)),
                             "Name another file with --project.");
        Project& project = imported->project;
        project.file = fs::absolute(command.project, failure).lexically_normal().string();
        project.name = projectNameFor(fs::path(command.project).stem().string());
        if (!command.data.empty()) {
            Result<std::vector<std::string>> fitted = takeData(project, command.data);
            if (!fitted) return fitted.error();
            std::ranges::move(*fitted, std::back_inserter(imported->report.remarks));
        }
        VITRINE_TRY(saveProject(project, project.file));
    }
    if (command.isJson)
        printJson(imported->report, command.project);
    else
        printReport(imported->report);
    return {};
}

}  // namespace

void addImport(CLI::App& program, Action& action) {
    CLI::App& command = *program.add_subcommand(
        "import", "Make a project of an ONNX model, and say what was understood");
    auto options = std::make_shared<ImportCommand>();
    command.add_option("model", options->model, "the model, FILE.onnx")->required();
    CLI::Option* project =
        command.add_option("--project", options->project,
                           "the project file to write; without it the model is only looked at");
    command
        .add_option("--data", options->data,
                    "What it is to learn from, a folder or a file: the layer that answers gives as "
                    "many classes as there are")
        ->needs(project);
    command.add_option("--size", options->extents,
                       "an extent that the model leaves open, NAME=NUMBER; may be repeated");
    command.add_flag("!--no-loss", options->hasLoss, "add no target and no loss to train it by");
    command.add_flag("--json", options->isJson, "one JSON object instead of text");
    command.callback([options, &action] {
        action = [options] {
            const Result<void> done = import(*options);
            return done ? ExitStatus::done : report(done.error());
        };
    });
}

}  // namespace vitrine::cli
