// SPDX-License-Identifier: Apache-2.0
// Looks at every pointwise instruction once, in order.
#include "core/exec/fusion.h"

#include <algorithm>
#include <span>

#include "core/exec/pool_gate.h"

namespace vitrine {

namespace {

class Fusion {
  public:
    Fusion(Program& program, std::vector<KernelChoice>& choices, OfferMemo& memo)
        : m_program(program), m_choices(choices), m_memo(memo), m_drop(program.instrs.size(), 0) {
        countUses();
    }

    void run() {
        for (size_t i = 0; i < m_program.instrs.size(); ++i) {
            const int producer = producerFor(i);
            if (producer >= 0) join(static_cast<size_t>(producer), i);
        }
        eraseDropped(m_program, m_choices, m_drop);
    }

    void runSums() {
        for (size_t i = 0; i < m_program.instrs.size(); ++i)
            if (const int producer = summedAt(i); producer >= 0)
                joinSum(static_cast<size_t>(producer), i);
        eraseDropped(m_program, m_choices, m_drop);
    }

  private:
    Instr& instr(size_t i) { return m_program.instrs[i]; }
    int& uses(ValueId v) { return m_uses[static_cast<size_t>(v)]; }

    /// How often each value is read, by instructions, outputs and new states.
    void countUses() {
        m_uses.assign(m_program.values.size(), 0);
        for (const Instr& reader : m_program.instrs)
            for (ValueId v : reader.operands()) ++uses(v);
        for (const NamedValue& output : m_program.outputs) ++uses(output.value);
        for (const StateBinding& state : m_program.states)
            if (state.out != noValue) ++uses(state.out);
    }

    bool isPointwise(size_t i) const {
        return !m_program.instrs[i].op->isView() &&
               !kernels::asSteps(m_choices[i].call().problem).empty();
    }

    /// Whether a value in row-major memory may lie with gaps or repeats: a view that is not the
    /// same elements, or a stretch of them, in another shape.
    bool mayHaveGaps(ValueId v) const {
        const int maker = m_program.value(v).definedBy;
        if (maker < 0) return false;
        const Instr& made = m_program.instrs[static_cast<size_t>(maker)];
        if (!made.op->isView()) return false;
        const ArrayView whole = ArrayView::contiguous(m_program.value(made.in[0]).shape);
        const auto view = made.op->view(made.attrs, whole, m_program.value(v).shape);
        return !view || !view->isContiguous() || mayHaveGaps(made.in[0]);
    }

    /// The last instruction that instruction `i` can become a part of, or −1.
    int producerFor(size_t i) {
        if (!isPointwise(i)) return -1;
        int last = -1;
        for (ValueId v : instr(i).operands()) {
            const int maker = m_program.value(v).definedBy;
            if (maker > last &&
                fits(instr(static_cast<size_t>(maker)), static_cast<size_t>(maker), i))
                last = maker;
        }
        return last;
    }

    bool fits(const Instr& producer, size_t at, size_t i) {
        const Instr& consumer = instr(i);
        if (producer.op->isView() || producer.out.size() != 1 || producer.phase != consumer.phase)
            return false;
        const ValueId between = producer.out[0];
        const Value &made = m_program.value(between), &result = m_program.value(consumer.out[0]);
        const auto reads = std::ranges::count(consumer.in, between);
        return uses(between) == reads && made.shape == result.shape && made.dtype == result.dtype &&
               liesAlike(at, i, between) && hasNoGaps(at, i);
    }

    LayoutKind resultLayout(size_t i) const { return m_choices[i].offer().forms.back().layout; }

    /// The consumer takes what lies between the two as the producer leaves it, and leaves it so.
    bool liesAlike(size_t producer, size_t consumer, ValueId between) const {
        const std::vector<ValueId> values = callValues(m_program.instrs[consumer]);
        const std::vector<kernels::Form>& forms = m_choices[consumer].offer().forms;
        for (size_t k = 0; k < values.size(); ++k)
            if (values[k] == between && forms[k].layout != resultLayout(producer)) return false;
        return resultLayout(consumer) == resultLayout(producer);
    }

    /// Row-major chains take no operands with gaps.
    bool hasNoGaps(size_t producer, size_t consumer) const {
        if (resultLayout(producer) != LayoutKind::RowMajor) return true;
        const auto gaps = [&](ValueId v) { return mayHaveGaps(v); };
        const auto readsNone = [&](size_t i) {
            return std::ranges::none_of(m_program.instrs[i].operands(), gaps);
        };
        return readsNone(consumer) && (!isPointwise(producer) || readsNone(producer));
    }

    void join(size_t at, size_t i) {
        Instr both = fused(instr(at), instr(i), isPointwise(at));
        if (!m_choices[at].asked->allowed.device) both = gatedByMaxima(m_program, std::move(both));
        std::optional<KernelChoice> choice = choiceLike(m_program, m_choices[at], both, m_memo);
        if (!choice || !choice->asked->takesStore[choice->taken]) return;
        m_drop[at] = 1;
        instr(i) = std::move(both);
        m_choices[i] = *std::move(choice);
    }

