// SPDX-License-Identifier: Apache-2.0
// vitrine-cli weights: what a file of weights holds, which of it is which of a project's network,
// and writing it in this program's form.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/cli/commands.h"
#include "core/cli/network_options.h"
#include "core/cli/text.h"
#include "core/io/project.h"
#include "core/io/weights/replacement.h"
#include "core/session/weights.h"
#include "core/session/weights_project.h"

namespace vitrine::cli {

namespace {

struct WeightsCommand {
    std::string file, project, out, replace;
    WeightWishes wishes;
    bool json = false, overwrites = false;
};

void printJson(const WeightFile& file) {
    using nlohmann::ordered_json;
    ordered_json json{{"file", printable(file.path, 4096)}, {"kind", file.kind}};
    json["tensors"] = ordered_json::array();
    for (const StoredTensor& tensor : file.tensors) {
        ordered_json entry{{"name", printable(tensor.name, 1000)},
                           {"type", printable(tensor.typeName, 100)},
                           {"shape", tensor.shape}};
        if (!tensor.order.empty()) entry["order"] = tensor.order;
        if (!tensor.isRead()) entry["not_read"] = tensor.why;
        json["tensors"].push_back(std::move(entry));
    }
    json["others"] = file.others;
    print(json.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n");
}

Result<int> list(const WeightsCommand& command) {
    const auto file = openWeights(command.file);
    if (!file) return file.error();
    if (command.json) {
        printJson(*file);
        return done;
    }
    Table table({{"Tensor"}, {"Type"}, {"Shape"}, {""}});
    int64_t numbers = 0;
    for (const StoredTensor& tensor : file->tensors) {
        numbers += std::max<int64_t>(0, tensor.elements());
        table.add({printable(tensor.name, 160), printable(tensor.typeName, 40), tensor.shapeText(),
                   tensor.isRead() ? tensor.order : "not read"});
    }
    print(table.text());
    print(fmt::format("{}: {} with {} numbers\n", file->kind,
                      countOf(file->tensors.size(), "tensor"),
                      countText(static_cast<double>(numbers))));
    for (const std::string& other : file->others) print(fmt::format("  {}\n", other));
    return done;
}

/// Who names no place means the file itself.
Result<void> checkOut(const WeightsCommand& command) {
    return command.out.empty() || command.overwrites ? Result<void>() : checkFree(command.out);
}

/// The table of a project; with a place to write to, the network's weights there.
Result<int> compare(const WeightsCommand& command) {
    VITRINE_TRY(checkOut(command));
    const auto project = loadProject(command.project);
    if (!project) return project.error();
    const auto states = statesOf(*project);
    if (!states) return states.error();
    const auto file = openWeights(command.file);
    if (!file) return file.error();
    const WeightWishes wishes = wishesFor(project->graph, command.wishes);
    const auto match = matchWeights(*file, *states, wishes);
    if (!match) return match.error();
    print(tableOf(*match));
    print(summaryOf(*match) + "\n");
    if (command.out.empty()) return match->isWhole() ? done : failed;
    const auto loaded = readWeightsFor(command.file, *states, wishes);
    if (!loaded) return loaded.error();
    VITRINE_TRY(saveWeights(command.out, *states, loaded->states));
    print(fmt::format("{} written.\n", printable(command.out)));
    return done;
}

/// `fc.bias=new.npy`
Result<int> replace(const WeightsCommand& command) {
    const size_t sign = command.replace.find('=');
    if (sign == std::string::npos)
        return Error{
            "L01",
            fmt::format("--replace '{}' names no file of numbers", printable(command.replace, 80)),
            {},
            "Nothing was changed.",
            "Name the tensor and an .npy file: --replace fc.bias=new.npy"};
    VITRINE_TRY(checkOut(command));
    const std::string to = command.out.empty() ? command.file : command.out;
    const auto replaced = replaceByArray(command.file, command.replace.substr(0, sign),
                                         command.replace.substr(sign + 1), to);
    if (!replaced) return replaced.error();
    print(fmt::format("{} written.\n", printable(to)));
    return done;
}

Result<int> run(const WeightsCommand& command) {
    if (!command.replace.empty()) return replace(command);
    return command.project.empty() ? list(command) : compare(command);
}

}  // namespace

void addWeights(CLI::App& program, Action& action) {
    CLI::App* command = program.add_subcommand(
        "weights", "List a file of weights, or show which of it is which of a project's network");
    auto options = std::make_shared<WeightsCommand>();
    command
        ->add_option("FILE", options->file,
                     "safetensors (also an index of several), .pt, .pth, .keras, .h5 or .npz")
        ->required();
    CLI::Option* project =
        command->add_option("--project", options->project, "Whose network they are for");
    command
        ->add_option("--rules", options->wishes.rules,
                     "File that says which tensor is which: theirs.{n}.* -> ours_{n+1}.*")
        ->needs(project);
    command
        ->add_flag("--what-fits", options->wishes.onlyWhatFits,
                   "Write those tensors that fit; without it all of the network must be there")
        ->needs(project);
    command->add_option("-o,--out", options->out,
                        "Write the network's weights as safetensors; with --replace the changed "
                        "file (the file itself unless given)");
    command->add_flag("--overwrite", options->overwrites,
                      "Write over a file that is there already");
    CLI::Option* replacement = command->add_option(
        "--replace", options->replace,
        "TENSOR=FILE.npy: write the safetensors file anew with other numbers for that tensor");
    replacement->excludes(project);
    command->add_flag("--json", options->json, "The list as one JSON object")->excludes(project);
    command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace vitrine::cli
