// SPDX-License-Identifier: GPL-3.0-or-later
// Selection, gutter and columns of the tape's table.
#include "gui/views/tape/tape_table.h"

#include <QHeaderView>
#include <QMenu>
#include <QMouseEvent>
#include <QScopedValueRollback>
#include <QScrollBar>

#include <algorithm>

#include "gui/bridge/preparation.h"
#include "gui/theme/theme.h"
#include "gui/views/tape/tape_delegate.h"

namespace vitrine::gui {

namespace {

constexpr int widestColumn = 420;
constexpr int mostMeasured = 64;  ///< rows; those in sight come first

}  // namespace

TapeTable::TapeTable(TapeModel& model, Theme& theme, QWidget* parent)
    : QTableView(parent), m_model(model) {
    setObjectName(QStringLiteral("tapeTable"));
    setAccessibleName(tr("Tape: what a step runs, one row an entry"));
    m_rows.setSourceModel(&model);
    setModel(&m_rows);
    setItemDelegate(new TapeDelegate(theme, this));
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setShowGrid(false);
    setWordWrap(false);
    setContextMenuPolicy(Qt::ActionsContextMenu);
    setFont(theme.font());
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(gui::rowHeight);
    verticalHeader()->setMinimumSectionSize(gui::rowHeight);
    buildHeader();
    connect(this, &QTableView::doubleClicked, this, [this](const QModelIndex& index) {
        if (entryOf(index) == 0 && m_rows.folded() > 0) return foldAtCursor(false);
        entryOpened(entryOf(index));
    });
    // Also on a row that is selected already: somebody wants to see it.
    connect(this, &QTableView::clicked, this, [this](const QModelIndex& index) {
        if (!m_hasTold && selectionModel()->isSelected(index)) entryChosen(entryOf(index));
    });
    connect(&m_rows, &QAbstractItemModel::modelReset, this, &TapeTable::fitColumns);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &TapeTable::widenNumbers);
    connect(&theme, &Theme::changed, this, &TapeTable::restyle);
    restyle();
    fitColumns();
}

void TapeTable::buildHeader() {
    QHeaderView* header = horizontalHeader();
    header->setObjectName(QStringLiteral("tapeHeader"));
    header->setSectionsMovable(true);
    header->setHighlightSections(false);
    header->setMinimumSectionSize(28);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    header->setResizeContentsPrecision(mostMeasured);
    connect(header, &QWidget::customContextMenuRequested, this, &TapeTable::showColumnMenu);
    // Above the title: at its side the arrow would lie on titles of numbers.
    header->setStyleSheet(
        QStringLiteral("QHeaderView::up-arrow, QHeaderView::down-arrow { subcontrol-origin: margin;"
                       " subcontrol-position: top center; width: 8px; height: 8px; }"));
    setSortingEnabled(true);
    sortByColumn(TapeModel::Number, Qt::AscendingOrder);
}

void TapeTable::restyle() {
    // The delegate shows what is selected, so that bars and marks keep their ground.
    QPalette colours;
    colours.setColor(QPalette::Highlight, Qt::transparent);
    setPalette(colours);
    viewport()->update();
}

void TapeTable::fitColumns() {
    if (m_model.rowCount() == 0) return;
    if (m_hasWidths) return widenNumbers();
    m_hasWidths = true;
    resizeColumnsToContents();
    for (int column = 0; column < TapeModel::columns; ++column)
        setColumnWidth(column, std::min(columnWidth(column) + 2 * space, widestColumn));
    setColumnWidth(TapeModel::Mark, sizeHintForColumn(TapeModel::Mark));
}

/// Another tape may have longer ones, and rows further down; that of a prediction says of more
/// entries that they run once.
void TapeTable::widenNumbers() {
    for (int column = 0; column < TapeModel::columns; ++column) {
        if (!m_model.isNumber(column) && column != TapeModel::PhaseName) continue;
        const int wanted = sizeHintForColumn(column);
        if (columnWidth(column) < wanted) setColumnWidth(column, wanted);
    }
}