    /// The instruction that can make the reduction `i` beside its result, or −1.
    int summedAt(size_t i) {
        const Instr& sum = instr(i);
        const auto* const channel = std::get_if<kernels::Channel>(&m_choices[i].call().problem);
        if (sum.op->isView() || !sum.loads.empty() || !channel ||
            channel->pass == kernels::ChannelPass::Normalize)
            return -1;
        const int at = m_program.value(sum.in[0]).definedBy;
        if (at < 0) return -1;
        const Instr& producer = instr(static_cast<size_t>(at));
        size_t results = 1;
        for (const FusedOp& other : producer.sums) results += other.op->outputs.size();
        const auto isThere = [&](ValueId v) { return m_program.value(v).definedBy < at; };
        const bool fits = !producer.op->isView() && producer.out.size() == results &&
                          producer.out[0] == sum.in[0] && producer.phase == sum.phase &&
                          std::ranges::all_of(std::span(sum.in).subspan(1), isThere);
        const LayoutKind kind = m_choices[i].offer().forms[0].layout;
        return fits && kind == storedLayout(static_cast<size_t>(at)) ? at : -1;
    }

    /// Of the first result.
    LayoutKind storedLayout(size_t i) {
        const size_t results = instr(i).out.size();
        return m_choices[i].offer().forms[m_choices[i].offer().forms.size() - results].layout;
    }

    void joinSum(size_t at, size_t i) {
        Instr both = withSum(instr(at), instr(i));
        std::optional<KernelChoice> choice = choiceLike(m_program, m_choices[at], both, m_memo);
        if (!choice || !choice->asked->takesSums[choice->taken]) return;
        m_drop[i] = 1;
        for (ValueId v : instr(i).out)
            m_program.values[static_cast<size_t>(v)].definedBy = static_cast<int>(at);
        instr(at) = std::move(both);
        m_choices[at] = *std::move(choice);
    }

    Program& m_program;
    std::vector<KernelChoice>& m_choices;
    OfferMemo& m_memo;
    std::vector<char> m_drop;
    std::vector<int> m_uses;
};

void addOrigins(Instr& both, const Instr& other) {
    for (const std::string& origin : other.origins)
        if (std::ranges::find(both.origins, origin) == both.origins.end())
            both.origins.push_back(origin);
}

}  // namespace

Instr fused(const Instr& producer, const Instr& consumer, bool isChain) {
    Instr both = producer;
    FusedOp step{consumer.op, consumer.attrs, producer.out[0], consumer.origins, {}, 0};
    // Other kernels than pointwise ones take their own operands apart from those of a chain.
    const size_t shared = isChain ? 0 : producer.in.size() - foldedOperands(producer);
    for (ValueId v : consumer.in) {
        if (v == producer.out[0]) {
            step.reads.push_back(FusedOp::soFar);
            continue;
        }
        auto place =
            std::find(both.in.begin() + static_cast<std::ptrdiff_t>(shared), both.in.end(), v);
        step.reads.push_back(static_cast<int>(place - both.in.begin()));
        if (place != both.in.end()) continue;
        both.in.push_back(v);
        ++step.added;
    }
    both.epilogue.push_back(std::move(step));
    both.out = consumer.out;
    addOrigins(both, consumer);
    return both;
}

Instr withSum(const Instr& producer, const Instr& sum) {
    Instr both = producer;
    FusedOp step{sum.op, sum.attrs, noValue, sum.origins, {}, 0};
    for (size_t k = 0; k < sum.in.size(); ++k) {
        if (k == 0) {
            step.reads.push_back(FusedOp::soFar);
            continue;
        }
        step.reads.push_back(static_cast<int>(both.in.size()));
        both.in.push_back(sum.in[k]);
        ++step.added;
    }
    both.sums.push_back(std::move(step));
    both.out.insert(both.out.end(), sum.out.begin(), sum.out.end());
    addOrigins(both, sum);
    return both;
}

std::optional<KernelChoice> choiceLike(const Program& program, const KernelChoice& before,
                                       const Instr& both, OfferMemo& memo) {
    // What there was no choice of for one, there is none of for the two.
    KernelChoice choice{memo.ask(program, both, before.asked->allowed)};
    const auto same = std::ranges::find_if(choice.offers(), [&](const kernels::Offer& offer) {
        return offer.layout() == before.offer().layout() &&
               offer.algorithm == before.offer().algorithm;
    });
    if (same == choice.offers().end()) return std::nullopt;
    choice.taken = static_cast<size_t>(same - choice.offers().begin());
    choice.reason = before.reason;
    return choice;
}

void eraseDropped(Program& program, std::vector<KernelChoice>& choices,
                  const std::vector<char>& drop) {
    std::vector<Instr> instrs;
    std::vector<KernelChoice> kept;
    for (size_t i = 0; i < drop.size(); ++i) {
        if (drop[i]) continue;
        instrs.push_back(std::move(program.instrs[i]));
        kept.push_back(std::move(choices[i]));
    }
    program.instrs = std::move(instrs);
    choices = std::move(kept);
    for (Value& value : program.values) value.definedBy = -1;
    for (size_t i = 0; i < program.instrs.size(); ++i)
        for (ValueId v : program.instrs[i].out)
            program.values[static_cast<size_t>(v)].definedBy = static_cast<int>(i);
}

void fuse(Program& program, std::vector<KernelChoice>& choices, OfferMemo& memo) {
    Fusion(program, choices, memo).run();
}

void fuseSums(Program& program, std::vector<KernelChoice>& choices, OfferMemo& memo) {
    Fusion(program, choices, memo).runSums();
}

}  // namespace vitrine
