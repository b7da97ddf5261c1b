// SPDX-License-Identifier: Apache-2.0
// What it costs to be watched: steps of the shipped projects on random images with nothing asked,
// with everything streamed to views, and with stops armed. The variants take turns, a second each,
// so that whatever else the machine does falls on all of them; medians over the rounds, as time and
// as processor time, which a busy machine disturbs less.
// Arguments: rounds (9), threads (1). Environment VITRINE_SOURCE names the source folder where the
// program does not start in it.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "core/base/rng.h"
#include "core/io/project.h"
#include "core/session/data_facts.h"
#include "core/train/trainer.h"
#include "tests/support/example_sets.h"

using namespace vitrine;

namespace {

struct Variant {
    const char* name;
    SampleRequest samples;
    StopRequest stops;
};

std::vector<Variant> variants() {
    SampleRequest streamed;
    streamed.gradients = streamed.weights = streamed.timings = true;
    return {{"nothing asked", {}, {}},
            {"gradients, weights, timings", streamed, {}},
            {"stop: non-finite loss", {}, {.breakpoints = {}, .nonFinite = NonFiniteWatch::Loss}},
            {"stop: any non-finite value",
             {},
             {.breakpoints = {}, .nonFinite = NonFiniteWatch::EveryValue}},
            {"step recorded", {}, {.breakpoints = {}, .record = true}}};
}

Project projectNamed(const std::string& name) {
    const char* source = std::getenv("VITRINE_SOURCE");
    auto project = loadProject(std::string(source ? source : ".") + "/projects/" + name);
    if (project) return std::move(project).value();
    fmt::print(stderr, "{}\nStart in the source folder or set VITRINE_SOURCE.\n",
               project.error().text());
    std::exit(1);
}

/// Eight batches of noise.
Dataset noise(const Project& project) {
    std::vector<int64_t> shape;
    for (const Node& node : project.graph.nodes())
        if (node.op->id == "input") shape = node.attrs.list("shape");
    const Shape image(shape);
    const int64_t count = 8 * project.training.batch;
    std::vector<uint8_t> pixels(static_cast<size_t>(count * image.elements()));
    std::vector<int32_t> labels(static_cast<size_t>(count));
    Rng rng(1, RngStream::Test);
    for (uint8_t& pixel : pixels) pixel = static_cast<uint8_t>(rng.below(256));
    for (int32_t& label : labels) label = static_cast<int32_t>(rng.below(10));
    return {test::imageColumns(image, 10), test::labelledImages(pixels, labels), {}, {}};
}

std::unique_ptr<Model> modelOf(const Project& project, const Dataset& data, int threads) {
    ModelOptions options{.batch = project.training.batch,
                         .columns = columnTypes(data.columns),
                         .normalisation = {0.5, 0.25},
                         .threads = threads};
    options.recipe.optimizer = findOptimizer(project.training.optimizer.id);
    options.recipe.optimizerFields = project.training.optimizer.attrs;
    auto model = Model::compile(project.graph, {{Mode::Train, options.batch}}, options);
    return model ? std::move(model).value() : nullptr;
}

TrainSettings settings() {
    TrainSettings settings;
    settings.epochs = 1'000'000;
    settings.learningRate = 1e-5;
    settings.schedule = findSchedule("constant");
    settings.scheduleFields = Attrs(settings.schedule->fields);
    return settings;
}

/// What is reported is of no interest here.
class NoRecord : public RunSink {
  public:
    void add(const StepRecord&) override {}
    void add(const RunEvent&) override {}
    void add(Error) override {}
    Snapshot* checkpointBuffer() override { return nullptr; }
    void checkpointFilled() override {}
    bool isInTrouble() const override { return false; }
    Error trouble() const override { return {}; }
    Result<void> settle(RunEnd, const std::atomic<bool>&) override { return {}; }
};

/// Seconds of one step.
struct Cost {
    double time = 0, processor = 0;
};

/// A run that goes on for as many steps as it is given and then stands still between two of them.
class Contestant {
  public:
    Contestant(const Project& project, const Dataset& data, const Variant& variant, int threads)
        : m_model(modelOf(project, data, threads)),
          m_trainer(*m_model, data, settings(), m_record) {
        m_trainer.setHooks({this, stepBegin, stepEnd});
        m_trainer.mail().samples.put(std::make_unique<SampleRequest>(variant.samples));
        m_trainer.mail().stops.put(std::make_unique<StopRequest>(variant.stops));
        m_trainer.post({Command::Kind::Start});
    }
    ~Contestant() {
        m_isOver.store(true);
        m_steps.store(1);
        m_steps.notify_all();
    }
    Cost run(int steps) {
        m_seconds = 0;
        const std::clock_t before = std::clock();
        m_steps.store(steps);
        m_steps.notify_all();
        while (m_steps.load() > 0) m_steps.wait(m_steps.load());
        const double processor =
            static_cast<double>(std::clock() - before) / static_cast<double>(CLOCKS_PER_SEC);
        return {m_seconds / steps, processor / steps};
    }
    /// Samples taken since the last time.
    int samples() {
        int count = 0;
        int64_t last = -1;
        for (HistogramRecord record; m_trainer.mail().histograms.pop(record); last = record.step)
            count += record.step != last;
        return count;
    }

