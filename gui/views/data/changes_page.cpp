// SPDX-License-Identifier: GPL-3.0-or-later
// A table and two buttons.
#include "gui/views/data/changes_page.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

#include <unordered_set>

#include "gui/theme/theme.h"
#include "gui/views/data/sample_keeper.h"
#include "gui/widgets/empty_state.h"

namespace vitrine::gui {

ChangesPage::ChangesPage(SampleKeeper& keeper, QWidget* parent)
    : QWidget(parent), m_keeper(keeper), m_model(this), m_table(new QTableView) {
    m_table->setObjectName(QStringLiteral("changesTable"));
    m_table->setAccessibleName(tr("Changed examples"));
    m_table->setModel(&m_model);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setWordWrap(false);
    m_table->setTextElideMode(Qt::ElideMiddle);
    m_table->setStyleSheet(QStringLiteral("QTableView::item { padding: 0 5px; }"));
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(rowHeight);
    QHeaderView* header = m_table->horizontalHeader();
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header->setSectionResizeMode(ChangesModel::Example, QHeaderView::Stretch);
    header->setHighlightSections(false);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space);
    column->addWidget(m_table, 1);
    column->addWidget(buildBar());
    m_empty = new EmptyState(tr("No example has been changed."),
                             tr("In Samples and Mistakes a right click gives examples another "
                                "class or leaves them out. Their files stay as they are."),
                             content);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_empty);
    connect(&m_keeper, &SampleKeeper::changed, this, &ChangesPage::follow);
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex& index) {
        if (const int64_t place = m_model.placeAt(index.row()); place >= 0) opened(place);
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            [this] { m_back->setEnabled(m_table->selectionModel()->hasSelection()); });
    follow();
}

QWidget* ChangesPage::buildBar() {
    auto* bar = new QWidget;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(2 * space, 0, 2 * space, space);
    row->setSpacing(space);
    m_back = new QPushButton(tr("Take back"));
    m_back->setObjectName(QStringLiteral("changesTakeBack"));
    m_back->setToolTip(tr("The chosen examples are as in the data again"));
    m_all = new QPushButton(tr("Take all back"));
    m_all->setObjectName(QStringLiteral("changesTakeAllBack"));
    m_all->setToolTip(tr("All examples are as in the data again"));
    row->addStretch(1);
    row->addWidget(m_back);
    row->addWidget(m_all);
    connect(m_back, &QPushButton::clicked, this, [this] { takeBack(false); });
    connect(m_all, &QPushButton::clicked, this, [this] { takeBack(true); });
    return bar;
}

void ChangesPage::takeBack(bool isAll) {
    std::unordered_set<int> rows;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
        rows.insert(index.row());
    std::vector<DataChange> left;
    const std::vector<DataChange>& all = m_model.changes();
    for (int row = 0; row < static_cast<int>(all.size()); ++row)
        if (!isAll && !rows.contains(row)) left.push_back(all[static_cast<size_t>(row)]);
    const auto count = static_cast<int>(all.size() - left.size());
    if (count > 0) takeBackAsked(left, count);
}

void ChangesPage::follow() {
    m_model.setChanges(m_keeper.changes(), m_keeper.source().table);
    m_empty->setEmpty(m_model.rowCount() == 0);
    m_back->setEnabled(m_table->selectionModel()->hasSelection());
}

}  // namespace vitrine::gui
