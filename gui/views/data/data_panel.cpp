// SPDX-License-Identifier: GPL-3.0-or-later
// The tabs, and what goes from one to the other.
#include "gui/views/data/data_panel.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QPushButton>

#include <algorithm>

#include "gui/models/count_words.h"
#include "gui/theme/theme.h"
#include "gui/views/data/changes_page.h"
#include "gui/views/data/draw_page.h"
#include "gui/views/data/mask_bar.h"
#include "gui/views/data/mistakes_page.h"
#include "gui/views/data/picture_bar.h"
#include "gui/views/data/results_page.h"
#include "gui/views/data/sample_details.h"
#include "gui/views/data/sample_grid.h"
#include "gui/views/data/samples_page.h"
#include "gui/views/data/scatter_page.h"
#include "gui/widgets/empty_state.h"

namespace vitrine::gui {

namespace {

QStringList namesOf(const Dataset* data, int column) {
    QStringList names;
    if (data && column >= 0)
        for (const std::string& name : data->storedColumns()[static_cast<size_t>(column)].classes)
            names << QString::fromStdString(name);
    return names;
}

QString tr(const char* words) { return QCoreApplication::translate("DataPanel", words); }

/// Steps of the undo list.
QString takeBackWords(int64_t count) {
    return countWords(count, tr("Take a change of an example back"),
                      tr("Take %1 changes of examples back"));
}

QString editWords(const SampleEdit& edit, int64_t count) {
    if (edit.label) return countWords(count, tr("Class of an example"), tr("Class of %1 examples"));
    return *edit.isExcluded
               ? countWords(count, tr("Exclude an example"), tr("Exclude %1 examples"))
               : countWords(count, tr("Take an example in"), tr("Take %1 examples in"));
}

/// What examples can be given another of: class numbers, one an example.
bool hasClassNumbers(const Column& column) {
    return column.hasClasses() && column.dtype == DType::I32 && column.shape.rank() == 0;
}

}  // namespace

DataPanel::DataPanel(Theme& theme, QWidget* parent)
    : QTabWidget(parent),
      m_keeper(this),
      m_samples(new SamplesPage(theme, m_keeper)),
      m_mistakes(new MistakesPage(theme, m_keeper)),
      m_changes(new ChangesPage(m_keeper)),
      m_draw(new DrawPage(theme)),
      m_results(new ResultsPage),
      m_scatter(new ScatterPage(theme)) {
    setDocumentMode(true);
    tabBar()->setObjectName(QStringLiteral("dataTabs"));
    tabBar()->setAccessibleName(tr("Data"));
    addTab(buildSamples(), tr("Samples"));
    addTab(m_results, tr("Results"));
    addTab(m_mistakes, tr("Mistakes"));
    addTab(m_draw, tr("Draw"));
    addTab(m_changes, tr("Changes"));
    addTab(m_scatter, tr("Scatter"));
    setHasNumbers(false);
    connect(this, &QTabWidget::currentChanged, this, &DataPanel::tellShown);
    connect(&m_keeper, &SampleKeeper::changed, this, &DataPanel::nameTabs);
    connectEdits();
    setData(nullptr);
}

QWidget* DataPanel::buildSamples() {
    m_image = new QComboBox;
    m_image->setObjectName(QStringLiteral("samplesColumn"));
    m_image->setAccessibleName(tr("Which images of an example"));
    m_samples->grid().addToBar(m_image);
    connect(m_image, &QComboBox::activated, this, [this] {
        m_columns.image = m_image->currentData().toInt();
        m_samples->grid().model().setColumns(m_columns);
        m_samples->details().mask().setData(m_data, m_columns.image);
    });
    connect(&m_samples->details().mask(), &MaskBar::changed, this, &DataPanel::applyMask);
    m_samplesEmpty = new EmptyState({}, {}, m_samples);
    m_samplesEmpty->setObjectName(QStringLiteral("samplesEmpty"));
    QPushButton* choose = m_samplesEmpty->addButton(tr("Choose folder …"), "samplesChoose");
    connect(choose, &QPushButton::clicked, this, &DataPanel::dataAskedFor);
    return m_samplesEmpty;
}

std::vector<SampleGrid*> DataPanel::grids() const {
    return {&m_samples->grid(), &m_mistakes->grid()};
}

void DataPanel::connectEdits() {
    connect(m_samples, &SamplesPage::editAsked, this, &DataPanel::edit);
    connect(m_samples, &SamplesPage::takeBackAsked, this, &DataPanel::takeBack);
    connect(&m_mistakes->grid(), &SampleGrid::editAsked, this, &DataPanel::edit);
    connect(&m_mistakes->grid(), &SampleGrid::takeBackAsked, this, &DataPanel::takeBack);
    for (SampleGrid* grid : grids()) connect(grid, &SampleGrid::opened, this, &DataPanel::tryOut);
    connect(m_changes, &ChangesPage::opened, this, &DataPanel::tryOut);
    connect(m_scatter, &ScatterPage::opened, this, &DataPanel::showTestExample);
    connect(m_changes, &ChangesPage::takeBackAsked, this,
            [this](const std::vector<DataChange>& left, int count) {
                changesEdited(left, takeBackWords(count));
            });
}

void DataPanel::edit(const std::vector<int64_t>& places, const SampleEdit& edit) {
    const auto& table = m_keeper.source().table;
    if (!table || places.empty()) return;
    m_keeper.noteNames(places);
    const auto changes = edited(m_keeper.changes(), *table, places, edit);
    if (changes == m_keeper.changes()) return;
    changesEdited(changes, editWords(edit, std::ssize(places)));
}

void DataPanel::takeBack(const std::vector<int64_t>& places) {
    const auto& table = m_keeper.source().table;
    if (!table) return;
    const auto changes = takenBack(m_keeper.changes(), *table, places);
    const auto count = std::ssize(m_keeper.changes()) - std::ssize(changes);
    if (count > 0) changesEdited(changes, takeBackWords(count));
}

void DataPanel::setData(std::shared_ptr<const Dataset> stored) {
    if (stored != m_data) setSeen(nullptr);
    m_data = std::move(stored);
    m_draw->setData(m_data);
    m_samplesEmpty->setEmpty(!m_data);
    applyColumns();
}

void DataPanel::setSeen(std::shared_ptr<const Dataset> seen) {
    m_seen = std::move(seen);
    for (SampleGrid* grid : grids()) grid->model().setSeen(m_seen);
}

void DataPanel::setChanges(const std::vector<DataChange>& changes) { m_keeper.setChanges(changes); }

void DataPanel::setColumns(const std::string& image, const std::string& truth) {
    if (image == m_imageWanted && truth == m_truthWanted) return;
    m_imageWanted = image;
    m_truthWanted = truth;
    applyColumns();
}

void DataPanel::setPredictions(const Predictions& predictions,
                               const std::vector<DataChange>& changes) {
    m_keeper.addAnswers(DataPart::Test, predictions, changes);
}

void DataPanel::setAnswers(DataPart part, const Predictions& predictions,
                           const std::shared_ptr<const SampleTable>& asked) {
    m_keeper.addAnswers(part, predictions, *asked);
}

void DataPanel::applyColumns() {
    m_columns = m_data ? shownColumns(*m_data, m_imageWanted, m_truthWanted) : ShownColumns();
    fillImages();
    for (SampleGrid* grid : grids()) grid->model().setColumns(m_columns);
    m_samples->details().mask().setData(m_data, m_columns.image);
    int classes = m_columns.truth;
    if (m_data &&
        (classes < 0 || !hasClassNumbers(m_data->storedColumns()[static_cast<size_t>(classes)])))
        classes = classColumn(m_data->storedColumns());
    m_keeper.setData(m_data, classes);
    const bool isAsked = m_data && !m_truthWanted.empty() && classes >= 0 &&
                         columnNamed(m_data->storedColumns(), m_truthWanted) == classes;
    m_mistakes->setAsked(isAsked);
    m_samples->setCanAsk(isAsked);
    m_draw->setClassNames(namesOf(m_data.get(), m_truthWanted.empty() ? -1 : m_columns.truth));
}

void DataPanel::applyMask() {
    const MaskBar& mask = m_samples->details().mask();
    for (SampleGrid* grid : grids())
        grid->model().setMask(mask.column(), mask.share(), mask.colours());
}

/// To be chosen from where an example has several.
void DataPanel::fillImages() {
    m_image->clear();
    for (size_t i = 0; m_data && i < m_data->columns.size(); ++i)
        if (m_data->columns[i].isImage())
            m_image->addItem(QString::fromStdString(m_data->columns[i].name), static_cast<int>(i));
    m_image->setCurrentIndex(m_image->findData(m_columns.image));
    m_image->setVisible(m_image->count() > 1);
}

/// How many changes there are is seen from every page.
void DataPanel::nameTabs() {
    const auto count = static_cast<int64_t>(m_keeper.changes().size());
    setTabText(indexOf(m_changes),
               count == 0 ? tr("Changes") : tr("Changes · %1").arg(exactText(count)));
}

void DataPanel::setWhy(const QString& what, const QString& how) {
    m_samplesEmpty->setText(what, how);
}

void DataPanel::setNormalisation(const Normalisation& normalisation) {
    for (SampleGrid* grid : grids()) grid->model().setNormalisation(normalisation);
    m_draw->pictures().setNormalisation(normalisation);
}

void DataPanel::setSeed(uint64_t seed) {
    for (SampleGrid* grid : grids()) grid->setSeed(seed);
}

bool DataPanel::isDrawing() const { return isVisible() && currentWidget() == m_draw; }
bool DataPanel::isShowingScatter() const { return isVisible() && currentWidget() == m_scatter; }
bool DataPanel::isShowingResults() const { return isVisible() && currentWidget() == m_results; }

void DataPanel::tellShown() {
    drawingShown(isDrawing());
    resultsShown(isShowingResults());
    scatterShown(isShowingScatter());
}

void DataPanel::setHasNumbers(bool has) { setTabVisible(indexOf(m_scatter), has); }

void DataPanel::showTestExample(int64_t example) {
    SampleGrid& grid = m_samples->grid();
    m_samples->setQuery({.part = DataPart::Test});
    setCurrentWidget(m_samplesEmpty);
    if (m_data) grid.reveal(m_data->train.count + example);
}

/// Puts an image on the canvas, as the network's transforms leave it.
void DataPanel::tryOut(int64_t place) {
    if (!m_data || m_columns.image < 0) return;
    const SampleTable& table = *m_keeper.source().table;
    const auto column = static_cast<size_t>(m_columns.image);
    const Dataset& seen = m_seen ? *m_seen : *m_data;
    const bool isTest = table.partOf(place) == DataPart::Test;
    const ExampleSet& examples = isTest ? seen.test : seen.train;
    std::vector<std::byte> bytes(static_cast<size_t>(seen.columns[column].bytes()));
    std::vector<std::span<std::byte>> to(seen.columns.size());
    to[column] = bytes;
    examples.write(table.indexOf(place), {}, to);
    std::vector<float> pixels(bytes.size());
    std::ranges::transform(bytes, pixels.begin(), [](std::byte byte) {
        return static_cast<float>(std::to_integer<int>(byte)) / 255;
    });
    m_draw->setImage(std::move(pixels), extentOf(seen.columns[column]));
    setCurrentWidget(m_draw);
}

void DataPanel::showEvent(QShowEvent* event) {
    QTabWidget::showEvent(event);
    tellShown();
}

void DataPanel::hideEvent(QHideEvent* event) {
    QTabWidget::hideEvent(event);
    tellShown();
}

}  // namespace vitrine::gui
