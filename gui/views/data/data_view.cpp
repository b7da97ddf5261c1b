// SPDX-License-Identifier: GPL-3.0-or-later
// The dock of data: hands data, predictions and weights to its panel, and asks for weights while
// somebody draws.
#include <QCoreApplication>

#include <algorithm>

#include <fmt/format.h>

#include "core/graph/roles.h"
#include "core/graph/special_nodes.h"
#include "gui/bridge/follow.h"
#include "gui/bridge/project_essence.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/window_words.h"
#include "gui/models/number_text.h"
#include "gui/models/output_view.h"
#include "gui/views/data/answer_asker.h"
#include "gui/views/data/data_panel.h"
#include "gui/views/data/draw_canvas.h"
#include "gui/views/data/draw_page.h"
#include "gui/views/data/model_names.h"
#include "gui/views/data/number_asker.h"
#include "gui/views/data/picture_bar.h"
#include "gui/views/data/prediction_questions.h"
#include "gui/views/data/predictor_host.h"
#include "gui/views/data/results_page.h"
#include "gui/views/data/samples_page.h"
#include "gui/views/data/scatter_page.h"
#include "gui/views/view.h"
#include "gui/widgets/action_book.h"

namespace vitrine::gui::views::data {

namespace {

/// What can be drawn on, or why nothing can.
struct Ground {
    ImageExtent extent;
    QString what, how;
};

/// More pixels cannot be drawn on by hand, nor shown as they are.
constexpr int64_t largestSide = 4096, mostElements = int64_t{1} << 24;

QString text(const char* words) { return QCoreApplication::translate("DataFeed", words); }

Ground groundOf(const Shape& shape) {
    if (shape.rank() != 4)
        return {{},
                text("The network's input is no image: there is nothing to draw."),
                text("An image has the shape channels, height, width.")};
    const bool isSmall = shape[1] > 0 && shape[2] > 0 && shape[3] > 0 && shape[2] <= largestSide &&
                         shape[3] <= largestSide && shape[1] <= mostElements / shape[2] / shape[3];
    if (!isSmall)
        return {{},
                text("The network's input is too large to draw."),
                text("Up to 4,096 pixels a side and 16 million numbers can be drawn.")};
    return {{static_cast<int>(shape[1]), static_cast<int>(shape[2]), static_cast<int>(shape[3])},
            {},
            {}};
}

/// What a network takes and is asked for.
struct Asked {
    std::vector<size_t> inputs;  ///< that lead to an output, by position in nodes()
    std::vector<std::pair<std::string, std::string>> taken;  ///< ids of all inputs, their columns
    std::string image, truth;  ///< columns: of the first input, of the first target
};

Asked askedOf(const Document& document) {
    const Graph& graph = document.graph();
    Asked asked;
    const std::vector<bool> needed = neededForOutputs(graph, document.wiring());
    for (size_t i = 0; i < graph.nodes().size(); ++i) {
        const Node& node = graph.nodes()[i];
        if (!isInput(node)) continue;
        asked.taken.emplace_back(node.id, columnOf(node));
        if (needed[i]) asked.inputs.push_back(i);
        if (isClassInput(node) && asked.truth.empty()) asked.truth = columnOf(node);
    }
    if (!asked.inputs.empty()) asked.image = columnOf(graph.nodes()[asked.inputs.front()]);
    return asked;
}

/// Of the only input that leads to an output.
Ground groundOf(const Document& document, const Asked& asked) {
    const std::vector<NodeShapes>& shapes = document.shapes().nodes;
    if (asked.inputs.empty())
        return {{},
                text("Add an input node to draw for it."),
                text("The canvas has the size of the network's input.")};
    if (asked.inputs.size() > 1)
        return {{},
                text("The network takes several inputs at once."),
                text("Results shows what it gives for the test examples.")};
    const size_t i = asked.inputs.front();
    if (i < shapes.size() && shapes[i].isKnown && !shapes[i].outputs.empty())
        return groundOf(shapes[i].outputs[0].shape);
    return {{},
            text("The shape of the input is not known."),
            text("Problems says what is wrong with it.")};
}

/// Everything that the panel needs from the outside. A child of the panel.
class DataFeed : public QObject {
  public:
    DataFeed(const ViewContext& context, DataPanel& panel)
        : QObject(&panel),
          m_document(context.document),
          m_run(context.run),
          m_panel(panel),
          m_host(this),
          m_resultsHost(this),
          m_asker(this),
          m_numberAsker(this),
          m_askStates(this),
          m_edited(this) {
        connectData();
        connectPredictor();
        connectAsking();
        connectScatter();
        connectStepping(context.actions);
        QAction* choose = context.actions.find("data.choose");
        if (choose) connect(&panel, &DataPanel::dataAskedFor, choose, &QAction::trigger);
        takeData();
        takeDocument();
    }

