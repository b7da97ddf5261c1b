// SPDX-License-Identifier: GPL-3.0-or-later
// The dock of distributions: asks for samples and hands them to its panel.
#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/views/gradients/gradients_panel.h"
#include "gui/views/view.h"

namespace vitrine::gui::views::gradients {

namespace {

/// All kinds, seen or not: what was not sampled while a run went on is gone. The budget of samples
/// bounds what they cost together.
SampleRequest requestOf(const RunController& run) {
    SampleRequest request;
    request.gradients = request.weights = true;
    if (!run.run()) return request;
    for (const Node& node : run.run()->project().graph.nodes())
        if (node.op->category != "document") request.activations.push_back(node.id);
    return request;
}

void startRun(GradientsPanel& panel, const LiveRun* run) {
    if (!run) return;
    std::vector<std::string> nodes;
    for (const Node& node : run->project().graph.nodes()) nodes.push_back(node.id);
    panel.model().start(run->parameters(), std::move(nodes));
}

QWidget* create(const ViewContext& context, QWidget* parent) {
    auto* panel = new GradientsPanel(context.theme, parent);
    RunController& run = context.run;
    Selection& selection = context.selection;
    QObject::connect(&run, &RunController::runOpened, panel, [panel, &run] {
        startRun(*panel, run.run());
        run.setSamples(panel, requestOf(run));
    });
    QObject::connect(
        &run, &RunController::histogramsArrived, panel,
        [panel](const std::vector<HistogramRecord>& records) { panel->model().add(records); });
    QObject::connect(&run, &RunController::eventArrived, panel, [panel](const RunEvent& event) {
        if (event.kind == EventKind::NonFiniteLoss || event.kind == EventKind::NonFiniteState)
            panel->model().setFailedStep(event.step);
    });
    QObject::connect(panel, &GradientsPanel::nodeChosen, &selection,
                     [&selection](const QString& node) { selection.selectNodes({node}); });
    QObject::connect(&selection, &Selection::changed, panel,
                     [panel, &selection] { panel->setSelectedNodes(selection.nodes()); });
    // Rows of another project say nothing about this one.
    QObject::connect(&context.document, &Document::replaced, panel,
                     [panel] { panel->model().start({}, {}); });
    startRun(*panel, run.run());
    return panel;
}

}  // namespace

extern const ViewDescriptor descriptor;
const ViewDescriptor descriptor = {
    .id = "gradients",
    .title = QT_TRANSLATE_NOOP("Views", "Gradients"),
    .icon = "gradients",
    .place = DockPlace::BottomLeft,
    .order = 1,
    .shortcut = "Alt+3",
    .tip =
        QT_TRANSLATE_NOOP("Views", "Gradients, weights and activations of each layer over steps."),
    .create = create,
};

}  // namespace vitrine::gui::views::gradients
