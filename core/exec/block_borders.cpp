// SPDX-License-Identifier: Apache-2.0
// Bytes that cross each place of the forward phase, and the cheapest places about equally far
// apart.
#include "core/exec/block_borders.h"

#include <algorithm>
#include <cmath>

namespace vitrine {

namespace {

class Borders {
  public:
    Borders(const TypedProgram& typed, const KeptValues& facts)
        : m_typed(typed), m_facts(facts), m_lastRead(typed.types.size(), 0) {
        const Program& program = typed.program;
        for (size_t i = 0; i < facts.border; ++i)
            for (ValueId v : program.instrs[i].operands())
                m_lastRead[static_cast<size_t>(facts.rootOf(v))] = i;
        m_keptBefore.assign(facts.border + 1, 0);
        m_crossing.assign(facts.border + 1, 0);
        for (size_t v = 0; v < typed.types.size(); ++v) {
            if (!facts.mayBeAgain[v]) continue;
            const size_t made = maker(v);
            if (facts.isKept[v]) m_keptBefore[made + 1] += facts.bytes[v];
            for (size_t at = made + 1; at <= m_lastRead[v]; ++at) m_crossing[at] += facts.bytes[v];
            m_count += facts.isKept[v] ? 1 : 0;
        }
        for (size_t at = 1; at <= facts.border; ++at) m_keptBefore[at] += m_keptBefore[at - 1];
    }

    size_t keptValues() const { return m_count; }

    std::vector<char> givenUp(size_t blocks) const {
        std::vector<char> result = m_facts.isKept;
        for (size_t v = 0; v < result.size(); ++v) result[v] &= m_facts.mayBeAgain[v];
        const int64_t step = m_keptBefore.back() / static_cast<int64_t>(blocks);
        size_t from = 0;
        for (size_t at = 1; at < m_facts.border; ++at) {
            if (m_keptBefore[at] - m_keptBefore[from] < step) continue;
            from = cheapestPlace(from, at, step / 2);
            keepCrossing(from, result);
            at = std::max(at, from);
        }
        return result;
    }

  private:
    size_t maker(size_t v) const {
        return static_cast<size_t>(m_typed.program.values[v].definedBy);
    }

    /// The last of the places that least crosses, at least so many bytes behind `from`.
    size_t cheapestPlace(size_t from, size_t end, int64_t bytes) const {
        size_t best = end;
        for (size_t at = end; at > from; --at) {
            if (m_keptBefore[at] - m_keptBefore[from] < bytes) break;
            if (m_crossing[at] < m_crossing[best]) best = at;
        }
        return best;
    }

    void keepCrossing(size_t place, std::vector<char>& givenUp) const {
        for (size_t v = 0; v < givenUp.size(); ++v)
            if (givenUp[v] && maker(v) < place && m_lastRead[v] >= place) givenUp[v] = 0;
    }

    const TypedProgram& m_typed;
    const KeptValues& m_facts;
    std::vector<size_t> m_lastRead;  ///< by root: by an instruction of the forward phase
    std::vector<int64_t> m_keptBefore, m_crossing;  ///< by place in front of an instruction
    size_t m_count = 0;
};

}  // namespace

std::vector<std::vector<char>> givenUpInBlocks(const TypedProgram& typed, const KeptValues& facts) {
    const Borders borders(typed, facts);
    const auto most =
        static_cast<size_t>(2 * std::sqrt(static_cast<double>(borders.keptValues()))) + 1;
    std::vector<std::vector<char>> choices;
    for (size_t blocks = 1; blocks <= most; ++blocks) {
        std::vector<char> givenUp = borders.givenUp(blocks);
        if (std::ranges::find(choices, givenUp) == choices.end())
            choices.push_back(std::move(givenUp));
    }
    return choices;
}

}  // namespace vitrine
