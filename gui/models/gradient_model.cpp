// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of histograms, sorted by the order of the network.
#include "gui/models/gradient_model.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "gui/models/number_text.h"

namespace vitrine::gui {

GradientModel::GradientModel(QObject* parent) : QAbstractTableModel(parent) {
    m_nextTurn.setObjectName(QStringLiteral("GradientModel.nextTurn"));
    m_nextTurn.setSingleShot(true);
    connect(&m_nextTurn, &QTimer::timeout, this, &GradientModel::takePending);
}

void GradientModel::start(std::vector<std::string> parameters, std::vector<std::string> nodes) {
    beginResetModel();
    m_failedStep = 0;
    m_pending.clear();
    m_nextTurn.stop();
    m_rows.clear();
    m_shown.clear();
    m_parameters.clear();
    m_nodes.clear();
    for (const std::string& parameter : parameters) {
        const QString name = QString::fromStdString(parameter);
        m_parameters.push_back({name, name.section(QLatin1Char('.'), 0, -2)});
    }
    for (const std::string& node : nodes) {
        const QString name = QString::fromStdString(node);
        m_nodes.push_back({name, name});
    }
    endResetModel();
}

std::vector<GradientModel::Subject>& GradientModel::subjectsOf(SampleKind kind) {
    return kind == SampleKind::Activation ? m_nodes : m_parameters;
}

/// The row that a record belongs to, made where it is new; null for an unknown subject.
GradientModel::Row* GradientModel::rowFor(const HistogramRecord& record) {
    const std::vector<Subject>& subjects = subjectsOf(record.kind);
    if (record.subject < 0 || static_cast<size_t>(record.subject) >= subjects.size())
        return nullptr;
    const auto before = [](const std::unique_ptr<Row>& row, const HistogramRecord& wanted) {
        return std::pair(row->kind, row->subject) < std::pair(wanted.kind, wanted.subject);
    };
    const auto at = std::lower_bound(m_rows.begin(), m_rows.end(), record, before);
    if (at != m_rows.end() && (*at)->kind == record.kind && (*at)->subject == record.subject)
        return at->get();
    const Subject& subject = subjects[static_cast<size_t>(record.subject)];
    auto row = std::make_unique<Row>();
    row->kind = record.kind;
    row->subject = record.subject;
    row->name = subject.name;
    row->node = subject.node;
    return m_rows.insert(at, std::move(row))->get();
}

void GradientModel::add(std::span<const HistogramRecord> records) {
    if (m_pending.empty()) records = records.subspan(takeSome(records));
    if (records.empty()) return;
    m_pending.insert(m_pending.end(), records.begin(), records.end());
    m_nextTurn.start(0);
}

void GradientModel::takePending() {
    const size_t taken = takeSome(m_pending);
    m_pending.erase(m_pending.begin(), m_pending.begin() + static_cast<ptrdiff_t>(taken));
    if (!m_pending.empty()) m_nextTurn.start(0);
}

/// How many of them it has taken. A history that halves its columns costs a hundred times what a
/// record costs, and those of all rows are full in the same step.
size_t GradientModel::takeSome(std::span<const HistogramRecord> records) {
    constexpr int mostWork = 1000, halvingWork = 100;
    const size_t before = m_rows.size();
    size_t taken = 0;
    for (int work = 0; taken < records.size() && work < mostWork; ++taken, ++work) {
        Row* row = rowFor(records[taken]);
        if (!row) continue;
        const int samplesPerColumn = row->history.samplesPerColumn();
        row->history.add(records[taken]);
        if (row->history.samplesPerColumn() != samplesPerColumn) work += halvingWork;
        row->bins.include(occupiedBins(row->history.columns().back()));
    }
    judge();
    if (m_rows.size() != before) {
        updateShown();
    } else if (!m_shown.empty()) {
        dataChanged(index(0, 0), index(rowCount() - 1, columns - 1));
    }
    return taken;
}

void GradientModel::judge() {
    std::vector<Row*> gradients;
    std::vector<TensorStatistics> statistics;
    for (const auto& row : m_rows) {
        row->verdict = judgeAlone(row->kind, row->history.latest());
        if (row->kind != SampleKind::Gradient) continue;
        gradients.push_back(row.get());
        statistics.push_back(row->history.latest());
    }
    const std::vector<Verdict> verdicts = judgeGradients(statistics);
    for (size_t i = 0; i < verdicts.size(); ++i) gradients[i]->verdict = verdicts[i];
    for (const auto& row : m_rows)
        if (row->verdict != Verdict::NotFinite && row->history.latestStep() < m_failedStep)
            row->verdict = Verdict::Outdated;
    markFirstBad();
}

/// Activations and weights run from the first row to the last, gradients back to the first. Only
/// rows of the newest step of their kind count: an older one may have been bad by itself.
void GradientModel::markFirstBad() {
    for (const SampleKind kind :
         {SampleKind::Gradient, SampleKind::Weight, SampleKind::Activation}) {
        Row* first = nullptr;
        for (const auto& row : m_rows) {
            if (row->kind == kind) row->isFirstBad = false;
            if (row->kind != kind || row->verdict != Verdict::NotFinite) continue;
            const int64_t step = row->history.latestStep();
            const int64_t known = first ? first->history.latestStep() : -1;
            if (step > known || (step == known && kind == SampleKind::Gradient)) first = row.get();
        }
        if (first) first->isFirstBad = true;
    }
}

void GradientModel::setFailedStep(int64_t step) {
    m_failedStep = step;
    judge();
    if (!m_shown.empty()) dataChanged(index(0, 0), index(rowCount() - 1, columns - 1));
}

void GradientModel::updateShown() {
    beginResetModel();
    m_shown.clear();
    for (const auto& row : m_rows)
        if (row->kind == m_kind) m_shown.push_back(row.get());
    endResetModel();
}

void GradientModel::setKind(SampleKind kind) {
    if (kind == m_kind) return;
    m_kind = kind;
    updateShown();
}

BinRange GradientModel::bins() const {
    BinRange range;
    for (const Row* row : m_shown) range.include(row->bins);
    return range;
}

int GradientModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

int GradientModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : columns;
}

