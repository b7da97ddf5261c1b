// SPDX-License-Identifier: Apache-2.0
// Derivatives of normalised rows from ordinary operators.
#include "core/ops/families/row_norm_rules.h"

#include <fmt/format.h>

namespace vitrine::row_norm {

Result<void> needScales(const Attrs& attrs, const Shape& x, const Shape& scale) {
    const int64_t blocks = attrs.integer("blocks"), scales = scale[0];
    if (x[0] % blocks != 0)
        return shapeError(fmt::format("{} rows do not divide into {} blocks", x[0], blocks));
    if (scales == 0 || scales % blocks != 0 || x[1] % (scales / blocks) != 0)
        return shapeError(
            fmt::format("{} scales do not divide {} blocks of {} columns", scales, blocks, x[1]));
    return {};
}

Attrs gradientFields(Builder& b, const Instr& instr) {
    Attrs attrs = b.attrs("row_normalize_grad");
    attrs.with("blocks", instr.attrs.integer("blocks"))
        .with("epsilon", instr.attrs.real("epsilon"));
    return attrs;
}

Rows::Rows(Builder& b, ValueId x, const Attrs& attrs)
    : m_b(b),
      m_x(x),
      m_shape(b.shape(x)),
      m_epsilon(attrs.real("epsilon")),
      m_blocks(attrs.integer("blocks")) {}

ValueId Rows::normal() const {
    const DType type = m_b.dtype(m_x);
    return m_b.emit("row_normalize", m_b.attrs("row_normalize").with("epsilon", m_epsilon),
                    {m_x, m_b.constant({1}, type, 1), m_b.constant({1}, type, 0)});
}

ValueId Rows::derivative(ValueId v) const {
    const std::vector<ValueId> in{v, m_x, m_b.constant({1}, m_b.dtype(m_x), 1)};
    const Attrs attrs = m_b.attrs("row_normalize_grad").with("epsilon", m_epsilon);
    return m_b.emitAll("row_normalize_grad", attrs, in).front();
}

ValueId Rows::mean(ValueId rows) const {
    return m_b.scale(m_b.reduceSum(rows, {1}), 1.0 / static_cast<double>(m_shape[1]));
}

ValueId Rows::inverse() const {
    const ValueId centred = m_b.sub(m_x, mean(m_x));
    return m_b.emit("rsqrt", m_b.attrs("rsqrt").with("epsilon", m_epsilon),
                    {mean(m_b.mul(centred, centred))});
}

ValueId Rows::bend(ValueId u, ValueId v) const {
    Builder& b = m_b;
    const ValueId normal = this->normal(), r = inverse();
    const ValueId alongU = mean(b.mul(u, normal)), alongV = mean(b.mul(v, normal));
    const ValueId together = b.add(b.mul(mean(u), mean(v)), b.mul(alongU, alongV));
    const ValueId a = b.sub(mean(b.mul(u, v)), together);
    const ValueId turned = b.add(b.mul(derivative(u), alongV), b.mul(derivative(v), alongU));
    const ValueId sum = b.add(b.mul(normal, b.mul(r, a)), turned);
    return b.mul(sum, b.scale(r, -1));
}

Shape Rows::apart(int64_t scales) const {
    const int64_t ofRow = scales / m_blocks;
    return {m_shape[0] / m_blocks, m_blocks, ofRow, m_shape[1] / ofRow};
}
Shape Rows::scalesApart(int64_t scales) const { return {m_blocks, scales / m_blocks, 1}; }

ValueId Rows::scaled(ValueId rows, ValueId scales) const {
    const int64_t count = m_b.shape(scales)[0];
    const ValueId product =
        m_b.mul(m_b.reshape(rows, apart(count)), m_b.reshape(scales, scalesApart(count)));
    return m_b.reshape(product, m_shape);
}

ValueId Rows::spread(ValueId scales) const {
    const int64_t count = m_b.shape(scales)[0];
    return m_b.reshape(m_b.expand(m_b.reshape(scales, scalesApart(count)), apart(count)), m_shape);
}

ValueId Rows::summed(ValueId rows, const Shape& scales) const {
    return m_b.reshape(m_b.reduceSum(m_b.reshape(rows, apart(scales[0])), {0, 3}), scales);
}

}  // namespace vitrine::row_norm
