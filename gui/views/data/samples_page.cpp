// SPDX-License-Identifier: GPL-3.0-or-later
// A line of filters, classes at the left, examples in the middle, one of them at the right.
#include "gui/views/data/samples_page.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSplitter>
#include <QStandardItemModel>
#include <QToolButton>
#include <QVBoxLayout>

#include <cmath>

#include "gui/models/number_text.h"
#include "gui/theme/theme.h"
#include "gui/views/data/class_list.h"
#include "gui/views/data/sample_details.h"
#include "gui/views/data/sample_grid.h"
#include "gui/views/data/sample_keeper.h"

namespace vitrine::gui {

namespace {

/// What is shown of all: one of these, or from `takenFor` on a class that they were taken for.
enum class Shown { All, Right, Wrong, NotAsked, NotNumbers, Changed, Excluded, takenFor };

SampleQuery queryOf(int shown) {
    switch (static_cast<Shown>(shown)) {
        case Shown::All:
            return {};
        case Shown::Right:
            return {.verdict = SampleVerdict::Right};
        case Shown::Wrong:
            return {.verdict = SampleVerdict::Wrong};
        case Shown::NotAsked:
            return {.verdict = SampleVerdict::NotAsked};
        case Shown::NotNumbers:
            return {.predicted = noAnswer};
        case Shown::Changed:
            return {.changes = SampleChanges::Changed};
        case Shown::Excluded:
            return {.changes = SampleChanges::Excluded};
        case Shown::takenFor:
            break;
    }
    return {.predicted = shown - static_cast<int>(Shown::takenFor)};
}

Shown shownOf(const SampleQuery& query) {
    if (query.changes == SampleChanges::Changed) return Shown::Changed;
    if (query.changes == SampleChanges::Excluded) return Shown::Excluded;
    if (query.predicted == noAnswer) return Shown::NotNumbers;
    if (query.predicted)
        return static_cast<Shown>(static_cast<int>(Shown::takenFor) + *query.predicted);
    switch (query.verdict) {
        case SampleVerdict::Right:
            return Shown::Right;
        case SampleVerdict::Wrong:
            return Shown::Wrong;
        case SampleVerdict::NotAsked:
            return Shown::NotAsked;
        case SampleVerdict::Any:
            break;
    }
    return Shown::All;
}

}  // namespace

SamplesPage::SamplesPage(Theme& theme, SampleKeeper& keeper, QWidget* parent)
    : QWidget(parent),
      m_keeper(keeper),
      m_grid(new SampleGrid(theme, QStringLiteral("samples"))),
      m_classes(new ClassList(theme)),
      m_details(new SampleDetails(theme)),
      m_averaging(this) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(buildBar());
    column->addWidget(buildHalves(theme), 1);
    connect(&m_keeper, &SampleKeeper::changed, this, &SamplesPage::follow);
    connect(m_classes, &ClassList::chosenChanged, this, &SamplesPage::ask);
    connect(m_grid, &SampleGrid::selectionChanged, this, &SamplesPage::showDetails);
    connect(&m_grid->model(), &QAbstractItemModel::dataChanged, this, &SamplesPage::showDetails);
    connect(m_grid, &SampleGrid::editAsked, this, &SamplesPage::editAsked);
    connect(m_grid, &SampleGrid::takeBackAsked, this, &SamplesPage::takeBackAsked);
    connect(m_details, &SampleDetails::editAsked, this, &SamplesPage::editAsked);
    connect(m_details, &SampleDetails::takeBackAsked, this, &SamplesPage::takeBackAsked);
    connect(m_details, &SampleDetails::averageAsked, this, &SamplesPage::makeAverage);
    connect(&m_averaging, &BackgroundWork::finished, this, &SamplesPage::averageIsMade);
    connect(&m_grid->finder(), &SampleFinder::changed, this, [this](bool isSameQuestion) {
        if (!isSameQuestion) dropAverage();
    });
    follow();
    ask();
}

SamplesPage::~SamplesPage() { m_stopAverage.request_stop(); }

QComboBox* SamplesPage::buildBox(const char* name, const QString& accessible) {
    auto* box = new QComboBox;
    box->setObjectName(QLatin1String(name));
    box->setAccessibleName(accessible);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(5);
    box->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    box->setMaximumWidth(220);
    return box;
}

