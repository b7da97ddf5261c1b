// SPDX-License-Identifier: Apache-2.0
// What a network needs to take other data: new extents at its inputs, as many answers as classes.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "core/graph/edit.h"

namespace vitrine {

struct NetworkFit {
    Transaction edits;               ///< empty: it takes the data as it is
    std::vector<std::string> words;  ///< for each change: `input 'x': 1 × 28 × 28 → 3 × 32 × 32`
};

/// For a network that takes columns as they come in front of it (Dataset::columns). Inputs get the
/// column's extents (masks of class numbers as they are), and the first column of their kind where
/// theirs is not there; targets the number of classes, and with them the layer that a loss compares
/// with them: the nearest one in front of it that says how much it gives. Numbers that this layer
/// was given go, and it starts anew. Class weights of another
/// number go. What does not fit inside after that is for the shape pass to say.
NetworkFit fitOf(const Graph& graph, const std::vector<Column>& columns);

/// Of those edits the ones that change neither extents nor numbers of classes: names of columns,
/// and how their numbers come in.
Transaction columnEdits(const Graph& graph, const std::vector<Column>& columns);

/// A template's fields `channels`, `height`, `width` and `classes` as the first image and class
/// columns want them; those that the template has not or that it cannot have so stay.
Attrs fieldsFor(Attrs fields, std::span<const Column> columns);

}  // namespace vitrine
