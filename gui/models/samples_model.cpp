// SPDX-License-Identifier: GPL-3.0-or-later
// Pages of images.
#include "gui/models/samples_model.h"

#include <algorithm>
#include <cmath>

#include "gui/models/image_of.h"
#include "gui/models/number_text.h"

namespace vitrine::gui {

void SamplesModel::setColumns(const ShownColumns& columns) {
    if (columns == m_columns) return;
    beginResetModel();
    m_columns = columns;
    endResetModel();
}

void SamplesModel::showAll(std::shared_ptr<const Dataset> data, DataPart part) {
    beginResetModel();
    m_data = std::move(data);
    m_part = part;
    m_isChosen = false;
    m_chosen.clear();
    m_page = 0;
    endResetModel();
}

void SamplesModel::showChosen(std::shared_ptr<const Dataset> data, std::vector<Sample> samples) {
    beginResetModel();
    m_data = std::move(data);
    m_part = DataPart::Test;
    m_isChosen = true;
    m_chosen = std::move(samples);
    m_page = 0;
    endResetModel();
}

void SamplesModel::setNormalisation(const Normalisation& normalisation) {
    // Told with every edit.
    if (normalisation.mean == m_normalisation.mean && normalisation.std == m_normalisation.std)
        return;
    m_normalisation = normalisation;
    if (rowCount() > 0) dataChanged(index(0), index(rowCount() - 1), {PictureRole});
}

void SamplesModel::setNormalised(bool normalised) {
    m_isNormalised = normalised;
    if (rowCount() > 0) dataChanged(index(0), index(rowCount() - 1), {PictureRole});
}

void SamplesModel::setPage(int page) {
    const int wanted = std::clamp(page, 0, std::max(0, pages() - 1));
    if (wanted == m_page) return;
    beginResetModel();
    m_page = wanted;
    endResetModel();
}

const ExampleSet& SamplesModel::examples() const {
    return m_part == DataPart::Training ? m_data->train : m_data->test;
}

int64_t SamplesModel::samples() const {
    if (!m_data) return 0;
    return m_isChosen ? static_cast<int64_t>(m_chosen.size()) : examples().count;
}

int SamplesModel::pages() const {
    return static_cast<int>((samples() + samplesPerPage - 1) / samplesPerPage);
}

std::pair<double, double> SamplesModel::range() const {
    if (!m_isNormalised) return {0, 255};
    const double largest =
        std::max(std::abs(m_normalisation.mean), std::abs(1 - m_normalisation.mean)) /
        m_normalisation.std;
    return {-largest, largest};
}

int SamplesModel::rowCount(const QModelIndex& parent) const {
    if (parent.isValid()) return 0;
    const int64_t left = samples() - int64_t{m_page} * samplesPerPage;
    return static_cast<int>(std::clamp<int64_t>(left, 0, samplesPerPage));
}

Sample SamplesModel::sampleAt(int row) const {
    const int64_t at = int64_t{m_page} * samplesPerPage + row;
    return m_isChosen ? m_chosen[static_cast<size_t>(at)] : Sample{.index = at};
}

QString SamplesModel::truthOf(const Sample& sample) const {
    if (m_columns.truth < 0) return tr("#%1").arg(exactText(sample.index));
    const auto column = static_cast<size_t>(m_columns.truth);
    return textOf(m_data->storedColumns()[column], examples().value(column, sample.index));
}

QString SamplesModel::className(int label) const {
    static const Column none;
    return classText(
        m_columns.truth < 0 ? none : m_data->storedColumns()[static_cast<size_t>(m_columns.truth)],
        label);
}

QImage SamplesModel::pictureOf(const Sample& sample) const {
    if (m_columns.image < 0) return {};
    const auto column = static_cast<size_t>(m_columns.image);
    const ImageExtent extent = extentOf(m_data->storedColumns()[column]);
    const std::span<const uint8_t> pixels = examples().pixels(column, sample.index);
    if (!m_isNormalised) return imageOf(pixels, extent);
    std::vector<float> seen(pixels.size());
    std::transform(pixels.begin(), pixels.end(), seen.begin(), [&](uint8_t byte) {
        return static_cast<float>((byte / 255.0 - m_normalisation.mean) / m_normalisation.std);
    });
    const auto [lowest, highest] = range();
    return imageOf(seen, extent, lowest, highest);
}

QString SamplesModel::describe(const Sample& sample) const {
    QStringList words{tr("Image %1").arg(exactText(sample.index))};
    for (size_t i = 0; i < m_data->storedColumns().size(); ++i) {
        const Column& column = m_data->storedColumns()[i];
        if (!column.isImage())
            words << tr("%1 %2").arg(QString::fromStdString(column.name),
                                     textOf(column, examples().value(i, sample.index)));
    }
    const QString truth = words.join(QStringLiteral(", "));
    if (!sample.predicted) return truth;
    if (sample.predicted == noAnswer)
        return tr("%1; the network's outputs for it are not numbers").arg(truth);
    return tr("%1, taken for %2 with %3")
        .arg(truth, className(*sample.predicted),
             percentText(static_cast<double>(sample.probability), 1));
}

QVariant SamplesModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const Sample sample = sampleAt(index.row());
    switch (role) {
        case PictureRole:
            return pictureOf(sample);
        case Qt::DisplayRole:
        case TruthRole:
            return truthOf(sample);
        case PredictedRole:
            return sample.predicted ? className(*sample.predicted) : QString();
        case ProbabilityRole:
            return sample.predicted == noAnswer ? QVariant() : sample.probability;
        case IndexRole:
            return static_cast<qlonglong>(sample.index);
        case Qt::ToolTipRole:
        case Qt::AccessibleTextRole:
            return describe(sample);
        default:
            return {};
    }
}

}  // namespace vitrine::gui
