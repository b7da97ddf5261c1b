// SPDX-License-Identifier: GPL-3.0-or-later
// Reads plans and compares them.
#include "gui/models/budget_text.h"

#include <QCoreApplication>

#include "gui/models/number_text.h"

namespace vitrine::gui {

namespace {

QString tr(const char* text, int n = -1) {
    return QCoreApplication::translate("BudgetText", text, nullptr, n);
}

}  // namespace

QString budgetSizeText(const Tape& plan, const Tape& kept) {
    return tr("%1 of %2")
        .arg(bytesText(static_cast<double>(plan.arenaBytes())),
             bytesText(static_cast<double>(kept.arenaBytes())));
}

QString budgetCostText(const Tape& plan, const Tape& kept) {
    if (plan.recomputed() == 0) return tr("Everything is kept.");
    const double saved =
        1 - static_cast<double>(plan.arenaBytes()) / static_cast<double>(kept.arenaBytes());
    const double more = plan.recomputeSeconds() / (plan.seconds() - plan.recomputeSeconds());
    const QString values = plan.recomputed() == 1
                               ? tr("1 value made again")
                               : tr("%1 values made again").arg(exactText(plan.recomputed()));
    return tr("−%1 memory, +%2 time, %3")
        .arg(percentText(saved, saved < 0.1 ? 1 : 0), percentText(more, 1), values);
}

QStringList nodesMadeAgain(const Tape& plan) {
    QStringList nodes;
    for (const std::string& node : recomputedNodes(plan)) nodes << QString::fromStdString(node);
    return nodes;
}

}  // namespace vitrine::gui
