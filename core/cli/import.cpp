// SPDX-License-Identifier: Apache-2.0
// vitrine-cli import: a project from a model of another program.
#include <algorithm>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/base/file_error.h"
#include "core/cli/commands.h"
#include "core/cli/import_text.h"
#include "core/cli/output.h"
#include "core/cli/size_words.h"
#include "core/cli/text.h"
#include "core/io/project.h"
#include "core/session/import_model.h"
#include "core/session/model_report.h"

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

Result<void> save(const ImportCommand& command, Project& project, ImportReport& report) {
    std::error_code failure;
    if (fs::exists(command.project, failure))
        return wrongWord(fmt::format("'{}' is there already", printable(command.project)),
                         "Name another file with --project.");
    const fs::path file = fs::absolute(command.project, failure).lexically_normal();
    project.file = file.string();
    project.name = projectNameFor(file.stem().string());
    if (!command.data.empty()) {
        Result<std::vector<std::string>> fitted = takeData(project, command.data);
        if (!fitted) return fitted.error();
        std::ranges::move(*fitted, std::back_inserter(report.remarks));
    }
    fs::create_directories(file.parent_path(), failure);
    if (failure)
        return fileError({file.parent_path().string(), "make", "Nothing was saved."},
                         failure.value());
    return saveProject(project, project.file);
}

Result<ModelLook> look(const ImportCommand& command, const ImportChoices& choices) {
    if (command.project.empty()) return lookAtModel(command.model, choices);
    Result<ImportedModel> imported = importModel(command.model, choices);
    if (!imported) return withSizeOptions(imported.error(), command.model, choices.extents);
    VITRINE_TRY(save(command, imported->project, imported->report));
    return ModelLook{.report = std::move(imported->report), .open = {}, .lookedAt = {}};
}

Result<void> import(const ImportCommand& command) {
    auto sizes = sizesFromWords(command.extents);
    if (!sizes) return sizes.error();
    const auto known =
        look(command, {.extents = std::move(sizes).value(), .addsLoss = command.hasLoss});
    if (!known) return known.error();
    print(command.isJson ? lookJson(*known, command.project) : lookText(*known));
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
    command.callback(
        [options, &action] { action = [options] { return statusOf(import(*options)); }; });
}

}  // namespace vitrine::cli
