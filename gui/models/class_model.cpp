// SPDX-License-Identifier: GPL-3.0-or-later
// Names and counts.
#include "gui/models/class_model.h"

#include "gui/models/number_text.h"

namespace vitrine::gui {

void ClassModel::setTable(std::shared_ptr<const SampleTable> table, ClassCounts counts) {
    const bool isSame = table && m_table && table->data() == m_table->data() &&
                        table->classColumn() == m_table->classColumn();
    if (!isSame) beginResetModel();
    m_table = std::move(table);
    m_counts = std::move(counts);
    if (!isSame) return endResetModel();
    if (rowCount() > 0) dataChanged(index(0), index(rowCount() - 1));
}

std::optional<int32_t> ClassModel::classAt(int row) const {
    if (row <= 0 || row >= rowCount()) return {};
    return row - 1;
}

int64_t ClassModel::countAt(int row, DataPart part) const {
    const auto number = classAt(row);
    if (!number) return part == DataPart::Training ? m_counts.allTrain : m_counts.allTest;
    const auto& counts = part == DataPart::Training ? m_counts.train : m_counts.test;
    const auto at = static_cast<size_t>(*number);
    return m_table->hasClasses() && at < counts.size() ? counts[at] : -1;
}

int ClassModel::rowCount(const QModelIndex& parent) const {
    if (parent.isValid() || !m_table || m_table->classCount() == 0) return 0;
    return m_table->classCount() + 1;
}

QVariant ClassModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const auto number = classAt(index.row());
    const int64_t train = countAt(index.row(), DataPart::Training);
    const int64_t test = countAt(index.row(), DataPart::Test);
    const QString name = number ? m_table->className(*number) : tr("All");
    switch (role) {
        case Qt::DisplayRole:
            return name;
        case TrainRole:
            return static_cast<qlonglong>(train);
        case TestRole:
            return static_cast<qlonglong>(test);
        case LargestRole:
            return static_cast<qlonglong>(m_counts.largest);
        case ClassRole:
            return number ? QVariant(*number) : QVariant();
        case Qt::ToolTipRole:
        case Qt::AccessibleTextRole:
            return train < 0 ? name
                             : tr("%1: %2 training, %3 test")
                                   .arg(name, exactText(train), exactText(test));
        default:
            return {};
    }
}

}  // namespace vitrine::gui