  private:
    void connectData() {
        follow(&m_run, &RunController::dataChanged, this, [this] { takeData(); });
        follow(&m_run, &RunController::loadingChanged, this, [this] { showWhy(); });
        follow(&m_run, &RunController::predictionsArrived, this,
               [this](const Predictions& predictions) { takePredictions(predictions); });
        follow(&m_run, &RunController::runOpened, this,
               [this] { m_panel.keeper().clearAnswers(); });
        connect(&m_panel, &DataPanel::changesEdited, this,
                [this](const std::vector<DataChange>& changes, const QString& words) {
                    putChanges(changes, words);
                });
        follow(&m_document, &Document::replaced, this, [this] { takeOtherDocument(); });
        follow(&m_document, &Document::graphChanged, this, [this] {
            if (m_document.lastChange().changesMeaning) takeDocument();
        });
        follow(&m_document, &Document::settingsChanged, this, [this] { takeDocument(); });
    }

    void connectPredictor() {
        constexpr int askMilliseconds = 500, editMilliseconds = 300;
        m_askStates.setInterval(askMilliseconds);
        m_edited.setSingleShot(true);
        m_edited.setInterval(editMilliseconds);
        connect(&m_askStates, &QTimer::timeout, this, [this] {
            if (m_run.phase() == RunPhase::Running) m_run.askStates();
        });
        connect(&m_edited, &QTimer::timeout, this, [this] {
            if (m_panel.isDrawing()) makePredictor();
            if (m_panel.isShowingResults()) makeResults();
            if (m_panel.isShowingScatter() && !m_hasScatter) askNumbers();
        });
        follow(&m_run, &RunController::runOpened, this, [this] { networkChanged(); });
        follow(&m_run, &RunController::statesArrived, this, [this] { statesArrived(); });
        connect(&m_panel, &DataPanel::drawingShown, this, [this](bool shown) { show(shown); });
        connect(&m_panel, &DataPanel::resultsShown, this,
                [this](bool shown) { showResults(shown); });
        connect(&m_panel.draw().pictures(), &PictureBar::normalisationChosen, this,
                [this](const Normalisation& normalisation) {
                    DataSettings data = m_document.project().data;
                    data.normalisation = normalisation;
                    m_document.setData(text("Change what pixels are taken as"), data);
                });
        connect(&m_panel.draw(), &DrawPage::drawn, this,
                [this](const std::vector<float>& pixels) { m_host.ask(drawnQuestion(pixels)); });
        connect(&m_resultsHost, &PredictorHost::answered, &m_panel.results(),
                &ResultsPage::showAnswer);
        connect(&m_resultsHost, &PredictorHost::failed, &m_panel.results(),
                &ResultsPage::showTrouble);
        connect(&m_host, &PredictorHost::answered, &m_panel.draw(), &DrawPage::showAnswer);
        connect(&m_host, &PredictorHost::failed, &m_panel.draw(), &DrawPage::showTrouble);
    }

    /// About all examples of a part, with the newest weights.
    void connectAsking() {
        connect(&m_panel.samples(), &SamplesPage::answersAsked, this, [this] { askAll(); });
        connect(&m_asker, &AnswerAsker::progressed, &m_panel.samples(), &SamplesPage::setAsking);
        connect(&m_asker, &AnswerAsker::answered, &m_panel, &DataPanel::setAnswers);
        connect(&m_asker, &AnswerAsker::failed, &m_run, &RunController::failed);
    }

    void askAll() {
        if (m_asker.isAsking()) return m_asker.stop();
        const auto& table = m_panel.keeper().source().table;
        if (!table) return;
        const auto wanted = m_panel.samples().shownPart();
        for (const DataPart part : {DataPart::Training, DataPart::Test})
            if (!wanted || wanted == part)
                m_asker.ask(
                    {m_document.project(), m_run.storedData(), table, m_run.states(), part});
    }

    /// Numbers of the test examples: when somebody looks at them.
    void connectScatter() {
        ScatterPage& page = m_panel.scatter();
        connect(&m_panel, &DataPanel::scatterShown, this, [this](bool shown) {
            if (shown && (!m_hasScatter || m_scattered != m_run.states())) askNumbers();
        });
        connect(&page, &ScatterPage::asked, this, [this] { askNumbers(); });
        connect(&m_numberAsker, &NumberAsker::answered, this, [this](const NumberPairs& pairs) {
            m_hasScatter = true;
            m_panel.scatter().setPairs(pairs);
        });
        connect(&m_numberAsker, &NumberAsker::failed, &page, [&page](const Error& error) {
            page.showTrouble(sentenceOf(error), QString::fromStdString(error.next));
        });
        connect(&m_numberAsker, &NumberAsker::ended, this, [this] {
            m_panel.scatter().setAsking(false);
            if (m_wantsNumbers) askNumbers();
        });
    }

