// SPDX-License-Identifier: GPL-3.0-or-later
// The list of problems as a dock; a click leads to the node.
#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QStackedLayout>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <set>
#include <utility>

#include "core/graph/roles.h"
#include "core/graph/special_nodes.h"
#include "core/graph/trained_part.h"
#include "gui/bridge/follow.h"
#include "gui/bridge/lost_weights.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/models/problem_model.h"
#include "gui/theme/theme.h"
#include "gui/views/problems/problem_delegate.h"
#include "gui/views/problems/run_problems.h"
#include "gui/views/view.h"

namespace vitrine::gui {

namespace {

Problem asError(Error error) { return {std::move(error), false}; }
Problem asWarning(Error error) { return {std::move(error), true}; }

/// A start that was refused for what the document says: the next edit may have mended it.
bool followsFromDocument(const Error& error) {
    return error.code == "shape" || error.code.starts_with('P') || error.code.starts_with('U');
}

/// What the graph as a whole lacks is added on the canvas.
Error inWordsOfTheCanvas(Error error) {
    const std::string add = "Add ";
    if (error.code == "P10" && error.place.node.empty() && error.next.starts_with(add))
        error.next = "Press Tab on the canvas: add " + error.next.substr(add.size());
    return error;
}

/// One input for numbers, one loss and at most one target: nobody is a stray, nothing is missing.
bool hasUsualParts(const Graph& graph) {
    int inputs = 0, targets = 0, losses = 0;
    for (const Node& node : graph.nodes()) {
        inputs += isInput(node) && !isClassInput(node) ? 1 : 0;
        targets += isInput(node) && isClassInput(node) ? 1 : 0;
        losses += isLoss(node) ? 1 : 0;
    }
    return inputs == 1 && losses == 1 && targets <= 1;
}

/// What a file of weights keeps many nodes from is said of the file, at the first of them.
std::vector<Error> withFilesOnce(const Graph& graph, const std::vector<Error>& errors) {
    std::vector<Error> said;
    std::set<std::string> told;
    for (Error error : errors) {
        if (const auto path = lostFileBehind(graph, error)) {
            if (!told.insert(*path).second) continue;
            const std::vector<LostFile> files = lostFilesOf(graph);
            const Error whole = errorOf(*std::ranges::find(files, *path, &LostFile::path));
            error.message = whole.message;
            error.next = whole.next;
        }
        said.push_back(std::move(error));
    }
    return said;
}

/// What stands in the graph itself: known at once, whatever is still being planned.
std::vector<Problem> problemsOf(const Document& document) {
    const Graph& graph = document.graph();
    const ShapeReport& shapes = document.shapes();
    std::vector<Problem> problems;
    if (graph.nodes().empty() || (shapes.ok() && hasUsualParts(graph))) return problems;
    const Wiring& wiring = document.wiring();
    const std::vector<bool> strays = straysOf(graph, wiring, shapes);
    for (const Error& error : withFilesOnce(graph, shapes.errors))
        if (!strays[static_cast<size_t>(graph.indexOf(error.place.node))])
            problems.push_back(asError(error));
    if (problems.empty()) {
        if (const auto roles = rolesOf(graph, wiring, true, strays); !roles)
            problems.push_back(asError(inWordsOfTheCanvas(roles.error())));
    }
    for (Error& warning : strayWarnings(graph, wiring, shapes))
        problems.push_back(asWarning(std::move(warning)));
    return problems;
}

class ProblemsView : public QWidget {
    Q_DECLARE_TR_FUNCTIONS(ProblemsView)
  public:
    ProblemsView(const ViewContext& context, QWidget* parent)
        : QWidget(parent), m_context(context), m_ofRun(context.run, m_model) {
        buildList();
        m_later.setSingleShot(true);
        connect(&m_later, &QTimer::timeout, this,
                [this] { m_stack->setCurrentIndex(m_model.rowCount() > 0 ? 1 : 0); });
        connectDocument();
        connectRun();
        connect(&context.theme, &Theme::changed, m_list, [this] { m_list->viewport()->update(); });
        connect(&m_model, &QAbstractItemModel::modelReset, this, [this] { showCount(); });
        showGraph();
        showPlan();
        showData();
        showSetup();
        showCount();
    }

