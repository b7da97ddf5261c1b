// SPDX-License-Identifier: Apache-2.0
// Names of operators, and the fields that differ from their default.
#include "core/opdef/program_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/opdef/descriptor.h"

namespace vitrine {

namespace {

std::string valueText(const Program& program, ValueId id) {
    if (id == noValue) return "-";
    const std::string& given = program.value(id).name;
    return given.empty() ? fmt::format("%{}", id) : given;
}

std::string valuesText(const Program& program, const std::vector<ValueId>& ids) {
    std::vector<std::string> texts;
    for (ValueId id : ids) texts.push_back(valueText(program, id));
    return fmt::format("{}", fmt::join(texts, ", "));
}

/// ` factor=2 axis=1`: the fields that differ from their default.
std::string changedFields(const Attrs& attrs) {
    const Attrs defaults(attrs.specs());
    std::string out;
    for (size_t i = 0; i < attrs.values().size(); ++i)
        if (attrs.values()[i] != defaults.values()[i])
            out += fmt::format(" {}={}", attrs.specs()[i].id, fieldText(attrs.values()[i]));
    return out;
}

std::string instrText(const Program& program, const Instr& instr) {
    std::string line = fmt::format("{} = {}({}){}", valuesText(program, instr.out), instr.op->id,
                                   valuesText(program, instr.in), changedFields(instr.attrs));
    for (size_t k = 0; k < instr.foldedCount(); ++k)
        line +=
            fmt::format(" + {}{}", instr.folded(k).op->id, changedFields(instr.folded(k).attrs));
    for (ValueId id : instr.out)
        line +=
            fmt::format(" : {} {}", name(program.value(id).dtype), program.value(id).shape.text());
    return line;
}

}  // namespace

std::string programText(const Program& program) {
    std::string out;
    for (const Instr& instr : program.instrs) out += instrText(program, instr) + "\n";
    return out;
}

}  // namespace vitrine
