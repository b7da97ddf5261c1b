// SPDX-License-Identifier: Apache-2.0
// Whole training steps of the shipped projects on random images: images/s and GFLOP/s.
// Environment VITRINE_SOURCE names the source folder where the program does not start in it.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdlib>

#include "core/base/guard.h"
#include "core/base/rng.h"
#include "core/io/project.h"
#include "core/session/data_facts.h"
#include "core/tensor/element.h"
#include "core/train/feed.h"

using namespace vitrine;

namespace {

std::unique_ptr<Model> modelOf(const std::string& name, int threads) {
    const char* source = std::getenv("VITRINE_SOURCE");
    auto project = loadProject(std::string(source ? source : ".") + "/projects/" + name);
    if (!project) return nullptr;
    const TrainingSettings& training = project->training;
    ModelOptions options{.batch = training.batch,
                         .columns = columnTypes(project->data),
                         .normalisation = project->data.normalisation,
                         .threads = threads};
    options.recipe.optimizer = findOptimizer(training.optimizer.id);
    options.recipe.optimizerFields = training.optimizer.attrs;
    auto model = Model::compile(project->graph, {{Mode::Train, training.batch}}, options);
    return model ? std::move(model).value() : nullptr;
}

/// A batch that is written before every step, as the trainer does.
struct RandomBatch {
    std::vector<std::vector<std::byte>> values;  ///< of each input

    explicit RandomBatch(const Member& member) {
        Rng rng(1, RngStream::Test);
        for (const DataSlot& slot : member.data) {
            const DType type = member.tape->value(slot.value).type.dtype;
            std::vector<std::byte>& bytes = values.emplace_back(static_cast<size_t>(slot.bytes));
            for (int64_t i = 0; i < slot.bytes / sizeOf(type); ++i)
                writeElement(bytes.data(), type, i,
                             isFloat(type)       ? rng.normal()
                             : type == DType::U8 ? rng.below(256)
                                                 : rng.below(10));
        }
    }
    void writeTo(const Member& member) const {
        for (size_t i = 0; i < values.size(); ++i)
            orThrow(member.executor->memory().write(member.data[i].at, values[i]));
        writeNumbers(member, {.learningRate = 1e-3, .step = 0, .seed = 1}, DType::F32);
    }
};

void trainStep(benchmark::State& state, const std::string& project) {
    auto model = modelOf(project, static_cast<int>(state.range(0)));
    if (!model) {
        state.SkipWithError(
            "the project cannot be opened: start in the source folder or set VITRINE_SOURCE");
        return;
    }
    model->initialise(1);
    Member& member = model->train(model->batch());
    const RandomBatch batch(member);
    double flops = 0;
    for (const TapeEntry& entry : member.tape->entries) flops += entry.flops;
    for (auto _ : state) {
        batch.writeTo(member);
        member.executor->runAll();
    }
    state.counters["images/s"] = benchmark::Counter(
        static_cast<double>(state.iterations() * model->batch()), benchmark::Counter::kIsRate);
    state.counters["GFLOP/s"] = benchmark::Counter(
        flops * static_cast<double>(state.iterations()) * 1e-9, benchmark::Counter::kIsRate);
}

}  // namespace

BENCHMARK_CAPTURE(trainStep, digits_lenet, "digits_lenet")
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->ArgName("threads");
BENCHMARK_CAPTURE(trainStep, cifar_small_resnet, "cifar_small_resnet")
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->ArgName("threads");

BENCHMARK_MAIN();
