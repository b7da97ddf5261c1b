// SPDX-License-Identifier: Apache-2.0
// From the last instruction to the first, so that readers have their places before what they read.
#include "core/exec/late_order.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace vitrine {

namespace {

constexpr int64_t smallBytes = 4096;  // numbers of channels do not count
constexpr size_t never = std::numeric_limits<size_t>::max();

class LateOrder {
  public:
    explicit LateOrder(TypedProgram& typed)
        : m_typed(typed),
          m_instrs(typed.program.instrs),
          m_root(typed.types.size()),
          m_isChanging(typed.types.size(), 0) {
        std::iota(m_root.begin(), m_root.end(), size_t{0});
        for (const Instr& instr : m_instrs)
            if (instr.op->isView()) m_root[at(instr.out[0])] = m_root[at(instr.in[0])];
        for (const StateBinding& state : typed.program.states)
            if (state.out != noValue) m_isChanging[at(state.in)] = 1;
        m_readers.resize(typed.types.size());
        for (size_t i = 0; i < m_instrs.size(); ++i)
            for (ValueId v : m_instrs[i].operands()) m_readers[m_root[at(v)]].push_back(i);
        m_place.resize(m_instrs.size());
        std::iota(m_place.begin(), m_place.end(), 0.0);
        const auto later = std::ranges::find_if(
            m_instrs, [](const Instr& instr) { return instr.phase > Phase::Backward; });
        m_backwardEnd = static_cast<double>(later - m_instrs.begin());
    }

    void run() {
        for (size_t i = m_instrs.size(); i-- > m_typed.unchanging;) {
            const double before = placeBefore(i);
            if (before < 0 || !mayMove(i, before)) continue;
            // Between the reader and whatever comes before it: places are compared, not counted.
            m_place[i] = std::nextafter(before, 0.0);
        }
        reorder();
    }

  private:
    static size_t at(ValueId v) { return static_cast<size_t>(v); }

    /// The first instruction that reads a result or a view of it.
    size_t firstReader(size_t i) const {
        size_t first = never;
        for (ValueId v : m_instrs[i].out)
            for (size_t reader : m_readers[m_root[at(v)]])
                if (reader != i && (first == never || m_place[reader] < m_place[first]))
                    first = reader;
        return first;
    }

    /// What the instruction can stand in front of: its first reader, or the end of the backward
    /// phase, where that comes later. Below 0 where nobody reads it.
    double placeBefore(size_t i) const {
        const size_t reader = firstReader(i);
        return reader == never ? -1 : std::min(m_place[reader], m_backwardEnd);
    }

    bool mayMove(size_t i, double before) const {
        const Instr& instr = m_instrs[i];
        // The forward phase goes as the network was drawn.
        if (instr.op->isView() || instr.phase != Phase::Backward) return false;
        int64_t waiting = 0, results = 0;
        for (ValueId v : instr.operands()) {
            const size_t root = m_root[at(v)];
            if (m_isChanging[root]) return false;
            if (lastOther(root, i) < before) waiting += m_typed.types[root].storageBytes();
        }
        for (ValueId v : instr.out) results += m_typed.types[at(v)].storageBytes();
        return waiting <= results + smallBytes;
    }

    /// Where a value is read last by other instructions than `i`.
    double lastOther(size_t root, size_t i) const {
        double last = -1;
        for (size_t reader : m_readers[root])
            if (reader != i) last = std::max(last, m_place[reader]);
        return last;
    }

    void reorder() {
        std::vector<size_t> order(m_instrs.size());
        std::iota(order.begin(), order.end(), size_t{0});
        std::ranges::stable_sort(order, {}, [&](size_t i) { return m_place[i]; });
        std::vector<Instr> instrs;
        std::vector<KernelChoice> choices;
        for (size_t i : order) {
            for (ValueId v : m_instrs[i].out)
                m_typed.program.values[at(v)].definedBy = static_cast<int>(instrs.size());
            instrs.push_back(std::move(m_instrs[i]));
            choices.push_back(std::move(m_typed.choices[i]));
        }
        m_instrs = std::move(instrs);
        m_typed.choices = std::move(choices);
    }

    TypedProgram& m_typed;
    std::vector<Instr>& m_instrs;
    std::vector<size_t> m_root;
    std::vector<char> m_isChanging;              ///< states that the step writes over
    std::vector<std::vector<size_t>> m_readers;  ///< by root
    std::vector<double> m_place;                 ///< by instruction: where it will stand
    double m_backwardEnd = 0;                    ///< where later phases begin
};

}  // namespace

void orderLate(TypedProgram& typed) { LateOrder(typed).run(); }

}  // namespace vitrine