  private:
    static double now() { return Sampler::steadySeconds(); }
    static void stepBegin(void* context) {
        auto& self = *static_cast<Contestant*>(context);
        while (self.m_steps.load() <= 0) self.m_steps.wait(self.m_steps.load());
        self.m_started = now();
    }
    static void stepEnd(void* context) {
        auto& self = *static_cast<Contestant*>(context);
        self.m_seconds += now() - self.m_started;
        if (self.m_isOver.load()) return;
        self.m_steps.fetch_sub(1);
        self.m_steps.notify_all();
    }

    NoRecord m_record;
    std::unique_ptr<Model> m_model;
    std::atomic<int> m_steps{0};  ///< still to be run
    std::atomic<bool> m_isOver{false};
    double m_started = 0, m_seconds = 0;
    Trainer m_trainer;  ///< last: its thread uses the others until it has gone
};

double median(std::vector<double> numbers) {
    std::sort(numbers.begin(), numbers.end());
    return numbers[numbers.size() / 2];
}

double medianOf(const std::vector<Cost>& costs, double Cost::*part) {
    std::vector<double> numbers;
    for (const Cost& cost : costs) numbers.push_back(cost.*part);
    return median(std::move(numbers));
}

/// Of the ratios round by round.
double medianRatio(const std::vector<Cost>& costs, const std::vector<Cost>& base,
                   double Cost::*part) {
    std::vector<double> ratios;
    for (size_t i = 0; i < costs.size(); ++i) ratios.push_back(costs[i].*part / (base[i].*part));
    return median(std::move(ratios));
}

void compare(const std::string& name, int rounds, int threads) {
    const Project project = projectNamed(name);
    const Dataset data = noise(project);
    std::vector<std::unique_ptr<Contestant>> runs;
    for (const Variant& variant : variants())
        runs.push_back(std::make_unique<Contestant>(project, data, variant, threads));
    for (auto& run : runs) run->run(5);
    const int steps = std::max(10, static_cast<int>(1.0 / runs[0]->run(10).time));

    std::vector<std::vector<Cost>> costs(runs.size());
    std::vector<int> samples(runs.size());
    for (int round = 0; round < rounds; ++round) {
        for (size_t i = 0; i < runs.size(); ++i) {
            costs[i].push_back(runs[i]->run(steps));
            samples[i] += runs[i]->samples();
        }
    }
    fmt::print("{}, batch {}, {} thread(s), {} rounds of {} steps\n", name, project.training.batch,
               threads, rounds, steps);
    for (size_t i = 0; i < runs.size(); ++i) {
        fmt::print("  {:30}", variants()[i].name);
        for (double Cost::*part : {&Cost::time, &Cost::processor})
            fmt::print(" {:9.3f} ms {:+6.2f} %", medianOf(costs[i], part) * 1e3,
                       (medianRatio(costs[i], costs[0], part) - 1) * 100);
        fmt::print("  {} samples\n", samples[i]);
    }
}

}  // namespace

int main(int argc, char** argv) {
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 9,
              threads = argc > 2 ? std::atoi(argv[2]) : 1;
    if (rounds < 1 || threads < 1) {
        fmt::print(stderr, "usage: bench_streaming [rounds [threads]]\n");
        return 1;
    }
    for (const char* project : {"digits_lenet", "cifar_small_resnet"})
        compare(project, rounds, threads);
    return 0;
}
