// SPDX-License-Identifier: GPL-3.0-or-later
// Puts together filter line, table and what the run says.
#include "gui/views/tape/tape_view.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QStackedLayout>
#include <QVBoxLayout>

#include <algorithm>
#include <set>

#include "gui/bridge/follow.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/models/number_text.h"
#include "gui/models/tape_text.h"
#include "gui/theme/theme.h"
#include "gui/views/tape/tape_table.h"
#include "gui/widgets/action_book.h"

namespace vitrine::gui {

namespace {

constexpr int pollMs = 250;

/// Entries that come from one of the nodes.
std::vector<int> entriesOf(const Tape& tape, const Selection& selection) {
    std::vector<int> entries;
    std::set<std::string> nodes;
    for (const QString& node : selection.nodes()) nodes.insert(node.toStdString());
    for (size_t i = 0; i < tape.entries.size() && !nodes.empty(); ++i) {
        const auto& origins = tape.entries[i].instr.origins;
        if (std::any_of(origins.begin(), origins.end(),
                        [&](const std::string& node) { return nodes.contains(node); }))
            entries.push_back(static_cast<int>(i));
    }
    return entries;
}

}  // namespace

TapeView::TapeView(const ViewContext& context, QWidget* parent)
    : QWidget(parent), m_context(context) {
    setObjectName(QStringLiteral("tapeView"));
    setAccessibleName(tr("Tape"));
    m_poll.setInterval(pollMs);
    connect(&m_poll, &QTimer::timeout, this, &TapeView::showTimes);
    buildBar();
    buildTable();
    buildActions();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_bar);
    m_pages = new QStackedLayout;
    m_pages->addWidget(m_empty);
    m_pages->addWidget(m_table);
    column->addLayout(m_pages, 1);
    setFocusProxy(m_table);
    listen();
    showTape();
}

void TapeView::buildBar() {
    m_bar = new QWidget(this);
    m_filter = new QLineEdit(m_bar);
    m_filter->setObjectName(QStringLiteral("tapeFilter"));
    m_filter->setAccessibleName(tr("Filter of the tape"));
    m_filter->setPlaceholderText(tr("Filter: conv  phase:backward  node:conv1  -op:sgd"));
    m_filter->setToolTip(
        tr("Words that must all be there. op: phase: node: value: layout: type: look in one place; "
           "- in front means not."));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(420);
    m_figures = new QLabel(m_bar);
    m_figures->setObjectName(QStringLiteral("tapeFigures"));
    m_figures->setProperty("quiet", true);
    auto* row = new QHBoxLayout(m_bar);
    row->setContentsMargins(2 * space, space, 2 * space, space);
    row->setSpacing(3 * space);
    row->addWidget(m_filter, 1);
    row->addWidget(m_figures);
    row->addStretch();
    connect(m_filter, &QLineEdit::textChanged, this, &TapeView::filterChanged);
}

void TapeView::buildTable() {
    m_table = new TapeTable(m_model, m_context.theme, this);
    m_empty = new QLabel(this);
    m_empty->setObjectName(QStringLiteral("tapeEmpty"));
    m_empty->setProperty("quiet", true);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setMargin(4 * space);
    connect(m_table, &TapeTable::entryChosen, &m_context.selection, &Selection::selectEntry);
    connect(m_table, &TapeTable::gutterClicked, this, &TapeView::toggleBreakpoint);
    connect(m_table, &TapeTable::entryOpened, this, [this] {
        if (QAction* show = m_context.actions.find("view.value")) show->trigger();
    });
}

void TapeView::buildActions() {
    const auto add = [this](const ActionSpec& spec, void (TapeView::*act)()) {
        m_context.actions.add(m_table, spec, [this, act] { (this->*act)(); });
    };
    m_context.actions.add(m_table,
                          {.id = "tape.runTo",
                           .group = tr("Tape"),
                           .text = tr("&Run to this entry"),
                           .icon = "run-to",
                           .shortcut = QKeySequence(Qt::CTRL | Qt::Key_F11),
                           .tip = tr("Trains on and stops before the entry under the cursor"),
                           .context = Qt::WidgetWithChildrenShortcut},
                          [this] {
                              if (m_table->entryAtCursor() >= 0)
                                  m_context.run.runToEntry(m_table->entryAtCursor());
                          });
    m_context.actions.add(m_table,
                          {.id = "tape.breakpoint",
                           .group = tr("Tape"),
                           .text = tr("Toggle &Breakpoint"),
                           .icon = "breakpoint",
                           .shortcut = QKeySequence(Qt::Key_F9),
                           .tip = tr("Stops before the first entry of this node's part"),
                           .context = Qt::WidgetWithChildrenShortcut},
                          [this] { toggleBreakpoint(m_table->entryAtCursor()); });
    add({.id = "tape.copy",
         .group = tr("Tape"),
         .text = tr("&Copy Rows"),
         .icon = "copy",
         .shortcut = QKeySequence(QKeySequence::Copy),
         .tip = tr("Copies the selected rows as text, columns separated by tabs"),
         .context = Qt::WidgetWithChildrenShortcut},
        &TapeView::copyRows);
}

