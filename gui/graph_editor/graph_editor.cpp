// SPDX-License-Identifier: GPL-3.0-or-later
// Puts scene, view, actions and search together.
#include "gui/graph_editor/graph_editor.h"

#include <QGridLayout>
#include <QLabel>

#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/graph_editor/canvas_accessible.h"
#include "gui/graph_editor/canvas_actions.h"
#include "gui/graph_editor/canvas_style.h"
#include "gui/graph_editor/canvas_view.h"
#include "gui/graph_editor/graph_commands.h"
#include "gui/graph_editor/graph_scene.h"
#include "gui/graph_editor/minimap.h"
#include "gui/graph_editor/node_geometry.h"
#include "gui/graph_editor/search_popup.h"
#include "gui/widgets/action_book.h"

namespace vitrine::gui {

struct GraphEditor::Parts {
    Parts(const ViewContext& c, GraphEditor* editor)
        : context(c),
          style(c.theme),
          scene(c.document, c.selection, style),
          commands(c.document, c.selection),
          view(new CanvasView({scene, commands, c.selection, style}, editor)),
          actions(new CanvasActions(c, *view)),
          popup(new SearchPopup(c.theme, editor)),
          teaching(new QLabel(editor)) {}
    ~Parts() { delete view; }

    QString selectedNode() const {
        return context.selection.nodes().size() == 1 ? context.selection.nodes().front()
                                                     : QString();
    }
    void add(const NewNode& wish);
    void addChosen(const QString& op);
    void replaceChosen(const QString& op);
    void askForReplacement(const QString& node, QWidget& editor);
    void tapSpace() const;
    void markRun();
    void speak() const;
    void buildTeaching();

