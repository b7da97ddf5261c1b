// SPDX-License-Identifier: Apache-2.0
// Reverse mode walks the instructions backwards and sums cotangents; forward mode walks them
// forwards.
#include "core/autodiff/transform.h"

#include <fmt/format.h>

#include <memory>

#include "core/opdef/descriptor.h"

namespace vitrine {

namespace {

Error noRule(const Instr& instr, const char* mode) {
    const std::string node = instr.origins.empty() ? std::string() : instr.origins.back();
    Error error{"derivative", {}, {}, {}, {}};
    error.place.node = node;
    error.message = fmt::format("operator '{}'{} has no {} derivative rule, but one is needed",
                                instr.op->id, node.empty() ? "" : " of node '" + node + "'", mode);
    return error;
}

/// Per value: does it depend on one of `wrt`?
std::vector<char> dependents(const Program& program, std::span<const ValueId> wrt) {
    std::vector<char> depends(program.values.size(), 0);
    for (ValueId v : wrt) depends[static_cast<size_t>(v)] = 1;
    for (const Instr& instr : program.instrs) {
        bool any = false;
        for (ValueId v : instr.operands()) any = any || depends[static_cast<size_t>(v)];
        for (ValueId v : instr.out)
            if (any && isFloat(program.value(v).dtype)) depends[static_cast<size_t>(v)] = 1;
    }
    return depends;
}

class ReverseSweep {
  public:
    ReverseSweep(Builder& builder, std::span<const ValueId> wrt)
        : m_builder(builder),
          m_depends(dependents(builder.program(), wrt)),
          m_grad(builder.program().values.size(), noValue) {}

    void accumulate(ValueId value, ValueId gradient) {
        ValueId& sum = m_grad[static_cast<size_t>(value)];
        sum = sum == noValue ? gradient : m_builder.add(sum, gradient);
    }

    ValueId gradient(ValueId value) const { return m_grad[static_cast<size_t>(value)]; }

    Result<void> back(const Instr& instr) {
        std::vector<ValueId> outGrad;
        bool any = false;
        for (ValueId v : instr.out) {
            outGrad.push_back(m_grad[static_cast<size_t>(v)]);
            any = any || outGrad.back() != noValue;
        }
        const size_t count = instr.in.size();
        std::unique_ptr<bool[]> wanted(new bool[count]);
        bool anyWanted = false;
        for (size_t i = 0; i < count; ++i) {
            wanted[i] = instr.in[i] != noValue && m_depends[static_cast<size_t>(instr.in[i])];
            anyWanted = anyWanted || wanted[i];
        }
        if (!any || !anyWanted) return {};
        if (!instr.op->vjp) return noRule(instr, "reverse");
        m_builder.setOrigins(instr.origins);
        m_builder.setName("d_" + m_builder.program().value(instr.out[0]).name);
        std::vector<ValueId> inGrad(count, noValue);
        VjpContext context{m_builder, instr, outGrad, inGrad, {wanted.get(), count}};
        instr.op->vjp(context);
        for (size_t i = 0; i < count; ++i)
            if (wanted[i] && inGrad[i] != noValue) accumulate(instr.in[i], inGrad[i]);
        return {};
    }

  private:
    Builder& m_builder;
    std::vector<char> m_depends;
    std::vector<ValueId> m_grad;
};

}  // namespace

Result<std::vector<ValueId>> appendVjp(Builder& builder, std::span<const ValueId> outputs,
                                       std::span<const ValueId> cotangents,
                                       std::span<const ValueId> wrt) {
    ReverseSweep sweep(builder, wrt);
    const size_t forward = builder.program().instrs.size();
    for (size_t i = 0; i < outputs.size(); ++i) sweep.accumulate(outputs[i], cotangents[i]);
    for (size_t i = forward; i-- > 0;) {
        const Instr instr = builder.program().instrs[i];  // a copy: appending moves the list
        VITRINE_TRY(sweep.back(instr));
    }
    std::vector<ValueId> gradients;
    for (ValueId v : wrt) gradients.push_back(sweep.gradient(v));
    return gradients;
}

Result<std::vector<ValueId>> appendGradients(Builder& builder, ValueId loss,
                                             std::span<const ValueId> wrt) {
    const ValueShape type = builder.program().shapeOf(loss);
    VITRINE_CHECK(type.shape.elements() == 1, "only a loss of one element has a gradient");
    builder.setOrigins({});
    builder.setName("d_loss");
    const ValueId one = builder.constant(type.shape, type.dtype, 1.0);
    return appendVjp(builder, {&loss, 1}, {&one, 1}, wrt);
}

Result<std::vector<ValueId>> appendJvp(Builder& builder, std::span<const ValueId> wrt,
                                       std::span<const ValueId> tangents,
                                       std::span<const ValueId> outputs) {
    const size_t forward = builder.program().instrs.size();
    std::vector<ValueId> tangent(builder.program().values.size(), noValue);
    for (size_t i = 0; i < wrt.size(); ++i) tangent[static_cast<size_t>(wrt[i])] = tangents[i];
    for (size_t i = 0; i < forward; ++i) {
        const Instr instr = builder.program().instrs[i];
        std::vector<ValueId> inTangent;
        bool any = false;
        for (ValueId v : instr.in) {
            inTangent.push_back(v == noValue ? noValue : tangent[static_cast<size_t>(v)]);
            any = any || inTangent.back() != noValue;
        }
        if (!any) continue;
        if (!instr.op->jvp) return noRule(instr, "forward");
        builder.setOrigins(instr.origins);
        builder.setName("t_" + builder.program().value(instr.out[0]).name);
        std::vector<ValueId> outTangent(instr.out.size(), noValue);
        JvpContext context{builder, instr, inTangent, outTangent};
        instr.op->jvp(context);
        for (size_t k = 0; k < instr.out.size(); ++k)
            tangent[static_cast<size_t>(instr.out[k])] = outTangent[k];
    }
    std::vector<ValueId> results;
    for (ValueId v : outputs) results.push_back(tangent[static_cast<size_t>(v)]);
    return results;
}

}  // namespace vitrine
