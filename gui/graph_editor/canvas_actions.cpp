// SPDX-License-Identifier: GPL-3.0-or-later
// The list of actions; what they do to the graph is in graph_commands.
#include "gui/graph_editor/canvas_actions.h"

#include "core/graph/placeholder.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/graph_editor/canvas_view.h"
#include "gui/graph_editor/graph_commands.h"
#include "gui/graph_editor/node_geometry.h"
#include "gui/graph_editor/operator_search.h"
#include "gui/graph_editor/unplaced_nodes.h"
#include "gui/widgets/action_book.h"

namespace vitrine::gui {

CanvasActions::CanvasActions(const ViewContext& context, CanvasView& view)
    : QObject(&view), m_context(context), m_view(view) {
    buildAdding();
    buildEditing();
    buildReplacing();
    buildSelecting();
    buildLooking();
    buildMoving();
    buildWalking();
    buildBreakpoints();
    connect(&m_layout, &LayoutTask::done, this, &CanvasActions::applyLayout);
    connect(&context.document, &Document::replaced, this, &CanvasActions::placeUnplaced);
    placeUnplaced();
    connect(&context.selection, &Selection::changed, this, &CanvasActions::enableBySelection);
    enableBySelection();
}

QAction* CanvasActions::add(const ActionSpec& spec, std::function<void()> triggered) {
    ActionSpec local = spec;
    if (local.group.isEmpty()) local.group = tr("Canvas");
    local.context = Qt::WidgetWithChildrenShortcut;
    return m_context.actions.add(&m_view, local, std::move(triggered));
}

void CanvasActions::buildAdding() {
    QAction* search = add({.id = "canvas.add",
                           .text = tr("&Add node …"),
                           .icon = "search",
                           .shortcut = Qt::Key_Tab,
                           .tip = tr("Searches for an operator and adds it at the pointer.")},
                          [this] { m_view.askForNode(place(), std::nullopt); });
    search->setShortcuts({Qt::Key_Tab, Qt::SHIFT | Qt::Key_A});
    for (const OpDescriptor* op : paletteOperators()) {
        const QString id = QString::fromUtf8(op->id.data(), qsizetype(op->id.size()));
        const QString title = QString::fromUtf8(op->title.data(), qsizetype(op->title.size()));
        const QString summary =
            QString::fromUtf8(op->summary.data(), qsizetype(op->summary.size()));
        const QByteArray action = "canvas.add." + id.toUtf8();
        add({.id = action.constData(), .group = tr("Add node"), .text = title, .tip = summary},
            [this, id] { operatorWanted(id); });
    }
}

void CanvasActions::buildEditing() {
    GraphCommands& commands = m_view.tools().commands;
    m_needNodes << add({.id = "canvas.cut",
                        .text = tr("Cu&t"),
                        .icon = "cut",
                        .shortcut = QKeySequence::Cut,
                        .tip = tr("Cuts the selected nodes.")},
                       [&] { m_view.tell(commands.cutSelected()); });
    m_needNodes << add({.id = "canvas.copy",
                        .text = tr("&Copy"),
                        .icon = "copy",
                        .shortcut = QKeySequence::Copy,
                        .tip = tr("Copies the selected nodes with the edges between them.")},
                       [&] { commands.copySelected(); });
    add({.id = "canvas.paste",
         .text = tr("&Paste"),
         .icon = "paste",
         .shortcut = QKeySequence::Paste,
         .tip = tr("Pastes nodes at the pointer.")},
        [&] { m_view.tell(commands.paste(place().scene)); });
    m_needNodes << add({.id = "canvas.duplicate",
                        .text = tr("D&uplicate"),
                        .icon = "duplicate",
                        .shortcut = Qt::CTRL | Qt::Key_D,
                        .tip = tr("Copies the selected nodes beside themselves.")},
                       [&] { m_view.tell(commands.duplicateSelected()); });
    QAction* erase = add({.id = "canvas.delete",
                          .text = tr("&Delete"),
                          .icon = "delete",
                          .shortcut = Qt::Key_Delete,
                          .tip = tr("Deletes the selected nodes or the selected edge.")},
                         [this] { remove(false); });
    erase->setShortcuts({Qt::Key_Delete, Qt::Key_Backspace});
    m_needNodes << add({.id = "canvas.deleteAndMend",
                        .text = tr("Delete and &mend"),
                        .icon = "mend",
                        .shortcut = Qt::CTRL | Qt::Key_Delete,
                        .tip = tr("Deletes the selected nodes and joins what they stood between.")},
                       [this] { remove(true); });
    m_needNodes << add({.id = "canvas.freeze",
                        .text = tr("Free&ze weights"),
                        .shortcut = Qt::Key_Z,
                        .tip = tr("Training leaves the selected nodes' parameters and statistics "
                                  "as they start.")},
                       [&] { m_view.tell(commands.freezeSelected(true)); });
    m_needNodes << add({.id = "canvas.thaw",
                        .text = tr("T&rain weights"),
                        .shortcut = Qt::SHIFT | Qt::Key_Z,
                        .tip = tr("Training changes the selected nodes' parameters and statistics "
                                  "again.")},
                       [&] { m_view.tell(commands.freezeSelected(false)); });
    m_needNodes << add({.id = "canvas.recompute",
                        .text = tr("Re&compute or keep"),
                        .shortcut = Qt::SHIFT | Qt::Key_R,
                        .tip = tr("Training steps make again what the selected nodes give instead "
                                  "of keeping it, or keep it again: less memory, more time, the "
                                  "same numbers.")},
                       [&] { m_view.tell(commands.toggleRecompute()); });
    add({.id = "canvas.layout",
         .text = tr("&Lay out"),
         .icon = "layout",
         .shortcut = Qt::CTRL | Qt::Key_L,
         .tip = tr("Places the selected nodes, or all, from top to bottom, in columns that fit "
                   "the window.")},
        [this] { layOut(); });
}

/// For what an import or a file could not read.
void CanvasActions::buildReplacing() {
    m_bypass = add({.id = "canvas.bypass",
                    .text = tr("&Bypass"),
                    .icon = "mend",
                    .shortcut = Qt::Key_B,
                    .tip = tr("Takes a node that is not understood away and joins what it stood "
                              "between.")},
                   [this] { m_view.tell(m_view.tools().commands.bypassSelected()); });
    m_replace = add({.id = "canvas.replace",
                     .text = tr("&Replace by …"),
                     .icon = "search",
                     .shortcut = Qt::Key_R,
                     .tip = tr("Puts a node of another operator in the place of the selected one "
                               "and keeps the wires, fields and weights that fit.")},
                    [this] { replacementWanted(m_context.selection.nodes().value(0)); });
}

void CanvasActions::buildSelecting() {
    add({.id = "canvas.selectAll",
         .text = tr("Select &all"),
         .shortcut = QKeySequence::SelectAll,
         .tip = tr("Selects every node.")},
        [this] {
            QStringList nodes;
            for (const Node& node : m_context.document.graph().nodes())
                nodes << QString::fromStdString(node.id);
            m_context.selection.selectNodes(nodes);
        });
    add({.id = "canvas.clearSelection",
         .text = tr("Select &nothing"),
         .shortcut = Qt::Key_Escape,
         .tip = tr("Clears the selection.")},
        [this] {
            m_view.tools().scene.selectEdge(std::nullopt);
            m_context.selection.selectNodes({});
        });
}

void CanvasActions::buildLooking() {
    add({.id = "canvas.fitAll",
         .text = tr("&Fit all"),
         .icon = "fit",
         .shortcut = Qt::Key_Home,
         .tip = tr("Shows the whole network.")},
        [this] { fitAll(); });
    m_needNodes << add(
        {.id = "canvas.fitSelection",
         .text = tr("Frame &selection"),
         .shortcut = Qt::Key_F,
         .tip = tr("Shows the selected nodes.")},
        [this] { m_view.fitRect(m_view.tools().scene.rectOf(m_context.selection.nodes())); });
    add({.id = "canvas.zoomReset",
         .text = tr("Zoom to &100 %"),
         .shortcut = Qt::CTRL | Qt::Key_0,
         .tip = tr("Shows nodes in their own size.")},
        [this] { m_view.zoomAboutMiddle(1); });
    QAction* in = add({.id = "canvas.zoomIn",
                       .text = tr("Zoom &in"),
                       .icon = "zoom-in",
                       .shortcut = QKeySequence::ZoomIn,
                       .tip = tr("Shows nodes larger.")},
                      [this] { m_view.zoomAboutMiddle(m_view.zoom() * 1.25); });
    in->setShortcuts({Qt::CTRL | Qt::Key_Plus, Qt::CTRL | Qt::Key_Equal});
    add({.id = "canvas.zoomOut",
         .text = tr("Zoom &out"),
         .icon = "zoom-out",
         .shortcut = QKeySequence::ZoomOut,
         .tip = tr("Shows more of the network.")},
        [this] { m_view.zoomAboutMiddle(m_view.zoom() / 1.25); });
}

void CanvasActions::fitAll() {
    constexpr double readable = 0.5;
    m_view.fitAll();
    if (m_view.zoom() < readable)
        m_view.setHint(tr("Too small to read? Ctrl+L lays the network out for this window."));
}

void CanvasActions::addMove(const char* id, const QString& text, const QKeySequence& keys,
                            QPointF by) {
    m_needNodes << add({.id = id, .text = text, .shortcut = keys, .tip = {}}, [this, by] {
        // Steps that follow each other are one entry of the undo list.
        const QStringList& nodes = m_context.selection.nodes();
        m_view.tell(m_view.tools().commands.move(
            nodes, by, QStringLiteral("nudge ") + nodes.join(QLatin1Char(' '))));
    });
}

void CanvasActions::buildMoving() {
    constexpr double step = gridStep, leap = 8 * gridStep;
    addMove("canvas.moveLeft", tr("Move left"), Qt::Key_Left, {-step, 0});
    addMove("canvas.moveRight", tr("Move right"), Qt::Key_Right, {step, 0});
    addMove("canvas.moveUp", tr("Move up"), Qt::Key_Up, {0, -step});
    addMove("canvas.moveDown", tr("Move down"), Qt::Key_Down, {0, step});
    addMove("canvas.leapLeft", tr("Move far left"), Qt::SHIFT | Qt::Key_Left, {-leap, 0});
    addMove("canvas.leapRight", tr("Move far right"), Qt::SHIFT | Qt::Key_Right, {leap, 0});
    addMove("canvas.leapUp", tr("Move far up"), Qt::SHIFT | Qt::Key_Up, {0, -leap});
    addMove("canvas.leapDown", tr("Move far down"), Qt::SHIFT | Qt::Key_Down, {0, leap});
}

void CanvasActions::addWalk(const char* id, const QString& text, const QList<QKeySequence>& keys,
                            Step step) {
    QAction* action =
        add({.id = id, .text = text, .shortcut = keys.front(), .tip = {}}, [this, step] {
            const QStringList& nodes = m_context.selection.nodes();
            const std::string from =
                nodes.isEmpty() ? m_view.tools().scene.focusNode() : nodes.back().toStdString();
            const std::string to = walk(m_context.document.graph(), from, step);
            if (to.empty()) return;
            const QString node = QString::fromStdString(to);
            m_view.tools().scene.setFocusNode(to);
            m_context.selection.selectNodes({node});
            m_view.reveal(m_view.tools().scene.rectOf({node}));
        });
    action->setShortcuts(keys);
}

void CanvasActions::buildWalking() {
    addWalk("canvas.walkBack", tr("Go to the node before"), {Qt::Key_PageUp, Qt::ALT | Qt::Key_Up},
            Step::Back);
    addWalk("canvas.walkForth", tr("Go to the node after"),
            {Qt::Key_PageDown, Qt::ALT | Qt::Key_Down}, Step::Forth);
    addWalk("canvas.walkLeft", tr("Go to the node on the left"), {Qt::ALT | Qt::Key_Left},
            Step::Left);
    addWalk("canvas.walkRight", tr("Go to the node on the right"), {Qt::ALT | Qt::Key_Right},
            Step::Right);
}

void CanvasActions::buildBreakpoints() {
    m_needNodes << add({.id = "canvas.breakForward",
                        .text = tr("Breakpoint &forward"),
                        .icon = "breakpoint",
                        .shortcut = Qt::Key_F9,
                        .tip = tr("Stops before the selected node's forward part.")},
                       [this] { toggleBreakpoints(false); });
    m_needNodes << add({.id = "canvas.breakBackward",
                        .text = tr("Breakpoint &backward"),
                        .icon = "breakpoint",
                        .shortcut = Qt::SHIFT | Qt::Key_F9,
                        .tip = tr("Stops before the selected node's backward part.")},
                       [this] { toggleBreakpoints(true); });
}

void CanvasActions::toggleBreakpoints(bool backward) {
    for (const QString& node : m_context.selection.nodes())
        m_context.run.toggleBreakpoint(node, backward);
}

void CanvasActions::remove(bool mend) {
    GraphScene& scene = m_view.tools().scene;
    if (const std::optional<Edge> edge = scene.selectedEdge(); edge && !mend)
        return m_view.tell(m_view.tools().commands.disconnectPorts(*edge));
    m_view.tell(m_view.tools().commands.removeSelected(mend));
}

void CanvasActions::layOut() {
    m_layoutFor = LayoutFor::User;
    startLayout();
}

/// Another project: what was wanted of the last one is not wanted any more.
void CanvasActions::placeUnplaced() {
    m_layoutFor =
        m_context.document.project().unplaced.empty() ? LayoutFor::Nobody : LayoutFor::Opening;
    startLayout();
}

void CanvasActions::startLayout() {
    const Graph& graph = m_context.document.graph();
    if (m_layoutFor == LayoutFor::Nobody) return;
    if (m_layoutFor == LayoutFor::Opening)
        return m_layout.start(graph, unplacedIn(m_context.document.project()), m_view.room());
    const QStringList& nodes = m_context.selection.nodes();
    m_layout.start(graph, nodes.size() > 1 ? nodes : QStringList{}, m_view.room());
}

void CanvasActions::applyLayout(const Graph& of, const Result<Transaction>& moves) {
    if (!(of == m_context.document.graph())) return startLayout();
    const LayoutFor wanted = std::exchange(m_layoutFor, LayoutFor::Nobody);
    if (!moves) return m_view.setHint(QString::fromStdString(moves.error().message));
    if (wanted == LayoutFor::User) {
        m_view.tell(m_view.tools().commands.layOut(*moves));
        m_view.fitAll();
    }
    if (wanted != LayoutFor::Opening) return;
    m_context.document.place(besidePlaced(m_context.document.project(), *moves));
    m_view.showStart(m_view.tools().scene.contentRect());
}

void CanvasActions::enableBySelection() {
    const bool any = !m_context.selection.nodes().isEmpty();
    for (QAction* action : m_needNodes) action->setEnabled(any);
    const QStringList& nodes = m_context.selection.nodes();
    const Node* only =
        nodes.size() == 1 ? m_context.document.graph().find(nodes.front().toStdString()) : nullptr;
    m_replace->setEnabled(only != nullptr);
    m_bypass->setEnabled(only && isPlaceholder(*only));
}

}  // namespace vitrine::gui
