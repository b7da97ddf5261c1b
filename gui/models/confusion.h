// SPDX-License-Identifier: GPL-3.0-or-later
// What a network takes for what, and how examples are asked for by it.
#pragma once

#include <cstdint>
#include <optional>

#include "core/probe/confusion_matrix.h"
#include "gui/models/sample_query.h"

namespace vitrine::gui {

/// One class taken for another, or for none.
struct Confusion {
    int truth = 0, predicted = 0;
    bool operator==(const Confusion&) const = default;
};

/// Of the test examples that are not excluded and that the network was asked about, with the
/// project's classes. A network may have more outputs than the data have classes. Any thread.
ConfusionMatrix confusionOf(const SampleSource& source);

/// Test examples whose class was not found: those without an answer, then the most confident first;
/// with `only`, those of one cell of the matrix (which may lie on the diagonal).
SampleQuery mistakesQuery(std::optional<Confusion> only = {});

}  // namespace vitrine::gui
