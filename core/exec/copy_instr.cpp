// SPDX-License-Identifier: Apache-2.0
#include "core/exec/copy_instr.h"

#include "core/opdef/registry.h"

namespace vitrine {

ValueId appendCopy(TypedProgram& typed, ValueId v, const CopyWish& wish) {
    Program& program = typed.program;
    const auto copy = static_cast<ValueId>(program.values.size());
    Value value = program.value(v);
    value.name += wish.suffix;
    value.shape = wish.target.shape;
    value.definedBy = static_cast<int>(program.instrs.size());
    const int maker = program.value(v).definedBy;
    const Instr* const told =
        wish.reader || maker < 0 ? wish.reader : &program.instrs[static_cast<size_t>(maker)];
    Instr instr;
    instr.op = &operatorNamed(wish.op);
    instr.attrs = Attrs(instr.op->fields);
    instr.in = {v};
    instr.out = {copy};
    if (told) {
        instr.origins = told->origins;
        instr.phase = told->phase;
    }
    typed.choices.push_back(
        onlyChoice(instr, typed.types[static_cast<size_t>(v)], wish.target, wish.reason));
    typed.types.push_back(wish.target);
    program.values.push_back(std::move(value));
    program.instrs.push_back(std::move(instr));
    return copy;
}

}  // namespace vitrine
