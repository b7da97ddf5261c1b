// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/card_memory.h"

#include <QCoreApplication>

#include <algorithm>

#include "gui/models/number_text.h"

namespace vitrine::gui {

CardMemory cardMemoryOf(const RunDevice& device) {
    CardMemory parts{.others = std::max<int64_t>(0, device.memoryBytes - device.freeBytes),
                     .arena = device.arenaBytes,
                     .workspace = device.workspaceBytes};
    parts.free = std::max<int64_t>(0, device.freeBytes - parts.arena - parts.workspace);
    return parts;
}

QString cardMemoryText(const RunDevice& device) {
    const auto bytes = [](int64_t count) { return bytesText(static_cast<double>(count)); };
    const CardMemory parts = cardMemoryOf(device);
    return QCoreApplication::translate("CardMemory",
                                       "%1: arena %2, workspace of its kernels %3, free %4 of %5")
        .arg(QString::fromStdString(device.name), bytes(parts.arena), bytes(parts.workspace),
             bytes(parts.free), bytes(device.memoryBytes));
}

}  // namespace vitrine::gui
