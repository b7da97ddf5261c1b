// SPDX-License-Identifier: GPL-3.0-or-later
// Examples beside answers.
#include "gui/models/results_model.h"

#include <algorithm>

#include "gui/models/column_text.h"
#include "gui/models/number_text.h"
#include "gui/models/output_view.h"

namespace vitrine::gui {

void ResultsModel::setExamples(std::shared_ptr<const Dataset> data, int count,
                               std::vector<TakenColumn> taken) {
    if (data == m_data && count == m_count && taken == m_taken) return;
    beginResetModel();
    m_data = std::move(data);
    m_count = m_data ? count : 0;
    m_taken = std::move(taken);
    m_outputs.clear();
    endResetModel();
}

void ResultsModel::setOutputs(std::vector<PredictedOutput> outputs) {
    const bool isSame =
        std::ranges::equal(outputs, m_outputs, {}, &PredictedOutput::name, &PredictedOutput::name);
    if (!isSame) beginResetModel();
    m_outputs = std::move(outputs);
    if (!isSame) return endResetModel();
    if (m_count > 0 && !m_outputs.empty())
        dataChanged(index(0, static_cast<int>(m_taken.size())),
                    index(m_count - 1, columnCount() - 1));
}

void ResultsModel::setPictureSide(int pixels) {
    m_side = pixels;
    if (m_count > 0 && columnCount() > 0)
        dataChanged(index(0, 0), index(m_count - 1, columnCount() - 1), {Qt::DecorationRole});
}

int ResultsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : m_count;
}

int ResultsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_taken.size() + m_outputs.size());
}

QImage ResultsModel::pictureAt(const QModelIndex& index) const {
    if (const int given = givenAt(index.column()); given >= 0)
        return pictureOf(m_outputs[static_cast<size_t>(given)], index.row());
    const size_t column = m_taken[static_cast<size_t>(index.column())].column;
    return pictureOf(m_data->storedColumns()[column], m_data->test.value(column, index.row()));
}

QString ResultsModel::textAt(const QModelIndex& index) const {
    if (const int given = givenAt(index.column()); given >= 0)
        return textOf(m_outputs[static_cast<size_t>(given)], index.row(), m_data.get());
    const size_t column = m_taken[static_cast<size_t>(index.column())].column;
    return textOf(m_data->storedColumns()[column], m_data->test.value(column, index.row()));
}

QVariant ResultsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= m_count) return {};
    switch (role) {
        case Qt::DecorationRole: {
            const QImage picture = pictureAt(index);
            if (picture.isNull()) return {};
            return picture.scaled(m_side, m_side, Qt::KeepAspectRatio, Qt::FastTransformation);
        }
        case Qt::DisplayRole:
            return pictureAt(index).isNull() ? textAt(index) : QVariant();
        case Qt::ToolTipRole:
        case Qt::AccessibleTextRole:
            return tr("Test example %1, %2: %3")
                .arg(exactText(index.row()),
                     headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString(),
                     pictureAt(index).isNull() ? textAt(index) : tr("an image"));
        default:
            return {};
    }
}

QVariant ResultsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (role != Qt::DisplayRole) return {};
    if (orientation == Qt::Vertical) return section;
    if (const int given = givenAt(section); given >= 0)
        return tr("%1 gives")
            .arg(QString::fromStdString(m_outputs[static_cast<size_t>(given)].name));
    return m_taken[static_cast<size_t>(section)].node;
}

}  // namespace vitrine::gui
