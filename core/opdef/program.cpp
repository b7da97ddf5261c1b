// SPDX-License-Identifier: Apache-2.0
// Looking things up in a Program, and its text form.
#include "core/opdef/program.h"

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
    for (const FusedOp& fused : instr.epilogue)
        line += fmt::format(" + {}{}", fused.op->id, changedFields(fused.attrs));
    for (ValueId id : instr.out)
        line +=
            fmt::format(" : {} {}", name(program.value(id).dtype), program.value(id).shape.text());
    return line;
}

}  // namespace

std::string_view name(Phase phase) {
    switch (phase) {
        case Phase::Forward:
            return "forward";
        case Phase::Loss:
            return "loss";
        case Phase::Metric:
            return "metric";
        case Phase::Backward:
            return "backward";
        case Phase::Clip:
            return "clip";
        case Phase::Update:
            return "update";
    }
    return "?";
}

ValueId Program::find(const std::vector<NamedValue>& list, std::string_view name) const {
    for (const NamedValue& entry : list)
        if (entry.name == name) return entry.value;
    return noValue;
}

const StateBinding* Program::state(std::string_view name) const {
    for (const StateBinding& binding : states)
        if (binding.name == name) return &binding;
    return nullptr;
}

std::string Program::text() const {
    std::string out;
    for (const Instr& instr : instrs) out += instrText(*this, instr) + "\n";
    return out;
}

}  // namespace vitrine
