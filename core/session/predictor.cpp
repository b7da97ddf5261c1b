// SPDX-License-Identifier: Apache-2.0
// One tape for one image, in an arena of its own, run by one thread that sleeps between questions.
#include "core/session/predictor.h"

#include <atomic>
#include <chrono>
#include <cstring>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/check_guard.h"
#include "core/base/guard.h"
#include "core/device/arena.h"
#include "core/exec/executor.h"
#include "core/graph/lower.h"
#include "core/probe/mailbox.h"
#include "core/probe/softmax.h"

namespace vitrine {

namespace {

struct Question {
    uint64_t ticket = 0;
    std::vector<float> pixels;
};

/// A convolution's node and its result.
struct Watched {
    std::string node;
    ValueId value = noValue;
};

std::vector<Watched> convolutionsOf(const Program& program) {
    std::vector<Watched> found;
    for (const Instr& instr : program.instrs)
        if (instr.op->category == "convolution" && !instr.origins.empty() &&
            program.value(instr.out.front()).shape.rank() == 4)
            found.push_back({instr.origins.front(), instr.out.front()});
    return found;
}

std::string extentsText(const Shape& shape) {
    std::vector<std::string> texts{"N"};
    for (int axis = 1; axis < shape.rank(); ++axis) texts.push_back(fmt::to_string(shape[axis]));
    return fmt::format("{}", fmt::join(texts, " × "));
}

Error notAnImage(const std::string& found) {
    return {"P13",
            fmt::format("the network's input is {}, wanted images: N × C × H × W", found),
            {},
            {},
            "Give the input node the shape of an image."};
}

Error notClasses(const std::string& node, const Shape& shape) {
    Error error{"P13",
                fmt::format("the network ends in {} numbers ('{}'), wanted N × classes, at most {}",
                            extentsText(shape), node, Predictor::mostClasses),
                {},
                {},
                "End it in a Linear node with one output a class."};
    error.place.node = node;
    return error;
}

/// The node that makes a value; empty where it is an input.
std::string makerOf(const Program& program, ValueId value) {
    for (const Instr& instr : program.instrs)
        for (ValueId out : instr.out)
            if (out == value && !instr.origins.empty()) return instr.origins.back();
    return "input";
}

/// Can an image be asked about, and is there an answer?
Result<void> checkEnds(const Program& program) {
    const ValueId input = program.input("input"), logits = program.output("logits");
    if (input == noValue) return notAnImage("missing");
    const Shape& image = program.value(input).shape;
    if (image.rank() != 4) return notAnImage(extentsText(image));
    const Shape& classes = program.value(logits).shape;
    if (classes.rank() != 2 || classes[1] < 1 || classes[1] > Predictor::mostClasses)
        return notClasses(makerOf(program, logits), classes);
    return {};
}

}  // namespace

struct Predictor::Worker {
    explicit Worker(const Project& project) : normalisation(project.data.normalisation) {}
    ~Worker() {
        quit.store(true);
        wake();
        if (thread.joinable()) thread.join();
    }

    Result<void> compile(const Project& project);
    const Shape& imageShape() const { return tape.value(tape.input("input")).type.shape; }
    size_t weights() const;  ///< how many parameters and statistics there are
    void work();
    std::unique_ptr<Prediction> answer(const Question& question);
    std::unique_ptr<Prediction> answerOrTell(const Question& question);
    void wake() {
        posted.fetch_add(1, std::memory_order_release);
        posted.notify_one();
    }

    const Normalisation normalisation;
    StateLayout layout;
    Tape tape;
    std::vector<Watched> convolutions;
    Arena arena;
    std::unique_ptr<Executor> executor;
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

Result<void> Predictor::Worker::compile(const Project& project) {
    auto program =
        lower(project.graph, {.batch = 1, .training = false, .withLoss = false, .metrics = {}});
    if (!program) return program.error();
    VITRINE_TRY(checkEnds(*program));
    layout.add(*program);
    convolutions = convolutionsOf(*program);
    TapeOptions options{.fuse = false};
    for (const Watched& watched : convolutions)
        options.pinned.push_back(program->value(watched.value).name);
    tape = compileTape(std::move(program).value(), layout, options);
    auto memory = Arena::allocate(tape.arenaBytes());
    if (!memory) return memory.error();
    arena = std::move(memory).value();
    initialiseStates(layout, arena.data(), static_cast<uint64_t>(project.training.seed));
    executor = std::make_unique<Executor>(tape, arena.data());
    thread = std::thread([this] { work(); });
    return {};
}

size_t Predictor::Worker::weights() const {
    return static_cast<size_t>(
        std::count_if(layout.items().begin(), layout.items().end(),
                      [](const auto& item) { return item.kind != StateKind::Slot; }));
}

void Predictor::Worker::work() {
    for (;;) {
        const uint32_t seen = posted.load(std::memory_order_acquire);
        if (quit.load(std::memory_order_acquire)) return;
        // The question first: weights that were set before it was asked are there then.
        const std::unique_ptr<Question> question = questions.take();
        if (const auto newer = states.take()) {
            takeOver(**newer, layout, arena.data());
            executor->statesChanged();
            fresh = missingIn(**newer, layout);
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
    auto* input = reinterpret_cast<float*>(executor->inputData("input"));
    for (size_t i = 0; i < question.pixels.size(); ++i)
        input[i] = static_cast<float>(
            (static_cast<double>(question.pixels[i]) - normalisation.mean) / normalisation.std);
    auto prediction = std::make_unique<Prediction>();
    prediction->ticket = question.ticket;
    for (int entry = 0; entry < executor->entries(); ++entry) {
        if (quit.load(std::memory_order_relaxed)) return prediction;  // somebody waits to join
        executor->runEntry(entry, team);
    }
    prediction->step = step;
    prediction->fresh = fresh;
    prediction->isFresh = isFresh;
    prediction->probabilities = softmax(executor->contents(tape.output("logits")));
    for (const Watched& watched : convolutions) {
        const Shape& shape = tape.value(watched.value).type.shape;
        const std::vector<double> elements = executor->contents(watched.value);
        prediction->activations.push_back(
            {watched.node, shape[1], shape[2], shape[3], {elements.begin(), elements.end()}});
    }
    prediction->seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    return prediction;
}

Predictor::Predictor(std::unique_ptr<Worker> worker) : m_worker(std::move(worker)) {}
Predictor::~Predictor() = default;

Result<std::unique_ptr<Predictor>> Predictor::create(const Project& project) {
    auto worker = std::make_unique<Worker>(project);
    VITRINE_TRY(worker->compile(project));
    return std::unique_ptr<Predictor>(new Predictor(std::move(worker)));
}

void Predictor::setStates(std::shared_ptr<const Snapshot> states) {
    m_worker->states.put(std::make_unique<std::shared_ptr<const Snapshot>>(std::move(states)));
    m_worker->wake();
}

Result<uint64_t> Predictor::ask(std::vector<float> pixels) {
    const Shape& shape = m_worker->imageShape();
    if (static_cast<int64_t>(pixels.size()) != shape.elements())
        return Error{"P13",
                     fmt::format("the image has {} numbers, the network's input {} has {}",
                                 pixels.size(), extentsText(shape), shape.elements()),
                     {},
                     {},
                     "Choose an image of the network's size."};
    const uint64_t ticket = ++m_worker->lastTicket;
    m_worker->questions.put(std::make_unique<Question>(Question{ticket, std::move(pixels)}));
    m_worker->wake();
    return ticket;
}

std::unique_ptr<Prediction> Predictor::take() { return m_worker->predictions.take(); }

}  // namespace vitrine
