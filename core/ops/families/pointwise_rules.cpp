// SPDX-License-Identifier: Apache-2.0
// Shapes of operators that work element by element.
#include "core/ops/families/pointwise_rules.h"

#include "core/opdef/shape_rules.h"

namespace vitrine::pointwise {

Result<std::vector<ValueShape>> shapes(const Attrs&, std::span<const ValueShape> in) {
    ValueShape result = in[0];
    for (const ValueShape& operand : in) {
        const std::optional<Shape> both = broadcastShape(result.shape, operand.shape);
        VITRINE_CHECK(both, "operands fit together where their ports say so");
        result.shape = *both;
    }
    return std::vector{result};
}

namespace {

ValueId gated(Builder& b, const Instr& gate, ValueId v) {
    std::vector<ValueId> in = gate.in;
    in[0] = v;
    return b.emitAll(gate.op->id, gate.attrs, in).front();
}

ValueId between(Builder& b, std::string_view gate, const std::vector<ValueId>& in, double low,
                double high) {
    return b.emitAll(gate, b.attrs(gate).with("low", low).with("high", high), in).front();
}

}  // namespace

void gateVjp(VjpContext& c) {
    if (c.wanted[0]) c.inGrad[0] = gated(c.b, c.instr, c.outGrad[0]);
}

void gateJvp(JvpContext& c) {
    if (c.inTangent[0] != noValue) c.outTangent[0] = gated(c.b, c.instr, c.inTangent[0]);
}

ValueId shifted(Builder& b, ValueId x, double offset) {
    return b.emit("shift", b.attrs("shift").with("offset", offset), {x});
}

ValueId inside(Builder& b, ValueId v, ValueId x, double low, double high) {
    return between(b, "inside_gate", {v, x}, low, high);
}

ValueId outside(Builder& b, ValueId v, ValueId x, double low, double high) {
    return between(b, "outside_gate", {v, x}, low, high);
}

}  // namespace vitrine::pointwise