  private:
    void buildList() {
        m_list = new QListView(this);
        m_list->setObjectName(QStringLiteral("problems.list"));
        m_list->setAccessibleName(tr("Problems"));
        m_list->setModel(&m_model);
        m_list->setItemDelegate(new ProblemDelegate(m_context.theme, m_list));
        m_list->setResizeMode(QListView::Adjust);
        m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
        m_list->setMouseTracking(true);
        m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
        auto* copy = new QAction(tr("Copy"), m_list);
        copy->setShortcut(QKeySequence::Copy);
        connect(copy, &QAction::triggered, this, [this] {
            QGuiApplication::clipboard()->setText(
                m_list->currentIndex().data(Qt::ToolTipRole).toString());
        });
        m_dismiss = new QAction(tr("Dismiss"), m_list);
        m_dismiss->setObjectName(QStringLiteral("problems.dismiss"));
        m_dismiss->setShortcut(QKeySequence::Delete);
        connect(m_dismiss, &QAction::triggered, this,
                [this] { m_model.dismiss(m_list->currentIndex().row()); });
        for (QAction* action : {copy, m_dismiss}) {
            action->setShortcutContext(Qt::WidgetShortcut);
            m_list->addAction(action);
        }
        m_empty = new QLabel(tr("No problems."), this);
        m_empty->setObjectName(QStringLiteral("problems.empty"));
        m_empty->setAlignment(Qt::AlignCenter);
        m_empty->setProperty("quiet", true);
        m_stack = new QStackedLayout(this);
        m_stack->addWidget(m_empty);
        m_stack->addWidget(m_list);
        setFocusProxy(m_list);
        connect(m_list, &QListView::clicked, this, &ProblemsView::lead);
        connect(m_list, &QListView::activated, this, &ProblemsView::lead);
        connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this,
                [this](const QModelIndex& index) {
                    m_dismiss->setEnabled(index.data(ProblemModel::EventRole).toBool());
                });
    }

    void connectDocument() {
        Document& document = m_context.document;
        follow(&document, &Document::replaced, this, [this] {
            for (const auto source :
                 {ProblemSource::Start, ProblemSource::Run, ProblemSource::Exports,
                  ProblemSource::Files, ProblemSource::Plan, ProblemSource::SetUp})
                m_model.clear(source);
        });
        follow(&document, &Document::graphChanged, this, [this] {
            m_model.clear(ProblemSource::Exports);
            if (!m_context.document.lastChange().changesMeaning) return;
            forgetRefusal();
            showGraph();
            forgetPlan();
        });
        follow(&document, &Document::settingsChanged, this, [this] {
            forgetRefusal();
            m_model.clear(ProblemSource::Exports);
        });
        follow(&document, &Document::fileChanged, this,
               [this] { m_model.clear(ProblemSource::Files); });
        follow(&document, &Document::modifiedChanged, this, [this](bool modified) {
            if (!modified) m_model.clear(ProblemSource::Files);
        });
    }

    void connectRun() {
        RunController& run = m_context.run;
        follow(&run, &RunController::planChanged, this, [this] { showPlan(); });
        follow(&run, &RunController::setupChanged, this, [this] { showSetup(); });
        follow(&run, &RunController::dataChanged, this, [this] { showData(); });
        follow(&run, &RunController::loadingChanged, this, [this] { showData(); });
        follow(&run, &RunController::startRefused, this, [this](const Error& error) {
            m_isTold = true;
            if (!m_model.stands(error)) m_model.add(ProblemSource::Start, asError(error));
        });
        follow(&run, &RunController::fileRefused, this, [this](const Error& error) {
            m_isTold = true;
            m_model.set(ProblemSource::Files, {asError(error)});
        });
        follow(&run, &RunController::exportRefused, this, [this](const Error& error) {
            m_isTold = true;
            m_model.set(ProblemSource::Exports, {asError(error)});
        });
        follow(&run, &RunController::exported, this,
               [this] { m_model.clear(ProblemSource::Exports); });
        follow(&run, &RunController::failed, this, [this](const Error& error) {
            if (!std::exchange(m_isTold, false)) m_model.add(ProblemSource::Run, asError(error));
            raiseDock();
        });
        follow(&run, &RunController::remarked, this,
               [this](const Error& remark) { m_model.add(ProblemSource::Run, asWarning(remark)); });
        follow(&run, &RunController::phaseChanged, this, [this] {
            if (m_context.run.phase() == RunPhase::Opening) m_model.clear(ProblemSource::Start);
        });
        connect(&m_ofRun, &RunProblems::happened, this, &ProblemsView::raiseDock);
    }

