// SPDX-License-Identifier: Apache-2.0
// From command line words to a RunRequest.
#include "core/cli/run_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <thread>

#include "core/base/file.h"
#include "core/io/settings.h"
#include "core/session/device_choice.h"
#include "core/session/precision.h"

namespace vitrine::cli {

namespace {

Result<void> readWhole(const WholeSetting& setting, const std::optional<std::string>& text,
                       std::optional<int64_t>& value) {
    if (!text) return {};
    auto read = settingFromText(setting, *text);
    if (!read) return read.error();
    value = *read;
    return {};
}

Result<void> checkCpu(const std::string& device, const std::string& precision) {
    const std::vector<std::string> ofCpu = precisionNames(false), all = precisionNames(true);
    const bool isOfGpu = std::ranges::find(all, precision) != all.end() &&
                         std::ranges::find(ofCpu, precision) == ofCpu.end();
    if (device == "cpu" && !isOfGpu) return {};
    return Error{"L06",
                 device != "cpu"
                     ? "this command computes on the CPU alone"
                     : fmt::format("--precision {} is of the tensor cores of a GPU, and "
                                   "this command computes on the CPU alone",
                                   precision),
                 {},
                 "Nothing was done.",
                 "Leave the option out; train, eval and bench run on a GPU."};
}

Result<void> checkSupported(const char* option, const std::string& word,
                            const std::vector<std::string>& supported) {
    if (std::ranges::find(supported, word) != supported.end()) return {};
    return Error{"L06",
                 fmt::format("--{} '{}' is not supported by this version; it knows {}", option,
                             printable(word, 60), fmt::join(supported, " or ")),
                 {},
                 "Nothing was done.",
                 "Leave the option out, or choose what this version knows."};
}

}  // namespace

void RunOptions::addProject(CLI::App& command) {
    command.add_option("PROJECT", project, "Folder of a project, or its .vitrine file")->required();
}

void RunOptions::addData(CLI::App& command) {
    command.add_option("--data", data,
                       "Folder or file of the data; what they are is seen from their contents");
    command.add_option("--data-fields", wishes.fields,
                       "How they are read: \"height=64 width=64 fit=crop\"; vitrine-cli data "
                       "--formats lists all fields");
}

CLI::Option* RunOptions::addWeights(CLI::App& command) {
    CLI::Option* file = command.add_option(
        "--weights", weights,
        "weights.safetensors of a run, a checkpoint, or weights of another program: safetensors, "
        ".pt, .pth, .keras, .h5, .npz");
    addWishes(command, file);
    return file;
}

void RunOptions::addWishes(CLI::App& command, CLI::Option* file) {
    command
        .add_option("--rules", weightWishes.rules,
                    "File that says which of its tensors is which: theirs.{n}.* -> ours_{n+1}.*")
        ->needs(file);
    command
        .add_flag("--what-fits", weightWishes.onlyWhatFits,
                  "Take those tensors that fit; without it all of the network must be there")
        ->needs(file);
}

void RunOptions::addTransforms(CLI::App& command) {
    command.add_option(
        "--transform", wishes.trainingTransforms,
        "What happens to training images, with fields: \"pad_crop padding=4\", flip; "
        "instead of the project's. none: nothing. May be given several times");
    addTestTransforms(command);
    command.add_option("--sampling", wishes.sampling,
                       "each_once, or balanced: every class as often as the others");
}

void RunOptions::addTestTransforms(CLI::App& command) {
    command.add_option("--test-transform", wishes.evaluationTransforms,
                       "What happens to test images, with fields: \"resize height=64 width=64\"; "
                       "instead of the project's. none: nothing. May be given several times");
}

void RunOptions::addMachine(CLI::App& command) {
    command.add_option("--batch", batch, "Images a step");
    addNumerics(command);
}

void RunOptions::addMachineWithGpu(CLI::App& command) {
    takesGpu = true;
    addMachine(command);
}

void RunOptions::addNumerics(CLI::App& command) {
    command.add_option("--seed", seed, "Seed of everything random");
    command.add_option("--threads", threads,
                       "Threads; as many as cores unless given. Results do not depend on it");
    command.add_option("--device", device,
                       takesGpu ? "cpu, cuda (the first GPU) or cuda:N" : "cpu");
    command.add_option("--precision", precision,
                       takesGpu ? "fp32, or fp64 (plain reference kernels, slow); on a GPU also "
                                  "tf32, bf16 and fp16: what tensor cores multiply"
                                : "fp32, or fp64 (plain reference kernels, slow)");
    command.add_option(
        "--math", math,
        "fast: 3x3 convolutions may go by Winograd's products, a digit less exact; direct: every "
        "product is formed");
}

void RunOptions::addMemory(CLI::App& command) {
    command.add_option("--recompute", training.recompute,
                       "What the backward phase makes again instead of finding it kept: none, "
                       "cheap, or blocks; none unless the project says otherwise");
    command.add_option("--budget", training.budget,
                       "Memory that a step may take, 200MB: as little is made again as that needs");
}

void RunOptions::addTraining(CLI::App& command) {
    command.add_option("--epochs", epochs, "Times that every training image is seen");
    command.add_option("--lr", learningRate, "Base learning rate, before the schedule");
    command.add_option("--optimizer", training.optimizer,
                       "Optimiser and fields: \"adamw weight_decay=0.05\"");
    command.add_option("--schedule", training.schedule,
                       "Schedule and fields: \"cosine warmup_epochs=2\"");
    command.add_option("--extra", training.extras,
                       "What goes on around the optimiser, with fields: \"ema decay=0.99\", "
                       "lookahead, sam, swa; instead of the project's. none: nothing. May be given "
                       "several times");
    command.add_option("--clip-norm", training.clipNorm, "Limit of gradients; 0: none");
    command.add_option("--clip-by", training.clipBy, "norm, value, layer or adaptive");
    command.add_option("--accumulate", training.accumulate,
                       "Batches whose gradients make one update");
    addMemory(command);
    command.add_option("--patience", training.patience,
                       "Epochs without a better one before the run ends; 0: it goes to its end");
    command.add_option("--watch", training.watch,
                       "What says which epoch is the best: loss, or a metric such as accuracy");
    command.add_flag("--keep-best", training.keepsBest,
                     "Save the weights of the best epoch too, as best.safetensors");
}

Result<RunRequest> RunOptions::request() const {
    RunRequest request;
    request.project = project;
    request.data = data;
    VITRINE_TRY(readWhole(epochsSetting, epochs, request.epochs));
    VITRINE_TRY(readWhole(batchSetting, batch, request.batch));
    VITRINE_TRY(readWhole(seedSetting, seed, request.seed));
    std::optional<int64_t> threadCount = std::max(1u, std::thread::hardware_concurrency());
    VITRINE_TRY(readWhole(threadsSetting, threads, threadCount));
    request.threads = static_cast<int>(*threadCount);
    if (learningRate) {
        auto read = settingFromText(learningRateSetting, *learningRate);
        if (!read) return read.error();
        request.learningRate = *read;
    }
    if (const auto number = deviceNumber(device.value_or("cpu")); !number) return number.error();
    if (!takesGpu) VITRINE_TRY(checkCpu(device.value_or("cpu"), precision.value_or("fp32")));
    VITRINE_TRY(checkSupported("precision", precision.value_or("fp32"), precisionNames(takesGpu)));
    VITRINE_TRY(checkSupported("math", math.value_or("fast"), {"fast", "direct"}));
    request.training = training;
    request.wishes = wishes;
    request.weights = weights;
    request.weightWishes = weightWishes;
    request.precision = precision;
    request.math = math;
    request.device = device;
    return request;
}

}  // namespace vitrine::cli
