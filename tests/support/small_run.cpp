// SPDX-License-Identifier: Apache-2.0
// Sets up small training runs.
#include "tests/support/small_run.h"

#include "core/base/rng.h"
#include "core/graph/graph_text.h"
#include "core/session/data_facts.h"
#include "tests/support/example_sets.h"

namespace vitrine::test {

ExampleSet barImages(int64_t count, uint64_t seed) {
    constexpr int64_t side = 12;
    std::vector<uint8_t> pixels(static_cast<size_t>(count * side * side));
    std::vector<int32_t> labels;
    for (int64_t i = 0; i < count; ++i) {
        Rng rng(seed, RngStream::Test, static_cast<uint64_t>(i));
        const auto label = static_cast<int64_t>(rng.below(10));
        labels.push_back(static_cast<int32_t>(label));
        for (int64_t p = 0; p < side * side; ++p) {
            const bool bar = label < 5 ? p / side / 2 == label : p % side / 2 == label - 5;
            pixels[static_cast<size_t>(i * side * side + p)] =
                static_cast<uint8_t>((bar ? 150 : 20) + rng.below(90));
        }
    }
    return labelledImages(pixels, labels);
}

Dataset barDataset(int64_t train, int64_t test) {
    return {imageColumns({1, 12, 12}, 10), barImages(train, 1), barImages(test, 2), {}};
}

std::string lanesNetwork() {
    return "x[1,12,12] -> conv2d(out_channels=4 kernel=3 padding=1) as c1 -> relu -> "
           "max_pool2d(kernel=2 stride=2)\n"
           "-> conv2d(out_channels=8 kernel=3) as c2 -> relu -> max_pool2d(kernel=2 stride=2) -> "
           "flatten\n"
           "-> linear(out_features=20) as f1 -> relu -> linear(out_features=10) as f2 -> "
           "cross_entropy(labels)";
}

std::string residualNetwork() {
    return "x[1,12,12] -> conv2d(out_channels=16 kernel=3 padding=1 bias=false) as c1 -> "
           "batch_norm2d as b1 -> relu as r1\n"
           "-> conv2d(out_channels=16 kernel=3 padding=1 bias=false) as c2 -> batch_norm2d as b2 "
           "-> add(r1) -> relu as r2\n"
           "-> conv2d(out_channels=32 kernel=3 stride=2 padding=1 bias=false) as c3 -> "
           "batch_norm2d as b3 -> relu\n"
           "-> global_avg_pool2d -> flatten -> linear(out_features=10) as f1 -> "
           "cross_entropy(labels label_smoothing=0.1)";
}

std::string dropoutNetwork() {
    return "x[1,12,12] -> conv2d(out_channels=6 kernel=5) as c1 -> tanh -> avg_pool2d(kernel=2 "
           "stride=2) -> flatten\n"
           "-> dropout(rate=0.4) -> linear(out_features=16) as f1 -> leaky_relu -> "
           "linear(out_features=10) as f2\n"
           "-> cross_entropy(labels)";
}

namespace {

/// Each gets the name of the one before it.
void renameAll(Graph& graph) {
    std::string free = "spare";
    for (size_t i = 0; i < graph.nodes().size(); ++i) {
        const std::string id = graph.nodes()[i].id;
        if (!graph.rename(id, free)) qFatal("the name is free");
        free = id;
    }
}

}  // namespace

TrainingSetup setUp(const SmallRun& run, const Dataset& data) {
    auto graph = graphFromText(run.network);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    for (const Parameter& parameter : run.parameters)
        if (!graph->putParameter(parameter.id, parameter)) qFatal("a parameter is refused");
    if (run.renamesNodes) renameAll(*graph);
    ModelOptions options{.batch = run.batch,
                         .columns = columnTypes(data.columns),
                         .normalisation = {0.3, 0.2},
                         .threads = run.threads};
    options.recipe.optimizer = findOptimizer(run.optimizer);
    options.recipe.optimizerFields = Attrs(options.recipe.optimizer->fields);
    options.recipe.clipNorm = run.clipNorm;
    TrainSettings settings;
    settings.epochs = run.epochs;
    settings.seed = run.seed;
    settings.learningRate = 0.05;
    settings.schedule = findSchedule("cosine");
    settings.scheduleFields = Attrs(settings.schedule->fields);
    settings.channels = channelsOf(TrainedPart(*graph, {.batch = run.batch}), {});
    settings.checkpointEverySeconds = run.checkpointEverySeconds;
    settings.overfitOneBatch = run.overfitOneBatch;
    if (run.change) run.change(options, settings);
    auto model = Model::compile(*graph,
                                Model::variantsOfRun(run.batch, data.train.count, data.test.count,
                                                     options.recipe.accumulate),
                                options);
    if (!model) qFatal("%s", model.error().text().c_str());
    TrainingSetup setup;
    setup.model = std::move(model).value();
    if (run.beforeTrainer) run.beforeTrainer(*setup.model);
    setup.reports = std::make_unique<KeptReports>(run.save);
    setup.trainer = std::make_unique<Trainer>(*setup.model, data, settings, *setup.reports);
    return setup;
}

RunEvent carryOut(Trainer& trainer, const Command& command) {
    using enum EventKind;
    trainer.post(command);
    for (RunEvent event;;) {
        while (reportsOf(trainer).nextEvent(event))
            for (EventKind last :
                 {Paused, BreakpointHit, NonFiniteValue, NonFiniteLoss, NonFiniteState,
                  NonFiniteTest, CheckpointFailed, Finished, Stopped})
                if (event.kind == last) return event;
        std::this_thread::yield();
    }
}

void setStops(Trainer& trainer, StopRequest request) {
    trainer.mail().stops.put(std::make_unique<StopRequest>(std::move(request)));
    trainer.wake();
}

std::vector<std::byte> stateBytes(const Model& model) {
    std::vector<std::byte> bytes;
    for (const StateLayout::Item& item : model.states().items()) {
        const auto view = model.memory().view(item.offset, item.bytes());
        bytes.insert(bytes.end(), view->bytes().begin(), view->bytes().end());
    }
    return bytes;
}

}  // namespace vitrine::test
