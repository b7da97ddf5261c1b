// SPDX-License-Identifier: Apache-2.0
// The canvas with 300 nodes: opening, laying out, panning and zooming; edits with a thousand.
// Prints how long the frames took, painted by the raster engine into a picture of 1600 × 1000
// pixels; wanted: none over 16 ms. Needs no screen.
#include <QApplication>
#include <QElapsedTimer>
#include <QImage>
#include <QPainter>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>

#include "core/graph/graph_text.h"
#include "gui/bridge/selection.h"
#include "gui/document/document.h"
#include "gui/graph_editor/auto_layout.h"
#include "gui/graph_editor/canvas_style.h"
#include "gui/graph_editor/canvas_view.h"
#include "gui/graph_editor/graph_commands.h"
#include "gui/graph_editor/node_geometry.h"
#include "gui/theme/theme.h"

namespace {

using namespace vitrine;
using namespace vitrine::gui;

/// Blocks of two convolutions with a way around them: seven nodes each.
std::string manyBlocks(int blocks) {
    std::string text =
        "x[3,32,32] -> conv2d(out_channels=16 kernel=3 padding=1) as stem -> relu as t0";
    for (int i = 0; i < blocks; ++i)
        text += fmt::format(
            "\nt{0} -> conv2d(out_channels=16 kernel=3 padding=1) -> batch_norm2d -> relu"
            " -> conv2d(out_channels=16 kernel=3 padding=1) -> batch_norm2d -> add(t{0})"
            " -> relu as t{1}",
            i, i + 1);
    return text + fmt::format(
                      "\nt{} -> global_avg_pool2d -> linear(out_features=10)"
                      " -> cross_entropy(labels)",
                      blocks);
}

/// A block of nodes instead of a long chain: as many in sight as a layout can bring there.
Position placeInBlock(size_t index) {
    return {static_cast<double>(index / 20) * columnPitch,
            static_cast<double>(index % 20) * rowPitch};
}

class Frames {
  public:
    explicit Frames(CanvasView& view) : m_view(view) {}

    /// One frame, as the viewport would be painted anew.
    void paint(QImage& into) {
        const double cpu = cpuMs();
        QElapsedTimer clock;
        clock.start();
        m_view.viewport()->render(&into);
        m_times.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
        m_cpuTimes.push_back(cpuMs() - cpu);
    }
    /// On a busy machine the times of the processor say more than those of the clock.
    void print(const char* name) {
        fmt::print("{:<28}{:>4} frames", name, m_times.size());
        print("clock", m_times);
        print("processor", m_cpuTimes);
        fmt::print("\n");
    }

  private:
    CanvasView& m_view;
    std::vector<double> m_times, m_cpuTimes;

