// SPDX-License-Identifier: GPL-3.0-or-later
// The three tabs.
#include "gui/views/data/data_panel.h"

#include <QComboBox>
#include <QPushButton>

#include <algorithm>

#include "gui/theme/theme.h"
#include "gui/views/data/draw_page.h"
#include "gui/views/data/mistakes_page.h"
#include "gui/views/data/results_page.h"
#include "gui/views/data/sample_grid.h"
#include "gui/widgets/empty_state.h"

namespace vitrine::gui {

namespace {

QStringList namesOf(const Dataset* data, int column) {
    QStringList names;
    if (data && column >= 0)
        for (const std::string& name : data->columns[static_cast<size_t>(column)].classes)
            names << QString::fromStdString(name);
    return names;
}

}  // namespace

DataPanel::DataPanel(Theme& theme, QWidget* parent)
    : QTabWidget(parent),
      m_mistakes(new MistakesPage(theme)),
      m_draw(new DrawPage(theme)),
      m_results(new ResultsPage) {
    setDocumentMode(true);
    tabBar()->setObjectName(QStringLiteral("dataTabs"));
    tabBar()->setAccessibleName(tr("Data"));
    addTab(buildSamples(theme), tr("Samples"));
    addTab(m_results, tr("Results"));
    addTab(m_mistakes, tr("Mistakes"));
    addTab(m_draw, tr("Draw"));
    connect(this, &QTabWidget::currentChanged, this, &DataPanel::tellShown);
    connect(&m_mistakes->grid(), &SampleGrid::opened, this, [this](const QModelIndex& index) {
        tryOut(m_mistakes->grid().model(), index, DataPart::Test);
    });
    setData(nullptr);
}

QWidget* DataPanel::buildSamples(Theme& theme) {
    m_samples = new SampleGrid(theme, QStringLiteral("samples"));
    m_part = new QComboBox;
    m_part->setObjectName(QStringLiteral("samplesPart"));
    m_part->setAccessibleName(tr("Training or test images"));
    m_part->addItem(tr("Training"), static_cast<int>(DataPart::Training));
    m_part->addItem(tr("Test"), static_cast<int>(DataPart::Test));
    m_samples->addToBar(m_part);
    m_image = new QComboBox;
    m_image->setObjectName(QStringLiteral("samplesColumn"));
    m_image->setAccessibleName(tr("Which images of an example"));
    m_samples->addToBar(m_image);
    connect(m_image, &QComboBox::activated, this, [this] {
        m_columns.image = m_image->currentData().toInt();
        m_samples->model().setColumns(m_columns);
    });
    connect(m_part, &QComboBox::currentIndexChanged, this, &DataPanel::showSamples);
    connect(m_samples, &SampleGrid::opened, this,
            [this](const QModelIndex& index) { tryOut(m_samples->model(), index, part()); });
    m_samplesEmpty = new EmptyState({}, {}, m_samples);
    m_samplesEmpty->setObjectName(QStringLiteral("samplesEmpty"));
    QPushButton* choose = m_samplesEmpty->addButton(tr("Choose folder …"), "samplesChoose");
    connect(choose, &QPushButton::clicked, this, &DataPanel::dataAskedFor);
    return m_samplesEmpty;
}

void DataPanel::setData(std::shared_ptr<const Dataset> dataset) {
    m_data = std::move(dataset);
    m_draw->setData(m_data);
    m_samplesEmpty->setEmpty(!m_data);
    applyColumns();
}

void DataPanel::setColumns(const std::string& image, const std::string& truth) {
    if (image == m_imageWanted && truth == m_truthWanted) return;
    m_imageWanted = image;
    m_truthWanted = truth;
    applyColumns();
}

void DataPanel::applyColumns() {
    m_columns = m_data ? shownColumns(*m_data, m_imageWanted, m_truthWanted) : ShownColumns();
    fillImages();
    m_samples->model().setColumns(m_columns);
    ShownColumns asked = m_columns;
    if (m_truthWanted.empty()) asked.truth = -1;
    m_mistakes->setData(m_data, asked);
    m_draw->setClassNames(namesOf(m_data.get(), asked.truth));
    showSamples();
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

void DataPanel::setWhy(const QString& what, const QString& how) {
    m_samplesEmpty->setText(what, how);
}

DataPart DataPanel::part() const { return static_cast<DataPart>(m_part->currentData().toInt()); }

void DataPanel::showSamples() {
    m_samples->setWhenNone(part() == DataPart::Training ? tr("There are no training images.")
                                                        : tr("There are no test images."),
                           tr("How many there are stands in the project's properties."));
    m_samples->model().showAll(m_data, part());
}

void DataPanel::setNormalisation(const Normalisation& normalisation) {
    m_samples->model().setNormalisation(normalisation);
    m_mistakes->grid().model().setNormalisation(normalisation);
}

bool DataPanel::isDrawing() const { return isVisible() && currentWidget() == m_draw; }
bool DataPanel::isShowingResults() const { return isVisible() && currentWidget() == m_results; }

void DataPanel::tellShown() {
    drawingShown(isDrawing());
    resultsShown(isShowingResults());
}

/// Puts an image on the canvas.
void DataPanel::tryOut(const SamplesModel& model, const QModelIndex& index, DataPart part) {
    if (!m_data || !index.isValid() || m_columns.image < 0) return;
    const ExampleSet& examples = part == DataPart::Training ? m_data->train : m_data->test;
    const auto column = static_cast<size_t>(m_columns.image);
    const auto at = model.data(index, SamplesModel::IndexRole).toLongLong();
    const std::span<const uint8_t> image = examples.pixels(column, at);
    std::vector<float> pixels(image.size());
    std::transform(image.begin(), image.end(), pixels.begin(),
                   [](uint8_t byte) { return static_cast<float>(byte) / 255; });
    m_draw->setImage(std::move(pixels), extentOf(m_data->columns[column]));
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
