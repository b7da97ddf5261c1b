// SPDX-License-Identifier: GPL-3.0-or-later
// A table of pictures and words, with a line below it that says whose weights these are.
#include "gui/views/data/results_page.h"

#include <QHeaderView>
#include <QLabel>
#include <QTableView>
#include <QVBoxLayout>

#include "gui/models/output_view.h"
#include "gui/theme/theme.h"
#include "gui/widgets/empty_state.h"

namespace vitrine::gui {

namespace {

constexpr int pictureSide = 56;

}  // namespace

ResultsPage::ResultsPage(QWidget* parent)
    : QWidget(parent), m_model(this), m_table(new QTableView), m_note(new QLabel) {
    m_table->setObjectName(QStringLiteral("results"));
    m_table->setAccessibleName(tr("Results for test examples"));
    m_table->setModel(&m_model);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setIconSize({pictureSide, pictureSide});
    m_table->verticalHeader()->setDefaultSectionSize(pictureSide + 2 * space);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_model.setPictureSide(pictureSide);
    m_note->setObjectName(QStringLiteral("resultsNote"));
    m_note->setProperty("quiet", true);
    m_note->setWordWrap(true);
    m_note->setContentsMargins(2 * space, 0, 2 * space, space);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space);
    column->addWidget(m_table, 1);
    column->addWidget(m_note);
    m_empty = new EmptyState(tr("There are no test examples."),
                             tr("What the network gives for them is shown here."), content);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_empty);
    connect(&m_model, &QAbstractItemModel::modelReset, this, &ResultsPage::fitCells);
    m_empty->setEmpty(true);
}

void ResultsPage::fitCells() { m_table->resizeColumnsToContents(); }

void ResultsPage::setExamples(std::shared_ptr<const Dataset> dataset, int count,
                              std::vector<TakenColumn> taken) {
    m_model.setExamples(std::move(dataset), count, std::move(taken));
    m_empty->setEmpty(m_model.rowCount() == 0);
}

void ResultsPage::showAnswer(const Prediction& prediction) {
    const int before = m_model.columnCount();
    m_model.setOutputs(prediction.outputs);
    if (m_model.columnCount() != before) fitCells();
    m_note->setText(weightsText(prediction));
}

void ResultsPage::showTrouble(const QString& message) {
    m_model.setOutputs({});
    m_note->setText(message);
}

}  // namespace vitrine::gui