    ViewContext context;
    CanvasStyle style;
    GraphScene scene;
    GraphCommands commands;
    CanvasView* view;
    CanvasActions* actions;
    SearchPopup* popup;
    QLabel* teaching;
    Pointer popupAt;
    std::optional<PortEnd> popupEnd;
    QString popupInstead;  ///< a node that what is chosen takes the place of
};

void GraphEditor::Parts::add(const NewNode& wish) {
    QString why;
    const auto added = commands.add(wish, &why);
    if (!added) return view->setHint(QString::fromStdString(added.error().message));
    view->setHint(why);
    scene.setFocusNode(added->toStdString());
    view->reveal(scene.rectOf({*added}));
}

/// From the search: at the pointer, a port where the wire ends.
void GraphEditor::Parts::addChosen(const QString& op) {
    if (!popupInstead.isEmpty()) return replaceChosen(op);
    const double up = !popupEnd ? nodeHeight / 2 : popupEnd->isInput ? nodeHeight : 0;
    add({.op = op,
         .position = popupAt.scene - QPointF(nodeWidth / 2, up),
         .end = popupEnd,
         .into = {},
         .beside = popupEnd ? QString() : selectedNode()});
    view->setFocus();
}

void GraphEditor::Parts::replaceChosen(const QString& op) {
    QString lost;
    const auto made = commands.replace(std::exchange(popupInstead, {}), op, &lost);
    view->setHint(made ? lost : QString::fromStdString(made.error().message));
    view->setFocus();
}

void GraphEditor::Parts::askForReplacement(const QString& node, QWidget& editor) {
    popupInstead = node;
    const QPointF below = scene.rectOf({node}).bottomLeft();
    popup->open(view->viewport()->mapTo(&editor, view->mapFromScene(below)), {},
                SearchPopup::Purpose::Replace);
}

/// Space is also what pans; a tap is whatever the window has it for.
void GraphEditor::Parts::tapSpace() const {
    for (const ActionBook::Entry& entry : context.actions.entries())
        if (entry.action->shortcuts().contains(QKeySequence(Qt::Key_Space)))
            return entry.action->trigger();
}

void GraphEditor::Parts::markRun() {
    const RunController& run = context.run;
    const auto here = run.standsAt();
    scene.setRunMarks(runMarksOf(run.breakpoints(), run.tape().get(), here.value_or(StopPoint{}),
                                 here.has_value()));
}

/// A screen reader says the node that was chosen.
void GraphEditor::Parts::speak() const {
    view->setAccessibleDescription(scene.spokenOf(selectedNode().toStdString()));
    CanvasAccessible::focusWent(*view, selectedNode().toStdString());
}

void GraphEditor::Parts::buildTeaching() {
    teaching->setObjectName(QStringLiteral("canvasTeaching"));
    teaching->setText(GraphEditor::tr(
        "<p style='line-height:150%'><b>An empty network</b><br>"
        "Ctrl+Shift+N starts with a well-known one, Ctrl+I with a model of another program (or "
        "drop it here);<br>drop a folder of pictures for it to learn from.<br>"
        "Tab or a double click adds a node, or drag one from the palette.<br>"
        "Drag from a port to connect; drop in empty space to add what comes next.<br>"
        "Middle drag or Space and drag pans, the wheel zooms.</p>"));
    teaching->setProperty("quiet", true);
    teaching->setAlignment(Qt::AlignCenter);
    teaching->setAttribute(Qt::WA_TransparentForMouseEvents);
    const auto show = [this] { teaching->setVisible(context.document.graph().nodes().empty()); };
    QObject::connect(&scene, &GraphScene::synced, teaching, show);
    show();
}

GraphEditor::GraphEditor(const ViewContext& context, QWidget* parent)
    : QWidget(parent), m_parts(std::make_unique<Parts>(context, this)) {
    setObjectName(QStringLiteral("graphEditor"));
    setAccessibleName(tr("Node editor"));
    Parts& parts = *m_parts;
    // One cell for both: the words stand over the canvas.
    auto* layout = new QGridLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(parts.view, 0, 0);
    layout->addWidget(parts.teaching, 0, 0, Qt::AlignCenter);
    setFocusProxy(parts.view);
    parts.buildTeaching();
    new Minimap(*parts.view);
    connectParts();
    connectRun();
}

GraphEditor::~GraphEditor() = default;

void GraphEditor::connectParts() {
    Parts& parts = *m_parts;
    connect(parts.view, &CanvasView::zoomChanged, this, &GraphEditor::zoomChanged);
    connect(parts.view, &CanvasView::hint, this, &GraphEditor::hint);
    connect(parts.view, &CanvasView::spaceTapped, this, [&parts] { parts.tapSpace(); });
    connect(parts.view, &CanvasView::menuWanted, parts.actions, &CanvasActions::showMenu);
    connect(parts.view, &CanvasView::nodeWanted, this,
            [this, &parts](const Pointer& at, const std::optional<PortEnd>& end) {
                parts.popupInstead.clear();
                parts.popupAt = at;
                parts.popupEnd = end;
                parts.popup->open(
                    parts.view->viewport()->mapTo(this, at.viewport),
                    end ? operatorsFitting(parts.commands.graph(), *end) : QStringList());
            });
    connect(parts.popup, &SearchPopup::chosen, this,
            [&parts](const QString& op) { parts.addChosen(op); });
    connect(parts.popup, &SearchPopup::closed, parts.view, [&parts] { parts.view->setFocus(); });
    connect(parts.actions, &CanvasActions::operatorWanted, this, &GraphEditor::addOperator);
    connect(parts.actions, &CanvasActions::replacementWanted, this,
            [this, &parts](const QString& node) { parts.askForReplacement(node, *this); });
    connect(&parts.context.selection, &Selection::changed, this, [&parts] { parts.speak(); });
    // Queued: graphChanged comes after it and makes the items.
    connect(&parts.context.document, &Document::replaced, this, &GraphEditor::showStart,
            Qt::QueuedConnection);
}

void GraphEditor::connectRun() {
    RunController& run = m_parts->context.run;
    const auto mark = [this] { m_parts->markRun(); };
    connect(&run, &RunController::stopsChanged, this, mark);
    connect(&run, &RunController::stopPointChanged, this, mark);
    connect(&run, &RunController::phaseChanged, this, mark);
    connect(&run, &RunController::tapeChanged, this, mark);
    mark();
}

void GraphEditor::fitAll() { m_parts->view->fitAll(); }
void GraphEditor::showStart() { m_parts->view->showStart(m_parts->scene.contentRect()); }

void GraphEditor::reveal(const QString& node) {
    m_parts->view->reveal(m_parts->scene.rectOf({node}));
}

double GraphEditor::zoom() const { return m_parts->view->zoom(); }

void GraphEditor::addOperator(const QString& op) {
    m_parts->add({.op = op,
                  .position = m_parts->view->middle() - QPointF(nodeWidth, nodeHeight) / 2,
                  .end = {},
                  .into = {},
                  .beside = m_parts->selectedNode()});
}

}  // namespace vitrine::gui
