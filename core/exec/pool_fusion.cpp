// SPDX-License-Identifier: Apache-2.0
// Looks at every pool once, in order.
#include "core/exec/pool_fusion.h"

#include <algorithm>

#include "core/exec/fusion.h"
#include "core/exec/load_fusion.h"
#include "core/exec/readers.h"

namespace vitrine {

namespace {

class PoolFusion {
  public:
    PoolFusion(Program& program, std::vector<KernelChoice>& choices, OfferMemo& memo,
               const std::vector<std::string>& pinned = {})
        : m_program(program),
          m_choices(choices),
          m_memo(memo),
          m_drop(program.instrs.size(), 0),
          m_readers(program),
          m_stays(stayingValues(program, pinned)) {}

    void runForward() {
        for (size_t i = 0; i < m_program.instrs.size(); ++i)
            if (const int producer = producerOf(i); producer >= 0)
                join(static_cast<size_t>(producer), i);
        eraseDropped(m_program, m_choices, m_drop);
    }

    void runBackward() {
        for (size_t i = 0; i < m_program.instrs.size(); ++i)
            if (isSpreading(i)) {
                gateAtMaker(i);
                spreadInReaders(i);
            }
        eraseDropped(m_program, m_choices, m_drop);
    }

  private:
    /// An instruction that would read gradients of maxima instead.
    struct Changed {
        size_t place;
        Instr instr;
        KernelChoice choice;
    };

    static size_t at(ValueId v) { return static_cast<size_t>(v); }
    Instr& instr(size_t i) { return m_program.instrs[i]; }
    const std::vector<kernels::Form>& forms(size_t i) const { return m_choices[i].offer().forms; }

    static bool isPlain(const Instr& instr) { return instr.foldedCount() == 0; }

    /// The instruction that the pool `i` can become a part of, or −1.
    int producerOf(size_t i) {
        const Instr& pool = instr(i);
        if (pool.op->id != "max_pool2d" || !isPlain(pool)) return -1;
        const ValueId x = pool.in[0];
        const int maker = m_program.value(x).definedBy;
        if (maker < 0 || m_stays[at(x)] || m_readers.of(x).size() != 1) return -1;
        const Instr& producer = instr(static_cast<size_t>(maker));
        const bool fits = !producer.op->isView() && producer.out.size() == 1 &&
                          producer.op->id == "conv2d" && producer.phase == pool.phase &&
                          forms(static_cast<size_t>(maker)).back().layout == forms(i)[0].layout;
        return fits ? maker : -1;
    }

    void join(size_t producer, size_t i) {
        Instr both = fused(instr(producer), instr(i), false);
        std::optional<KernelChoice> choice =
            choiceLike(m_program, m_choices[producer], both, m_memo);
        if (!choice || !choice->asked->takesStore[choice->taken]) return;
        m_drop[producer] = 1;
        instr(i) = std::move(both);
        m_choices[i] = *std::move(choice);
    }

    /// A pool's gradient that lies in lanes, gated by the maxima if at all, and is needed for
    /// nothing but gradients of weights and bias.
    bool isSpreading(size_t i) {
        const Instr& pool = instr(i);
        if (pool.op->id != "max_pool_backward" || pool.out.size() != 1 || !pool.loads.empty())
            return false;
        const ValueId result = pool.out[0];
        if (m_program.value(result).shape.rank() != 4) return false;
        if (m_stays[at(result)] || forms(i).back().layout != LayoutKind::Lanes) return false;
        if (pool.epilogue.empty()) return true;
        return pool.epilogue.size() == 1 && pool.epilogue[0].op->id == "relu_gate" &&
               m_program.value(pool.in.back()).shape == m_program.value(pool.in[0]).shape;
    }

    /// A gate by the maxima is as good in front of the pool's gradient, where it is a part of what
    /// makes that: one look at the maxima instead of one by every reader.
    void gateAtMaker(size_t i) {
        const Instr& pool = instr(i);
        const ValueId maxima = pool.in[0];
        const int maker = m_program.value(maxima).definedBy;
        if (pool.epilogue.empty() || maker < 0 || m_stays[at(maxima)] ||
            m_readers.of(maxima).size() != 1)
            return;
        const auto place = static_cast<size_t>(maker);
        const bool fits = !instr(place).op->isView() && instr(place).out.size() == 1 &&
                          m_program.value(pool.in.back()).definedBy < maker &&
                          forms(place).back().layout == forms(i)[0].layout;
        if (!fits) return;
        Instr plain = pool;
        plain.epilogue.clear();
        plain.in.pop_back();
        const Instr gate = gateOf(pool);
        plain.in[0] = gate.out[0];
        std::optional<Changed> made = storing(place, fused(instr(place), gate, false));
        std::optional<KernelChoice> choice = choiceLike(m_program, m_choices[i], plain, m_memo);
        if (!made || !choice) return;
        instr(place) = std::move(made->instr);
        m_choices[place] = std::move(made->choice);
        m_program.values[at(gate.out[0])].definedBy = maker;
        m_stays.resize(m_program.values.size(), 0);
        m_readers.add(gate.out[0], i);
        instr(i) = std::move(plain);
        m_choices[i] = *std::move(choice);
    }

