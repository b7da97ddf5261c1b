// SPDX-License-Identifier: Apache-2.0
// One tape in memory of its own, run by one thread that sleeps between questions.
#include "core/session/predictor.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iterator>
#include <thread>

#include <fmt/format.h>

#include "core/base/check_guard.h"
#include "core/base/guard.h"
#include "core/graph/trained_part.h"
#include "core/probe/mailbox.h"
#include "core/session/predict_network.h"

namespace vitrine {

namespace {

struct Question {
    uint64_t ticket = 0;
    std::vector<std::vector<std::byte>> values;
};

/// A node with filters, and its result.
struct Watched {
    std::string node;
    ValueId value = noValue;
};

bool hasFilters(const NodeShapes& shapes) {
    return std::ranges::any_of(shapes.parameters, [](const NodeParameter& parameter) {
        return parameter.type.shape.rank() == 4;
    });
}

}  // namespace

struct Predictor::Worker {
    ~Worker() {
        quit.store(true);
        wake();
        if (thread.joinable()) thread.join();
    }

    Result<void> compile(const Project& project, int64_t batch, std::vector<ColumnType> columns);
    void findFilters(const Project& project);
    void work();
    std::unique_ptr<Prediction> answer(const Question& question);
    std::unique_ptr<Prediction> answerOrTell(const Question& question);
    void wake() {
        posted.fetch_add(1, std::memory_order_release);
        posted.notify_one();
    }

    std::unique_ptr<PredictNetwork> network;
    std::vector<Watched> filters;

    uint64_t lastTicket = 0;  ///< the watcher's
    Mailbox<Question> questions;
    Mailbox<std::shared_ptr<const Snapshot>> states;
    Mailbox<Prediction> predictions;
    std::atomic<uint32_t> posted{0};  ///< counts what came in; the thread sleeps on it
    std::atomic<bool> quit{false};
    std::thread thread;
};

Result<void> Predictor::Worker::compile(const Project& project, int64_t batch,
                                        std::vector<ColumnType> columns) {
    auto compiled =
        PredictNetwork::compile(project, {.batch = batch, .columns = std::move(columns)});
    if (!compiled) return compiled.error();
    network = std::move(compiled).value();
    findFilters(project);
    thread = std::thread([this] { work(); });
    return {};
}

void Predictor::Worker::findFilters(const Project& project) {
    const TrainedPart part(project.graph, {.batch = network->batch()});
    for (size_t i = 0; i < part.graph().nodes().size(); ++i) {
        const std::string& node = part.graph().nodes()[i].id;
        const auto index = static_cast<size_t>(project.graph.indexOf(node));
        const ValueId value = network->nodeValues()[index];
        if (value != noValue && hasFilters(part.shapes().nodes[i]) &&
            network->tape().value(value).type.shape.rank() == 4)
            filters.push_back({node, value});
    }
}

void Predictor::Worker::work() {
    for (;;) {
        const uint32_t seen = posted.load(std::memory_order_acquire);
        if (quit.load(std::memory_order_acquire)) return;
        // The question first: weights that were set before it was asked are there then.
        const std::unique_ptr<Question> question = questions.take();
        if (const auto newer = states.take()) network->setStates(**newer);
        if (question)
            predictions.put(answerOrTell(*question));
        else
            posted.wait(seen, std::memory_order_acquire);
    }
}

/// What fails in here ends one answer, not the program: the memory is this thread's own.
std::unique_ptr<Prediction> Predictor::Worker::answerOrTell(const Question& question) {
    const CheckGuard guard;
    auto failed = std::make_unique<Prediction>();
    failed->ticket = question.ticket;
    try {
        return answer(question);
    } catch (const std::bad_alloc&) {
        failed->error = outOfMemoryError("trying the network out");
    } catch (const DeviceTrouble& found) {
        failed->error = found.error;
    } catch (const std::exception& found) {
        failed->error = Error{"internal",
                              fmt::format("trying the network out has ended with an error of this "
                                          "program: {}",
                                          found.what()),
                              {},
                              "Document and run were not touched.",
                              "Report this sentence."};
    }
    return failed;
}

std::unique_ptr<Prediction> Predictor::Worker::answer(const Question& question) {
    const auto started = std::chrono::steady_clock::now();
    Executor& executor = network->executor();
    orThrow(network->write(question.values));
    auto prediction = std::make_unique<Prediction>();
    prediction->ticket = question.ticket;
    for (int entry = 0; entry < executor.entries(); ++entry) {
        if (quit.load(std::memory_order_relaxed)) return prediction;  // somebody waits to join
        executor.runEntry(entry);
    }
    prediction->weights = network->weights();
    prediction->outputs = network->outputs();
    const auto classes = std::ranges::find_if(prediction->outputs, &PredictedOutput::isClasses);
    if (classes != prediction->outputs.end())
        prediction->probabilities = probabilitiesOf(*classes, 0);
    for (const Watched& watched : filters) {
        const Shape& shape = network->tape().value(watched.value).type.shape;
        const std::vector<double> all = executor.contents(watched.value);
        const auto each = static_cast<ptrdiff_t>(shape[1] * shape[2] * shape[3]);
        prediction->activations.push_back(
            {watched.node, shape[1], shape[2], shape[3], {all.begin(), all.begin() + each}});
    }
    prediction->seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    return prediction;
}

Predictor::Predictor(std::unique_ptr<Worker> worker) : m_worker(std::move(worker)) {}
Predictor::~Predictor() = default;

Result<std::unique_ptr<Predictor>> Predictor::create(const Project& project, int64_t batch,
                                                     std::vector<ColumnType> columns) {
    auto worker = std::make_unique<Worker>();
    VITRINE_TRY(worker->compile(project, batch, std::move(columns)));
    return std::unique_ptr<Predictor>(new Predictor(std::move(worker)));
}

const std::vector<PredictorInput>& Predictor::inputs() const { return m_worker->network->inputs(); }
int64_t Predictor::batch() const { return m_worker->network->batch(); }

void Predictor::setStates(std::shared_ptr<const Snapshot> states) {
    m_worker->states.put(std::make_unique<std::shared_ptr<const Snapshot>>(std::move(states)));
    m_worker->wake();
}

Result<uint64_t> Predictor::ask(std::vector<std::vector<std::byte>> values) {
    VITRINE_TRY(m_worker->network->check(values));
    const uint64_t ticket = ++m_worker->lastTicket;
    m_worker->questions.put(std::make_unique<Question>(Question{ticket, std::move(values)}));
    m_worker->wake();
    return ticket;
}

std::unique_ptr<Prediction> Predictor::take() { return m_worker->predictions.take(); }

}  // namespace vitrine
