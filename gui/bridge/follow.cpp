// SPDX-License-Identifier: GPL-3.0-or-later
// Who holds an object, and what is said of a check that failed.
#include "gui/bridge/follow.h"

#include <QCoreApplication>
#include <QDockWidget>

namespace vitrine::gui {

ViewHost* viewHostOf(QObject* object) {
    for (; object; object = object->parent())
        if (auto* dock =
                qobject_cast<QDockWidget*>(object))  // cheap: this is asked for every event
            if (auto* host = dynamic_cast<ViewHost*>(dock)) return host;
    return nullptr;
}

QString sentenceOf(const CheckFailed& failed) {
    return QCoreApplication::translate(
               "ViewHost", "A check of the program about itself has failed in here: %1.")
        .arg(QString::fromStdString(failed.what()));
}

}  // namespace vitrine::gui
