// SPDX-License-Identifier: GPL-3.0-or-later
// Reads what a start would be refused for.
#include "gui/bridge/invitation.h"

#include <QCoreApplication>

namespace vitrine::gui {

QString invitationToTrain(const RunController& run) {
    const auto say = [](const char* text) { return QCoreApplication::translate("Advice", text); };
    if (run.isAtFault())
        return say(QT_TRANSLATE_NOOP("Advice", "Not ready to train: Problems says why."));
    if (run.dataError())
        return say(QT_TRANSLATE_NOOP("Advice", "No data to train with: Problems says why."));
    return say(QT_TRANSLATE_NOOP("Advice", "Press Space to train."));
}

}  // namespace vitrine::gui
