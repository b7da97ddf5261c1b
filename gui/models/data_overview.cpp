// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of a survey, and pictures for them.
#include "gui/models/data_overview.h"

#include <algorithm>

#include "gui/models/column_text.h"
#include "gui/models/count_words.h"

namespace vitrine::gui {

namespace {

constexpr size_t picturesPerRow = 12, mostRowsWithPictures = 250;
constexpr int largestPicture = 96;  ///< kept as large as a sharp screen shows it

/// Small pictures are enlarged by whoever paints them, pixel by pixel.
QImage thumbnail(const QImage& picture) {
    if (std::max(picture.width(), picture.height()) <= largestPicture) return picture;
    return picture.scaled(largestPicture, largestPicture, Qt::KeepAspectRatio,
                          Qt::SmoothTransformation);
}

class PictureSearch {
  public:
    PictureSearch(const Dataset& data, std::stop_token stop)
        : m_data(data), m_stop(std::move(stop)) {
        const auto& columns = data.storedColumns();
        const auto image = std::ranges::find_if(
            columns, [](const Column& column) { return column.isImage() && !column.hasClasses(); });
        if (image != columns.end()) m_image = static_cast<size_t>(image - columns.begin());
    }

    void fillParts(std::vector<OverviewRow>& rows) const {
        for (size_t part = 0; part < rows.size(); ++part) {
            const ExampleSet& set = part == 0 ? m_data.train : m_data.test;
            for (int64_t i = 0; i < set.count && wants(rows[part]); ++i) add(rows[part], set, i);
        }
    }

    void fillClasses(std::vector<OverviewRow>& rows, size_t column) const {
        const ExampleSet& set = m_data.train;
        if (set.count == 0 || !set.source->isAtHand(column)) return;
        size_t lacking = std::min(rows.size(), mostRowsWithPictures);
        for (int64_t i = 0; i < set.count && lacking > 0; ++i) {
            const int32_t label = set.number(column, i);
            if (label < 0 || label >= std::ssize(rows)) continue;
            const auto place = static_cast<size_t>(label);
            if (place >= mostRowsWithPictures || !wants(rows[place])) continue;
            add(rows[place], set, i);
            if (rows[place].pictures.size() == picturesPerRow) --lacking;
        }
    }

  private:
    bool wants(const OverviewRow& row) const {
        return m_image && !m_stop.stop_requested() && row.pictures.size() < picturesPerRow;
    }
    void add(OverviewRow& row, const ExampleSet& set, int64_t index) const {
        const Column& column = m_data.storedColumns()[*m_image];
        row.pictures.push_back(thumbnail(pictureOf(column, set.value(*m_image, index))));
    }

    const Dataset& m_data;
    std::stop_token m_stop;
    std::optional<size_t> m_image;
};

}  // namespace

std::vector<OverviewRow> overviewOf(const Dataset& stored, const DataSurvey& survey,
                                    const std::stop_token& stop) {
    std::vector<OverviewRow> rows;
    const PictureSearch search(stored, stop);
    if (survey.classes.empty()) {
        rows = {{DataOverviewModel::tr("Training"), survey.train, 0},
                {DataOverviewModel::tr("Test"), 0, survey.test}};
        search.fillParts(rows);
        return rows;
    }
    for (const DataSurvey::ClassCount& one : survey.classes)
        rows.push_back({QString::fromStdString(one.name), one.train, one.test});
    const int column = columnNamed(stored.storedColumns(), survey.classColumn);
    search.fillClasses(rows, static_cast<size_t>(column));
    return rows;
}

void DataOverviewModel::setRows(std::vector<OverviewRow> rows) {
    beginResetModel();
    m_rows = std::move(rows);
    m_most = 0;
    for (const OverviewRow& row : m_rows) m_most = std::max(m_most, row.train + row.test);
    m_hasPictures =
        std::ranges::any_of(m_rows, [](const OverviewRow& row) { return !row.pictures.empty(); });
    endResetModel();
}

int DataOverviewModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant DataOverviewModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const OverviewRow& row = at(index);
    if (role == Qt::DisplayRole) return row.name;
    if (role != Qt::ToolTipRole && role != Qt::AccessibleTextRole) return {};
    return tr("%1: %2, %3")
        .arg(row.name, countWords(row.train, tr("1 training example"), tr("%1 training examples")),
             countWords(row.test, tr("1 test example"), tr("%1 test examples")));
}

}  // namespace vitrine::gui
