// SPDX-License-Identifier: Apache-2.0
// One table for each enumeration, one function for each alternative.
#include "tests/gui/support/run_machine_text.h"

#include <QStringList>

namespace vitrine::test {

using namespace gui;
using namespace gui::run_machine;

namespace {

QString quoted(const std::string& text) { return QString::fromStdString(text); }

struct WishText {
    QString operator()(const wish::Train&) const { return "train"; }
    QString operator()(const wish::StepBatch&) const { return "batch"; }
    QString operator()(const wish::StepEntry&) const { return "entry"; }
    QString operator()(const wish::RunToNode& to) const { return "node " + quoted(to.node); }
    QString operator()(const wish::RunToEntry& to) const {
        return QStringLiteral("to %1").arg(to.entry);
    }
};

/// `resume at d`: its data are looked for in d.
QString requestText(const OpenRequest& request) {
    const auto* resumed = std::get_if<ResumedRun>(&request);
    if (!resumed) return "new";
    return resumed->data.empty() ? QString("resume") : "resume at " + quoted(resumed->data);
}

struct StartText {
    QString operator()(const Idle&) const { return "idle"; }
    QString operator()(const Replacing& start) const {
        return "replacing(" + textOf(start.wish) + ")";
    }
    QString operator()(const WaitingForData& start) const {
        return "data(" + textOf(start.wish) + ")";
    }
    QString operator()(const WaitingForOpener& start) const {
        return "opener(" + textOf(start.wish) + ")";
    }
    QString operator()(const Opening& start) const {
        return "opening(" + requestText(start.request) + ", " +
               (start.wish ? textOf(*start.wish) : QString("-")) + ")";
    }
};

QString runText(const OpenRun& run) {
    static constexpr const char* names[] = {"None",   "Opening",  "Ready",   "Running",
                                            "Paused", "Finished", "Stopped", "Failed"};
    QStringList words{names[static_cast<int>(run.phase)]};
    if (run.stopPoint.insideStep)
        words << QStringLiteral("%1.%2").arg(run.stopPoint.step).arg(run.stopPoint.entry);
    if (run.differs) words << "differs";
    if (run.isEnding) words << "ending";
    if (run.isPausedByHand) words << "by_hand";
    if (run.trouble.why) words << quoted(run.trouble.why->code);
    if (run.trouble.hasEndFailed) words << "end_failed";
    if (run.trouble.waitsForRoom) words << "waits_for_room";
    return words.join(' ');
}

struct EffectText {
    QString operator()(effect::Tell what) const {
        static constexpr const char* names[] = {"phase!",  "stop_point!",  "differs!",
                                                "ending!", "cannot_save!", "refusal!"};
        return names[static_cast<int>(what)];
    }
    QString operator()(effect::Command command) const {
        static constexpr const char* names[] = {"run.start", "run.pause", "run.step_back",
                                                "run.stop", "run.ask_weights"};
        return names[static_cast<int>(command)];
    }
    QString operator()(effect::Do what) const {
        static constexpr const char* names[] = {
            "want_data",         "abandon_data",      "abandon_opening",   "take_opened",
            "drop_opened",       "retire_run",        "give_up_run",       "drop_run",
            "take_past_weights", "show_past_weights", "drop_past_weights", "forget_weights",
            "forget_project",    "weights_are_lost",  "run_is_over",       "show_tape",
            "look_for_room",     "say_unsaved",       "show_fresh"};
        return names[static_cast<int>(what)];
    }
    QString operator()(const effect::ShowOpened& opened) const {
        return opened.isResumed ? "show_resumed" : "show_opened";
    }
    QString operator()(const effect::Open& opening) const {
        return "open(" + requestText(opening.request) + ")";
    }
    QString operator()(const effect::CarryOut& wanted) const {
        return "do(" + textOf(wanted.wish) + ")";
    }
    QString operator()(const effect::Refuse& refused) const {
        return "refuse(" + quoted(refused.why.code) + ")";
    }
    QString operator()(const effect::Fail& trouble) const {
        return "fail(" + quoted(trouble.why.code) + ")";
    }
    QString operator()(const effect::AskForData& asked) const {
        return "ask_for_data(" + quoted(asked.run) + ")";
    }
    QString operator()(const effect::ReadPastWeights& wanted) const {
        return "read(" + quoted(wanted.folder) + ")";
    }
};

}  // namespace

QString textOf(const Wish& wish) { return std::visit(WishText(), wish); }

QString textOf(const Start& start) { return std::visit(StartText(), start); }

QString textOf(const State& state) {
    QStringList parts{state.run ? runText(*state.run) : QString("none"), textOf(state.start)};
    if (state.hasAbandonedOpening) parts << "abandoned";
    if (state.refusal) parts << "refused " + quoted(state.refusal->code);
    return parts.join(QStringLiteral(" · "));
}

QString textOf(std::span<const Effect> effects) {
    QStringList words;
    for (const Effect& effect : effects) words << std::visit(EffectText(), effect);
    return words.join(' ');
}

}  // namespace vitrine::test
