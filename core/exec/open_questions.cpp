// SPDX-License-Identifier: Apache-2.0
// Asks for the offers of every instruction, and keeps those that differ.
#include "core/exec/open_questions.h"

#include <fmt/format.h>

#include <set>

#include "core/exec/passes.h"
#include "core/exec/read_through.h"
#include "core/opdef/descriptor.h"

namespace vitrine {

namespace {

std::vector<ValueShape> typesOf(const Program& program, const std::vector<ValueId>& values) {
    std::vector<ValueShape> types;
    for (const ValueId v : values) types.push_back(program.shapeOf(v));
    return types;
}

ValueId addValue(Program& program, const ValueShape& type, std::string name, int definedBy) {
    program.values.push_back({type.shape, type.dtype, std::move(name), definedBy});
    return static_cast<ValueId>(program.values.size() - 1);
}

}  // namespace

std::vector<OpenQuestion> openQuestions(Program program, Math math) {
    readThroughRepeats(program);
    removeDeadCode(program);
    OfferMemo memo;
    std::vector<OpenQuestion> open;
    std::set<std::string> known;
    for (const Instr& instr : program.instrs) {
        if (instr.op->isView()) continue;
        const auto asked = memo.ask(program, instr, {.math = math});
        if (asked->offers.size() < 2) continue;
        OpenQuestion question{.instr = instr,
                              .in = typesOf(program, instr.in),
                              .out = typesOf(program, instr.out),
                              .ways = asked->ways->offered};
        question.text = questionText(instr, question.in, question.out);
        if (known.insert(question.text).second) open.push_back(std::move(question));
    }
    return open;
}

Program programOf(const OpenQuestion& question) {
    Program program;
    Instr instr = question.instr;
    for (size_t k = 0; k < question.in.size(); ++k) {
        if (!question.in[k].isThere) continue;
        const std::string name = fmt::format("operand{}", k);
        instr.in[k] = addValue(program, question.in[k], name, -1);
        program.inputs.push_back({name, instr.in[k]});
    }
    for (size_t k = 0; k < question.out.size(); ++k) {
        const std::string name = fmt::format("result{}", k);
        instr.out[k] = addValue(program, question.out[k], name, 0);
        program.outputs.push_back({name, instr.out[k]});
    }
    program.instrs.push_back(std::move(instr));
    return program;
}

}  // namespace vitrine
