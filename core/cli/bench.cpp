// SPDX-License-Identifier: Apache-2.0
// vitrine-cli bench: how fast the engine is on this machine, and beside other programs.
#include "core/cli/bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <thread>

#include "core/base/file.h"
#include "core/base/nearest_word.h"
#include "core/cli/commands.h"
#include "core/device/worker/worker_table.h"
#include "core/io/settings.h"
#include "core/session/bench_peak.h"
#include "core/session/device_choice.h"

namespace vitrine::cli {

namespace {

constexpr WholeSetting pairsSetting{"U22", "pairs", 3, 10'000,
                                    "a median needs a few, and all of them take time"};

struct BenchCommand {
    std::string suite = "train", math = "fast", device = "cpu", precision = "fp32";
    std::vector<std::string> networks;
    std::optional<std::string> batch, threads, pairs, cap, peers, only;
    bool profile = false, scaling = false, json = false, warpGroups = false;
};

struct Suite {
    std::string_view id;
    Result<void> (*run)(const BenchRequest&);
};
constexpr Suite suites[] = {{"train", benchTraining},
                            {"infer", benchInference},
                            {"kernels", benchKernels},
                            {"memory", benchMemory},
                            {"rest", benchRest}};

template <class Known>
Error unknown(std::string_view option, std::string_view word, const Known& known) {
    std::vector<std::string_view> ids;
    for (const auto& one : known) ids.push_back(one.id);
    return {"L06",
            fmt::format("--{} '{}' is not known{}", option, printable(word, 60), onlyThese(ids)),
            {},
            "Nothing was measured.",
            "Choose what this version knows, or leave the option out."};
}

Result<std::vector<const BenchNetwork*>> networksOf(const std::vector<std::string>& words) {
    std::vector<const BenchNetwork*> found;
    const std::span<const BenchNetwork> all = benchNetworks();
    for (const std::string& word : words) {
        const auto network = std::ranges::find(all, word, &BenchNetwork::id);
        if (network == all.end()) return unknown("networks", word, all);
        found.push_back(&*network);
    }
    if (words.empty())
        for (const BenchNetwork& network : all) found.push_back(&network);
    return found;
}

Result<int64_t> wholeOr(const WholeSetting& setting, const std::optional<std::string>& text,
                        int64_t usual) {
    return text ? settingFromText(setting, *text) : Result<int64_t>(usual);
}

Error notTogether(std::string_view option, std::string_view whose) {
    return {"L06",
            fmt::format("--{} is of {}", option, whose),
            {},
            "Nothing was measured.",
            "Leave it out, or choose what it belongs to."};
}

/// What would be left aside is refused: a figure must be what was asked for.
Result<void> checkTogether(const BenchCommand& command) {
    const bool measuresSteps = command.suite == "train" || command.suite == "infer";
    if (command.profile && !measuresSteps)
        return notTogether("profile", "the suites train and infer");
    if (command.profile && command.scaling) return notTogether("scaling", "what has no --profile");
    if (command.scaling && !measuresSteps)
        return notTogether("scaling", "the suites train and infer");
    if (command.scaling && command.threads == "1") return notTogether("scaling", "several threads");
    if (command.only && command.suite != "kernels") return notTogether("only", "the suite kernels");
    if (command.suite == "kernels" && (!command.networks.empty() || command.batch))
        return notTogether(command.batch ? "batch" : "networks", "the suites that run networks");
    for (const auto& [name, word] : {std::pair("peers", &command.peers), {"cap", &command.cap}})
        if (*word && (*word)->empty())
            return Error{"L01",
                         fmt::format("--{} names nothing", name),
                         {},
                         "Nothing was measured.",
                         "Name one, or leave the option out."};
    return {};
}

Result<BenchRequest> requestOf(const BenchCommand& command) {
    VITRINE_TRY(checkTogether(command));
    BenchRequest request{
        .profile = command.profile, .json = command.json, .scaling = command.scaling};
    auto networks = networksOf(command.networks);
    if (!networks) return networks.error();
    request.networks = std::move(networks).value();
    request.areNamed = !command.networks.empty();
    const auto batch = wholeOr(batchSetting, command.batch, 0);
    if (!batch) return batch.error();
    if (command.batch) request.batch = *batch;
    const auto threads =
        wholeOr(threadsSetting, command.threads, std::max(1u, std::thread::hardware_concurrency()));
    if (!threads) return threads.error();
    request.threads = static_cast<int>(*threads);
    const auto pairs = wholeOr(pairsSetting, command.pairs, 11);
    if (!pairs) return pairs.error();
    request.pairs = static_cast<int>(*pairs);
    struct Word {
        std::string_view id;
        Math math;
    };
    constexpr Word maths[] = {{"fast", Math::Fast}, {"direct", Math::Direct}};
    const auto* math = std::ranges::find(maths, command.math, &Word::id);
    if (math == std::end(maths)) return unknown("math", command.math, maths);
    request.math = math->math;
    if (const auto number = deviceNumber(command.device); !number) return number.error();
    const bool takesGpu = command.suite == "train" || command.suite == "infer";
    if (command.device != "cpu" && (!takesGpu || command.profile))
        return Error{"L06",
                     fmt::format("--device {} is of the suites train and infer, without a profile",
                                 printable(command.device, 60)),
                     {},
                     "Nothing was measured.",
                     "Leave it out, or measure one of these."};
    if (command.device != "cpu" && command.peers)
        return Error{"L06",
                     "on a GPU nothing is measured beside it",
                     {},
                     "Nothing was measured.",
                     "Leave --peers out; tests/device/check.sh measures both."};
    if (command.precision == "fp64")
        return Error{"L06",
                     "networks are measured in fp32, or as tensor cores multiply: not in fp64",
                     {},
                     "Nothing was measured.",
                     "Leave the precision out."};
    auto device =
        openDevice(command.device, worker::workerLibrary(), command.precision, command.warpGroups);
    if (!device) return device.error();
    request.device = std::move(device).value();
    request.scalesLoss = command.precision == "fp16";
    request.cap = command.cap.value_or("");
    request.peers = command.peers.value_or("");
    request.only = command.only.value_or("");
    return request;
}

Result<int> bench(const BenchCommand& command) {
    const auto* suite = std::ranges::find(suites, command.suite, &Suite::id);
    if (suite == std::end(suites)) return unknown("suite", command.suite, suites);
    auto request = requestOf(command);
    if (!request) return request.error();
    request->trains = suite->id != "infer";
    if (!request->cap.empty()) VITRINE_TRY(capInstructionSet(request->cap));
    const auto measured = request->profile ? benchProfile(*request) : suite->run(*request);
    return statusOf(measured);
}

}  // namespace

void addBench(CLI::App& program, Action& action) {
    CLI::App* command = program.add_subcommand(
        "bench", "Measure how fast the engine is on this machine, and beside other programs");
    auto options = std::make_shared<BenchCommand>();
    command->add_option(
        "--suite", options->suite,
        "What is measured: train, infer, kernels, memory or rest (calls, page faults, "
        "instruments); train unless given");
    command
        ->add_option("--networks", options->networks,
                     "Which networks, with commas between; all unless given")
        ->delimiter(',');
    command->add_option("--only", options->only,
                        "Of kernels those whose names have this in them: \"3x3\"");
    command->add_option("--batch", options->batch,
                        "Examples a step; those that results are published at unless given");
    command->add_option("--threads", options->threads, "Threads; as many as cores unless given");
    command->add_option("--device", options->device,
                        "Of train and infer: cpu, cuda (the first GPU) or cuda:N");
    command->add_option(
        "--precision", options->precision,
        "On a GPU what its tensor cores multiply: fp32 (nothing), tf32, bf16, fp16");
    command->add_flag("--warp-groups", options->warpGroups,
                      "On a Hopper GPU: products by groups of four warps (wgmma), which no run "
                      "chooses by itself before they were seen on a card");
    command->add_option("--pairs", options->pairs,
                        "How often each is measured, in turn with what it is compared with; 11");
    command->add_option("--math", options->math, "fast, or direct");
    command->add_option("--cap", options->cap,
                        "No better instruction set than this, on both sides: avx2");
    command->add_option("--peers", options->peers,
                        "A Python that has torch, and onnxruntime for infer: measured beside");
    command->add_flag(
        "--profile", options->profile,
        "Where a step of training, or with --suite infer an answer, goes instead: by operator "
        "and kernel, and the longest entries");
    command->add_flag("--scaling", options->scaling,
                      "With train and infer: how many times as fast as on one thread, in turn");
    command->add_flag("--json", options->json, "One JSON object a row");
    command->callback([options, &action] { action = [options] { return bench(*options); }; });
}

}  // namespace vitrine::cli
