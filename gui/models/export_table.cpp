// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of a proof, and sentences.
#include "gui/models/export_table.h"

#include "gui/bridge/sentence_words.h"
#include "gui/models/count_words.h"

namespace vitrine::gui {

namespace {

QString text(const std::string& words) { return QString::fromStdString(words); }

Problem note(const QString& sentence) {
    return {{{}, sentence.toStdString(), {}, {}, {}}, false, true};
}

/// What is known as a way of the runtime is said, and nothing to mend.
Problem differenceOf(const RuntimeProof& proof) {
    const QString sentence =
        QObject::tr("%1: the first value that differs is '%2', of %3")
            .arg(text(proof.runtime), text(proof.firstDifference), text(proof.firstOperator));
    Problem problem{{{}, sentence.toStdString(), {}, {}, proof.explanation}, true, false};
    problem.error.place.node = proof.firstDifference;
    return problem;
}

}  // namespace

void ExportTable::set(const ExportProof& proof) {
    beginResetModel();
    m_rows.clear();
    for (const RuntimeProof& runtime : proof.runtimes) {
        if (runtime.outputs.empty()) m_rows.push_back(rowOf(runtime));
        for (const OutputProof& output : runtime.outputs) m_rows.push_back(rowOf(runtime, output));
    }
    endResetModel();
}

void ExportTable::clear() { set({}); }

/// Of whoever gives no numbers.
ExportTable::Row ExportTable::rowOf(const RuntimeProof& proof) {
    const bool passes = proof.refusal.empty();
    return {.runtime = text(proof.runtime),
            .verdict = passes ? tr("passes it") : tr("refuses it"),
            .help = text(proof.refusal),
            .agrees = passes};
}

ExportTable::Row ExportTable::rowOf(const RuntimeProof& proof, const OutputProof& output) {
    Row row{.runtime = text(proof.runtime),
            .verdict = tr("agrees"),
            .help = {},
            .output = output,
            .hasNumbers = true,
            .agrees = output.agrees};
    if (output.isOtherShape)
        row.verdict = tr("in another shape");
    else if (output.unlike > 0)
        row.verdict = countWords(output.unlike, tr("1 number that is finite on one side alone"),
                                 tr("%1 numbers that are finite on one side alone"));
    else if (!output.agrees)
        row.verdict = tr("differs");
    return row;
}

int ExportTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ExportTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : columns;
}

QString ExportTable::wordsOf(const Row& row, int column) const {
    switch (column) {
        case Runtime:
            return row.runtime;
        case Output:
            return QString::fromStdString(row.output.name);
        case Difference:
            return row.hasNumbers ? realText(row.output.difference, 2) : QString();
        case Largest:
            return row.hasNumbers ? realText(row.output.largest, 3) : QString();
        default:
            return row.verdict;
    }
}

QVariant ExportTable::data(const QModelIndex& index, int role) const {
    const Row& row = m_rows[static_cast<size_t>(index.row())];
    const bool isNumber = index.column() == Difference || index.column() == Largest;
    switch (role) {
        case Qt::DisplayRole:
            return wordsOf(row, index.column());
        case Qt::ToolTipRole:
            return row.help.isEmpty() ? wordsOf(row, index.column()) : row.help;
        case Qt::TextAlignmentRole:
            return QVariant::fromValue(Qt::AlignVCenter |
                                       (isNumber ? Qt::AlignRight : Qt::AlignLeft));
        case AgreesRole:
            return row.agrees;
        default:
            return {};
    }
}

QVariant ExportTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    const bool isNumber = section == Difference || section == Largest;
    if (role == Qt::TextAlignmentRole && isNumber)
        return QVariant::fromValue(Qt::AlignVCenter | Qt::AlignRight);
    const QString names[columns] = {tr("Asked"), tr("Output"), tr("Largest difference"), tr("of"),
                                    tr("Verdict")};
    if (role == Qt::ToolTipRole && section == Largest)
        return tr("The largest number that the network gives");
    if (role != Qt::DisplayRole) return {};
    return names[section];
}

std::vector<Problem> findingsOf(const ExportReport& report) {
    std::vector<Problem> problems;
    for (const RuntimeProof& proof : report.proof.runtimes) {
        if (!proof.refusal.empty()) {
            const QString sentence =
                QObject::tr("%1 refuses it: %2").arg(text(proof.runtime), text(proof.refusal));
            problems.push_back(
                {{{}, sentence.toStdString(), {}, {}, proof.explanation}, true, false});
        }
        if (!proof.firstDifference.empty()) problems.push_back(differenceOf(proof));
    }
    if (report.foldedNorms > 0)
        problems.push_back(note(countWords(
            report.foldedNorms,
            QObject::tr("1 batch normalisation went into the convolution in front"),
            QObject::tr("%1 batch normalisations went into the convolutions in front"))));
    for (const std::string& remark : report.remarks)
        problems.push_back(note(capitalised(text(remark))));
    return problems;
}

}  // namespace vitrine::gui
