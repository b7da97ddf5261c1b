// SPDX-License-Identifier: GPL-3.0-or-later
// The three tabs.
#include "gui/views/data/data_panel.h"

#include <QComboBox>
#include <QPushButton>

#include <algorithm>

#include "gui/theme/theme.h"
#include "gui/views/data/draw_page.h"
#include "gui/views/data/mistakes_page.h"
#include "gui/views/data/sample_grid.h"
#include "gui/widgets/empty_state.h"

namespace vitrine::gui {

namespace {

QStringList namesOf(const Dataset* data) {
    QStringList names;
    if (data)
        for (const std::string& name : data->classNames) names << QString::fromStdString(name);
    return names;
}

}  // namespace

DataPanel::DataPanel(Theme& theme, QWidget* parent)
    : QTabWidget(parent), m_mistakes(new MistakesPage(theme)), m_draw(new DrawPage(theme)) {
    setDocumentMode(true);
    tabBar()->setObjectName(QStringLiteral("dataTabs"));
    tabBar()->setAccessibleName(tr("Data"));
    addTab(buildSamples(theme), tr("Samples"));
    addTab(m_mistakes, tr("Mistakes"));
    addTab(m_draw, tr("Draw"));
    connect(this, &QTabWidget::currentChanged, this, [this] { drawingShown(isDrawing()); });
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
    const QStringList names = namesOf(m_data.get());
    m_mistakes->setData(m_data, names);
    m_draw->setClassNames(names);
    m_samplesEmpty->setEmpty(!m_data);
    showSamples();
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

/// Puts an image on the canvas.
void DataPanel::tryOut(const SamplesModel& model, const QModelIndex& index, DataPart part) {
    if (!m_data || !index.isValid()) return;
    const ImageSet& images = part == DataPart::Training ? m_data->train : m_data->test;
    const auto at = model.data(index, SamplesModel::IndexRole).toLongLong();
    const std::span<const uint8_t> image = images.image(at);
    std::vector<float> pixels(image.size());
    std::transform(image.begin(), image.end(), pixels.begin(),
                   [](uint8_t byte) { return static_cast<float>(byte) / 255; });
    m_draw->setImage(std::move(pixels),
                     {static_cast<int>(images.channels), static_cast<int>(images.height),
                      static_cast<int>(images.width)});
    setCurrentWidget(m_draw);
}

void DataPanel::showEvent(QShowEvent* event) {
    QTabWidget::showEvent(event);
    drawingShown(isDrawing());
}

void DataPanel::hideEvent(QHideEvent* event) {
    QTabWidget::hideEvent(event);
    drawingShown(false);
}

}  // namespace vitrine::gui
