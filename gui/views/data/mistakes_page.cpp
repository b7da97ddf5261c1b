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
#include "gui/views/data/sample_keeper.h"
#include "gui/widgets/empty_state.h"
#include "gui/widgets/read_out.h"

namespace vitrine::gui {

MistakesPage::MistakesPage(Theme& theme, SampleKeeper& keeper, QWidget* parent)
    : QWidget(parent),
      m_keeper(keeper),
      m_grid(new SampleGrid(theme, QStringLiteral("mistakes"))),
      m_matrix(new ConfusionTable(theme)),
      m_sentence(new ReadOut(theme)),
      m_counting(this) {
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
    connect(&m_keeper, &SampleKeeper::changed, this, &MistakesPage::follow);
    connect(&m_counting, &BackgroundWork::finished, this, &MistakesPage::isCounted);
    m_grid->finder().setQuery(mistakesQuery());
    follow();
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

void MistakesPage::setAsked(bool asked) {
    if (asked == m_isAsked) return;
    m_isAsked = asked;
    follow();
}

void MistakesPage::follow() {
    const SampleSource& source = m_keeper.source();
    m_grid->finder().setSource(source);
    if (source.table && (!m_isAsked || source.table->classColumn() < 0)) {
        m_matrix->setMatrix({}, {});
        return sayWhatComes(tr("The network is not asked for classes."),
                            tr("Results shows what it gives for the test examples."));
    }
    if (!source.table || !source.answers.has(DataPart::Test)) {
        m_matrix->setMatrix({}, {});
        if (m_keeper.hasFormerAnswers())
            return sayWhatComes(tr("The network was not tried on these data."),
                                tr("Mistakes that were here are those of other data, and are there "
                                   "again when you undo the change. Train for one epoch, or ask "
                                   "the network in Samples."));
        return sayWhatComes(
            tr("Train for one epoch to see its mistakes."),
            tr("At the end of each epoch the test images are tried; those that the network "
               "gets wrong are shown here, the most confident first."));
    }
    count();
}

/// In the background where the test part is large.
void MistakesPage::count() {
    m_isStale = m_counting.isRunning();
    if (m_isStale) return;  // isCounted() goes on
    const SampleSource& source = m_keeper.source();
    const bool isQuick =
        source.table->hasClasses() && source.table->countOf(DataPart::Test) <= SampleFinder::few;
    if (isQuick) return take(confusionOf(source));
    m_counting.run("counting mistakes", [source] { return confusionOf(source); });
}

void MistakesPage::isCounted() {
    Made made = m_counting.take();
    if (m_isStale || !m_keeper.source().answers.has(DataPart::Test)) return follow();
    take(std::move(made.matrix));
}

void MistakesPage::take(ConfusionMatrix matrix) {
    if (matrix.isEmpty()) {
        m_matrix->setMatrix({}, {});
        return sayWhatComes(tr("No test image has a class of the data."),
                            tr("Look at the labels of the test images."));
    }
    m_summary = summaryOf(matrix);
    const QStringList names = classNames(matrix.classes());
    m_matrix->setMatrix(std::move(matrix), names);
    m_empty->setEmpty(false);
    tell({});
    showMistakes();
}

/// A network may have more outputs than the data have classes: those are numbers.
QStringList MistakesPage::classNames(int count) const {
    QStringList names;
    for (int32_t number = 0; number < count; ++number)
        names << m_keeper.source().table->className(number);
    return names;
}

void MistakesPage::sayWhatComes(const QString& what, const QString& how) {
    m_empty->setText(what, how);
    m_empty->setEmpty(true);
}

QString MistakesPage::summaryOf(const ConfusionMatrix& matrix) const {
    const QString epoch = exactText(m_keeper.source().answers.epochOf(DataPart::Test)),
                  total = exactText(matrix.total());
    if (const std::optional<double> accuracy = matrix.accuracy())
        return tr("Epoch %1: %2 of %3 are right").arg(epoch, percentText(*accuracy, 2), total);
    return tr("Epoch %1: no accuracy, the outputs for %2 of %3 are not numbers")
        .arg(epoch, exactText(matrix.withoutAnswer()), total);
}

void MistakesPage::showMistakes() {
    if (m_matrix->chosen())
        m_grid->setWhenNone(tr("No image is in the chosen cell."),
                            tr("Choose another one, or Escape for all mistakes."));
    else
        m_grid->setWhenNone(tr("Every test image is taken for what it is."),
                            tr("Choose a cell on the diagonal to see images that are right."));
    m_grid->finder().setQuery(mistakesQuery(m_matrix->chosen()));
}

/// About the cell under the mouse, else about all of it.
void MistakesPage::tell(const QString& sentence) {
    m_sentence->setHint(sentence.isEmpty() ? m_summary : sentence);
}

}  // namespace vitrine::gui
