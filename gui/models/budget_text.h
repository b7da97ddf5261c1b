// SPDX-License-Identifier: GPL-3.0-or-later
// Words for a plan that makes values again to take less memory.
#pragma once

#include <QString>
#include <QStringList>

#include "core/session/live_run.h"

namespace vitrine::gui {

/// `127 MB of 235 MB`: what a plan takes of what keeping everything takes.
QString budgetSizeText(const Tape& plan, const Tape& kept);
/// `−46 % memory, +11.9 % time, 21 values made again`, or that everything is kept.
QString budgetCostText(const Tape& plan, const Tape& kept);
/// The nodes whose values are made again, in the order in which that happens.
QStringList nodesMadeAgain(const Tape& plan);

}  // namespace vitrine::gui
