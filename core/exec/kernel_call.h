// SPDX-License-Identifier: Apache-2.0
// Instructions as kernels see them.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/opdef/descriptor.h"
#include "core/tensor/layout.h"
#include "kernels/api/pooled.h"

namespace vitrine {

/// By extents and strides, and as images where the shape has that view (else 1, count, 1, 1).
kernels::Operand operandOf(const TensorType& type);

/// What a value is to its readers: the filters, where it holds their frequencies.
ValueShape logicalShape(const TensorType& type);

/// The values of an instruction's call, in its order: operands that are there, then results.
std::vector<ValueId> callValues(const Instr& instr);

/// A gradient that comes through a max pool is operand 0: loads give what it is before the pool.
bool loadsThroughPool(const Instr& instr);
/// The last that was fused in is a max pool: maxima and index are the results.
bool endsInPool(const Instr& instr);

/// What the operator of an instruction itself reads and makes: what pools that were fused in are
/// given and give.
struct OwnShapes {
    std::vector<ValueShape> in, out;
};
OwnShapes ownShapes(const Instr& instr, std::span<const ValueShape> in,
                    std::span<const ValueShape> out);

/// What an instruction asks of kernels. `in`, `out`: types of all operands (any for missing ones)
/// and results. Not for views.
kernels::Call callOf(const Instr& instr, std::span<const TensorType> in,
                     std::span<const TensorType> out);

/// Its call with the pool that it has.
kernels::PooledCall pooledCall(const Instr& instr, kernels::Call call);
/// The kernel for its call, whose operands lie as they are.
kernels::Kernel boundTo(const Instr& instr, kernels::Call call);

/// The same with everything row-major and without gaps: what offers are asked for.
kernels::Call logicalCall(const Instr& instr, std::span<const ValueShape> in,
                          std::span<const ValueShape> out);

/// The type of a view's result inside the operand's memory, or nothing where the operand must be
/// row-major without gaps first. In lanes and blocks only views are possible that leave the order
/// of elements alone (reshapes), and not all of them.
std::optional<TensorType> viewType(const Instr& instr, const TensorType& in, const ValueShape& out);

/// Does a view leave the elements of `in` where they are in this layout?
bool staysIn(LayoutKind kind, const Instr& view, const Shape& in, const Shape& out);

}  // namespace vitrine
