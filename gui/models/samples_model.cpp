// SPDX-License-Identifier: GPL-3.0-or-later
// Pages of examples.
#include "gui/models/samples_model.h"

#include <algorithm>
#include <cmath>

#include "gui/models/number_text.h"

namespace vitrine::gui {

SamplesModel::SamplesModel(QObject* parent) : QAbstractListModel(parent) {
    connect(&m_pictures, &SamplePictures::made, this, &SamplesModel::tellPictures);
}

void SamplesModel::tellPictures() {
    if (rowCount() > 0) dataChanged(index(0), index(rowCount() - 1), {PictureRole, UnreadRole});
}

/// Pictures are others from now on, or may be.
void SamplesModel::lookAnew() {
    m_look.stored = m_source.table ? m_source.table->data() : nullptr;
    m_look.image = m_columns.image;
    m_pictures.setLook(m_look, m_source.table);
    m_bars.setData(m_columns.image < 0 ? m_look.stored : nullptr);
}

void SamplesModel::setColumns(const ShownColumns& columns) {
    if (columns == m_columns) return;
    beginResetModel();
    m_columns = columns;
    lookAnew();
    endResetModel();
}

bool SamplesModel::isSamePage(const FoundSamples& found) const {
    if (found.count != m_found.count) return false;
    const int64_t first = int64_t{m_page} * samplesPerPage;
    for (int64_t row = first; row < std::min(first + samplesPerPage, found.count); ++row)
        if (found.at(row) != m_found.at(row)) return false;
    return true;
}

void SamplesModel::show(const SampleSource& source, const FoundSamples& found,
                        bool isSameQuestion) {
    const bool isSameData =
        source.table && m_source.table && source.table->data() == m_source.table->data();
    const bool staysHere = isSameData && isSameQuestion;
    const bool isQuiet = staysHere && isSamePage(found);
    if (!isQuiet) beginResetModel();
    m_source = source;
    m_found = found;
    lookAnew();
    if (!staysHere) m_page = 0;
    m_page = std::clamp(m_page, 0, std::max(0, pages() - 1));
    if (!isQuiet) return endResetModel();
    if (rowCount() > 0) dataChanged(index(0), index(rowCount() - 1));
}

void SamplesModel::setSeen(std::shared_ptr<const Dataset> seen) {
    if (seen == m_look.seen) return;
    m_look.seen = std::move(seen);
    lookAnew();
    tellPictures();
}

void SamplesModel::setNormalisation(const Normalisation& normalisation) {
    // Told with every edit.
    if (normalisation == m_look.normalisation) return;
    m_look.normalisation = normalisation;
    lookAnew();
    tellPictures();
}

void SamplesModel::setNormalised(bool normalised) {
    m_look.isSeen = normalised;
    lookAnew();
    tellPictures();
}

void SamplesModel::setOccasion(const Occasion& occasion) {
    if (occasion.seed == m_look.seed && occasion.epoch == m_look.epoch) return;
    m_look.seed = occasion.seed;
    m_look.epoch = occasion.epoch;
    lookAnew();
    tellPictures();
}

void SamplesModel::setMask(int column, double share, std::vector<QRgb> colours) {
    m_look.mask = column;
    m_look.maskShare = share;
    m_look.maskColours = std::move(colours);
    lookAnew();
    tellPictures();
}

void SamplesModel::setPage(int page) {
    const int wanted = std::clamp(page, 0, std::max(0, pages() - 1));
    if (wanted == m_page) return;
    beginResetModel();
    m_page = wanted;
    endResetModel();
}

int SamplesModel::pages() const {
    return static_cast<int>((samples() + samplesPerPage - 1) / samplesPerPage);
}

int SamplesModel::rowCount(const QModelIndex& parent) const {
    if (parent.isValid()) return 0;
    const int64_t left = samples() - int64_t{m_page} * samplesPerPage;
    return static_cast<int>(std::clamp<int64_t>(left, 0, samplesPerPage));
}

int64_t SamplesModel::placeAt(int row) const {
    return m_found.at(int64_t{m_page} * samplesPerPage + row);
}

int SamplesModel::rowOf(int64_t place) const {
    for (int row = 0; row < rowCount(); ++row)
        if (placeAt(row) == place) return row;
    return -1;
}

QString SamplesModel::truthOf(int64_t place) const {
    const SampleTable& table = *m_source.table;
    if (m_columns.truth < 0) return tr("#%1").arg(exactText(table.indexOf(place)));
    if (m_columns.truth == table.classColumn()) return table.className(table.classOf(place));
    const auto column = static_cast<size_t>(m_columns.truth);
    return textOf(table.data()->storedColumns()[column],
                  table.examplesOf(place).value(column, table.indexOf(place)));
}

bool SamplesModel::isUnread(int64_t place) const {
    const SampleTable& table = *m_source.table;
    return table.examplesOf(place).isUnread(table.indexOf(place));
}

QString SamplesModel::describe(int64_t place) const {
    const SampleTable& table = *m_source.table;
    const std::string name = table.examplesOf(place).nameOf(table.indexOf(place));
    QStringList words{tr("Image %1").arg(exactText(table.indexOf(place)))};
    if (!name.empty()) words << QString::fromStdString(name);
    const std::vector<Column>& columns = table.data()->storedColumns();
    for (size_t i = 0; i < columns.size(); ++i)
        if (!columns[i].isImage())
            words << tr("%1 %2").arg(
                QString::fromStdString(columns[i].name),
                textOf(columns[i], table.examplesOf(place).value(i, table.indexOf(place))));
    const SampleChange change = table.changeOf(place);
    if (change.label) words << tr("changed to %1").arg(table.className(*change.label));
    if (change.isExcluded) words << tr("excluded");
    if (isUnread(place))
        words << tr(
            "its file cannot be read: where such are passed over, another of its class "
            "stands here");
    QString text = words.join(QStringLiteral(", "));
    const Answer answer = m_source.answers.of(table, place);
    if (answer.predicted == noAnswer)
        return tr("%1; the network's outputs for it are not numbers").arg(text);
    if (answer.predicted == notAsked) return text;
    text = tr("%1, taken for %2 with %3")
               .arg(text, table.className(answer.predicted),
                    percentText(static_cast<double>(answer.probability), 1));
    if (std::isnan(answer.loss)) return text;
    return tr("%1, loss %2").arg(text, realText(static_cast<double>(answer.loss)));
}

QVariant SamplesModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const int64_t place = placeAt(index.row());
    const SampleTable& table = *m_source.table;
    const Answer answer = m_source.answers.of(table, place);
    switch (role) {
        case PictureRole:
            return m_pictures.at(place);
        case Qt::DisplayRole:
        case TruthRole:
            return truthOf(place);
        case PredictedRole:
            return answer.predicted == notAsked ? QString() : table.className(answer.predicted);
        case ProbabilityRole:
            return answer.predicted < 0 ? QVariant() : answer.probability;
        case IndexRole:
            return static_cast<qlonglong>(table.indexOf(place));
        case PlaceRole:
            return static_cast<qlonglong>(place);
        case OwnClassRole:
            return table.changeOf(place).label ? table.className(table.ownClass(place)) : QString();
        case ExcludedRole:
            return table.changeOf(place).isExcluded;
        case LossRole:
            return std::isnan(answer.loss) ? QVariant() : answer.loss;
        case UnreadRole:
            return isUnread(place);
        case BarsRole:
            return QVariant::fromValue(m_bars.of(table, place));
        case Qt::ToolTipRole:
        case Qt::AccessibleTextRole:
            return describe(place);
        default:
            return {};
    }
}

}  // namespace vitrine::gui