QWidget* SamplesPage::buildBar() {
    auto* bar = new QWidget;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(2 * space, space, 2 * space, 0);
    row->setSpacing(space);
    m_words = new QLineEdit;
    m_words->setObjectName(QStringLiteral("samplesSearch"));
    m_words->setAccessibleName(tr("Search for examples"));
    m_words->setPlaceholderText(tr("Search"));
    m_words->setToolTip(tr("Part of a name, and limits such as loss>1 or loss<0.1"));
    m_words->setClearButtonEnabled(true);
    m_words->setMinimumWidth(48);
    m_words->setMaximumWidth(220);
    m_part = buildBox("samplesPart", tr("Training or test images"));
    m_part->addItem(tr("Training"), static_cast<int>(DataPart::Training));
    m_part->addItem(tr("Test"), static_cast<int>(DataPart::Test));
    m_part->addItem(tr("Both parts"));
    m_shown = buildBox("samplesShown", tr("Which examples are shown"));
    m_order = buildBox("samplesOrder", tr("Order of the examples"));
    for (const auto& [text, order] :
         {std::pair(tr("As in the data"), SampleOrder::OfData),
          std::pair(tr("Largest loss first"), SampleOrder::WorstFirst),
          std::pair(tr("Smallest loss first"), SampleOrder::BestFirst),
          std::pair(tr("Most changed answers first"), SampleOrder::MostChanged),
          std::pair(tr("Most certain answers first"), SampleOrder::MostConfident),
          std::pair(tr("Examples that are there twice"), SampleOrder::Doubles)})
        m_order->addItem(text, static_cast<int>(order));
    m_ask = new QToolButton;
    m_ask->setObjectName(QStringLiteral("samplesAsk"));
    row->addWidget(m_words, 3);
    row->addWidget(m_part, 2);
    row->addWidget(m_shown, 2);
    row->addWidget(m_order, 4);
    row->addStretch(1);
    row->addWidget(m_ask);
    buildShown();
    setAsking(-1);
    return bar;
}

void SamplesPage::buildShown() {
    connect(m_words, &QLineEdit::textChanged, this, &SamplesPage::ask);
    for (QComboBox* box : {m_part, m_shown, m_order})
        connect(box, &QComboBox::currentIndexChanged, this, [this] {
            if (!m_isFilling) ask();
        });
    connect(m_ask, &QToolButton::clicked, this, &SamplesPage::answersAsked);
}

QWidget* SamplesPage::buildHalves(Theme&) {
    auto* halves = new QSplitter(Qt::Horizontal);
    for (QWidget* part : std::initializer_list<QWidget*>{m_classes, m_grid, m_details})
        halves->addWidget(part);
    halves->setStretchFactor(1, 1);
    halves->setChildrenCollapsible(false);
    return halves;
}

/// The classes that examples can be taken for; what was chosen stays so.
void SamplesPage::fillShown() {
    const auto& table = m_keeper.source().table;
    const auto dataset = table ? table->data() : nullptr;
    const int classes = table ? table->classCount() : 0;
    if (dataset == m_filledFor && m_shown->count() > 0) return;
    m_filledFor = dataset;
    m_isFilling = true;
    m_shown->clear();
    const auto add = [&](const QString& text, Shown shown) {
        m_shown->addItem(text, static_cast<int>(shown));
    };
    add(tr("All"), Shown::All);
    add(tr("Right"), Shown::Right);
    add(tr("Wrong"), Shown::Wrong);
    add(tr("Not asked about"), Shown::NotAsked);
    add(tr("Answers that are no numbers"), Shown::NotNumbers);
    add(tr("Changed"), Shown::Changed);
    add(tr("Excluded"), Shown::Excluded);
    for (int number = 0; number < classes; ++number)
        m_shown->addItem(tr("Taken for %1").arg(table->className(number)),
                         static_cast<int>(Shown::takenFor) + number);
    m_isFilling = false;
}

std::optional<DataPart> SamplesPage::shownPart() const {
    if (!m_part->currentData().isValid()) return {};
    return static_cast<DataPart>(m_part->currentData().toInt());
}

SampleQuery SamplesPage::query() const {
    SampleQuery query = queryOf(m_shown->currentData().toInt());
    query.part = shownPart();
    query.truth = m_classes->chosen();
    query.order = static_cast<SampleOrder>(m_order->currentData().toInt());
    readWords(m_words->text(), query);
    return query;
}