    static double cpuMs() {
        timespec now{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
    }
    static void print(const char* name, std::vector<double>& times) {
        std::ranges::sort(times);
        const auto rank = static_cast<size_t>(std::ceil(0.99 * static_cast<double>(times.size())));
        fmt::print("   {}: median {:5.2f}, P99 {:5.2f}, largest {:5.2f} ms", name,
                   times[times.size() / 2], times[rank - 1], times.back());
        times.clear();
    }
};

template <class Work>
void timed(const char* name, Work work) {
    QElapsedTimer clock;
    clock.start();
    work();
    fmt::print("{:<32}{:>52.2f} ms\n", name, static_cast<double>(clock.nsecsElapsed()) / 1e6);
}

void panAt(CanvasView& view, Frames& frames, QImage& picture, double zoom, const char* name) {
    view.zoomAboutMiddle(zoom);
    view.centerOn(view.scene()->sceneRect().center());
    for (int i = 0; i < 200; ++i) {
        view.panBy({i % 40 < 20 ? 13 : -13, i < 100 ? 17 : -17});
        frames.paint(picture);
    }
    frames.print(name);
}

/// Edits of a graph of a thousand nodes, shapes and canvas included.
void timeEdits(Document& document) {
    const std::string id = document.graph().nodes()[document.graph().nodes().size() / 2].id;
    const Edge wire = *std::ranges::find(document.graph().edges(), id,
                                         [](const Edge& edge) { return edge.to.node; });
    const auto spare = [] { return makeNode("spare", "relu").value(); };
    const std::pair<const char*, std::array<Transaction, 2>> edits[] = {
        {"move a node", {{{edit::Move{id, {40, 40}}}, {edit::Move{id, {900, 40}}}}}},
        {"give it a title", {{{edit::SetTitle{id, "one"}}, {edit::SetTitle{id, "another"}}}}},
        {"add a node, take it away", {{{edit::InsertNode{spare()}}, {edit::EraseNode{"spare"}}}}},
        {"cut an edge, draw it", {{{edit::EraseEdge{wire}}, {edit::InsertEdge{wire}}}}},
    };
    fmt::print("{} nodes\n", document.graph().nodes().size());
    for (const auto& [name, turns] : edits) {
        std::vector<double> times;
        for (int i = 0; i < 100; ++i) {
            QElapsedTimer clock;
            clock.start();
            if (!document.edit(name, turns[static_cast<size_t>(i % 2)])) return;
            times.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
            QCoreApplication::processEvents();
        }
        std::ranges::sort(times);
        fmt::print("{:<32}{:>46}{:6.2f} ms\n", name, "median", times[times.size() / 2]);
    }
}

void zoomThrough(CanvasView& view, Frames& frames, QImage& picture) {
    view.fitAll();
    while (view.zoom() < 3) {
        view.zoomAbout({700, 400}, view.zoom() * 1.05);
        frames.paint(picture);
    }
    while (view.zoom() > 0.06) {
        view.zoomAbout({700, 400}, view.zoom() / 1.05);
        frames.paint(picture);
    }
    frames.print("zooming 5 % a frame");
}

}  // namespace

int main(int argc, char** argv) {
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    Theme theme(ThemeKind::Dark);
    theme.applyTo(application);
    Document document;
    Selection selection;
    CanvasStyle style(theme);
    GraphScene scene(document, selection, style);
    GraphCommands commands(document, selection);
    CanvasView view({scene, commands, selection, style});
    view.resize(1600, 1000);
    view.show();
    QImage picture(view.viewport()->size(), QImage::Format_ARGB32_Premultiplied);

    const auto graph = graphFromText(manyBlocks(42));
    Transaction build;
    for (Node node : graph->nodes()) {
        node.position = placeInBlock(build.size());
        build.push_back(edit::InsertNode{std::move(node)});
    }
    for (const Edge& edge : graph->edges()) build.push_back(edit::InsertEdge{edge});
    fmt::print("{} nodes, {} edges, {} × {} pixels\n", graph->nodes().size(), graph->edges().size(),
               picture.width(), picture.height());
    timed("open", [&] { (void)document.edit("open", build); });
    timed("lay out (own thread)", [&] { (void)commands.layOut(*autoLayout(document.graph())); });
    timed("move all", [&] { document.undoStack().undo(); });
    timed("select all", [&] {
        QStringList all;
        for (const Node& node : document.graph().nodes()) all << QString::fromStdString(node.id);
        selection.selectNodes(all);
        selection.selectNodes({});
    });

    Frames frames(view);
    // What the canvas prepares between two frames.
    QElapsedTimer settling;
    for (settling.start(); settling.elapsed() < 200;) QCoreApplication::processEvents();
    view.fitAll();
    frames.paint(picture);
    frames.print("first frame, all in sight");
    panAt(view, frames, picture, 0.15, "panning at 15 %");
    panAt(view, frames, picture, 0.30, "panning at 30 %");
    panAt(view, frames, picture, 0.42, "panning at 42 %");
    panAt(view, frames, picture, 0.60, "panning at 60 %");
    panAt(view, frames, picture, 1.00, "panning at 100 %");
    zoomThrough(view, frames, picture);
    timed("take all back", [&] { document.undoStack().undo(); });
    timed("and again", [&] { document.undoStack().redo(); });
    const auto large = graphFromText(manyBlocks(142));
    document.startNew();
    Transaction more;
    for (Node node : large->nodes()) {
        node.position = placeInBlock(more.size());
        more.push_back(edit::InsertNode{std::move(node)});
    }
    for (const Edge& edge : large->edges()) more.push_back(edit::InsertEdge{edge});
    (void)document.edit("open", more);
    timeEdits(document);
    return 0;
}
