// SPDX-License-Identifier: Apache-2.0
// What it costs that batches come from a loader: steps of the shipped projects on one batch that
// lies there, against the same steps with each batch from a loader; and, where a folder of pictures
// is named, a residual network on that folder with flips and crops against the same pixels from
// memory. The variants take turns, so that whatever else the machine does falls on all of them;
// medians over the rounds, and of the ratios round by round with their quartiles.
// Arguments: rounds (41), threads (2), a folder of 3×32×32 pictures in class folders. Environment
// VITRINE_SOURCE names the source folder where the program does not start in it.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <functional>

#include "core/base/rng.h"
#include "core/data/transform.h"
#include "core/io/project.h"
#include "core/session/data_facts.h"
#include "core/train/feed.h"
#include "tests/support/example_sets.h"

using namespace vitrine;

namespace {

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

[[noreturn]] void fail(const Error& error) {
    fmt::print(stderr, "{}\n", error.text());
    std::exit(1);
}

Project projectNamed(const std::string& name) {
    const char* source = std::getenv("VITRINE_SOURCE");
    auto project = loadProject(std::string(source ? source : ".") + "/projects/" + name);
    if (!project) fail(project.error());
    return std::move(project).value();
}

Dataset noise(const Shape& image, int64_t count) {
    std::vector<uint8_t> pixels(static_cast<size_t>(count * image.elements()));
    std::vector<int32_t> labels(static_cast<size_t>(count));
    Rng rng(1, RngStream::Test);
    for (uint8_t& pixel : pixels) pixel = static_cast<uint8_t>(rng.below(256));
    for (int32_t& label : labels) label = static_cast<int32_t>(rng.below(10));
    return {test::imageColumns(image, 10), test::labelledImages(pixels, labels), {}};
}

/// The same values, all in memory.
Dataset inMemory(const Dataset& data) {
    Dataset copy = data;
    copy.train = test::labelledImages(test::pixelsOf(data.train), test::labelsOf(data.train));
    copy.test = {};
    return copy;
}

Dataset flippedAndCropped(const Dataset& data) {
    std::vector<Transform> list;
    for (const char* id : {"flip", "pad_crop"}) {
        const TransformDescriptor* kind = findTransform(id);
        list.push_back({kind, Attrs(kind->fields)});
    }
    auto set = prepared(data, list, {});
    if (!set) fail(set.error());
    return std::move(set).value();
}

/// Images a second, and processor seconds of all threads for an image, which a busy machine
/// disturbs less.
struct Rate {
    double images = 0, processor = 0;
};

/// A network that trains on batches from somewhere.
class Contestant {
  public:
    Contestant(std::string title, const Project& project, const Dataset& data, int64_t batch,
               int threads, bool loads)
        : m_title(std::move(title)), m_data(data), m_loads(loads) {
        ModelOptions options{.batch = batch,
                             .columns = columnTypes(m_data.columns),
                             .normalisation = project.data.normalisation,
                             .threads = threads};
        options.recipe.optimizer = findOptimizer(project.training.optimizer.id);
        options.recipe.optimizerFields = project.training.optimizer.attrs;
        auto model = Model::compile(project.graph, {{Mode::Train, batch}}, options);
        if (!model) fail(model.error());
        m_model = std::move(model).value();
        m_model->initialise(1);
        m_loader = std::make_unique<Loader>(m_data.train, fedBytes(member(), m_data.columns),
                                            Loader::Options{.batch = batch});
        m_batch = m_loader->next();
    }
    const std::string& title() const { return m_title; }
    int64_t batch() const { return m_model->batch(); }
    /// Over so many full batches.
    Rate run(int steps) {
        const double start = now();
        const std::clock_t before = std::clock();
        for (int i = 0; i < steps;) {
            if (m_loads) m_batch = m_loader->next();
            if (m_batch.size != m_model->batch()) continue;
            feed(member(), m_batch);
            writeNumbers(member(), {.learningRate = 1e-5, .step = m_step++, .seed = 1}, DType::F32);
            member().executor->runAll();
            ++i;
        }
        const double processor =
            static_cast<double>(std::clock() - before) / static_cast<double>(CLOCKS_PER_SEC);
        const auto images = static_cast<double>(steps * m_model->batch());
        return {images / (now() - start), processor / images};
    }

  private:
    Member& member() { return m_model->train(m_model->batch()); }