QVariant GradientModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const Row& at = row(index.row());
    if (role == Qt::ToolTipRole && index.column() == VerdictColumn)
        return QStringList{detail(at), advice(at.verdict)}.join(QLatin1Char('\n')).trimmed();
    if (role == Qt::ToolTipRole && index.column() == Name) return at.name;
    if (role == Qt::TextAlignmentRole && index.column() == Size)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::AccessibleTextRole) return {};
    switch (index.column()) {
        case Name:
            return at.name;
        case Size:
            return sizeText(at);
        case VerdictColumn:
            return at.isFirstBad ? tr("first not finite") : text(at.verdict);
        default:
            return role == Qt::AccessibleTextRole ? tr("%1 samples").arg(at.history.samples())
                                                  : QVariant();
    }
}

QVariant GradientModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((section == Size ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && section == Distribution)
        return tr(
            "Steps from left to right. From top to bottom: large positive numbers, zero "
            "(the ticks), large negative ones; each row is a power of two. The brighter, the "
            "more elements.");
    if (role != Qt::DisplayRole) return {};
    switch (section) {
        case Name:
            return m_kind == SampleKind::Activation ? tr("Node") : tr("Parameter");
        case Distribution:
            return tr("Magnitude over steps");
        case Size:
            return tr("RMS");
        default:
            return tr("Verdict");
    }
}

QString GradientModel::sizeText(const Row& row) {
    const TensorStatistics& latest = row.history.latest();
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (latest.nans > 0) return realText(std::nan(""));
    return realText(latest.nonFinite > 0 ? infinity : rootMeanSquare(latest));
}

QString GradientModel::detail(const Row& row) {
    if (row.verdict == Verdict::Outdated)
        return tr("seen in step %1").arg(exactText(row.history.latestStep()));
    const TensorStatistics& latest = row.history.latest();
    const int64_t infinite = latest.nonFinite - latest.nans;
    QStringList parts;
    if (latest.nans > 0) parts << tr("%1 NaN").arg(exactText(latest.nans));
    if (infinite > 0) parts << tr("%1 infinite").arg(exactText(infinite));
    return parts.join(QStringLiteral(", "));
}

QString GradientModel::text(Verdict verdict) {
    switch (verdict) {
        case Verdict::Fine:
            return tr("fine");
        case Verdict::Vanishing:
            return tr("vanishing");
        case Verdict::Exploding:
            return tr("exploding");
        case Verdict::Dead:
            return tr("dead");
        case Verdict::NotFinite:
            return tr("not finite");
        case Verdict::Outdated:
            return tr("not known");
    }
    return {};
}

QString GradientModel::advice(Verdict verdict) {
    switch (verdict) {
        case Verdict::Fine:
            return {};
        case Verdict::Vanishing:
            return tr(
                "So small that this layer hardly learns. A normalisation before it, a ReLU "
                "instead of a sigmoid or a shortcut around it helps.");
        case Verdict::Exploding:
            return tr(
                "So large that a step overshoots. A lower learning rate, clipping the "
                "gradient or a normalisation helps.");
        case Verdict::Dead:
            return tr(
                "Every element is 0: nothing gets through. A lower learning rate or a leaky "
                "ReLU before it helps.");
        case Verdict::NotFinite:
            return tr(
                "Elements are NaN or infinite. Watch for the first one (Train menu) to stop "
                "at the entry that makes it.");
        case Verdict::Outdated:
            return tr(
                "A later step made numbers that are not finite, and there is no sample of it: "
                "nobody knows whether this is still fine.");
    }
    return {};
}

}  // namespace vitrine::gui
