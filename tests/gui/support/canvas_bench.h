// SPDX-License-Identifier: Apache-2.0
// The node editor with everything it needs, for tests that use it with mouse and keys.
#pragma once

#include <QtTest>
#include <QtWidgets>

#include <algorithm>

#include "core/graph/graph_text.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/graph_editor/canvas_view.h"
#include "gui/graph_editor/graph_editor.h"
#include "gui/graph_editor/node_geometry.h"
#include "gui/theme/theme.h"
#include "gui/views/view.h"
#include "gui/widgets/action_book.h"

namespace vitrine::test {

/// An editor with everything it needs, and a person's hands.
struct CanvasBench {
    gui::Theme theme{gui::ThemeKind::Dark};
    gui::Document document;
    gui::RunController run{document};
    gui::Selection selection;
    gui::ActionBook actions{theme};
    gui::GraphEditor editor{gui::ViewContext{document, run, selection, theme, actions}};
    gui::CanvasView* view = editor.findChild<gui::CanvasView*>();
    gui::GraphScene* scene = static_cast<gui::GraphScene*>(view->scene());

    /// Nodes of the text stand in one column.
    explicit CanvasBench(std::string_view text) {
        const auto graph = graphFromText(text);
        if (!graph) qFatal("%s", graph.error().message.c_str());
        Transaction build;
        double y = 0;
        for (Node node : graph->nodes()) {
            node.position = {0, y};
            y += gui::rowPitch;
            build.push_back(edit::InsertNode{std::move(node)});
        }
        for (const Edge& edge : graph->edges()) build.push_back(edit::InsertEdge{edge});
        if (!document.edit("build", build)) qFatal("the graph was checked before");
        document.undoStack().clear();
        editor.resize(900, 700);
        editor.show();
        // Shortcuts belong to the active window.
        editor.activateWindow();
        if (!QTest::qWaitForWindowActive(&editor)) qFatal("the window does not become active");
        view->setFocus();
        view->zoomAboutMiddle(1);
        view->centerOn(200, 220);
    }
    ~CanvasBench() { run.shutDown(); }

    const Graph& graph() const { return document.graph(); }
    QPoint pixel(const QPointF& at) const { return view->mapFromScene(at); }
    QPoint middleOf(const char* node) const {
        return pixel(scene->node(node)->sceneBody().center());
    }
    QPoint input(const char* node, const char* port = "x") const {
        return pixel(*scene->node(node)->inputPoint(std::string_view(port)));
    }
    QPoint output(const char* node) const { return pixel(scene->node(node)->outputPoint(0)); }

    void press(const QPoint& at, Qt::KeyboardModifiers modifiers = {}) const {
        QTest::mousePress(view->viewport(), Qt::LeftButton, modifiers, at);
    }
    void moveTo(const QPoint& at, Qt::KeyboardModifiers modifiers = {}) const {
        QMouseEvent event(QEvent::MouseMove, at, view->viewport()->mapToGlobal(at), Qt::NoButton,
                          Qt::LeftButton, modifiers);
        QCoreApplication::sendEvent(view->viewport(), &event);
    }
    void release(const QPoint& at, Qt::KeyboardModifiers modifiers = {}) const {
        QTest::mouseRelease(view->viewport(), Qt::LeftButton, modifiers, at);
    }
    void drag(const QPoint& from, const QPoint& to, Qt::KeyboardModifiers modifiers = {}) const {
        press(from, modifiers);
        moveTo((from + to) / 2, modifiers);
        moveTo(to, modifiers);
        release(to, modifiers);
    }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) const {
        QTest::keyClick(view, key, modifiers);
    }
    bool hasEdge(const Edge& edge) const { return std::ranges::count(graph().edges(), edge) == 1; }
    /// One entry, and undo and redo of it give the same documents.
    void verifyOneEntry(const Graph& before) {
        const Graph after = graph();
        QCOMPARE(document.undoStack().count(), 1);
        document.undoStack().undo();
        QVERIFY(graph() == before);
        QCOMPARE(scene->nodes().size(), before.nodes().size());
        document.undoStack().redo();
        QVERIFY(graph() == after);
        QCOMPARE(scene->nodes().size(), after.nodes().size());
    }
};

}  // namespace vitrine::test
