// SPDX-License-Identifier: Apache-2.0
// RNN, GRU and LSTM: steps one after another, in one direction or both.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "core/onnx/context.h"

namespace vitrine::onnx {

/// A function between numbers, by its name and what it asks for.
struct CellFunction {
    std::string name;
    double alpha = 0, beta = 0;
};
Value applied(Context& c, const CellFunction& function, const Value& x);

/// One direction.
struct CellPass {
    bool isReversed = false;
    int64_t hidden = 0;
    std::vector<CellFunction> functions = {};
    double clip = 0;       ///< 0: none
    Value fromInput = {};  ///< [T, N, gates · H]: what the input asks of the gates, its bias too
    Value weight = {};     ///< [H, gates · H]
    Value bias = {};       ///< [gates · H] of the hidden state; missing: none
    std::array<Value, 3> peepholes = {};  ///< [H] of input, output and forget gate

    /// Function k of a gate's numbers, which are clipped first.
    Value gate(Context& c, size_t k, const Value& x) const;
};

/// What goes from step to step, each [N, H]; a layer without cells has no `cell`.
struct CellState {
    Value hidden = {}, cell = {};
};
/// A step: the row [N, gates · H] of `fromInput`, and what was.
using CellStep =
    std::function<CellState(Context&, const CellPass&, const Value& fromInput, const CellState&)>;

struct Recurrence {
    int gates = 1;
    bool hasCell = false;
    std::vector<std::string> functions = {};  ///< the usual ones
    CellStep step = {};
};
/// Reads a node of one of the three.
void readRecurrence(Context& c, const Recurrence& layer);

/// Columns of gate k in rows [N, gates · H].
Value gatePart(Context& c, const CellPass& pass, const Value& rows, int k);
/// h · weight, and the hidden bias where `withBias`.
Value fromHidden(Context& c, const CellPass& pass, const Value& hidden, bool withBias);

}  // namespace vitrine::onnx
