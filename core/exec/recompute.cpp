// SPDX-License-Identifier: Apache-2.0
// Local search: at the peak, what costs least for its bytes is given up, and what was given up is
// kept again where that helps. Every trial is a rewritten program and its plan.
#include "core/exec/recompute.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string_view>

#include "core/exec/block_borders.h"
#include "core/exec/second_making.h"
#include "core/exec/storage_plan.h"
#include "core/exec/tape_places.h"

namespace vitrine {

namespace {

using GivenUp = std::vector<char>;  ///< by root

bool isCopy(const Instr& instr) {
    return instr.op->id == "reorder" || instr.op->id == "contiguous";
}

/// What the named nodes give, in whichever order it lies, of all that could be made again.
GivenUp resultsOf(const std::vector<std::string>& nodes, const TypedProgram& typed,
                  const KeptValues& facts) {
    GivenUp marked(typed.types.size(), 0);
    if (nodes.empty()) return marked;
    const std::set<std::string_view> names(nodes.begin(), nodes.end());
    const auto isNamed = [&](const std::string& node) { return names.contains(node); };
    for (size_t i = 0; i < facts.border; ++i) {
        const Instr& instr = typed.program.instrs[i];
        if (instr.op->isView()) continue;
        for (ValueId v : instr.out) {
            const bool isMarked = isCopy(instr) ? facts.has(marked, facts.rootOf(instr.in[0]))
                                                : std::ranges::any_of(originsIn(instr, v), isNamed);
            marked[static_cast<size_t>(v)] = isMarked && facts.has(facts.mayBeAgain, v);
        }
    }
    return marked;
}

/// What a choice gives.
struct Trial {
    GivenUp givenUp;
    int64_t bytes = 0;                   ///< least that the step can take
    double excess = 0;                   ///< bytes over the target, summed over the entries
    double seconds = 0;                  ///< of what runs a second time
    std::vector<ValueId> inTheWay = {};  ///< roots alive where the target is missed

