// SPDX-License-Identifier: GPL-3.0-or-later
// ExportTold: what there is to say of an export, whatever was written.
#pragma once

#include <QStringList>

#include <vector>

#include "core/session/export_cpp.h"
#include "core/session/export_model.h"
#include "core/session/export_torch.h"
#include "gui/models/problem_model.h"

namespace vitrine::gui {

struct ExportTold {
    QString path;       ///< of the file or folder
    QStringList facts;  ///< a line each
    ExportProof proof;  ///< nobody where nobody was asked
    std::vector<Problem> findings;
};

ExportTold toldOf(const ExportReport& report);
ExportTold toldOf(const CppExportReport& report);
ExportTold toldOf(const TorchExportReport& report, const QString& folder);

}  // namespace vitrine::gui
