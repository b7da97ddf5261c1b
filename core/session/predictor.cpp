// SPDX-License-Identifier: Apache-2.0
// One tape in an arena of its own, run by one thread that sleeps between questions.
#include "core/session/predictor.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <iterator>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/check_guard.h"
#include "core/base/guard.h"
#include "core/graph/roles.h"
#include "core/graph/special_nodes.h"
#include "core/graph/trained_part.h"
#include "core/probe/mailbox.h"
#include "core/probe/softmax.h"
#include "core/session/data_facts.h"
#include "core/train/model.h"

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
    return std::ranges::any_of(
        shapes.parameters, [](const ParamSpec& parameter) { return parameter.shape.rank() == 4; });
}

std::string extentsText(const Shape& shape) {
    return fmt::format("{}", fmt::join(shape.dims(), " × "));
}

/// An output, as answers will have it.
struct Given {
    PredictedOutput described;  ///< without elements
    ValueId value = noValue;
};

/// Does an output stand for classes: is it compared with class numbers, or in a network without
/// losses, could it be?
void describeClasses(const TrainedPart& part, const Roles& roles, const Source& source,
                     PredictedOutput& output) {
    const Shape& shape = output.shape;
    if (shape.rank() != 2 || shape[1] > Predictor::mostClasses) return;
    output.isClasses = roles.losses.empty();
    for (const LossRole& loss : roles.losses) {
        const bool isOurs =
            loss.prediction.node == source.node && loss.prediction.port == source.port;
        if (!isOurs || !loss.target.isConnected()) continue;
        const Node& target = part.graph().nodes()[static_cast<size_t>(loss.target.node)];
        if (!isInput(target) || !isClassInput(target)) continue;
        output.isClasses = true;
        output.classColumn = columnOf(target);
    }
}

/// Black and white, as an input makes them of pixels.
std::pair<float, float> rangeOf(const Node& input, const Normalisation& normalisation) {
    const auto normalised = [&](double pixel) {
        return static_cast<float>((pixel - normalisation.mean) / normalisation.std);
    };
    switch (scalingOf(input)) {
        case Scaling::Normalised:
            return {normalised(0), normalised(1)};
        case Scaling::Unit:
            return {0.0f, 1.0f};
        case Scaling::Raw:
            break;
    }
    return {0.0f, 255.0f};
}

/// Is an output compared with an image of the data as it is, and not as logits?
void describeRange(const TrainedPart& part, const Roles& roles, const Source& source,
                   const Project& project, PredictedOutput& output) {
    const std::vector<Node>& nodes = part.graph().nodes();
    for (const LossRole& loss : roles.losses) {
        const bool isOurs = loss.prediction.node == source.node &&
                            loss.prediction.port == source.port && loss.target.isConnected();
        if (!isOurs || nodes[static_cast<size_t>(loss.node)].op->inputs.front().id == "logits")
            continue;
        const Node& target = nodes[static_cast<size_t>(loss.target.node)];
        if (isInput(target) && !isClassInput(target) && output.shape.rank() == 4)
            output.range = rangeOf(target, project.data.normalisation);
    }
}

}  // namespace

struct Predictor::Worker {
    ~Worker() {
        quit.store(true);
        wake();
        if (thread.joinable()) thread.join();
    }

    Result<void> compile(const Project& project, int64_t batch);
    void findEnds(const Project& project);
    size_t weights() const;  ///< how many parameters and statistics there are
    void work();
    std::unique_ptr<Prediction> answer(const Question& question);
    std::unique_ptr<Prediction> answerOrTell(const Question& question);
    void wake() {
        posted.fetch_add(1, std::memory_order_release);
        posted.notify_one();
    }

    std::unique_ptr<Model> model;
    Member* member = nullptr;
    std::vector<PredictorInput> inputs;
    std::vector<Given> outputs;
    std::vector<Watched> filters;
    Team team{1};
    int64_t step = 0;
    std::vector<std::string> fresh;  ///< states that were not in the snapshot
    bool isFresh = true;             ///< all of them

    uint64_t lastTicket = 0;  ///< the watcher's
    Mailbox<Question> questions;
    Mailbox<std::shared_ptr<const Snapshot>> states;
    Mailbox<Prediction> predictions;
    std::atomic<uint32_t> posted{0};  ///< counts what came in; the thread sleeps on it
    std::atomic<bool> quit{false};
    std::thread thread;
};

Result<void> Predictor::Worker::compile(const Project& project, int64_t batch) {
    auto compiled = Model::compile(project.graph, {{Mode::Predict, batch}},
                                   {.batch = batch,
                                    .columns = columnTypes(project.data),
                                    .normalisation = project.data.normalisation,
                                    .keepsNodes = true});
    if (!compiled) return compiled.error();
    model = std::move(compiled).value();
    member = &model->member(Mode::Predict, batch);
    model->initialise(static_cast<uint64_t>(project.training.seed));
    findEnds(project);
    thread = std::thread([this] { work(); });
    return {};
}

