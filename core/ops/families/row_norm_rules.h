// SPDX-License-Identifier: Apache-2.0
// Normalisation of rows and its gradient: shapes, and what their derivatives are made of.
#pragma once

#include "core/opdef/descriptor.h"

namespace vitrine::row_norm {

/// Errors: `4 scales do not divide 1 blocks of 6 columns`, `3 rows do not divide into 2 blocks`.
Result<void> needScales(const Attrs& attrs, const Shape& x, const Shape& scale);

/// Fields of row_normalize_grad as those of the instruction.
Attrs gradientFields(Builder& b, const Instr& instr);

/// The normalised rows x̂(x) = (x − mean) r, r = 1 / √(variance + epsilon). They are the gradient of
/// C √(variance + epsilon): so x̂' is symmetric, and x̂'' in all three of its arguments.
class Rows {
  public:
    Rows(Builder& b, ValueId x, const Attrs& attrs);

    /// x̂.
    ValueId normal() const;
    /// x̂'(x) v.
    ValueId derivative(ValueId v) const;
    /// x̂''(x) (u, v) = −r² a x̂ − r (mean(v x̂) x̂' u + mean(u x̂) x̂' v), with
    /// a = mean(u v) − mean(u) mean(v) − mean(u x̂) mean(v x̂).
    ValueId bend(ValueId u, ValueId v) const;

    /// Each element times the number that stands for it in `scales`.
    ValueId scaled(ValueId rows, ValueId scales) const;
    /// Those numbers for each element.
    ValueId spread(ValueId scales) const;
    /// The adjoint of that: sums over what a number stands for, shaped like `scales`.
    ValueId summed(ValueId rows, const Shape& scales) const;

  private:
    /// [N / blocks, blocks, scales of a row, run] of rows, and [blocks, scales of a row, 1].
    Shape apart(int64_t scales) const;
    Shape scalesApart(int64_t scales) const;
    ValueId mean(ValueId rows) const;
    /// r, [N, 1].
    ValueId inverse() const;

    Builder& m_b;
    ValueId m_x;
    Shape m_shape;
    double m_epsilon;
    int64_t m_blocks;
};

inline constexpr PortSpec scaleInput = {
    .id = "scale",
    .title = "Scale",
    .pattern = "[S]",
    .help = "Numbers of each block of rows; each stands for as many columns as others do."};
inline constexpr FieldSpec blocksField = {
    .id = "blocks",
    .title = "Blocks",
    .defaultNumber = 1,
    .minimum = 1,
    .maximum = 1 << 30,
    .help = "Rows one after the other that have scales and shifts of their own."};
inline constexpr FieldSpec epsilonField = {
    .id = "epsilon",
    .title = "Epsilon",
    .type = FieldType::Real,
    .defaultNumber = 1e-5,
    .minimum = 0,
    .maximum = 1,
    .help = "Added to the variance, so that rows of one number stay finite."};

}  // namespace vitrine::row_norm
