// SPDX-License-Identifier: Apache-2.0
// One walk over the instructions for each fact.
#include "core/exec/kept_values.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "core/exec/typed_kernel.h"

namespace vitrine {

namespace {

/// Statistics of channels and the like: keeping them costs nothing worth a copy.
constexpr int64_t smallBytes = 4096;
/// Pointwise functions, normalising, pooling; convolutions and products do far more.
constexpr double cheapFlopsPerElement = 32;

class Finder {
  public:
    Finder(const TypedProgram& typed, const std::vector<std::string>& pinned)
        : m_typed(typed), m_program(typed.program) {
        findBorder();
        findRoots();
        findReaders();
        findStaying(pinned);
        for (size_t i = 0; i < m_program.instrs.size(); ++i) {
            m_found.seconds.push_back(secondsOf(typed, i));
            m_found.workspace.push_back(boundKernel(typed, i).workspaceBytes);
        }
        findRepeatable();
    }

    KeptValues take() { return std::move(m_found); }

  private:
    static size_t at(ValueId v) { return static_cast<size_t>(v); }
    const Instr* maker(ValueId v) const {
        const int by = m_program.value(v).definedBy;
        return by < 0 ? nullptr : &m_program.instrs[static_cast<size_t>(by)];
    }

    void findBorder() {
        const auto isBackward = [](const Instr& instr) { return instr.phase == Phase::Backward; };
        const auto first = std::ranges::find_if(m_program.instrs, isBackward);
        m_found.border = static_cast<size_t>(first - m_program.instrs.begin());
    }

    void findRoots() {
        m_found.root.resize(m_program.values.size());
        std::iota(m_found.root.begin(), m_found.root.end(), 0);
        for (const TensorType& type : m_typed.types) m_found.bytes.push_back(type.storageBytes());
        for (const Instr& instr : m_program.instrs)
            if (instr.op->isView()) m_found.root[at(instr.out[0])] = m_found.rootOf(instr.in[0]);
    }

    void findReaders() {
        m_found.isKept.assign(m_program.values.size(), 0);
        for (size_t i = m_found.border; i < m_program.instrs.size(); ++i)
            for (ValueId v : m_program.instrs[i].operands()) {
                const ValueId root = m_found.rootOf(v);
                const int by = m_program.value(root).definedBy;
                if (by >= 0 && static_cast<size_t>(by) < m_found.border)
                    m_found.isKept[at(root)] = 1;
            }
    }

    /// Values that stay to the end of the step whoever reads them, and states that the forward
    /// phase writes over.
    void findStaying(const std::vector<std::string>& pinned) {
        const std::set<std::string_view> names(pinned.begin(), pinned.end());
        m_stays.assign(m_program.values.size(), 0);
        m_changes.assign(m_program.values.size(), 0);
        for (const NamedValue& output : m_program.outputs)
            m_stays[at(m_found.rootOf(output.value))] = 1;
        for (size_t v = 0; v < m_program.values.size(); ++v)
            if (names.contains(m_program.values[v].name)) m_stays[at(m_found.root[v])] = 1;
        for (const StateBinding& state : m_program.states) {
            if (state.out == noValue) continue;
            m_stays[at(m_found.rootOf(state.out))] = 1;
            const int by = m_program.value(state.out).definedBy;
            m_changes[at(state.in)] = by >= 0 && static_cast<size_t>(by) < m_found.border;
        }
    }

    bool isCheapInstr(size_t i) const {
        const Instr& instr = m_program.instrs[i];
        if (instr.op->isView()) return true;
        std::vector<ValueShape> in, out;
        for (ValueId v : instr.in) in.push_back(m_program.shapeOf(v));
        for (ValueId v : instr.out) out.push_back(m_program.shapeOf(v));
        double elements = 0;
        for (const std::vector<ValueShape>* shapes : {&in, &out})
            for (const ValueShape& of : *shapes)
                if (of.isThere) elements += static_cast<double>(of.shape.elements());
        return flopsOf({instr, in, out}) <= cheapFlopsPerElement * elements;
    }

    /// Whether an operand is there behind the border, or comes back for next to nothing.
    bool isNear(ValueId v) const {
        const ValueId root = m_found.rootOf(v);
        return !maker(root) || m_found.isKept[at(root)] || m_stays[at(root)] ||
               m_found.bytes[at(root)] <= smallBytes || m_found.isCheap[at(root)];
    }

    void findRepeatable() {
        m_found.mayBeAgain.assign(m_program.values.size(), 0);
        m_found.isCheap.assign(m_program.values.size(), 0);
        for (size_t i = m_typed.unchanging; i < m_found.border; ++i) {
            const Instr& instr = m_program.instrs[i];
            if (instr.op->isView()) continue;
            const auto changes = [&](ValueId v) { return m_changes[at(m_found.rootOf(v))] != 0; };
            if (std::ranges::any_of(instr.operands(), changes)) continue;
            const bool isCheap =
                isCheapInstr(i) &&
                std::ranges::all_of(instr.operands(), [&](ValueId v) { return isNear(v); });
            for (ValueId v : instr.out) {
                if (m_stays[at(v)] || m_found.bytes[at(v)] <= smallBytes) continue;
                m_found.mayBeAgain[at(v)] = 1;
                m_found.isCheap[at(v)] = isCheap;
            }
        }
    }

    const TypedProgram& m_typed;
    const Program& m_program;
    KeptValues m_found;
    std::vector<char> m_stays, m_changes;
};

}  // namespace

double KeptValues::stepSeconds() const {
    return std::accumulate(seconds.begin(), seconds.end(), 0.0);
}

KeptValues keptValues(const TypedProgram& typed, const std::vector<std::string>& pinned) {
    return Finder(typed, pinned).take();
}

}  // namespace vitrine
