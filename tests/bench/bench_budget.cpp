// SPDX-License-Identifier: Apache-2.0
// Trains the shipped residual network on a folder of 3×32×32 pictures that may take so much memory
// and no more: what does not fit lies in a file. Then it goes through an epoch's batches. Prints
// the last loss, which is the same whatever the budget, and the most memory that the process had.
// Arguments: the folder, megabytes (0: what the system has), steps (100), threads (2). Environment
// VITRINE_SOURCE names the source folder where the program does not start in it.
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "core/data/loader.h"
#include "core/io/project.h"
#include "core/session/data_facts.h"
#include "core/train/feed.h"

using namespace vitrine;

namespace {

template <class Value>
Value orEnd(Result<Value> result) {
    if (result) return std::move(result).value();
    fmt::print(stderr, "{}\n", result.error().text());
    std::exit(1);
}

/// A line of /proc/self/status, `VmHWM:   123 kB`, in megabytes.
double megabytes(const std::string& key) {
    std::ifstream stream("/proc/self/status");
    for (std::string line; std::getline(stream, line);)
        if (line.starts_with(key)) return std::atof(line.c_str() + key.size()) / 1000;
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        fmt::print(stderr, "usage: bench_budget folder [megabytes [steps [threads]]]\n");
        return 1;
    }
    const int64_t budget = argc > 2 ? std::atoll(argv[2]) * 1'000'000 : 0;
    const int steps = argc > 3 ? std::atoi(argv[3]) : 100,
              threads = argc > 4 ? std::atoi(argv[4]) : 2;
    const char* source = std::getenv("VITRINE_SOURCE");
    const Project project =
        orEnd(loadProject(std::string(source ? source : ".") + "/projects/cifar_small_resnet"));
    const DataFormatDescriptor& format = *findDataFormat("image_folder");
    const Dataset data = orEnd(format.open(
        Attrs(format.fields), {.folder = argv[1], .threads = threads, .memoryBytes = budget}));
    const int64_t batch = project.training.batch;
    ModelOptions options{.batch = batch,
                         .columns = columnTypes(data.columns),
                         .normalisation = project.data.normalisation,
                         .threads = threads};
    options.recipe.optimizer = findOptimizer(project.training.optimizer.id);
    options.recipe.optimizerFields = project.training.optimizer.attrs;
    const auto model = orEnd(Model::compile(project.graph, {{Mode::Train, batch}}, options));
    model->initialise(1);
    Member& member = model->train(batch);
    Loader loader(data.train, fedBytes(member, data.columns), {.batch = batch});
    for (int step = 0; step < steps;) {
        const Batch next = loader.next();
        if (next.size != batch) continue;
        feed(member, next);
        writeNumbers(member, {.learningRate = 0.05, .step = step++, .seed = 1}, DType::F32);
        member.executor->runAll();
    }
    const double loss = member.executor->scalar("loss");
    for (int64_t i = 0; i < loader.batchesPerEpoch(); ++i) loader.next();  // all of them, once
    const int64_t all = (data.train.count + data.test.count) * data.columns[0].bytes();
    fmt::print(
        "{} MB of pictures, budget {}: loss {:.9f} at step {}, peak memory {:.0f} MB ({:.0f} "
        "MB of the arena)\n",
        all / 1'000'000, budget > 0 ? fmt::format("{} MB", budget / 1'000'000) : "none", loss,
        steps, megabytes("VmHWM:"), static_cast<double>(model->arenaBytes()) / 1e6);
    return 0;
}
