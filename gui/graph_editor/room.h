// SPDX-License-Identifier: GPL-3.0-or-later
// Room for nodes that are put somewhere: what stands there goes down. Needs no window.
#pragma once

#include <QRectF>

#include <set>
#include <string>

#include "core/graph/edit.h"

namespace vitrine::gui {

/// `transaction` and, behind it, the moves by which nodes make room for what it places (`placed`)
/// and moves. They go straight down, and only as far as they have to:
/// a node that something comes to lie on goes to the next row below that;
/// a consumer stays a row below what feeds it where it stood there before, or as near as it was;
/// an input or a target that feeds nothing but a node that goes down goes with it where that place
/// is free. Nodes of `placed` stay.
Transaction withRoom(const Graph& graph, Transaction transaction,
                     const std::set<std::string>& placed);

/// The nearest place to the right of `rect`, itself included, where it lies on no node.
QPointF freeShift(const Graph& graph, const QRectF& rect);

}  // namespace vitrine::gui
