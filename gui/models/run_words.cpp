// SPDX-License-Identifier: GPL-3.0-or-later
// The lines.
#include "gui/models/run_words.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

#include "gui/models/number_text.h"
#include "gui/models/tape_text.h"

namespace vitrine::gui {

namespace {

const QString dot = QStringLiteral(" · ");

QString tr(const char* text) { return QCoreApplication::translate("RunWords", text); }

QString readingWords(const RunSituation& now) {
    return now.loaded > 0 ? tr("Reading the data") + dot + percentText(now.loaded, 0)
                          : tr("Reading the data …");
}

QString refusalWords(const Error& why, bool hadData) {
    if (why.code != stoppedCode) return tr("Not started · see Problems");
    return hadData ? tr("Not started: stopped while it was compiled")
                   : tr("Not started: stopped while the data were read");
}

/// Nodes of an entry; of one that no node has made, its result.
QString whereWords(const Tape& tape, const TapeEntry& entry) {
    const QString nodes = nodesText(entry);
    return nodes.isEmpty() ? valueName(tape, firstResult(entry)) : nodes;
}

QString nonFiniteWords(const RunSituation& now) {
    const QString entries = exactText(std::ssize(now.tape->entries));
    const QString step = exactText(now.stop.step + 1);
    const QString name = valueName(*now.tape, now.nonFinite);
    if (now.stop.entry == 0)
        return tr("Not finite as step %1 begins · %2 · before entry 0 of %3")
            .arg(step, name, entries);
    const std::vector<std::string> makers = originsOf(*now.tape, now.nonFinite);
    return tr("Not finite: %1 made it · step %2, entry %3 of %4")
        .arg(makers.empty() ? name : QString::fromStdString(makers.back()), step,
             exactText(now.stop.entry - 1), entries);
}

/// Where several batches make an update: which of them it is.
QString stepWords(const RunSituation& now) {
    const QString step = exactText(now.stop.step + 1);
    if (now.accumulate <= 1 || now.stepsPerEpoch <= 0) return step;
    const int64_t batch = now.stop.step % now.stepsPerEpoch, place = batch % now.accumulate;
    const int64_t all = std::min(now.accumulate, now.stepsPerEpoch - (batch - place));
    return tr("%1, batch %2 of %3 of its update").arg(step, exactText(place + 1), exactText(all));
}

QString insideWords(const RunSituation& now) {
    const QString entries = exactText(std::ssize(now.tape->entries));
    const QString step = stepWords(now);
    if (now.stop.entry >= std::ssize(now.tape->entries))
        return tr("Paused behind the last of %1 entries · step %2").arg(entries, step);
    const TapeEntry& next = now.tape->entries[static_cast<size_t>(now.stop.entry)];
    return tr("Paused before entry %1 of %2 · %3 of %4 · step %5")
        .arg(exactText(now.stop.entry), entries, phaseText(next.instr.phase),
             whereWords(*now.tape, next), step);
}

QString predictionWords(const RunSituation& now) {
    const QString entries = exactText(std::ssize(now.tape->entries));
    const QString before = exactText(now.stop.entry);
    if (now.nonFinite != noValue) {
        const std::vector<std::string> makers = originsOf(*now.tape, now.nonFinite);
        const QString maker = makers.empty() ? valueName(*now.tape, now.nonFinite)
                                             : QString::fromStdString(makers.back());
        return tr("Not finite: %1 · prediction, before entry %2 of %3").arg(maker, before, entries);
    }
    if (now.stop.entry >= std::ssize(now.tape->entries))
        return tr("Prediction behind the last of %1 entries").arg(entries);
    const TapeEntry& next = now.tape->entries[static_cast<size_t>(now.stop.entry)];
    return tr("Prediction before entry %1 of %2 · %3")
        .arg(before, entries, whereWords(*now.tape, next));
}

QString pausedWords(const RunSituation& now) {
    if (now.cannotSave) return tr("Paused: it cannot be saved · see Problems");
    const bool isInside = now.stop.insideStep && now.tape;
    if (isInside && now.nonFinite != noValue) return nonFiniteWords(now);
    if (isInside) return insideWords(now);
    return now.step == 0 ? tr("Paused before the first step")
                         : tr("Paused after step %1").arg(exactText(now.step));
}

QString runningWords(const RunSituation& now) {
    const auto perEpoch = std::max<int64_t>(1, now.stepsPerEpoch);
    const int64_t epoch = std::min(now.epochs, 1 + now.step / perEpoch);
    QString text = tr("Epoch %1/%2").arg(exactText(epoch), exactText(now.epochs));
    if (now.secondsPerStep <= 0) return text;
    const double left = static_cast<double>(now.totalSteps - now.step) * now.secondsPerStep;
    return text + dot +
           tr("%1 images/s · %2 left")
               .arg(countText(static_cast<double>(now.batch) / now.secondsPerStep),
                    clockText(left));
}

QString finishedWords(const RunSituation& now) {
    QStringList parts{tr("Finished")};
    if (!now.metric.isEmpty()) parts << now.metric;
    constexpr double minute = 60;
    if (now.seconds > 0)
        parts << (now.seconds < minute ? secondsText(now.seconds) : clockText(now.seconds));
    return parts.join(dot);
}

/// No run is open.
QString idleWords(const RunSituation& now) {
    if (now.isLoading) return readingWords(now);
    if (!now.hasNodes) return tr("An empty network");
    if (now.dataFailed) return tr("No data · see Problems");
    if (now.isAtFault) return tr("Not ready · see Problems");
    if (now.isPast && now.step > 0) {
        const QString text = (now.step == 1 ? tr("Trained for one step")
                                            : tr("Trained for %1 steps").arg(exactText(now.step)));
        return now.metric.isEmpty() ? text : text + dot + now.metric;
    }
    return now.hasData ? tr("Ready") : tr("No data yet");
}

}  // namespace

QString runWords(const RunSituation& now) {
    if (now.isPrediction) return predictionWords(now);
    if (now.isEnding) return tr("Stopping …");
    switch (now.phase) {
        case RunPhase::Opening:
            return now.isLoading ? readingWords(now) : tr("Compiling …");
        case RunPhase::Running:
            return runningWords(now);
        case RunPhase::Paused:
            return pausedWords(now);
        case RunPhase::None:
        case RunPhase::Ready:
        case RunPhase::Finished:
        case RunPhase::Stopped:
        case RunPhase::Failed:
            break;
    }
    if (now.refusal) return refusalWords(*now.refusal, now.hasData);
    if (now.phase == RunPhase::Finished) return finishedWords(now);
    if (now.phase == RunPhase::Stopped)
        return tr("Stopped at step %1 · saved").arg(exactText(now.step));
    if (now.phase == RunPhase::Failed)
        return tr("Failed at step %1 · see Problems").arg(exactText(now.step));
    return idleWords(now);
}

double runShare(const RunSituation& now) {
    if (now.isPrediction)
        return static_cast<double>(now.stop.entry) /
               static_cast<double>(std::max<size_t>(1, now.tape->entries.size()));
    const bool isWaiting = now.phase == RunPhase::Opening || now.phase == RunPhase::None;
    if (isWaiting) return now.isLoading ? now.loaded : 0;
    return static_cast<double>(now.step) /
           static_cast<double>(std::max<int64_t>(1, now.totalSteps));
}

}  // namespace vitrine::gui
