// SPDX-License-Identifier: GPL-3.0-or-later
// The dock of distributions: asks for samples and hands them to its panel.
#include <map>

#include "core/graph/special_nodes.h"
#include "core/session/layer_activations.h"
#include "gui/bridge/follow.h"
#include "gui/bridge/invitation.h"
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
        if (node.op->kind != NodeKind::Output && !isInput(node))
            request.activations.push_back(node.id);
    return request;
}

void startRun(GradientsPanel& panel, const LiveRun* run) {
    if (!run) return;
    std::vector<std::string> nodes;
    for (const Node& node : run->project().graph.nodes()) nodes.push_back(node.id);
    panel.model().start(run->parameters(), std::move(nodes));
}

/// Whether the run is over, so that nothing that was not watched comes any more.
bool isOver(RunPhase phase) {
    return phase == RunPhase::Finished || phase == RunPhase::Stopped || phase == RunPhase::Failed;
}

/// Once a run is over: weights and activations of its last states, of which there may be no sample.
/// A child of the panel.
class LastSamples : public QObject {
  public:
    LastSamples(RunController& run, GradientsPanel& panel)
        : QObject(&panel), m_run(run), m_panel(panel), m_work(this) {
        follow(&run, &RunController::phaseChanged, this, [this] { look(); });
        follow(&run, &RunController::statesArrived, this, [this] { look(); });
        follow(&run, &RunController::dataChanged, this, [this] { look(); });
        follow(&run, &RunController::runOpened, this, [this] { m_told.clear(); });
        connect(&panel, &GradientsPanel::kindChanged, this, [this] { look(); });
        connect(&m_work, &BackgroundWork::finished, this, [this] { take(); });
    }

  private:
    using Records = Result<std::vector<HistogramRecord>>;

    bool isWanted(SampleKind kind) const {
        const auto told = m_told.find(kind);
        return kind != SampleKind::Gradient && m_run.run() && isOver(m_run.phase()) &&
               m_run.states() && (told == m_told.end() || told->second != m_run.states());
    }

    void look() {
        const SampleKind wanted = m_panel.kind();
        if (!isWanted(wanted) || m_work.isRunning()) return;
        m_told[wanted] = m_run.states();
        m_asked = m_run.run();
        m_work.run("looking at the last weights",
                   [wanted, states = m_run.states(), project = m_run.run()->project(),
                    parameters = m_run.run()->parameters(), data = m_run.run()->data(),
                    threads = m_run.threads()]() -> Records {
                       if (wanted == SampleKind::Weight)
                           return weightStatistics(*states, parameters);
                       return layerActivations(project, *states, *data, threads);
                   });
    }

    void take() {
        const Records records = m_work.take();
        const bool isOfThisRun = m_asked == m_run.run() && isOver(m_run.phase());
        if (isOfThisRun && records) m_panel.model().add(*records);
        if (isOfThisRun && !records) m_run.failed(records.error());
        look();
    }

    RunController& m_run;
    GradientsPanel& m_panel;
    Background<Records> m_work;
    std::map<SampleKind, std::shared_ptr<const Snapshot>> m_told;
    const LiveRun* m_asked = nullptr;
};

QWidget* create(const ViewContext& context, QWidget* parent) {
    auto* panel = new GradientsPanel(context.theme, parent);
    RunController& run = context.run;
    Selection& selection = context.selection;
    follow(&run, &RunController::runOpened, panel, [panel, &run] {
        startRun(*panel, run.run());
        run.setSamples(panel, requestOf(run));
    });
    follow(&run, &RunController::histogramsArrived, panel,
           [panel](const std::vector<HistogramRecord>& records) { panel->model().add(records); });
    follow(&run, &RunController::eventArrived, panel, [panel](const RunEvent& event) {
        if (event.kind == EventKind::NonFiniteLoss || event.kind == EventKind::NonFiniteState)
            panel->model().setFailedStep(event.step);
        if (event.kind == EventKind::NonFiniteValue)  // paused in the step that comes next
            panel->model().setFailedStep(event.step + 1);
    });
    QObject::connect(panel, &GradientsPanel::nodeChosen, &selection,
                     [&selection](const QString& node) { selection.selectNodes({node}); });
    follow(&selection, &Selection::changed, panel,
           [panel, &selection] { panel->setSelectedNodes(selection.nodes()); });
    // Rows of another project say nothing about this one.
    follow(&context.document, &Document::replaced, panel,
           [panel] { panel->model().start({}, {}); });
    startRun(*panel, run.run());
    new LastSamples(run, *panel);
    followInvitation(run, panel, [panel](const QString& text) { panel->setInvitation(text); });
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