    void spreadInReaders(size_t i) {
        const ValueId result = instr(i).out[0];
        std::vector<Changed> changed;
        std::optional<Instr> gate;
        for (size_t reader : m_readers.of(result)) {
            const Instr& by = instr(reader);
            std::optional<Changed> now;
            if (by.op->id == "conv_weights" && by.in[0] == result && by.in[1] != result)
                now = weightsOf(reader, i);
            else if (by.op->id == "channel_sum" && isPlain(by))
                now = sumOf(reader, i, gate);
            if (!now) return;
            changed.push_back(*std::move(now));
        }
        const auto isWeights = [](const Changed& now) {
            return now.instr.op->id == "conv_weights";
        };
        if (std::ranges::none_of(changed, isWeights)) return;
        for (Changed& now : changed) {
            instr(now.place) = std::move(now.instr);
            m_choices[now.place] = std::move(now.choice);
        }
        m_drop[i] = 1;
        m_program.loaded.push_back(std::move(instr(i)));
        if (gate) m_program.loaded.push_back(*std::move(gate));
    }

    std::optional<Changed> weightsOf(size_t reader, size_t pool) {
        if (!isPlain(instr(reader)) || forms(reader)[0].layout != LayoutKind::Lanes)
            return std::nullopt;
        return loading(reader, withLoad(instr(reader), instr(pool)));
    }

    /// What is no maximum is zero: the sum of the maxima's gradients, behind the gate.
    std::optional<Changed> sumOf(size_t reader, size_t pool, std::optional<Instr>& gate) {
        const Instr& from = instr(pool);
        Instr sum = instr(reader);
        if (from.epilogue.empty()) {
            sum.in[0] = from.in[0];
            std::optional<KernelChoice> choice =
                choiceLike(m_program, m_choices[reader], sum, m_memo);
            if (!choice) return std::nullopt;
            return Changed{reader, std::move(sum), *std::move(choice)};
        }
        if (!gate) gate = gateOf(from);
        sum.in[0] = gate->out[0];
        return loading(reader, withLoad(sum, *gate));
    }

    std::optional<Changed> storing(size_t maker, Instr instr) {
        std::optional<KernelChoice> choice = choiceLike(m_program, m_choices[maker], instr, m_memo);
        if (!choice || !choice->asked->takesStore[choice->taken]) return std::nullopt;
        return Changed{maker, std::move(instr), *std::move(choice)};
    }

    std::optional<Changed> loading(size_t reader, Instr instr) {
        std::optional<KernelChoice> choice =
            choiceLike(m_program, m_choices[reader], instr, m_memo);
        if (!choice || !choice->asked->takesLoad[choice->taken]) return std::nullopt;
        return Changed{reader, std::move(instr), *std::move(choice)};
    }

    /// The gate of a pool's gradient in front of the pool.
    Instr gateOf(const Instr& pool) {
        const FusedOp& behind = pool.epilogue[0];
        Value gated = m_program.value(pool.in[0]);
        gated.name = m_program.value(pool.out[0]).name + ".maxima";
        gated.definedBy = -1;
        Instr gate;
        gate.op = behind.op;
        gate.attrs = behind.attrs;
        gate.in = {pool.in[0], pool.in.back()};
        gate.out = {static_cast<ValueId>(m_program.values.size())};
        gate.origins = behind.origins;
        gate.phase = pool.phase;
        m_program.values.push_back(std::move(gated));
        return gate;
    }

    Program& m_program;
    std::vector<KernelChoice>& m_choices;
    OfferMemo& m_memo;
    std::vector<char> m_drop;
    Readers m_readers;
    std::vector<char> m_stays;  ///< by value
};

}  // namespace

void fusePools(Program& program, std::vector<KernelChoice>& choices, OfferMemo& memo) {
    PoolFusion(program, choices, memo).runForward();
}

void fuseUnpools(Program& program, std::vector<KernelChoice>& choices, OfferMemo& memo,
                 const std::vector<std::string>& pinned) {
    PoolFusion(program, choices, memo, pinned).runBackward();
}

}  // namespace vitrine
