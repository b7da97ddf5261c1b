// SPDX-License-Identifier: GPL-3.0-or-later
// Room for nodes that are put somewhere: what stands there goes down. Needs no window.
#pragma once

#include <QRectF>

#include <set>
#include <string>

#include "core/graph/edit.h"

namespace vitrine::gui {

/// `transaction` and, behind it, moves that take away whatever the nodes `placed` lie on once it is
/// done: each node in the way goes straight down to the next row below what pushes it, and pushes
/// in its turn. Nothing else moves, and nodes of `placed` do not push each other.
Transaction withRoom(const Graph& graph, Transaction transaction,
                     const std::set<std::string>& placed);

/// The nearest place to the right of `rect`, itself included, where it lies on no node.
QPointF freeShift(const Graph& graph, const QRectF& rect);

}  // namespace vitrine::gui