    void lead(const QModelIndex& index) {
        const QString node = index.data(ProblemModel::NodeRole).toString();
        if (!node.isEmpty()) m_context.selection.selectNodes({node});
    }

    void showGraph() { m_model.set(ProblemSource::Graph, problemsOf(m_context.document)); }

    /// What the graph says for itself is said already.
    void showPlan() {
        const auto& error = m_context.run.planError();
        const bool hasNodes = !m_context.document.graph().nodes().empty();
        std::vector<Problem> problems;
        if (error && hasNodes && !m_model.hasErrors(ProblemSource::Graph))
            problems.push_back(asError(inWordsOfTheCanvas(*error)));
        m_model.set(ProblemSource::Plan, std::move(problems));
        forgetWhatStands();
    }

    /// The graph has changed; until it is planned again, what was said of shapes and wires is old.
    void forgetPlan() {
        const bool isSaid = m_model.hasErrors(ProblemSource::Graph);
        m_model.removeIf(ProblemSource::Plan, [&](const Problem& problem) {
            return isSaid || problem.error.code == "P10" || problem.error.code == "shape";
        });
    }

    void showData() {
        std::vector<Problem> problems;
        if (const auto& error = m_context.run.dataError(); error && !m_context.run.isLoading())
            problems.push_back(asError(*error));
        m_model.set(ProblemSource::Data, std::move(problems));
        forgetWhatStands();
    }

    void showSetup() {
        std::vector<Problem> problems;
        for (const SetupFinding& finding : m_context.run.setup())
            problems.push_back({finding.error, !finding.isFatal});
        m_model.set(ProblemSource::SetUp, std::move(problems));
        forgetWhatStands();
    }

    void forgetRefusal() {
        m_model.removeIf(ProblemSource::Start,
                         [](const Problem& problem) { return followsFromDocument(problem.error); });
    }

    /// A start was refused before the check had told why.
    void forgetWhatStands() {
        m_model.removeIf(ProblemSource::Start,
                         [this](const Problem& problem) { return m_model.stands(problem.error); });
    }

    /// Trouble that nobody sees is no help.
    void raiseDock() {
        if (auto* dock = qobject_cast<QWidget*>(parent())) {
            dock->show();
            dock->raise();
        }
    }

    void showCount() {
        const int count = m_model.rowCount();
        m_later.start(0);  // laying the page out is no part of an edit
        if (auto* dock = qobject_cast<QWidget*>(parent()))
            dock->setWindowTitle(count > 0 ? tr("Problems (%1)").arg(count) : tr("Problems"));
    }

    ViewContext m_context;
    ProblemModel m_model;
    RunProblems m_ofRun;
    QTimer m_later;
    bool m_isTold = false;  ///< the next `failed` stands in the list already
    QListView* m_list = nullptr;
    QLabel* m_empty = nullptr;
    QAction* m_dismiss = nullptr;
    QStackedLayout* m_stack = nullptr;
};

}  // namespace

namespace views::problems {
extern const ViewDescriptor descriptor;
const ViewDescriptor descriptor = {
    .id = "problems",
    .title = QT_TRANSLATE_NOOP("Views", "Problems"),
    .icon = "problems",
    .place = DockPlace::BottomRight,
    .order = 3,
    .shortcut = "Alt+9",
    .tip = QT_TRANSLATE_NOOP("Views", "What is wrong, and where"),
    .create = [](const ViewContext& context, QWidget* parent) -> QWidget* {
        return new ProblemsView(context, parent);
    },
};
}  // namespace views::problems

}  // namespace vitrine::gui
