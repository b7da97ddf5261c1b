// SPDX-License-Identifier: GPL-3.0-or-later
// What views say first that fill while a network is trained.
#pragma once

#include <QString>

#include "gui/bridge/follow.h"
#include "gui/bridge/run_controller.h"

namespace vitrine::gui {

/// `Press Space to train.`, or what stands in the way of that.
QString invitationToTrain(const RunController& run);

/// Calls set(invitation) now, and whenever it may be another one; as long as `receiver` lives.
template <class Receiver, class Set>
void followInvitation(RunController& run, Receiver* receiver, Set set) {
    const auto invite = [&run, set] { set(invitationToTrain(run)); };
    follow(&run, &RunController::planChanged, receiver, invite);
    follow(&run, &RunController::setupChanged, receiver, invite);
    follow(&run, &RunController::dataChanged, receiver, invite);
    invite();
}

}  // namespace vitrine::gui
