// SPDX-License-Identifier: Apache-2.0
// vitrine-cli infer: what a network gives for arrays and pictures, and how long it takes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/cli/answer_text.h"
#include "core/cli/commands.h"
#include "core/cli/network_options.h"
#include "core/cli/text.h"
#include "core/io/project_data.h"
#include "core/io/settings.h"
#include "core/onnx/onnx_content.h"
#include "core/session/class_names.h"
#include "core/session/data_facts.h"
#include "core/session/inference_timing.h"
#include "core/session/model_classes.h"
#include "core/tensor/element.h"

namespace vitrine::cli {

namespace {

constexpr WholeSetting topSetting{"U22", "top", 1, 10'000, "so many classes are shown"};
constexpr RealSetting secondsSetting{"U22", "seconds", 0.01,
                                     3600,  true,      "so long each batch is measured"};

constexpr int64_t longestNames = int64_t{1} << 20;

struct InferCommand {
    NetworkOptions network;
    std::optional<std::string> top, seconds, classes;
    std::vector<std::string> batches;
    bool bench = false;
};

/// One a line. Errors: those of readFile; "M04" where they are no text.
Result<std::vector<std::string>> namesInFile(const std::string& path) {
    const auto bytes = readFile(path, {.bytes = longestNames});
    if (!bytes) return bytes.error();
    std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    if (!isUtf8(text) || text.find('\0') != std::string_view::npos)
        return Error{"M04",
                     fmt::format("'{}' is no list of names in UTF-8", printable(path)),
                     {},
                     "Nothing was computed.",
                     "Give a text file with the name of a class in each line."};
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // a mark that editors leave
    std::vector<std::string> names;
    while (!text.empty()) {
        const size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        names.push_back(printable(line, 80));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return names;
}

/// One for every class of some output. Errors: those of namesInFile; "P13".
Result<std::vector<std::string>> namesFor(const Inference& inference, const std::string& path) {
    auto names = namesInFile(path);
    if (!names) return names;
    const InferenceOutput* other = nullptr;
    for (const InferenceOutput& output : inference.outputs()) {
        if (output.isClasses && output.classes == std::ssize(*names)) return names;
        if (output.isClasses) other = &output;
    }
    if (!other) return names;
    return Error{"P13",
                 fmt::format("'{}' has {}, and output '{}' has {} classes", printable(path),
                             countOf(names->size(), "name"), printable(other->name, 60),
                             fmt::group_digits(other->classes)),
                 {},
                 "Nothing was computed.",
                 "Give a name for every class, one a line."};
}

/// Those of the column in a project's data: of drawn ones, or of the folder, where it is there.
std::vector<std::string> namesInData(const Project& project, const std::string& column) {
    if (project.data.folder.empty()) {
        const DataFacts facts = factsOf(project.data);
        const ColumnFacts* drawn = facts.find(column);
        return drawn ? drawn->column.classes : std::vector<std::string>();
    }
    const auto data = openRawData(project, {});
    const int at = data ? data->column(column) : -1;
    return at < 0 ? std::vector<std::string>() : data->columns[static_cast<size_t>(at)].classes;
}

/// The model's file that an imported network has numbers of; empty: it has none.
std::string originOf(const Graph& graph) {
    for (const auto& [id, parameter] : graph.parameters())
        if (parameter.file && isOnnxModel(parameter.file->path)) return parameter.file->path;
    return {};
}

/// Those of the file; else of the run that the weights are of; else of the project's data; else
/// those that the model has in its metadata, or that the project kept of them.
Result<std::vector<std::string>> classNames(const InferCommand& options,
                                            const Inference& inference) {
    if (options.classes) return namesFor(inference, *options.classes);
    std::vector<std::string> names;
    const Project& project = inference.network().project;
    for (const InferenceOutput& output : inference.outputs()) {
        if (output.classColumn.empty() || !names.empty()) continue;
        names = trainedClassNames(options.network.weights, output.classColumn);
        if (names.empty()) names = namesInData(project, output.classColumn);
    }
    if (names.empty()) names = project.classes;
    const std::string model =
        inference.network().isForeign ? options.network.run.project : originOf(project.graph);
    if (names.empty() && isOnnxModel(model)) names = classNamesOfModel(model);
    return names;
}

Result<std::vector<InferenceTiming>> timings(Inference& inference, const InferCommand& options,
                                             double seconds) {
    std::vector<InferenceTiming> found;
    std::vector<int64_t> batches;
    for (const std::string& word : options.batches) {
        const auto batch = settingFromText(batchSetting, word);
        if (!batch) return batch.error();
        batches.push_back(*batch);
    }
    const bool takesBatches = std::ranges::any_of(
        inference.inputs(), [](const NetworkInput& input) { return input.wish.isBatched; });
    if (batches.empty())
        batches = takesBatches ? std::vector<int64_t>{1, 64} : std::vector<int64_t>{1};
    for (const int64_t batch : batches) {
        const auto timing = timeInference(inference, drawnArrays(inference, batch, 1), seconds);
        if (!timing) return timing.error();
        found.push_back(*timing);
    }
    return found;
}

Result<int> bench(Inference& inference, const InferCommand& options) {
    const auto seconds = settingFromText(secondsSetting, options.seconds.value_or("1"));
    if (!seconds) return seconds.error();
    std::vector<InferenceTiming> found;
    if (options.network.inputs.empty()) {
        auto all = timings(inference, options, *seconds);
        if (!all) return all.error();
        found = std::move(all).value();
    } else {
        const auto arrays = options.network.read(inference.network(), inference.inputs());
        if (!arrays) return arrays.error();
        const auto timing = timeInference(inference, *arrays, *seconds);
        if (!timing) return timing.error();
        found.push_back(*timing);
    }
    print(options.network.json ? timingJson(found) : timingTable(found));
    return done;
}

/// What is not finite is no result.
Result<void> checkFinite(const std::vector<NamedTensor>& answers) {
    for (const NamedTensor& answer : answers) {
        if (!isFloat(answer.data->dtype)) continue;
        int64_t bad = 0;
        const int64_t count = answer.data->shape.elements();
        for (int64_t i = 0; i < count; ++i)
            bad += !std::isfinite(readElement(answer.data->bytes.data(), answer.data->dtype, i));
        if (bad > 0)
            return Error{"H01",
                         fmt::format("output '{}' holds {} of {} numbers that are NaN or infinite",
                                     printable(answer.name, 60), fmt::group_digits(bad),
                                     fmt::group_digits(count)),
                         {},
                         "Nothing was saved.",
                         "Look for the node that makes the first of them, or take them as they are "
                         "with --allow-nan."};
    }
    return {};
}

Result<void> checkOut(const NetworkOptions& options, const Inference& inference) {
    std::vector<std::string> names;
    for (const InferenceOutput& output : inference.outputs()) names.push_back(output.name);
    return options.checkOut(names);
}

Result<int> infer(const InferCommand& options) {
    const auto top = settingFromText(topSetting, options.top.value_or("5"));
    if (!top) return top.error();
    auto inference = options.network.open();
    if (!inference) return inference.error();
    if (options.bench) return bench(**inference, options);
    VITRINE_TRY(checkOut(options.network, **inference));
    const auto classes = classNames(options, **inference);
    if (!classes) return classes.error();
    const auto arrays = options.network.read((*inference)->network(), (*inference)->inputs());
    if (!arrays) return arrays.error();
    const auto answers = (*inference)->run(*arrays);
    if (!answers) return answers.error();
    if (!options.network.takesNaN) VITRINE_TRY(checkFinite(*answers));
    if (!options.network.out.empty()) VITRINE_TRY(saveTensors(options.network.out, *answers));
    const AnswerView view{**inference, *answers, *classes, options.network.out, *top};
    print(options.network.json ? answerJson(view) : answerText(view));
    return done;
}

}  // namespace

void addInfer(CLI::App& program, Action& action) {
    CLI::App* command = program.add_subcommand(
        "infer", "Ask a network with arrays or pictures, or measure how long it takes");
    auto options = std::make_shared<InferCommand>();
    options->network.add(*command, "Where the outputs go, each as .npy.");
    command->add_option("--top", options->top, "So many classes of each example are shown; 5");
    command->add_option("--classes", options->classes,
                        "Text file with the names of the classes, one a line; those that the run "
                        "was trained on unless given");
    command->add_flag("--bench", options->bench,
                      "Measure instead: warm, with arrays made up where none are given");
    command->add_option("--batch", options->batches,
                        "A batch to measure; 1 and 64 unless given. May be given several times");
    command->add_option("--seconds", options->seconds, "How long each batch is measured; 1");
    command->callback([options, &action] { action = [options] { return infer(*options); }; });
}

}  // namespace vitrine::cli
