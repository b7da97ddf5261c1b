// SPDX-License-Identifier: GPL-3.0-or-later
// Puts style, scene and view together.
#include "gui/graph_editor/graph_editor.h"

#include <QVBoxLayout>

#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/graph_editor/canvas_style.h"
#include "gui/graph_editor/canvas_view.h"
#include "gui/graph_editor/graph_scene.h"
#include "gui/graph_editor/node_geometry.h"

namespace vitrine::gui {

struct GraphEditor::Parts {
    Parts(const ViewContext& c, GraphEditor* editor)
        : context(c),
          style(c.theme),
          scene(c.document, c.selection, style),
          view(new CanvasView(scene, style, editor)) {}

    ViewContext context;
    CanvasStyle style;
    GraphScene scene;
    CanvasView* view;
};

GraphEditor::GraphEditor(const ViewContext& context, QWidget* parent)
    : QWidget(parent), m_parts(std::make_unique<Parts>(context, this)) {
    setObjectName(QStringLiteral("graphEditor"));
    setAccessibleName(tr("Node editor"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_parts->view);
    setFocusProxy(m_parts->view);
    connect(m_parts->view, &CanvasView::zoomChanged, this, &GraphEditor::zoomChanged);
    connect(&context.document, &Document::replaced, this, &GraphEditor::fitAll,
            Qt::QueuedConnection);

    RunController& run = context.run;
    const auto mark = [this, &run] {
        const RunPhase phase = run.phase();
        m_parts->scene.setRunMarks(runMarksOf(run.breakpoints(), run.tape().get(), run.stopPoint(),
                                              phase == RunPhase::Paused));
    };
    connect(&run, &RunController::stopsChanged, this, mark);
    connect(&run, &RunController::stopPointChanged, this, mark);
    connect(&run, &RunController::phaseChanged, this, mark);
    connect(&run, &RunController::tapeChanged, this, mark);
    mark();
}

GraphEditor::~GraphEditor() = default;

void GraphEditor::fitAll() { m_parts->view->fitAll(); }

void GraphEditor::reveal(const QString& node) {
    m_parts->view->reveal(m_parts->scene.rectOf({node}));
}

double GraphEditor::zoom() const { return m_parts->view->zoom(); }

void GraphEditor::addOperator(const QString& op) {
    Result<Node> node = makeNode(op.toStdString(), op.toStdString());
    if (!node) return hint(QString::fromStdString(node.error().message));
    node->position = toPosition(snapped(m_parts->view->middle()));
    const Result<void> done =
        m_parts->context.document.edit(tr("Add node"), {edit::InsertNode{std::move(node).value()}});
    if (!done) hint(QString::fromStdString(done.error().message));
}

}  // namespace vitrine::gui
