// SPDX-License-Identifier: Apache-2.0
// Making a network take the data that somebody has chosen.
#pragma once

#include <span>

#include "core/data/dataset.h"
#include "core/graph/edit.h"
#include "core/templates/template.h"

namespace vitrine {

/// Edits after which inputs have the shapes of their columns, targets as many classes as theirs,
/// and the layers that losses compare with such targets one number for each class. Empty: the
/// network is so already, or what would have to change is not seen (a column that is not there, a
/// loss behind more than one layer's output).
Transaction fitting(const Graph& graph, std::span<const Column> columns);

/// A template's fields `channels`, `height`, `width` and `classes` as the first image and class
/// columns want them; those that the template has not or that it cannot have so stay.
Attrs fieldsFor(Attrs fields, std::span<const Column> columns);

}  // namespace vitrine
