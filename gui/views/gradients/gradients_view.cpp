// SPDX-License-Identifier: GPL-3.0-or-later
// The dock of distributions: asks for samples while it is seen and hands them to its panel.
#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/views/gradients/gradients_panel.h"
#include "gui/views/view.h"

namespace vitrine::gui::views::gradients {

namespace {

SampleRequest requestOf(const GradientsPanel& panel, const RunController& run) {
    if (!panel.isVisible()) return {};
    SampleRequest request;
    request.gradients = true;
    request.weights = panel.kind() == SampleKind::Weight;
    if (panel.kind() == SampleKind::Activation && run.run())
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
    const auto ask = [panel, &run] { run.setSamples(panel, requestOf(*panel, run)); };
    QObject::connect(panel, &GradientsPanel::kindChanged, &run, ask);
    QObject::connect(panel, &GradientsPanel::shownChanged, &run, ask);
    QObject::connect(&run, &RunController::runOpened, panel, [panel, &run, ask] {
        startRun(*panel, run.run());
        ask();
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
