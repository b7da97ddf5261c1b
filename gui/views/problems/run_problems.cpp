// SPDX-License-Identifier: GPL-3.0-or-later
// Sentences from events.
#include "gui/views/problems/run_problems.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/count_text.h"
#include "core/graph/special_nodes.h"
#include "gui/bridge/follow.h"
#include "gui/bridge/run_controller.h"
#include "gui/models/number_text.h"

namespace vitrine::gui {

namespace {

constexpr int scaleFigures = 6;  ///< powers of two are known by all of them

/// The value that was found not to be finite, in words.
Error nonFinite(const RunEvent& event, const Tape& tape) {
    const auto value = static_cast<size_t>(event.value);
    const std::string name = value < tape.values.size() ? tape.values[value].name : "?";
    const auto entry = static_cast<size_t>(event.entry - 1);
    Error error{"H01",
                {},
                {},
                "The run is paused; nothing is lost.",
                "Look at the operands, step back, lower the learning rate or clip gradients."};
    if (event.entry == 0 || entry >= tape.entries.size()) {
        error.message = fmt::format("'{}' is not finite at the start of step {}", name,
                                    fmt::group_digits(event.step + 1));
        return error;
    }
    const Instr& instr = tape.entries[entry].instr;
    const std::vector<std::string> nodes = originsOf(tape, event.value);
    if (!nodes.empty()) error.place.node = nodes[0];
    error.message = fmt::format(
        "step {}: entry {} ({}, node '{}') made the first value that is not "
        "finite: '{}', element {}",
        fmt::group_digits(event.step + 1), fmt::group_digits(entry), instr.op->id, error.place.node,
        name, fmt::group_digits(event.element));
    return error;
}

Error grown(const RunEvent& event) {
    return {"H01",
            fmt::format("after {} the loss is {}, and it was {}: the updates are too large",
                        countOf(event.step, "step"), realText(event.trainLoss).toStdString(),
                        realText(event.number).toStdString()),
            {},
            "The run goes on.",
            "Lower the learning rate, or choose warm-up or a clip norm."};
}

/// Of all updates that were left out so far; the last one's event.
Error leftOut(int64_t updates, const RunEvent& last) {
    const std::string scale = realText(last.number, scaleFigures).toStdString();
    return {"H01",
            updates == 1
                ? fmt::format("the update of step {} was left out: gradients of the scaled loss "
                              "did not fit into fp16. The loss is scaled by {} from then on",
                              fmt::group_digits(last.step), scale)
                : fmt::format("{} updates were left out, the last in step {}: gradients of the "
                              "scaled loss did not fit into fp16. The loss is scaled by {} from "
                              "then on",
                              fmt::group_digits(updates), fmt::group_digits(last.step), scale),
            {},
            "The run goes on.",
            "A few are usual at the start; where there are more and more, choose bf16 or fp32."};
}

Error endedEarly(const LiveRun& run, const RunEvent& event) {
    const Attrs& stopping = run.project().training.stopping;
    return {"U26",
            fmt::format("the run has ended after epoch {}: none of its last {} was better than "
                        "epoch {}, with a {} of {}",
                        event.epoch, stopping.integer("patience"), event.bestEpoch,
                        stopping.text("watch"), realText(event.number).toStdString()),
            {},
            stopping.flag("keep_best") ? "The best epoch's weights are best.safetensors in the "
                                         "run's folder, the last ones weights.safetensors."
                                       : "The last epoch's weights are kept.",
            "Give it more patience to go on for longer."};
}

/// Position of the only accuracy among the metrics; -1: there is none, or several.
int accuracyOf(const Channels& channels) { return channels.metric("accuracy"); }

/// Of the only target; 0 where there is none, or several.
int64_t classesOf(const Project& project) {
    int64_t classes = 0;
    for (const Node& node : project.graph.nodes()) {
        if (!isInput(node) || !isClassInput(node)) continue;
        if (classes > 0) return 0;
        classes = node.attrs.integer("classes");
    }
    return classes;
}

}  // namespace

RunProblems::RunProblems(RunController& run, ProblemModel& model, QObject* parent)
    : QObject(parent), m_run(run), m_model(model) {
    follow(&run, &RunController::eventArrived, this, &RunProblems::take);
    follow(&run, &RunController::phaseChanged, this, &RunProblems::phaseHasChanged);
    follow(&run, &RunController::stopPointChanged, this, &RunProblems::forgetWhatIsAhead);
    follow(&run, &RunController::runOpened, this, [this] {
        m_stops.clear();
        m_notSaved.reset();
        m_accuracy.reset();
        m_leftOut = 0;
        m_model.clear(ProblemSource::Run);
    });
}

void RunProblems::tell(Error error, bool isWarning) {
    m_model.add(ProblemSource::Run, {std::move(error), isWarning});
    if (!isWarning) happened();
}

/// Choosing “NaN in loss” is no advice where it has just stopped there.
Error RunProblems::failure(LiveRun& run, const RunEvent& event) const {
    Error error = run.failureOf(event);
    const bool hasStoppedThere =
        std::any_of(m_stops.begin(), m_stops.end(),
                    [&](const NonFiniteStop& stop) { return stop.step + 1 == event.step; });
    if (hasStoppedThere) return error;
    if (event.kind == EventKind::NonFiniteLoss || event.kind == EventKind::NonFiniteState)
        error.next = "Choose “NaN in loss” and train again to see where it comes from.";
    return error;
}

void RunProblems::take(const RunEvent& event) {
    LiveRun* run = m_run.run();
    if (event.kind == EventKind::EpochDone && run)
        if (const int accuracy = accuracyOf(run->channels()); accuracy >= 0)
            m_accuracy = event.metrics[static_cast<size_t>(accuracy)];
    if (event.kind == EventKind::NonFiniteValue && run) {
        const auto known = std::ranges::find_if(m_stops, [&](const NonFiniteStop& stop) {
            return stop.step == event.step && stop.entry == event.entry;
        });
        if (known != m_stops.end() && known->isTold) return;
        m_stops.push_back({nonFinite(event, *run->presentTape()), event.step, event.entry});
        tell(m_stops.back().error);
    }
    // What lies ahead may come out otherwise now.
    if (event.kind == EventKind::ValueEdited || event.kind == EventKind::EditUndone)
        std::erase_if(m_stops, [](const NonFiniteStop& stop) { return !stop.isTold; });
    if (event.kind == EventKind::CheckpointFailed && run) m_notSaved = run->failure();
    if (event.kind == EventKind::LossHasGrown) tell(grown(event), true);
    if (event.kind == EventKind::UpdateLeftOut) tellLeftOut(event);
    if (event.kind == EventKind::LossScaleRaised)
        m_run.said(tr("Behind step %1 the loss is scaled by %2, for gradients have fitted for long")
                       .arg(exactText(event.step), realText(event.number, scaleFigures)));
    if (event.kind == EventKind::EndedEarly && run) tell(endedEarly(*run, event), true);
    if (event.kind == EventKind::Finished) runHasEnded();
    if (run && isFailure(event.kind)) tell(failure(*run, event));
}

/// One row, however many they are.
void RunProblems::tellLeftOut(const RunEvent& event) {
    if (m_leftOut > 0) {
        const std::string old = leftOut(m_leftOut, m_lastLeftOut).message;
        m_model.removeIf(ProblemSource::Run,
                         [&](const Problem& problem) { return problem.error.message == old; });
    }
    m_lastLeftOut = event;
    tell(leftOut(++m_leftOut, event), true);
}

void RunProblems::phaseHasChanged() {
    if (m_run.phase() == RunPhase::None) m_model.clear(ProblemSource::Run);
    // Whoever goes on tries to save again, and is told again.
    if (m_run.phase() != RunPhase::Running || !m_notSaved) return;
    const Error old = *std::exchange(m_notSaved, {});
    m_model.removeIf(ProblemSource::Run, [&](const Problem& problem) {
        return problem.error.code == old.code && problem.error.message == old.message;
    });
}

/// What is not finite further on is not so here. Whoever comes back to the place finds it told.
void RunProblems::forgetWhatIsAhead() {
    if (m_run.phase() != RunPhase::Paused) return;
    const StopPoint here = m_run.stopPoint();
    const std::pair place(here.step, here.insideStep ? here.entry : 0);
    for (NonFiniteStop& stop : m_stops) {
        const bool isAhead = place < std::pair(stop.step, stop.entry);
        if (isAhead == !stop.isTold || (!isAhead && here.step != stop.step)) continue;
        stop.isTold = !isAhead;
        if (!isAhead) {
            tell(stop.error);
            continue;
        }
        m_model.removeIf(ProblemSource::Run, [&](const Problem& problem) {
            return problem.error.message == stop.error.message;
        });
    }
}

/// A run that has learnt nothing ends as calmly as any.
void RunProblems::runHasEnded() {
    const LiveRun* run = m_run.run();
    const int64_t classes = run ? classesOf(run->project()) : 0;
    if (classes < 2 || !m_accuracy || m_run.overfitOneBatch()) return;
    constexpr double better = 1.2;  // than guessing, by more than chance gives
    const double guessing = 1 / static_cast<double>(classes);
    if (!(*m_accuracy < better * guessing)) return;
    tell({"H01",
          fmt::format("the run has learnt nothing: {} of the test images are right, and guessing "
                      "among {} classes gives {}",
                      percentText(*m_accuracy, 1).toStdString(), classes,
                      percentText(guessing, 1).toStdString()),
          {},
          "The weights are kept.",
          "Lower the learning rate and train with fresh weights; Gradients shows layers that "
          "vanish or explode."},
         true);
}

}  // namespace vitrine::gui