void TapeView::listen() {
    RunController& run = m_context.run;
    follow(&run, &RunController::tapeChanged, this, &TapeView::showTape);
    follow(&run, &RunController::planChanged, this, &TapeView::showTape);
    follow(&run, &RunController::stopPointChanged, this, [this] {
        showStopPoint();
        revealStop();
    });
    follow(&run, &RunController::phaseChanged, this, &TapeView::showStopPoint);
    follow(&run, &RunController::stopsChanged, this,
           [this] { m_model.setBreakpoints(m_context.run.breakpoints()); });
    follow(&m_context.selection, &Selection::changed, this, &TapeView::showSelection);
}

QByteArray TapeView::viewState() const { return m_table->columnState(); }
void TapeView::setViewState(const QByteArray& state) { m_table->setColumnState(state); }

void TapeView::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    SampleRequest timings;
    timings.timings = true;
    m_context.run.setSamples(this, timings);
    showTape();
    QTimer::singleShot(0, this, &TapeView::revealStop);  // once it is laid out
}

void TapeView::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    m_context.run.setSamples(this, {});
    m_poll.stop();
}

void TapeView::showTape() {
    if (!isVisible()) return;
    const RunController& run = m_context.run;
    if (m_model.tape() != run.tape()) m_model.setTape(run.tape());
    m_model.setBreakpoints(run.breakpoints());
    m_empty->setText(
        run.planError() && !run.tape()
            ? tr("There is no tape: %1").arg(QString::fromStdString(run.planError()->message))
            : tr("There is no tape yet.\nBuild a network that ends in a loss: its "
                 "training step stands here, entry by entry."));
    m_pages->setCurrentWidget(m_model.tape() ? static_cast<QWidget*>(m_table) : m_empty);
    m_bar->setVisible(m_model.tape() != nullptr);
    showTimes();
    showStopPoint();
    showSelection();
    showFigures();
}

void TapeView::showStopPoint() {
    if (!isVisible()) return;
    const RunController& run = m_context.run;
    const auto here = run.standsAt();
    m_model.setCurrentEntry(here ? here->entry : -1);
    if (run.phase() == RunPhase::Running)
        m_poll.start();
    else
        m_poll.stop();
    showTimes();
}

/// The arrow; behind the last entry there is none.
void TapeView::revealStop() {
    if (isVisible() && m_model.currentEntry() >= 0) m_table->revealArrow(m_model.currentEntry());
}

void TapeView::showTimes() {
    const LiveRun* run = m_context.run.run();
    // Timings belong to the tape of a full batch.
    if (!run || !m_model.tape() || run->tape() != m_model.tape()) return;
    std::vector<double> seconds(static_cast<size_t>(m_model.rowCount()));
    for (size_t i = 0; i < seconds.size(); ++i) seconds[i] = run->entrySeconds(static_cast<int>(i));
    m_model.setSeconds(std::move(seconds));
    showFigures();
}

void TapeView::showSelection() {
    if (!isVisible() || !m_model.tape()) return;
    const Selection& selection = m_context.selection;
    if (selection.entry() < 0) {
        m_table->showSelected(entriesOf(*m_model.tape(), selection));
        return;
    }
    // A person who has marked several rows keeps them.
    const std::vector<int> rows = m_table->selectedEntries();
    if (std::find(rows.begin(), rows.end(), selection.entry()) == rows.end())
        m_table->showSelected({selection.entry()});
}

void TapeView::filterChanged() {
    const TapeFilter filter = TapeFilter::fromText(m_filter->text());
    m_filter->setProperty("refused", !filter.unknownKey().isEmpty());
    m_filter->style()->polish(m_filter);
    m_table->setFilter(filter);
    showFigures();
    if (!filter.unknownKey().isEmpty())
        m_figures->setText(tr("“%1:” is not a key: op, phase, node, value, layout, type")
                               .arg(filter.unknownKey()));
}

void TapeView::showFigures() {
    const int all = m_model.rowCount(), shown = m_table->entriesShown();
    QString text = shown == all ? tr("%1 entries").arg(exactText(all))
                                : tr("%1 of %2 entries").arg(exactText(shown), exactText(all));
    double flops = 0;
    for (int row = 0; row < all; ++row) flops += m_model.entry(row).flops;
    text += tr("  ·  %1FLOP").arg(countText(flops));
    if (m_model.totalSeconds() > 0)
        text += tr("  ·  %1 a step").arg(secondsText(m_model.totalSeconds()));
    m_figures->setText(text);
}

void TapeView::toggleBreakpoint(int entry) {
    if (entry < 0 || entry >= m_model.rowCount()) return;
    if (const auto stop = breakpointOf(m_model.entry(entry)))
        m_context.run.toggleBreakpoint(QString::fromStdString(stop->node), stop->backward);
}

void TapeView::copyRows() {
    QStringList rows;
    for (int entry : m_table->selectedEntries()) rows << rowText(m_model, entry);
    if (!rows.isEmpty()) QApplication::clipboard()->setText(rows.join(QLatin1Char('\n')));
}

namespace views::tape {

extern const ViewDescriptor descriptor;
const ViewDescriptor descriptor = {
    .id = "tape",
    .title = QT_TRANSLATE_NOOP("Views", "Tape"),
    .icon = "tape",
    .place = DockPlace::BottomRight,
    .order = 0,
    .shortcut = "Alt+5",
    .tip = QT_TRANSLATE_NOOP("Views", "What a training step runs, entry by entry"),
    .create = [](const ViewContext& context, QWidget* parent) -> QWidget* {
        return new TapeView(context, parent);
    }};

}  // namespace views::tape

}  // namespace vitrine::gui