void Predictor::Worker::findEnds(const Project& project) {
    const TrainedPart part(project.graph, {.batch = model->batch()});
    const Roles roles = rolesOf(part.graph(), part.wiring(), false).value();
    for (const DataSlot& slot : member->data) {
        const TensorType& type = member->tape->value(slot.value).type;
        inputs.push_back({slot.node, columnOf(*part.graph().find(slot.node)), type.dtype,
                          Shape(type.shape.dims().subspan(1))});
    }
    for (const OutputRole& role : roles.outputs) {
        Given given{{}, member->tape->output("output:" + role.name)};
        given.described.name = role.name;
        given.described.shape = member->tape->value(given.value).type.shape;
        describeClasses(part, roles, role.source, given.described);
        describeRange(part, roles, role.source, project, given.described);
        outputs.push_back(std::move(given));
    }
    for (size_t i = 0; i < part.graph().nodes().size(); ++i) {
        const std::string& node = part.graph().nodes()[i].id;
        const auto index = static_cast<size_t>(project.graph.indexOf(node));
        const ValueId value = member->nodeValues[index];
        if (value != noValue && hasFilters(part.shapes().nodes[i]) &&
            member->tape->value(value).type.shape.rank() == 4)
            filters.push_back({node, value});
    }
}

size_t Predictor::Worker::weights() const {
    return static_cast<size_t>(std::ranges::count_if(
        model->states().items(), [](const auto& item) { return item.kind != StateKind::Slot; }));
}

void Predictor::Worker::work() {
    for (;;) {
        const uint32_t seen = posted.load(std::memory_order_acquire);
        if (quit.load(std::memory_order_acquire)) return;
        // The question first: weights that were set before it was asked are there then.
        const std::unique_ptr<Question> question = questions.take();
        if (const auto newer = states.take()) {
            takeOver(**newer, model->states(), model->stateBase());
            member->executor->statesChanged();
            fresh = missingIn(**newer, model->states());
            isFresh = fresh.size() == weights();
            step = (*newer)->position.step;
        }
        if (question)
            predictions.put(answerOrTell(*question));
        else
            posted.wait(seen, std::memory_order_acquire);
    }
}

/// What fails in here ends one answer, not the program: the arena is this thread's own.
std::unique_ptr<Prediction> Predictor::Worker::answerOrTell(const Question& question) {
    const CheckGuard guard;
    auto failed = std::make_unique<Prediction>();
    failed->ticket = question.ticket;
    try {
        return answer(question);
    } catch (const std::bad_alloc&) {
        failed->error = outOfMemoryError("trying the network out");
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
    const Executor& executor = *member->executor;
    for (size_t i = 0; i < question.values.size(); ++i)
        std::memcpy(member->data[i].at, question.values[i].data(), question.values[i].size());
    auto prediction = std::make_unique<Prediction>();
    prediction->ticket = question.ticket;
    for (int entry = 0; entry < executor.entries(); ++entry) {
        if (quit.load(std::memory_order_relaxed)) return prediction;  // somebody waits to join
        member->executor->runEntry(entry, team);
    }
    prediction->step = step;
    prediction->fresh = fresh;
    prediction->isFresh = isFresh;
    for (const Given& given : outputs) {
        const std::vector<double> elements = executor.contents(given.value);
        PredictedOutput& output = prediction->outputs.emplace_back(given.described);
        output.elements.assign(elements.begin(), elements.end());
        if (!output.isClasses || !prediction->probabilities.empty()) continue;
        const auto classes = static_cast<size_t>(output.shape[1]);
        prediction->probabilities = softmax(std::span(elements).first(classes));
    }
    for (const Watched& watched : filters) {
        const Shape& shape = member->tape->value(watched.value).type.shape;
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

Result<std::unique_ptr<Predictor>> Predictor::create(const Project& project, int64_t batch) {
    auto worker = std::make_unique<Worker>();
    VITRINE_TRY(worker->compile(project, batch));
    return std::unique_ptr<Predictor>(new Predictor(std::move(worker)));
}

const std::vector<PredictorInput>& Predictor::inputs() const { return m_worker->inputs; }
int64_t Predictor::batch() const { return m_worker->model->batch(); }

void Predictor::setStates(std::shared_ptr<const Snapshot> states) {
    m_worker->states.put(std::make_unique<std::shared_ptr<const Snapshot>>(std::move(states)));
    m_worker->wake();
}

Result<uint64_t> Predictor::ask(std::vector<std::vector<std::byte>> values) {
    const std::vector<PredictorInput>& inputs = m_worker->inputs;
    if (values.size() != inputs.size())
        return Error{
            "P13",
            fmt::format("the network takes {} inputs, got {}", inputs.size(), values.size()),
            {},
            {},
            "Give a value for every input."};
    for (size_t i = 0; i < inputs.size(); ++i) {
        const auto wanted = static_cast<size_t>(batch() * inputs[i].bytes());
        if (values[i].size() == wanted) continue;
        return Error{"P13",
                     fmt::format("the value for '{}' has {} bytes, the network takes {} of {}: {}",
                                 inputs[i].node, values[i].size(), name(inputs[i].dtype),
                                 extentsText(inputs[i].shape), wanted),
                     {},
                     {},
                     "Choose a value of the network's size."};
    }
    const uint64_t ticket = ++m_worker->lastTicket;
    m_worker->questions.put(std::make_unique<Question>(Question{ticket, std::move(values)}));
    m_worker->wake();
    return ticket;
}

std::unique_ptr<Prediction> Predictor::take() { return m_worker->predictions.take(); }

}  // namespace vitrine