void TapeTable::showColumnMenu(const QPoint& at) {
    QMenu menu(this);
    menu.setObjectName(QStringLiteral("tapeColumns"));
    for (int column = TapeModel::Number; column < TapeModel::columns; ++column) {
        QAction* action =
            menu.addAction(m_model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
        action->setCheckable(true);
        action->setChecked(!isColumnHidden(column));
        // Without it rows could not be told apart.
        action->setEnabled(column != TapeModel::Operator);
        connect(action, &QAction::toggled, this,
                [this, column](bool shown) { setColumnHidden(column, !shown); });
    }
    menu.exec(horizontalHeader()->mapToGlobal(at));
}

void TapeTable::setColumnState(const QByteArray& state) {
    if (horizontalHeader()->restoreState(state)) m_hasWidths = true;
}

void TapeTable::setFilter(const TapeFilter& filter) { m_rows.setFilter(filter); }

int TapeTable::entryOf(const QModelIndex& index) const {
    return index.isValid() ? m_rows.mapToSource(index).row() : -1;
}

QModelIndex TapeTable::indexOf(int entry) const {
    return m_rows.indexOf(entry, TapeModel::Operator);
}

int TapeTable::entryAtCursor() const { return entryOf(currentIndex()); }

std::vector<int> TapeTable::selectedEntries() const {
    QModelIndexList rows = selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    std::vector<int> entries;
    for (const QModelIndex& row : rows) {
        entries.push_back(entryOf(row));
        const int folded = entries.back() == 0 ? m_rows.folded() : 0;
        for (int entry = 1; entry < folded; ++entry) entries.push_back(entry);
    }
    return entries;
}

void TapeTable::showSelected(const std::vector<int>& entries) {
    if (entries == selectedEntries()) return;
    const QScopedValueRollback showing(m_isShowing, true);
    QItemSelection selection;
    QModelIndex first;
    for (int entry : entries) {
        const QModelIndex index = indexOf(entry);
        if (!index.isValid()) continue;
        if (!first.isValid()) first = index;
        selection.select(index, index);
    }
    selectionModel()->select(selection,
                             QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    if (!first.isValid()) return;
    selectionModel()->setCurrentIndex(first, QItemSelectionModel::NoUpdate);
    reveal(entryOf(first));
}

void TapeTable::reveal(int entry) {
    if (const QModelIndex index = indexOf(entry); index.isValid()) scrollTo(index, EnsureVisible);
}

void TapeTable::revealArrow(int entry) {
    const QModelIndex index = indexOf(entry);
    if (!index.isValid()) return;
    scrollTo(index, EnsureVisible);
    for (const int column : {TapeModel::Number, TapeModel::Mark})
        QTableView::scrollTo(index.siblingAtColumn(column), EnsureVisible);
}

void TapeTable::scrollTo(const QModelIndex& index, ScrollHint hint) {
    const int across = horizontalScrollBar()->value();
    QTableView::scrollTo(index, hint);
    if (!m_goesSideways) horizontalScrollBar()->setValue(across);
}

/// Where the keyboard is on what can be folded.
void TapeTable::foldAtCursor(bool on) {
    m_rows.setFolding(on);
    setCurrentIndex(indexOf(0));
}

void TapeTable::keyPressEvent(QKeyEvent* event) {
    const int entry = entryAtCursor();
    const bool isFold = entry == 0 && m_rows.folded() > 0;
    const bool isInside = m_model.tape() && entry >= 0 && entry < preparationOf(*m_model.tape());
    const bool isPlain = event->modifiers() == Qt::NoModifier;
    if (isPlain && isFold && event->key() == Qt::Key_Right) return foldAtCursor(false);
    if (isPlain && isInside && !m_rows.isFolding() && event->key() == Qt::Key_Left)
        return foldAtCursor(true);
    const QScopedValueRollback sideways(m_goesSideways, true);
    QTableView::keyPressEvent(event);
}

void TapeTable::mousePressEvent(QMouseEvent* event) {
    const QModelIndex index = indexAt(event->pos());
    if (event->button() == Qt::LeftButton && index.isValid() && index.column() == TapeModel::Mark) {
        gutterClicked(entryOf(index));
        return;
    }
    m_hasTold = false;
    QTableView::mousePressEvent(event);
}

void TapeTable::selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) {
    QTableView::selectionChanged(selected, deselected);
    // What a filter takes out of sight was not deselected by a person.
    if (m_isShowing || selected.isEmpty()) return;
    const int entry = entryAtCursor();
    m_hasTold = true;
    if (entry >= 0) entryChosen(entry);
}

}  // namespace vitrine::gui
