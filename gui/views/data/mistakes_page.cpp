// SPDX-License-Identifier: GPL-3.0-or-later
// The matrix filters the list.
#include "gui/views/data/mistakes_page.h"

#include <QHBoxLayout>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include "gui/models/number_text.h"
#include "gui/theme/theme.h"
#include "gui/views/data/confusion_table.h"
#include "gui/views/data/sample_grid.h"
#include "gui/widgets/empty_state.h"
#include "gui/widgets/read_out.h"

namespace vitrine::gui {

MistakesPage::MistakesPage(Theme& theme, QWidget* parent)
    : QWidget(parent),
      m_grid(new SampleGrid(theme, QStringLiteral("mistakes"))),
      m_matrix(new ConfusionTable(theme)),
      m_sentence(new ReadOut(theme)) {
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(buildHalves(), 1);
    column->addLayout(buildFoot());
    m_empty = new EmptyState({}, {}, content);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_empty);
    connect(m_matrix, &ConfusionTable::chosenChanged, this, &MistakesPage::showMistakes);
    connect(m_matrix, &ConfusionTable::pointed, this, &MistakesPage::tell);
    clear();
}

QWidget* MistakesPage::buildHalves() {
    auto* halves = new QSplitter(Qt::Horizontal);
    halves->addWidget(m_matrix);
    halves->addWidget(m_grid);
    halves->setStretchFactor(0, 1);
    halves->setStretchFactor(1, 1);
    halves->setSizes({1, 1});
    halves->setChildrenCollapsible(false);
    return halves;
}

QLayout* MistakesPage::buildFoot() {
    auto* row = new QHBoxLayout;
    row->setContentsMargins(0, 0, 2 * space, space);
    auto* byRow = new QToolButton;
    byRow->setObjectName(QStringLiteral("confusionByRow"));
    byRow->setText(tr("% of row"));
    byRow->setAccessibleName(tr("Normalise by row"));
    byRow->setToolTip(tr("Shares of the images of each class instead of counts"));
    byRow->setCheckable(true);
    connect(byRow, &QToolButton::toggled, m_matrix, &ConfusionTable::setByRow);
    m_sentence->setObjectName(QStringLiteral("confusionSentence"));
    row->addWidget(m_sentence, 1);
    row->addWidget(byRow);
    return row;
}

void MistakesPage::setData(std::shared_ptr<const Dataset> dataset, const ShownColumns& columns) {
    if (dataset == m_data && columns == m_columns) return;
    m_data = std::move(dataset);
    m_columns = columns;
    const bool hasClasses = m_data && columns.truth >= 0 &&
                            m_data->columns[static_cast<size_t>(columns.truth)].hasClasses();
    if (!hasClasses) m_columns.truth = -1;
    m_grid->model().setColumns(m_columns);
    clear();
}

/// Of the test set. What was predicted is there: nothing has to be drawn for its label.
std::vector<int32_t> MistakesPage::truth() const {
    std::vector<int32_t> truth;
    for (int64_t i = 0; i < m_data->test.count; ++i)
        truth.push_back(m_data->test.number(static_cast<size_t>(m_columns.truth), i));
    return truth;
}

/// A network may have more outputs than the data have classes: those are numbers.
QStringList MistakesPage::classNames() const {
    QStringList names;
    for (const std::string& name : m_data->columns[static_cast<size_t>(m_columns.truth)].classes)
        names << QString::fromStdString(name);
    for (const int32_t answer : m_predictions.classes)
        while (names.size() <= answer) names << QString::number(names.size());
    return names;
}

void MistakesPage::clear() {
    m_predictions = {};
    m_matrix->setMatrix({}, {});
    m_grid->model().showChosen(m_data, {});
    if (m_data && m_columns.truth < 0)
        return sayWhatComes(tr("The network is not asked for classes."),
                            tr("Results shows what it gives for the test examples."));
    sayWhatComes(tr("Train for one epoch to see its mistakes."),
                 tr("At the end of each epoch the test images are tried; those that the network "
                    "gets wrong are shown here, the most confident first."));
}

void MistakesPage::sayWhatComes(const QString& what, const QString& how) {
    m_empty->setText(what, how);
    m_empty->setEmpty(true);
}

void MistakesPage::setPredictions(const Predictions& predictions) {
    const bool isOfThese =
        m_data && m_columns.truth >= 0 && std::ssize(predictions.classes) == m_data->test.count;
    if (!isOfThese) return;
    m_predictions = predictions;
    const QStringList names = classNames();
    ConfusionMatrix matrix(static_cast<int>(names.size()), truth(), predictions.classes);
    if (matrix.isEmpty())
        return sayWhatComes(tr("No test image has a class of the data."),
                            tr("Look at the labels of the test images."));
    m_summary = summaryOf(matrix);
    m_matrix->setMatrix(std::move(matrix), names);
    m_empty->setEmpty(false);
    tell({});
    showMistakes();
}

QString MistakesPage::summaryOf(const ConfusionMatrix& matrix) const {
    const QString epoch = exactText(m_predictions.epoch), total = exactText(matrix.total());
    if (const std::optional<double> accuracy = matrix.accuracy())
        return tr("Epoch %1: %2 of %3 are right").arg(epoch, percentText(*accuracy, 2), total);
    return tr("Epoch %1: no accuracy, the outputs for %2 of %3 are not numbers")
        .arg(epoch, exactText(matrix.withoutAnswer()), total);
}

void MistakesPage::showMistakes() {
    if (!m_data) return;
    if (m_matrix->chosen())
        m_grid->setWhenNone(tr("No image is in the chosen cell."),
                            tr("Choose another one, or Escape for all mistakes."));
    else
        m_grid->setWhenNone(tr("Every test image is taken for what it is."),
                            tr("Choose a cell on the diagonal to see images that are right."));
    const std::vector<int32_t> labels =
        m_predictions.classes.empty() ? std::vector<int32_t>() : truth();
    m_grid->model().showChosen(m_data, mistakesOf(m_predictions, labels, m_matrix->chosen()));
}

/// About the cell under the mouse, else about all of it.
void MistakesPage::tell(const QString& sentence) {
    m_sentence->setHint(sentence.isEmpty() ? m_summary : sentence);
}

}  // namespace vitrine::gui