void SamplesPage::setQuery(const SampleQuery& query) {
    m_isFilling = true;
    m_part->setCurrentIndex(!query.part ? 2 : *query.part == DataPart::Training ? 0 : 1);
    m_shown->setCurrentIndex(m_shown->findData(static_cast<int>(shownOf(query))));
    m_order->setCurrentIndex(m_order->findData(static_cast<int>(query.order)));
    m_words->setText(QString::fromStdString(query.name));
    m_classes->choose(query.truth);
    m_isFilling = false;
    ask();
}

void SamplesPage::ask() {
    if (m_isFilling) return;
    const SampleQuery wanted = query();
    sayWhenNone();
    if (wanted.order == SampleOrder::Doubles) m_keeper.lookForDoubles();
    m_grid->finder().setQuery(wanted);
}

void SamplesPage::sayWhenNone() {
    SampleQuery rest = query();
    if (rest.order == SampleOrder::Doubles && !m_keeper.source().doubles)
        return m_grid->setWhenNone(tr("Looking for examples that are there twice …"),
                                   tr("Every picture of the data is read once."));
    if (rest.isWhole())
        return m_grid->setWhenNone(shownPart() == DataPart::Training
                                       ? tr("There are no training images.")
                                       : tr("There are no test images."),
                                   tr("How many there are stands in the project's properties."));
    if (rest.order == SampleOrder::Doubles)
        return m_grid->setWhenNone(tr("No example is there twice."),
                                   tr("Pictures were compared byte for byte."));
    m_grid->setWhenNone(tr("No example is like that."),
                        tr("Take a filter away, or ask the network first: what it says of test "
                           "images is known after each epoch, of training images when it is "
                           "asked."));
}

void SamplesPage::follow() {
    fillShown();
    const auto& table = m_keeper.source().table;
    const bool hadClasses = m_classes->model()->rowCount() > 0;
    m_classes->setTable(table, m_keeper.counts());
    if (!hadClasses && m_classes->model()->rowCount() > 0) m_classes->choose({});
    fitSides();
    sayWhenNone();
    m_grid->finder().setSource(m_keeper.source());
    if (query().order == SampleOrder::Doubles) m_keeper.lookForDoubles();
}

void SamplesPage::showDetails() {
    m_details->setExamples(m_grid->model().source(), m_grid->selected(), m_grid->model().look());
}

/// Of all that are listed.
void SamplesPage::makeAverage() {
    const SampleSource& source = m_grid->finder().source();
    if (m_averaging.isRunning() || !source.table) return;
    m_stopAverage = {};
    m_averageOf = m_grid->finder().found().count;
    m_averaging.run(
        "making an average picture",
        [look = m_grid->model().look(), table = source.table, found = m_grid->finder().found(),
         stop = m_stopAverage.get_token()] { return averagePicture(look, *table, found, stop); });
}

void SamplesPage::averageIsMade() {
    const Average average = m_averaging.take();
    if (!average.made) return;
    const int64_t count = average.made->count;
    m_details->setAverage(
        average.made->picture,
        count == m_averageOf
            ? tr("Mean of %1 pictures").arg(exactText(count))
            : tr("Mean of %1 of %2 pictures").arg(exactText(count), exactText(m_averageOf)));
}

void SamplesPage::dropAverage() {
    m_stopAverage.request_stop();
    m_details->setAverage({}, {});
}

void SamplesPage::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fitSides();
}

/// Where there is little room the pictures have it.
void SamplesPage::fitSides() {
    constexpr int roomForDetails = 560, roomForClasses = 380;
    m_details->setVisible(width() >= roomForDetails);
    m_classes->setVisible(width() >= roomForClasses && m_classes->model()->rowCount() > 0);
}

void SamplesPage::setCanAsk(bool can) { m_ask->setEnabled(can); }

void SamplesPage::setAsking(double share) {
    const bool isAsking = share >= 0;
    m_ask->setText(isAsking ? tr("Stop · %1").arg(percentText(share, 0)) : tr("Ask network"));
    m_ask->setAccessibleName(isAsking ? tr("Stop asking the network") : tr("Ask the network"));
    m_ask->setToolTip(isAsking ? tr("Stops asking the network about the examples")
                               : tr("Asks the network with its newest weights about all examples "
                                    "of the part that is shown"));
}

}  // namespace vitrine::gui