    bool fits(int64_t limit) const { return bytes <= limit; }
};

class Search {
  public:
    Search(const TypedProgram& typed, const StateLayout& states, const TapeOptions& options)
        : m_typed(typed),
          m_states(states),
          m_options(options),
          m_facts(keptValues(typed, options.pinned)),
          m_marked(resultsOf(options.madeAgain, typed, m_facts)) {
        m_trials = std::clamp<size_t>(300'000 / (typed.program.instrs.size() + 1), 40, 500);
    }

    /// What somebody has asked for, and nothing else.
    const GivenUp& marked() const { return m_marked; }

    /// Without what is dear, and for not more than `share` of the step's time.
    GivenUp cheap(double share) {
        m_mostSeconds = share * m_facts.stepSeconds();
        m_onlyCheap = true;
        m_trialsLeft = m_trials / 4;  // every run pays for this search, asked for or not
        return descend(trial(m_marked), 0).givenUp;
    }

    GivenUp blocks() {
        Trial best = trial(m_marked);
        for (Trial& other : blockTrials())
            if (other.bytes < best.bytes) best = std::move(other);
        return best.givenUp;
    }

    /// As few seconds as `limit` allows; the least bytes where it allows too little.
    GivenUp within(int64_t limit) {
        m_trialsLeft = m_trials;
        Trial best = trial(m_marked);
        if (best.fits(limit)) return best.givenUp;
        m_onlyCheap = true;
        best = descend(std::move(best), limit);
        m_onlyCheap = false;
        if (!best.fits(limit)) {
            Trial block = best;
            for (Trial& other : blockTrials())
                if (isBetter(other, block, limit)) block = std::move(other);
            block = descend(std::move(block), limit);
            best = descend(std::move(best), limit);
            if (isBetter(block, best, limit)) best = std::move(block);
        }
        keepAgain(best, std::max(limit, best.bytes));
        return best.givenUp;
    }

    /// The same for what the plan takes in the end, which may be a little more than the least.
    GivenUp fitting(int64_t limit) {
        GivenUp best;
        int64_t target = limit;
        for (int i = 0; i < 4; ++i) {
            best = within(target);
            SecondMaking made = secondMaking(m_typed, m_facts, best);
            StoragePlan plan = planOf(made);
            const MemoryExtent extent = plan.layOut(m_options.shareMemory);
            if (extent.peakBytes <= limit || extent.lowerBoundBytes > target) break;
            target = std::max<int64_t>(0, target - (extent.peakBytes - limit) - limit / 500);
        }
        return best;
    }

    TypedProgram program(const GivenUp& givenUp) const {
        return secondMaking(m_typed, m_facts, givenUp).typed;
    }

  private:
    bool mayGiveUp(ValueId root) const {
        return m_facts.has(m_facts.isKept, root) && !m_facts.has(m_marked, root) &&
               m_facts.has(m_onlyCheap ? m_facts.isCheap : m_facts.mayBeAgain, root);
    }
    double makingSeconds(ValueId root) const {
        return m_facts.seconds[static_cast<size_t>(m_typed.program.value(root).definedBy)];
    }

    std::vector<Trial> blockTrials() {
        std::vector<Trial> trials;
        for (GivenUp blocks : givenUpInBlocks(m_typed, m_facts)) {
            for (size_t v = 0; v < blocks.size(); ++v) blocks[v] |= m_marked[v];
            trials.push_back(trial(blocks));
        }
        return trials;
    }

    StoragePlan planOf(SecondMaking& made) const {
        StoragePlan plan = planStorages(made.typed, m_states, m_options);
        for (size_t i = 0; i < made.source.size(); ++i)
            if (const int64_t bytes = m_facts.workspace[made.source[i]]; bytes > 0)
                plan.addWorkspace(bytes, static_cast<int>(i));
        return plan;
    }

    double secondsAgain(const SecondMaking& made) const {
        double seconds = 0;
        for (size_t i = 0; i < made.source.size(); ++i) {
            const std::vector<ValueId>& out = made.typed.program.instrs[i].out;
            if (!out.empty() && made.typed.recomputedBy(out[0]) != noValue)
                seconds += m_facts.seconds[made.source[i]];
        }
        return seconds;
    }

    Trial trial(const GivenUp& givenUp) {
        if (m_trialsLeft > 0) --m_trialsLeft;
        Trial result{givenUp};
        SecondMaking made = secondMaking(m_typed, m_facts, givenUp);
        result.seconds = secondsAgain(made);
        const StoragePlan plan = planOf(made);
        const std::vector<int64_t> alive = plan.aliveBytes();
        std::vector<size_t> over(alive.size() + 1, 0);  // of the entries before each
        for (size_t i = 0; i < alive.size(); ++i) {
            result.bytes = std::max(result.bytes, alive[i]);
            result.excess += static_cast<double>(std::max<int64_t>(0, alive[i] - m_target));
            over[i + 1] = over[i] + (alive[i] > m_target ? 1 : 0);
        }
        for (const TapeStorage& storage : plan.storages) {
            if (storage.isState || storage.values.empty()) continue;
            const auto first = static_cast<size_t>(storage.block.first);
            if (over[first] == over[static_cast<size_t>(storage.block.last) + 1]) continue;
            for (ValueId v : storage.values)
                if (const ValueId root = originalRoot(made.typed, v); root != noValue)
                    result.inTheWay.push_back(root);
        }
        return result;
    }

    ValueId originalRoot(const TypedProgram& typed, ValueId v) const {
        const ValueId original = typed.recomputedBy(v) == noValue ? v : typed.recomputedBy(v);
        return static_cast<size_t>(original) < m_facts.root.size() ? m_facts.rootOf(original)
                                                                   : noValue;
    }

    /// Values whose change of mind may help, the cheapest for their bytes first.
    std::vector<ValueId> moves(const Trial& at) const {
        std::vector<ValueId> roots;
        for (ValueId root : at.inTheWay)
            if (mayGiveUp(root)) roots.push_back(root);
        std::ranges::sort(roots);
        roots.erase(std::ranges::unique(roots).begin(), roots.end());
        const auto price = [&](ValueId root) {
            return makingSeconds(root) /
                   static_cast<double>(m_facts.bytes[static_cast<size_t>(root)]);
        };
        std::ranges::stable_sort(roots, {}, price);
        return roots;
    }

    Trial changed(const Trial& from, ValueId root) {
        GivenUp givenUp = from.givenUp;
        givenUp[static_cast<size_t>(root)] ^= 1;
        return trial(givenUp);
    }

    static bool isBetter(const Trial& a, const Trial& b, int64_t limit) {
        if (a.fits(limit) && b.fits(limit)) return a.seconds < b.seconds;
        return a.bytes < b.bytes;
    }

    /// Goes down to `target` or as far towards it as single changes go.
    Trial towards(Trial best, int64_t target) {
        m_target = target;
        best = trial(best.givenUp);
        for (bool goesOn = true; goesOn && !best.fits(target);) {
            goesOn = false;
            for (ValueId root : moves(best)) {
                if (m_trialsLeft == 0) return best;
                Trial other = changed(best, root);
                if (other.seconds > m_mostSeconds || other.excess >= best.excess) continue;
                best = std::move(other);
                goesOn = true;
            }
        }
        return best;
    }

    /// Lower and lower, as a far target says little about the peak.
    Trial descend(Trial best, int64_t limit) {
        while (!best.fits(limit)) {
            Trial other = towards(best, std::max(limit, best.bytes - best.bytes / 32));
            if (other.bytes >= best.bytes) break;
            best = std::move(other);
        }
        return best;
    }

    /// Keeps what need not be made again, the dearest first.
    void keepAgain(Trial& best, int64_t limit) {
        std::vector<ValueId> roots;
        for (size_t v = 0; v < best.givenUp.size(); ++v)
            if (best.givenUp[v] && !m_marked[v]) roots.push_back(static_cast<ValueId>(v));
        std::ranges::stable_sort(roots, std::greater<>(),
                                 [&](ValueId root) { return makingSeconds(root); });
        for (ValueId root : roots) {
            if (m_trialsLeft == 0) return;
            Trial other = changed(best, root);
            if (other.fits(limit) && other.seconds <= best.seconds) best = std::move(other);
        }
    }

    const TypedProgram& m_typed;
    const StateLayout& m_states;
    const TapeOptions& m_options;
    const KeptValues m_facts;
    const GivenUp m_marked;
    bool m_onlyCheap = false;
    double m_mostSeconds = std::numeric_limits<double>::infinity();
    int64_t m_target = std::numeric_limits<int64_t>::max();
    size_t m_trials = 0, m_trialsLeft = 0;
};

GivenUp chosen(Search& search, const StateLayout& states, const TapeOptions& options) {
    if (options.recompute == Recompute::None) return search.marked();
    if (options.recompute == Recompute::Cheap) return search.cheap(cheapShare);
    if (options.recompute == Recompute::Blocks) return search.blocks();
    const int64_t stateBytes = (states.sizeBytes() + 4095) / 4096 * 4096;
    return search.fitting(std::max<int64_t>(0, options.budgetBytes - stateBytes));
}

}  // namespace

TypedProgram recomputed(TypedProgram typed, const StateLayout& states, const TapeOptions& options) {
    const auto isBackward = [](const Instr& instr) { return instr.phase == Phase::Backward; };
    const bool isAsked = options.recompute != Recompute::None || !options.madeAgain.empty();
    if (!isAsked || std::ranges::none_of(typed.program.instrs, isBackward)) return typed;
    Search search(typed, states, options);
    return search.program(chosen(search, states, options));
}

Result<void> checkBudget(const Tape& tape, const TapeOptions& options) {
    if (options.recompute != Recompute::Budget || tape.arenaBytes() <= options.budgetBytes)
        return {};
    // Rounded up: who takes the number at its word gives a budget that is enough.
    const double needed = std::ceil(static_cast<double>(tape.arenaBytes()) / 1e5) / 10;
    const double budget = std::floor(static_cast<double>(options.budgetBytes) / 1e5) / 10;
    return Error{"U09",
                 fmt::format("a step needs at least {:.1f} MB, the budget is {}", needed,
                             budget > 0 ? fmt::format("{:.1f} MB", budget)
                                        : fmt::format("{} bytes", options.budgetBytes)),
                 {},
                 "Nothing was started.",
                 "Choose a larger budget or a smaller batch."};
}

}  // namespace vitrine
