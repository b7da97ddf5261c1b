// SPDX-License-Identifier: GPL-3.0-or-later
// The dock of data: hands data, predictions and weights to its panel, and asks for weights while
// somebody draws.
#include "gui/bridge/run_controller.h"
#include "gui/views/data/data_panel.h"
#include "gui/views/data/draw_canvas.h"
#include "gui/views/data/draw_page.h"
#include "gui/views/data/mistakes_page.h"
#include "gui/views/data/predictor_host.h"
#include "gui/views/view.h"

namespace vitrine::gui::views::data {

namespace {

/// Of the first input node; empty where there is none or its shape is not known.
ImageExtent inputExtent(const Document& document) {
    const std::vector<Node>& nodes = document.graph().nodes();
    for (size_t i = 0; i < nodes.size(); ++i) {
        const NodeShapes& shapes = document.shapes().nodes[i];
        if (nodes[i].op->id != "input" || !shapes.isKnown || shapes.outputs.empty()) continue;
        const Shape& shape = shapes.outputs[0].shape;
        if (shape.rank() == 4)
            return {static_cast<int>(shape[1]), static_cast<int>(shape[2]),
                    static_cast<int>(shape[3])};
    }
    return {};
}

/// Everything that the panel needs from the outside. A child of the panel.
class DataFeed : public QObject {
  public:
    DataFeed(const ViewContext& context, DataPanel& panel)
        : QObject(&panel), m_document(context.document), m_run(context.run), m_panel(panel) {
        connectData();
        connectPredictor();
        takeData();
        takeDocument();
    }

  private:
    void connectData() {
        connect(&m_run, &RunController::dataChanged, this, [this] { takeData(); });
        connect(&m_run, &RunController::predictionsArrived, &m_panel.mistakes(),
                &MistakesPage::setPredictions);
        connect(&m_run, &RunController::runOpened, &m_panel.mistakes(), &MistakesPage::clear);
        connect(&m_document, &Document::graphChanged, this, [this] { takeDocument(); });
        connect(&m_document, &Document::settingsChanged, this, [this] { takeDocument(); });
    }

    void connectPredictor() {
        constexpr int askMilliseconds = 500, editMilliseconds = 300;
        m_askStates.setInterval(askMilliseconds);
        m_edited.setSingleShot(true);
        m_edited.setInterval(editMilliseconds);
        connect(&m_askStates, &QTimer::timeout, this, [this] {
            if (m_run.phase() == RunPhase::Running) m_run.askStates();
        });
        connect(&m_edited, &QTimer::timeout, this, [this] { makePredictor(); });
        connect(&m_run, &RunController::runOpened, this, [this] { networkChanged(); });
        connect(&m_run, &RunController::statesArrived, this, [this] { takeStates(); });
        connect(&m_panel, &DataPanel::drawingShown, this, [this](bool shown) { show(shown); });
        connect(&m_panel.draw(), &DrawPage::drawn, &m_host, &PredictorHost::ask);
        connect(&m_host, &PredictorHost::answered, &m_panel.draw(), &DrawPage::showAnswer);
        connect(&m_host, &PredictorHost::failed, &m_panel.draw(), &DrawPage::showTrouble);
    }

    void takeData() {
        const std::optional<Error>& error = m_run.dataError();
        m_panel.setData(m_run.data(), error ? QString::fromStdString(error->message) : QString());
    }

    void takeDocument() {
        m_panel.setNormalisation(m_document.project().data.normalisation);
        m_panel.draw().setExtent(inputExtent(m_document));
        networkChanged();
    }

    /// Hidden: when it is shown next. Seen: once the edit has come to rest.
    void networkChanged() {
        m_isStale = true;
        if (m_panel.isDrawing()) m_edited.start();
    }

    void makePredictor() {
        if (!m_isStale) return;
        m_isStale = false;
        m_host.setProject(m_document.project());
        takeStates();
    }

    void takeStates() {
        if (m_panel.isDrawing()) m_host.setStates(m_run.states());
    }

    void show(bool shown) {
        if (!shown) return m_askStates.stop();
        m_askStates.start();
        makePredictor();
        takeStates();
        m_host.ask(m_panel.draw().canvas().drawing().pixels());
    }

    Document& m_document;
    RunController& m_run;
    DataPanel& m_panel;
    PredictorHost m_host;
    QTimer m_askStates, m_edited;
    bool m_isStale = true;
};

QWidget* create(const ViewContext& context, QWidget* parent) {
    auto* panel = new DataPanel(context.theme, parent);
    new DataFeed(context, *panel);
    return panel;
}

}  // namespace

extern const ViewDescriptor descriptor;
const ViewDescriptor descriptor = {
    .id = "data",
    .title = QT_TRANSLATE_NOOP("Views", "Data"),
    .icon = "data",
    .place = DockPlace::BottomLeft,
    .order = 2,
    .shortcut = "Alt+4",
    .tip = QT_TRANSLATE_NOOP("Views",
                             "Images of the data set, those that are got wrong, and a canvas."),
    .create = create,
};

}  // namespace vitrine::gui::views::data
