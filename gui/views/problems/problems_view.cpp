// SPDX-License-Identifier: GPL-3.0-or-later
// The list of problems as a dock; a click leads to the node.
#include <fmt/format.h>

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QStackedLayout>
#include <QVBoxLayout>

#include <algorithm>

#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/models/problem_model.h"
#include "gui/theme/theme.h"
#include "gui/views/view.h"

namespace vitrine::gui {

namespace {

/// The value that was found not to be finite, in words.
Error nonFinite(const RunEvent& event, const Tape& tape) {
    const auto value = static_cast<size_t>(event.value);
    const std::string name = value < tape.values.size() ? tape.values[value].name : "?";
    const auto entry = static_cast<size_t>(event.entry - 1);
    Error error{"H01",
                {},
                {},
                "The run is paused; nothing is lost.",
                "Look at the operands, step back, lower the learning rate or clip gradients."};
    if (event.entry == 0 || entry >= tape.entries.size()) {
        error.message =
            fmt::format("'{}' is not finite at the start of step {}", name, event.step + 1);
        return error;
    }
    const Instr& instr = tape.entries[entry].instr;
    const std::vector<std::string> nodes = originsOf(tape, event.value);
    if (!nodes.empty()) error.place.node = nodes[0];
    error.message = fmt::format(
        "step {}: entry {} ({}, node '{}') made the first value that is not "
        "finite: '{}', element {}",
        event.step + 1, entry, instr.op->id, error.place.node, name, event.element);
    return error;
}

Error failure(const LiveRun& run, const RunEvent& event) {
    Error error = run.failureOf(event);
    if (event.kind == EventKind::NonFiniteLoss || event.kind == EventKind::NonFiniteState)
        error.next = "Choose “NaN in loss” and train again to see where it comes from.";
    return error;
}

/// The plan may have said it already.
bool contains(const std::vector<Error>& errors, const Error& wanted) {
    return std::any_of(errors.begin(), errors.end(), [&](const Error& error) {
        return error.code == wanted.code && error.message == wanted.message;
    });
}

class ProblemsView : public QWidget {
    Q_DECLARE_TR_FUNCTIONS(ProblemsView)
  public:
    ProblemsView(const ViewContext& context, QWidget* parent)
        : QWidget(parent), m_context(context) {
        buildList();
        connect(&context.document, &Document::graphChanged, this, [this] { showStanding(); });
        connect(&context.document, &Document::replaced, &m_model, &ProblemModel::clearHappened);
        connect(&context.run, &RunController::planChanged, this, [this] { showStanding(); });
        connect(&context.run, &RunController::setupChanged, this, [this] { showStanding(); });
        connect(&context.run, &RunController::dataChanged, this, [this] { showStanding(); });
        connect(&context.run, &RunController::failed, this,
                [this](const Error& e) { happened(e); });
        connect(&context.run, &RunController::eventArrived, this,
                [this](const RunEvent& event) { take(event); });
        connect(&context.run, &RunController::runOpened, &m_model, &ProblemModel::clearHappened);
        connect(&context.theme, &Theme::changed, this, [this] { showCount(); });
        showStanding();
    }

  private:
    void buildList() {
        m_list = new QListView(this);
        m_list->setObjectName(QStringLiteral("problems.list"));
        m_list->setAccessibleName(tr("Problems"));
        m_list->setModel(&m_model);
        m_list->setWordWrap(true);
        m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
        auto* copy = new QAction(tr("Copy"), m_list);
        m_list->addAction(copy);
        connect(copy, &QAction::triggered, this, [this] {
            QGuiApplication::clipboard()->setText(
                m_list->currentIndex().data(Qt::ToolTipRole).toString());
        });
        m_empty = new QLabel(tr("No problems."), this);
        m_empty->setObjectName(QStringLiteral("problems.empty"));
        m_empty->setAlignment(Qt::AlignCenter);
        m_empty->setProperty("quiet", true);
        m_stack = new QStackedLayout(this);
        m_stack->addWidget(m_empty);
        m_stack->addWidget(m_list);
        setFocusProxy(m_list);
        const auto lead = [this](const QModelIndex& index) {
            const QString node = index.data(ProblemModel::NodeRole).toString();
            if (!node.isEmpty()) m_context.selection.selectNodes({node});
        };
        connect(m_list, &QListView::clicked, this, lead);
        connect(m_list, &QListView::activated, this, lead);
    }

    void showStanding() {
        std::vector<Error> errors = m_context.document.shapes().errors;
        const bool hasNodes = !m_context.document.graph().nodes().empty();
        const auto& plan = m_context.run.planError();
        if (errors.empty() && hasNodes && plan) errors.push_back(*plan);
        if (const auto& trouble = m_context.run.dataError()) errors.push_back(*trouble);
        std::vector<Error> warnings;
        for (const SetupFinding& finding : m_context.run.setup()) {
            if (!finding.isFatal)
                warnings.push_back(finding.error);
            else if (!contains(errors, finding.error))
                errors.push_back(finding.error);
        }
        m_model.setStanding(std::move(errors), std::move(warnings));
        showCount();
    }

    void happened(const Error& error) {
        m_model.add(error);
        showCount();
        // Trouble that nobody sees is no help.
        if (auto* dock = qobject_cast<QWidget*>(parent())) {
            dock->show();
            dock->raise();
        }
    }

    void take(const RunEvent& event) {
        const auto& tape = m_context.run.tape();
        if (event.kind == EventKind::NonFiniteValue && tape) happened(nonFinite(event, *tape));
        LiveRun* run = m_context.run.run();
        if (run && isFailure(event.kind)) happened(failure(*run, event));
        if (event.kind == EventKind::LossHasGrown)
            happened({"H01",
                      fmt::format("after {} steps the loss is {:.4g}, and it was {:.4g}",
                                  event.step, event.trainLoss, event.number),
                      {},
                      "The run goes on.",
                      "Lower the learning rate, or choose warm-up or a clip norm."});
    }

    void showCount() {
        const int count = m_model.rowCount();
        m_stack->setCurrentIndex(count > 0 ? 1 : 0);
        if (auto* dock = qobject_cast<QWidget*>(parent()))
            dock->setWindowTitle(count > 0 ? tr("Problems (%1)").arg(count) : tr("Problems"));
    }

    ViewContext m_context;
    ProblemModel m_model;
    QListView* m_list = nullptr;
    QLabel* m_empty = nullptr;
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
