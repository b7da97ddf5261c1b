// SPDX-License-Identifier: Apache-2.0
// Copies instructions with their kernels' choices and the types of their results: what runs the
// second time is what ran the first.
#include "core/exec/second_making.h"

namespace vitrine {

namespace {

class Rewriter {
  public:
    Rewriter(const TypedProgram& typed, const KeptValues& facts, const std::vector<char>& givenUp)
        : m_source(typed), m_facts(facts), m_givenUp(givenUp), m_copy(typed.types.size(), noValue) {
        m_result.typed = typed;
        m_result.typed.program.instrs.clear();
        m_result.typed.choices.clear();
        m_result.typed.recomputes.resize(typed.types.size(), noValue);
    }

    SecondMaking run() {
        for (size_t i = 0; i < m_source.program.instrs.size(); ++i) {
            Instr instr = m_source.program.instrs[i];
            if (i >= m_facts.border) readCopies(instr);
            append(std::move(instr), i);
        }
        return std::move(m_result);
    }

  private:
    bool isGone(ValueId v) const {
        const ValueId root = m_facts.rootOf(v);
        if (!m_facts.has(m_facts.mayBeAgain, root)) return false;
        return !m_facts.has(m_facts.isKept, root) || m_facts.has(m_givenUp, root);
    }

    void readCopies(Instr& instr) {
        for (ValueId& v : instr.in)
            if (v != noValue && isGone(v)) v = copyOf(v);
    }

    ValueId copyOf(ValueId v) {
        ValueId& copy = m_copy[static_cast<size_t>(v)];
        if (copy == noValue) makeAgain(static_cast<size_t>(m_source.program.value(v).definedBy));
        return m_copy[static_cast<size_t>(v)];
    }

    void makeAgain(size_t i) {
        Instr instr = m_source.program.instrs[i];
        readCopies(instr);
        instr.phase = Phase::Backward;
        for (ValueId& v : instr.out) v = newCopy(v);
        for (FusedOp& fused : instr.epilogue) fused.hidden = newCopy(fused.hidden);
        append(std::move(instr), i);
    }

    ValueId newCopy(ValueId v) {
        TypedProgram& typed = m_result.typed;
        const auto copy = static_cast<ValueId>(typed.types.size());
        Value value = m_source.program.value(v);
        value.name += ".again";
        typed.program.values.push_back(std::move(value));
        typed.types.push_back(m_source.types[static_cast<size_t>(v)]);
        typed.recomputes.push_back(v);
        return m_copy[static_cast<size_t>(v)] = copy;
    }

    void append(Instr instr, size_t source) {
        Program& program = m_result.typed.program;
        for (ValueId v : instr.out)
            program.values[static_cast<size_t>(v)].definedBy =
                static_cast<int>(program.instrs.size());
        program.instrs.push_back(std::move(instr));
        m_result.typed.choices.push_back(m_source.choices[source]);
        m_result.source.push_back(source);
    }

    const TypedProgram& m_source;
    const KeptValues& m_facts;
    const std::vector<char>& m_givenUp;
    std::vector<ValueId> m_copy;  ///< by value of the source
    SecondMaking m_result;
};

}  // namespace

SecondMaking secondMaking(const TypedProgram& typed, const KeptValues& facts,
                          const std::vector<char>& givenUp) {
    return Rewriter(typed, facts, givenUp).run();
}

}  // namespace vitrine
