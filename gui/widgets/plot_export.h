// SPDX-License-Identifier: GPL-3.0-or-later
// What a right click on a plot offers: its picture and its numbers as files.
#pragma once

#include <QByteArray>
#include <QCoreApplication>

#include <functional>

#include "core/base/result.h"

class QCustomPlot;
class QMenu;

namespace vitrine::gui {

/// The bytes of a picture as it is shown: PNG at twice the size, or SVG.
QByteArray plotAsPng(QCustomPlot& plot);
QByteArray plotAsSvg(QCustomPlot& plot);

/// Writes PNG, SVG or, for any other ending, the table. Errors: as saveAtomically.
Result<void> exportPlot(QCustomPlot& plot, const std::function<QByteArray()>& table,
                        const QString& file);

/// Adds "Save as PNG…", "… SVG…" and "… CSV…"; each asks for a file. `told` gets one sentence about
/// what came of it.
void addExportActions(QMenu& menu, QCustomPlot& plot, std::function<QByteArray()> table,
                      std::function<void(const QString&)> told);

}  // namespace vitrine::gui
