// SPDX-License-Identifier: GPL-3.0-or-later
// One Error for each.
#include "gui/bridge/start_words.h"

namespace vitrine::gui::run_machine {

Error noNetwork() {
    return {"P10", "there is no network to train yet", {}, {}, "Add nodes: Tab on the canvas."};
}

Error stillEnding() {
    return {std::string(stoppedCode),
            "the start that was stopped has not ended yet",
            {},
            {},
            "Go on with the run in a moment."};
}

Error startStopped() {
    return {std::string(stoppedCode),
            "the start was stopped",
            {},
            "Nothing was trained.",
            "Train (Space) starts again."};
}

Error adviceOn(const SaveTrouble& trouble) {
    Error error = *trouble.why;
    if (trouble.hasLostFolder()) {
        error.kept = "The weights are in memory still.";
        error.next =
            "Train (Space) goes on learning from them in a new folder; Stop (Shift+F5) ends the "
            "run and keeps them for the next one.";
    } else if (trouble.hasEndFailed) {
        error.next += " Stop (Shift+F5) once more ends the run without saving.";
    } else if (trouble.waitsForRoom) {
        error.next += " The run goes on by itself when there is room.";
    }
    return error;
}

}  // namespace vitrine::gui::run_machine
