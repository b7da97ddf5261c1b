// SPDX-License-Identifier: Apache-2.0
// Finds views that only repeat.
#include "core/exec/read_through.h"

#include "core/opdef/descriptor.h"
#include "kernels/api/offer.h"

namespace vitrine {

namespace {

/// Does the view lay its operand out by numpy's rule: axes aligned at the end, those of extent 1
/// repeated?
bool onlyRepeats(const Program& program, const Instr& view) {
    const Shape &in = program.value(view.in[0]).shape, &out = program.value(view.out[0]).shape;
    if (in.rank() > out.rank()) return false;
    const ArrayView whole = ArrayView::contiguous(in);
    const std::optional<ArrayView> result = view.op->view(view.attrs, whole, out);
    if (!result || result->offset != 0) return false;
    const int missing = out.rank() - in.rank();
    for (int axis = 0; axis < out.rank(); ++axis) {
        const int own = axis - missing;
        const bool repeats = own < 0 || in[own] != out[axis];
        if (!repeats && out[axis] > 1 && result->strides[axis] != whole.strides[own]) return false;
        if (repeats && (result->strides[axis] != 0 || (own >= 0 && in[own] != 1))) return false;
    }
    return true;
}

/// What the operand repeats, or the operand.
ValueId sourceOf(const Program& program, const Instr& instr, ValueId operand) {
    const int maker = operand == noValue ? -1 : program.value(operand).definedBy;
    if (maker < 0) return operand;
    const Instr& view = program.instrs[static_cast<size_t>(maker)];
    const bool isOurs = view.op->isView() && view.origins == instr.origins;
    return isOurs && onlyRepeats(program, view) ? view.in[0] : operand;
}

bool takesRepeats(const Program& program, const Instr& instr) {
    std::vector<ValueShape> in, out;
    for (ValueId v : instr.in) in.push_back(program.shapeOf(v));
    for (ValueId v : instr.out) out.push_back(program.shapeOf(v));
    return kernels::takesRepeats(instr.op->problem({instr, in, out}));
}

}  // namespace

void readThroughRepeats(Program& program) {
    for (Instr& instr : program.instrs) {
        if (instr.op->isView()) continue;
        std::vector<ValueId> sources;
        for (ValueId v : instr.in) sources.push_back(sourceOf(program, instr, v));
        if (sources != instr.in && takesRepeats(program, instr)) instr.in = std::move(sources);
    }
}

}  // namespace vitrine
