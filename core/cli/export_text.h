// SPDX-License-Identifier: Apache-2.0
// What there is to say of an export.
#pragma once

#include <string>

#include "core/session/export_model.h"
#include "core/session/export_run.h"
#include "core/session/export_torch.h"
#include "core/session/export_weights.h"

namespace vitrine::cli {

std::string exportText(const ExportReport& report);
std::string exportJson(const ExportReport& report);
std::string torchText(const TorchExportReport& report);
std::string torchJson(const TorchExportReport& report);
std::string runText(const RunExport& report);
std::string runJson(const RunExport& report);
std::string weightsText(const WeightsReport& report);
std::string weightsJson(const WeightsReport& report);

}  // namespace vitrine::cli