    void askNumbers() {
        m_wantsNumbers = m_numberAsker.isAsking();
        if (m_wantsNumbers || m_numbers < 0 || !m_seen) return;
        m_scattered = m_run.states();
        m_panel.scatter().setAsking(true);
        m_numberAsker.ask(m_document.project(), m_seen, m_run.states(),
                          static_cast<size_t>(m_numbers));
    }

    /// The first column of numbers that the network is compared with.
    void findNumbers() {
        int found = -1;
        for (const auto& [node, name] : m_asked.taken) {
            const int column = m_shownData ? m_shownData->column(name) : -1;
            if (column < 0) continue;
            const Column& is = m_shownData->columns[static_cast<size_t>(column)];
            if (is.dtype != DType::F32 || is.hasClasses()) continue;
            const auto position = static_cast<size_t>(m_document.graph().indexOf(node));
            const bool isInput =
                std::ranges::find(m_asked.inputs, position) != m_asked.inputs.end();
            if (!isInput && found < 0) found = column;
        }
        m_numbers = found;
        m_hasScatter = false;
        m_numberAsker.stop();
        m_panel.scatter().clear();
        m_panel.setHasNumbers(found >= 0);
        if (m_panel.isShowingScatter()) m_edited.start();
    }

    void connectStepping(ActionBook& actions) {
        connect(&m_panel.results(), &ResultsPage::stepAskedFor, this, [this](int64_t example) {
            const QString number = exactText(example);
            m_run.stepThroughPrediction({.subject = text("test example %1").arg(number),
                                         .question = examplesQuestion(m_shownData, example, 1)});
        });
        connect(&m_panel.draw(), &DrawPage::stepAskedFor, this, [this] {
            m_run.stepThroughPrediction(
                {.subject = text("what is drawn"),
                 .question = drawnQuestion(m_panel.draw().canvas().drawing().pixels())});
        });
        const ActionSpec spec{
            .id = "data.step_prediction",
            .group = QCoreApplication::translate("TrainActions", "Train"),
            .text = text("Step through a prediction …"),
            .icon = "step-entry",
            .shortcut = QKeySequence(Qt::SHIFT | Qt::Key_F11),
            .tip = text("Choose a test example and see what every entry makes of it")};
        actions.add(&m_panel, spec, [this, &actions] {
            if (QAction* show = actions.find("view.data")) show->trigger();
            m_panel.setCurrentWidget(&m_panel.results());
            m_panel.results().chooseExample();
        });
    }

    void takeData() {
        m_dataEssence = rawDataEssence(m_document.project());
        showData(m_run.storedData(), m_run.data());
    }

    /// `data`: as the run takes them; `stored`: with what is excluded, so that it can be taken in.
    void showData(std::shared_ptr<const Dataset> stored, std::shared_ptr<const Dataset> data) {
        m_hasData = data != nullptr;
        m_shownData = std::move(data);
        m_panel.setData(stored);
        m_seen = seenOf(stored);
        m_panel.setSeen(m_seen);
        showWhy();
        showExamples();
    }

    /// All stored examples through the transforms.
    std::shared_ptr<const Dataset> seenOf(const std::shared_ptr<const Dataset>& stored) const {
        if (!stored) return nullptr;
        Project project = m_document.project();
        project.data.changes.clear();
        const auto seen = prepareData(*stored, project);
        return seen ? *seen : nullptr;
    }

    /// Those of a run are about its own data, which others may have been excluded from.
    void takePredictions(const Predictions& predictions) {
        const LiveRun* run = m_run.run();
        m_panel.setPredictions(predictions,
                               run ? run->project().data.changes : std::vector<DataChange>());
    }

    void putChanges(const std::vector<DataChange>& changes, const QString& words) {
        if (changes.size() > DataSettings::mostChanges)
            return m_run.failed(
                {"U27",
                 fmt::format("a project holds up to {} changed examples, this would be {}",
                             DataSettings::mostChanges, changes.size()),
                 {},
                 "The examples are as before.",
                 "Change the data themselves where so much of them is wrong."});
        DataSettings data = m_document.project().data;
        data.changes = changes;
        m_document.setData(words, data);
    }

    /// Why there are no data to be seen.
    void showWhy() {
        if (m_hasData) return;
        const std::optional<Error>& error = m_run.dataError();
        if (m_run.isLoading())
            m_panel.setWhy(text("The data are being loaded."), text("Shift+F5 ends that."));
        else if (error)
            m_panel.setWhy(sentenceOf(*error) + QLatin1Char('.'),
                           error->next.empty()
                               ? text("Which data a project uses stands in its properties.")
                               : QString::fromStdString(error->next));
        else
            m_panel.setWhy(text("There are no data yet."),
                           text("Which data a project uses stands in its properties, while no "
                                "node is selected."));
    }

