// SPDX-License-Identifier: GPL-3.0-or-later
// From the stop point to canvas and docks.
#include "gui/shell/stop_guide.h"

#include <QAction>
#include <QApplication>
#include <QLineEdit>
#include <QMainWindow>

#include <cstdlib>
#include <utility>

#include "gui/bridge/run_controller.h"
#include "gui/graph_editor/graph_editor.h"
#include "gui/shell/dock_layout.h"
#include "gui/widgets/typed_line.h"

namespace vitrine::gui {

namespace {

/// Whether somebody is typing in a dock: it would go out of sight with half a number in it.
bool isTypedInto(const QDockWidget& dock) {
    const QWidget* focus = QApplication::focusWidget();
    const auto* field = qobject_cast<const QLineEdit*>(focus);
    const auto* typed = qobject_cast<const TypedLine*>(focus);
    const bool isTyped = typed ? typed->isTyped() : field && field->isModified();
    return isTyped && dock.isAncestorOf(field);
}

}  // namespace

StopGuide::StopGuide(const ViewContext& context, GraphEditor& editor, DockLayout& docks,
                     QObject* parent)
    : QObject(parent), m_context(context), m_editor(editor), m_docks(docks) {
    connect(&context.run, &RunController::stopPointChanged, this, &StopGuide::showStop);
    connect(&context.run, &RunController::runOpened, this, [this] { m_last = {}; });
    connect(&context.run, &RunController::predictionChanged, this, [this] {
        // Another tape: nothing is one step from where the last one stood.
        const bool isPrediction = m_context.run.isSteppingPrediction();
        if (isPrediction != std::exchange(m_wasPrediction, isPrediction)) m_last = {};
    });
    connect(&context.run, &RunController::nonFiniteShown, this, &StopGuide::showMaker);
}

void StopGuide::showStop() {
    const RunController& run = m_context.run;
    const bool isStill = run.phase() == RunPhase::Paused || run.isSteppingPrediction();
    if (!isStill) return;
    const StopPoint here = run.standsAt().value_or(run.stopPoint());
    const StopPoint before = std::exchange(m_last, here);
    if (!here.insideStep || !run.tape() || run.isPausedAnywhere()) return;
    const auto& entries = run.tape()->entries;
    if (static_cast<size_t>(here.entry) < entries.size()) {
        // The first of them last: where not all can be seen, that one can.
        const auto& nodes = entries[static_cast<size_t>(here.entry)].instr.origins;
        for (auto node = nodes.rbegin(); node != nodes.rend(); ++node)
            m_editor.reveal(QString::fromStdString(*node));
    }
    if (!isOneStepFrom(before, here)) raiseValue();
    m_wasAtEnd = static_cast<size_t>(here.entry) >= entries.size();
}

void StopGuide::showMaker(ValueId value) {
    const auto& tape = m_context.run.tape();
    if (!tape || value < 0 || static_cast<size_t>(value) >= tape->values.size()) return;
    for (const std::string& node : originsOf(*tape, value))
        m_editor.reveal(QString::fromStdString(node));
    raiseValue();
}

/// By hand: the next entry or the one before; from the end of a step into the next one.
bool StopGuide::isOneStepFrom(const StopPoint& before, const StopPoint& now) const {
    if (!before.insideStep) return false;
    if (before.step == now.step) return std::abs(now.entry - before.entry) <= 1;
    return m_wasAtEnd && now.step == before.step + 1 && now.entry <= 1;
}

void StopGuide::raiseValue() {
    QDockWidget* dock = m_docks.dock(QStringLiteral("value"));
    if (!dock || dock->isFloating() || !dock->toggleViewAction()->isChecked()) return;
    const auto* window = qobject_cast<QMainWindow*>(dock->parentWidget());
    for (const QDockWidget* neighbour : window->tabifiedDockWidgets(dock))
        if (isTypedInto(*neighbour)) return;
    dock->raise();
}

}  // namespace vitrine::gui
