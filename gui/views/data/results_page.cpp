// SPDX-License-Identifier: GPL-3.0-or-later
// A table of pictures and words, with a line below it that says whose weights these are.
#include "gui/views/data/results_page.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <climits>

#include "gui/models/output_view.h"
#include "gui/theme/theme.h"
#include "gui/widgets/empty_state.h"

namespace vitrine::gui {

namespace {

constexpr int pictureSide = 56;

/// A chosen row has a soft ground, and its pictures keep their greys.
class Cells : public QStyledItemDelegate {
  public:
    using QStyledItemDelegate::QStyledItemDelegate;

  protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
        QStyledItemDelegate::initStyleOption(option, index);
        if (option->state & QStyle::State_Selected)
            option->backgroundBrush = option->palette.color(QPalette::Midlight);
        option->state &= ~(QStyle::State_Selected | QStyle::State_HasFocus);
    }
};

int lastExample(const Dataset& data) {
    return static_cast<int>(std::clamp<int64_t>(data.test.count - 1, 0, INT_MAX));
}

}  // namespace

ResultsPage::ResultsPage(QWidget* parent)
    : QWidget(parent), m_model(this), m_table(new QTableView), m_note(new QLabel) {
    buildTable();
    m_note->setObjectName(QStringLiteral("resultsNote"));
    m_note->setProperty("quiet", true);
    m_note->setWordWrap(true);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space);
    column->addWidget(m_table, 1);
    column->addWidget(buildBar());
    m_empty = new EmptyState(tr("There are no test examples."),
                             tr("What the network gives for them is shown here."), content);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_empty);
    connect(&m_model, &QAbstractItemModel::modelReset, this, &ResultsPage::fitCells);
    m_empty->setEmpty(true);
}

void ResultsPage::buildTable() {
    m_table->setObjectName(QStringLiteral("results"));
    m_table->setAccessibleName(tr("Results for test examples"));
    m_table->setModel(&m_model);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setIconSize({pictureSide, pictureSide});
    m_table->verticalHeader()->setDefaultSectionSize(pictureSide + 2 * space);
    m_table->verticalHeader()->setStyleSheet(
        QStringLiteral("QHeaderView::section { border: none; }"));
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setItemDelegate(new Cells(m_table));
    QPalette colours;  // the table has a ground of its own for a chosen row
    colours.setColor(QPalette::Highlight, Qt::transparent);
    m_table->setPalette(colours);
    for (QHeaderView* header : {m_table->horizontalHeader(), m_table->verticalHeader()})
        header->setHighlightSections(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_model.setPictureSide(pictureSide);
}

/// Whose weights these are, and which example is stepped through.
QWidget* ResultsPage::buildBar() {
    auto* bar = new QWidget;
    auto* label = new QLabel(tr("Test example"));
    label->setProperty("quiet", true);
    m_example = new QSpinBox;
    m_example->setObjectName(QStringLiteral("resultsExample"));
    m_example->setAccessibleName(tr("Test example to step through"));
    m_example->setToolTip(tr("Any of the test set, from 0"));
    label->setBuddy(m_example);
    auto* step = new QPushButton(tr("Step through"));
    step->setObjectName(QStringLiteral("resultsStep"));
    step->setToolTip(tr("See what every entry makes of it on the way to the answer"));
    step->setFocusPolicy(Qt::TabFocus);  // Space goes on
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(2 * space, 0, 2 * space, space);
    row->setSpacing(space);
    row->addWidget(m_note, 1);
    row->addWidget(label);
    row->addWidget(m_example);
    row->addWidget(step);
    connect(step, &QPushButton::clicked, this, &ResultsPage::askForSteps);
    connect(m_example->findChild<QLineEdit*>(), &QLineEdit::returnPressed, this,
            &ResultsPage::askForSteps);
    connect(m_example, &QSpinBox::valueChanged, m_table, [this](int example) {
        if (example < m_model.rowCount())
            m_table->selectRow(example);
        else
            m_table->clearSelection();
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        const QModelIndexList chosen = m_table->selectionModel()->selectedRows();
        if (!chosen.isEmpty()) m_example->setValue(chosen.front().row());
    });
    connect(m_table, &QTableView::activated, this, &ResultsPage::askForSteps);
    return bar;
}

/// Keys go to where they move the prediction on.
void ResultsPage::askForSteps() {
    m_table->setFocus();
    stepAskedFor(m_example->value());
}

void ResultsPage::chooseExample() {
    m_example->setFocus(Qt::ShortcutFocusReason);
    m_example->selectAll();
}

void ResultsPage::fitCells() { m_table->resizeColumnsToContents(); }

void ResultsPage::setExamples(std::shared_ptr<const Dataset> dataset, int count,
                              std::vector<TakenColumn> taken) {
    m_example->setRange(0, dataset ? lastExample(*dataset) : 0);
    m_model.setExamples(std::move(dataset), count, std::move(taken));
    m_empty->setEmpty(m_model.rowCount() == 0);
}

void ResultsPage::showAnswer(const Prediction& prediction) {
    const int before = m_model.columnCount();
    m_model.setOutputs(prediction.outputs);
    if (m_model.columnCount() != before) fitCells();
    m_note->setText(weightsText(prediction.weights));
}

void ResultsPage::showTrouble(const QString& message) {
    m_model.setOutputs({});
    m_note->setText(message);
}

}  // namespace vitrine::gui