    /// Nothing of the old project stays, except for the data where the new one has the same.
    void takeOtherDocument() {
        m_asker.stop();
        m_panel.keeper().clearAnswers();
        m_panel.draw().forget();
        m_host.forgetNetwork();
        m_host.setStates(nullptr);
        m_resultsHost.forgetNetwork();
        m_resultsHost.setStates(nullptr);
        const bool isSame = rawDataEssence(m_document.project()) == m_dataEssence;
        showData(isSame ? m_run.storedData() : nullptr, isSame ? m_run.data() : nullptr);
        takeDocument();
    }

    void takeDocument() {
        m_panel.setNormalisation(m_document.project().data.normalisation);
        m_panel.setSeed(static_cast<uint64_t>(m_document.project().training.seed));
        m_panel.setChanges(m_document.project().data.changes);
        m_asked = askedOf(m_document);
        m_panel.setColumns(m_asked.image, m_asked.truth);
        showExamples();
        const Ground ground = groundOf(m_document, m_asked);
        if (ground.extent != m_panel.draw().canvas().drawing().extent()) m_host.forgetNetwork();
        m_panel.draw().setOrigin(originOf(m_document.graph()));
        m_panel.draw().setWhyNot(ground.what, ground.how);
        m_panel.draw().setExtent(ground.extent);
        networkChanged();
    }

    /// Hidden: when it is shown next. Seen: once the edit has come to rest.
    void networkChanged() {
        m_isStale = m_areResultsStale = true;
        if (m_panel.isDrawing() || m_panel.isShowingResults()) m_edited.start();
    }

    /// The columns of the test examples that the network takes.
    void showExamples() {
        std::vector<TakenColumn> taken;
        for (const auto& [node, name] : m_asked.taken) {
            const int column = m_shownData ? m_shownData->column(name) : -1;
            if (column >= 0)
                taken.push_back({QString::fromStdString(node), static_cast<size_t>(column)});
        }
        findNumbers();
        m_panel.results().setExamples(m_shownData, static_cast<int>(exampleCount()),
                                      std::move(taken));
        m_areResultsStale = true;
        if (m_panel.isShowingResults()) m_edited.start();
    }

    int64_t exampleCount() const {
        return m_shownData ? std::min<int64_t>(m_shownData->test.count, ResultsPage::examples) : 0;
    }

    void makeResults() {
        if (!m_areResultsStale || exampleCount() == 0) return;
        m_areResultsStale = false;
        m_resultsHost.setProject(m_document.project(), exampleCount(), m_shownData.get());
        m_resultsHost.ask(examplesQuestion(m_shownData, 0, exampleCount()));
    }

    void showResults(bool shown) {
        watchStates();
        if (!shown) return;
        makeResults();
        takeStates();
    }

    /// While somebody looks at what weights do.
    void watchStates() {
        if (m_panel.isDrawing() || m_panel.isShowingResults())
            m_askStates.start();
        else
            m_askStates.stop();
    }

    void makePredictor() {
        if (!m_isStale) return;
        m_isStale = false;
        if (m_panel.draw().canvas().drawing().extent().elements() == 0) return;
        m_host.setProject(m_document.project());
        takeStates();
    }

    /// Without states the weights are fresh ones, which only a new network has.
    void statesArrived() {
        if (!m_run.states()) networkChanged();
        takeStates();
    }

    void takeStates() {
        if (m_panel.isDrawing()) m_host.setStates(m_run.states());
        if (m_panel.isShowingResults()) m_resultsHost.setStates(m_run.states());
    }

    void show(bool shown) {
        watchStates();
        if (!shown) return;
        makePredictor();
        takeStates();
        m_host.ask(drawnQuestion(m_panel.draw().canvas().drawing().pixels()));
    }

    Document& m_document;
    RunController& m_run;
    DataPanel& m_panel;
    PredictorHost m_host, m_resultsHost;
    AnswerAsker m_asker;
    NumberAsker m_numberAsker;
    int m_numbers = -1;                           ///< column that the network is asked for
    std::shared_ptr<const Snapshot> m_scattered;  ///< weights that were last asked for it
    bool m_hasScatter = false, m_wantsNumbers = false;
    std::shared_ptr<const Dataset> m_shownData, m_seen;
    Asked m_asked;  ///< of the document as it is
    QTimer m_askStates, m_edited;
    std::string m_dataEssence;  ///< of the settings that the shown data came of
    bool m_isStale = true, m_areResultsStale = true, m_hasData = false;
};

QWidget* create(const ViewContext& context, QWidget* parent) {
    auto* panel = new DataPanel(context.theme, parent);
    new DataFeed(context, *panel);
    auto* names = new ModelNames(context.document, panel);
    QObject::connect(names, &ModelNames::changed, &panel->draw(), &DrawPage::setModelNames);
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
