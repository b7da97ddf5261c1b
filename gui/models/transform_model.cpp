// SPDX-License-Identifier: GPL-3.0-or-later
// Rows and their words.
#include "gui/models/transform_model.h"

#include <algorithm>

#include "gui/models/number_text.h"

namespace vitrine::gui {

namespace {

QString text(std::string_view words) {
    return QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size()));
}

/// `sideways · 0.5`
QString fieldsText(const Attrs& attrs) {
    QStringList values;
    for (size_t i = 0; i < attrs.values().size(); ++i) {
        const FieldSpec& spec = attrs.specs()[i];
        if (spec.type == FieldType::Bool) {
            if (std::get<bool>(attrs.values()[i])) values << text(spec.title).toLower();
            continue;
        }
        values << editText(attrs.values()[i]).replace(QLatin1Char('_'), QLatin1Char(' '));
    }
    return values.join(QStringLiteral(" · "));
}

}  // namespace

void TransformModel::setList(std::vector<ChosenThing> list, bool isForEvaluation) {
    const bool isSameShape =
        isForEvaluation == m_isForEvaluation &&
        std::ranges::equal(list, m_list, {}, &ChosenThing::id, &ChosenThing::id);
    if (!isSameShape) beginResetModel();
    m_list = std::move(list);
    m_isForEvaluation = isForEvaluation;
    if (!isSameShape)
        endResetModel();
    else if (!m_list.empty())
        dataChanged(index(0), index(rowCount() - 1));
}

int TransformModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_list.size());
}

QVariant TransformModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const ChosenThing& chosen = m_list[static_cast<size_t>(index.row())];
    const TransformDescriptor* kind = findTransform(chosen.id);
    const bool isUseless = m_isForEvaluation && kind && kind->draws;
    switch (role) {
        case Qt::DisplayRole:
            return kind ? text(kind->title) : QString::fromStdString(chosen.id);
        case SummaryRole:
            return fieldsText(chosen.attrs);
        case UselessRole:
            return isUseless;
        case Qt::AccessibleTextRole:
            return tr("%1. %2: %3")
                .arg(index.row() + 1)
                .arg(data(index, Qt::DisplayRole).toString(), fieldsText(chosen.attrs));
        case Qt::ToolTipRole: {
            QString tip = kind ? text(kind->summary) : QString();
            if (isUseless)
                tip += QLatin1Char('\n') +
                       tr("It draws numbers: what is measured would hang on chance.");
            return tip;
        }
        default:
            return {};
    }
}

Qt::ItemFlags TransformModel::flags(const QModelIndex& index) const {
    if (!index.isValid()) return Qt::ItemIsDropEnabled;
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsDragEnabled;
}

bool TransformModel::moveRows(const QModelIndex&, int row, int count, const QModelIndex&,
                              int before) {
    if (count != 1 || row < 0 || row >= rowCount() || before < 0 || before > rowCount())
        return false;
    moveWanted(row, before > row ? before - 1 : before);
    return true;
}

}  // namespace vitrine::gui
