// SPDX-License-Identifier: Apache-2.0
// Graphs as small text pictures, for tests and for people.
#pragma once

#include <string>
#include <string_view>

#include "core/graph/graph.h"

namespace vitrine {

/// Reads text such as
///
///     x[3,32,32] -> conv2d(out_channels=16 kernel=3 padding=1) as stem -> relu as trunk
///     trunk -> conv2d(out_channels=16 kernel=3 padding=1) -> add(trunk) -> flatten
///         -> linear(out_features=10) -> cross_entropy(labels)
///
/// Grammar (blanks and line ends separate words; `#` starts a comment to the end of the line):
///
///     text      = { statement }               a statement starts a new line or follows `;`
///     statement = start { "->" step }         `->` at a line's start goes on
///     start     = name "[" int { "," int } "]" [ fields ]   an input node, its shape after N
///               | name "<" int [ fields ]                   a target node, its classes
///               | name [ "." port ]           a node that is there already, and its output
///               | step                        a node whose first port stays open
///     fields    = "(" { field "=" value } ")"
///     step      = operator [ "(" { argument } ")" ] [ "as" name ]
///     argument  = name [ "." port ]                    feeds the next free data or labels port
///               | port "=" name [ "." port ]           feeds this port
///               | port "=@" parameter                  shares a parameter: `weight=@c1.weight`
///               | port "=<" name [ "." port ]          an edge instead of the node's parameter
///               | field "=" value                      `kernel=3,3`; text with blanks in "…"
///
/// What stands before `->` feeds the step's first data port from its first output. A step without
/// `as` is called after its operator: `relu`, `relu2`, … An unknown name given to a labels port
/// makes a target of 10 classes. A parameter is known by its name: that of another node's port, or
/// an entry that whoever reads the text adds; where it is neither, the shape pass says so. A
/// statement that starts with a word that is a node and an operator means the node; `relu()` means
/// the operator. Titles, positions, keys and entries of parameters are not part of the text: a node
/// that is read has its id for its key. Errors: "S01" (grammar), "S02" (unknown operator, port,
/// field or name, with the nearest one), "P10", "P11", "U10" as Graph's; each begins with `line L,
/// column C: ` and has place.line.
Result<Graph> graphFromText(std::string_view text);

/// A text that graphFromText reads as the same graph, its nodes in running order. Nodes that were
/// renamed are others then: their keys are their ids.
std::string graphToText(const Graph& graph);

}  // namespace vitrine