    const std::string m_title;
    const Dataset m_data;
    const bool m_loads;
    std::unique_ptr<Model> m_model;
    std::unique_ptr<Loader> m_loader;
    Batch m_batch;
    int64_t m_step = 0;
};

double quantile(std::vector<double> numbers, double share) {
    std::ranges::sort(numbers);
    return numbers[static_cast<size_t>(share * static_cast<double>(numbers.size() - 1) + 0.5)];
}

/// Against the first of them.
void compare(std::vector<std::unique_ptr<Contestant>> runs, int rounds) {
    constexpr double turnSeconds = 0.15;
    for (auto& run : runs) run->run(5);
    const auto wanted = static_cast<int>(turnSeconds * runs[0]->run(5).images /
                                         static_cast<double>(runs[0]->batch()));
    const int perTurn = std::clamp(wanted, 2, 400);
    std::vector<std::vector<Rate>> rates(runs.size());
    for (int round = 0; round < rounds; ++round)
        for (size_t i = 0; i < runs.size(); ++i) {
            const size_t at = round % 2 == 0 ? i : runs.size() - 1 - i;
            rates[at].push_back(runs[at]->run(perTurn));
        }
    for (size_t i = 0; i < runs.size(); ++i) {
        std::vector<double> images, ratios, processor;
        for (size_t r = 0; r < rates[i].size(); ++r) {
            images.push_back(rates[i][r].images);
            ratios.push_back(100 * rates[i][r].images / rates[0][r].images);
            processor.push_back(100 * rates[i][r].processor / rates[0][r].processor - 100);
        }
        fmt::print("  {:36} {:7.0f} images/s {:6.1f} % ({:.1f} to {:.1f}), processor {:+.1f} %\n",
                   runs[i]->title(), quantile(images, 0.5), quantile(ratios, 0.5),
                   quantile(ratios, 0.25), quantile(ratios, 0.75), quantile(processor, 0.5));
    }
}

void compareLoader(const std::string& name, int64_t batch, int rounds, int threads) {
    const Project project = projectNamed(name);
    std::vector<int64_t> shape;
    for (const Node& node : project.graph.nodes())
        if (node.op->id == "input") shape = node.attrs.list("shape");
    const Dataset data = noise(Shape(shape), 20'000);
    std::vector<std::unique_ptr<Contestant>> runs;
    const auto add = [&](const char* title, const Dataset& set, bool loads) {
        runs.push_back(std::make_unique<Contestant>(title, project, set, batch, threads, loads));
    };
    add("steps alone", data, false);
    add("with the loader", data, true);
    if (shape[1] >= 8) add("with the loader, flips and crops", flippedAndCropped(data), true);
    fmt::print("{}, batch {}, {} threads, {} rounds\n", name, batch, threads, rounds);
    compare(std::move(runs), rounds);
}

void compareFolder(const std::string& folder, int rounds, int threads) {
    const Project project = projectNamed("cifar_small_resnet");
    const DataFormatDescriptor& format = *findDataFormat("image_folder");
    double started = now();
    auto data = format.open(Attrs(format.fields), {.folder = folder, .threads = threads});
    if (!data) fail(data.error());
    const double opened = now() - started;
    started = now();
    static_cast<void>(data->train.value(0, data->train.count - 1));
    fmt::print("{}: {} pictures opened in {:.3f} s, one of them in {:.4f} s more\n", folder,
               data->train.count + data->test.count, opened, now() - started);
    const Dataset memory = inMemory(*data);  // the first epoch
    const int64_t batch = project.training.batch;
    std::vector<std::unique_ptr<Contestant>> runs;
    const auto add = [&](const char* title, const Dataset& set, bool loads) {
        runs.push_back(std::make_unique<Contestant>(title, project, set, batch, threads, loads));
    };
    add("from memory", memory, true);
    add("from memory, flips and crops", flippedAndCropped(memory), true);
    add("from the folder, flips and crops", flippedAndCropped(*data), true);
    fmt::print("cifar_small_resnet, batch {}, {} threads, {} rounds\n", batch, threads, rounds);
    compare(std::move(runs), rounds);
}

}  // namespace

int main(int argc, char** argv) {
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 41,
              threads = argc > 2 ? std::atoi(argv[2]) : 2;
    if (rounds < 1 || threads < 1) {
        fmt::print(stderr, "usage: bench_loading [rounds [threads [folder]]]\n");
        return 1;
    }
    if (argc > 3) {
        compareFolder(argv[3], rounds, threads);
        return 0;
    }
    for (const int64_t batch : {64, 256})
        for (const char* project : {"digits_lenet", "mnist_lenet"})
            compareLoader(project, batch, rounds, threads);
    return 0;
}
