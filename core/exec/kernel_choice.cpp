// SPDX-License-Identifier: Apache-2.0
// Local search over offers from three starts, by differences: near linear in the number of
// instructions.
#include "core/exec/kernel_choice.h"

#include <algorithm>
#include <array>
#include <limits>
#include <span>

#include "core/exec/open_questions.h"
#include "core/exec/passes.h"

namespace vitrine {

namespace {

constexpr double reorderBytesPerSecond = 4e9;  // transposes are slower than copies
constexpr std::array kinds{LayoutKind::RowMajor, LayoutKind::Lanes, LayoutKind::Blocked};

size_t index(LayoutKind kind) { return static_cast<size_t>(kind); }

KernelChoice choiceOf(const Program& program, const Instr& instr, const Allowed& allowed,
                      OfferMemo& memo) {
    KernelChoice choice{memo.ask(program, instr, allowed)};
    if (allowed.isRowMajorOnly() && !instr.op->isView())
        choice.reason = "row-major: everything was to be so";
    VITRINE_CHECK(!choice.offers().empty(), "every instruction can be row-major");
    return choice;
}

/// Bytes/s on one core.
double copyingSpeed(const Allowed& allowed) {
    const MeasuredWays* const measured = allowed.measured.get();
    const MeasuredWays::Ways* const copies = measured ? measured->find(copyQuestion) : nullptr;
    const auto byte = copies ? copies->find(copyWay) : MeasuredWays::Ways::const_iterator();
    return copies && byte != copies->end() ? 1 / (byte->second * measured->threads)
                                           : reorderBytesPerSecond;
}

/// How a value lies, as a number: its layout, or where that is packed, the number of the packing
/// among those that somebody wants the value in, after the layouts. Between the two: row-major as a
/// copy, of a view that has gaps.
using Way = uint8_t;
using Ways = uint64_t;  ///< a set
constexpr Way withoutGaps = kinds.size();
constexpr size_t firstPacking = withoutGaps + 1;
constexpr size_t mostPackings = 64 - firstPacking;

constexpr Way wayOf(LayoutKind kind) { return static_cast<Way>(kind); }
constexpr Ways only(Way way) { return Ways{1} << way; }

/// What bringing every value from one way of lying into another costs.
class CopyCosts {
  public:
    CopyCosts(const Program& program, const std::vector<KernelChoice>& choices,
              double bytesPerSecond)
        : m_bytesPerSecond(bytesPerSecond),
          m_packings(program.values.size()),
          m_turned(program.values.size(), 0),
          m_hasGaps(program.values.size(), 0) {
        for (const Value& value : program.values) {
            std::array<double, 3> bytes{};
            for (LayoutKind kind : kinds) {
                const Layout layout{hasImageView(value.shape) ? kind : LayoutKind::RowMajor, 0};
                bytes[index(kind)] =
                    static_cast<double>(bytesOf(value.dtype, storageElements(value.shape, layout)));
            }
            m_bytes.push_back(bytes);
        }
        for (const Instr& instr : program.instrs)
            if (const ValueId v = turnedFor(program, instr); v != noValue)
                m_turned[static_cast<size_t>(v)] = 1;
        for (const Instr& instr : program.instrs)
            if (leavesGaps(program, instr)) m_hasGaps[static_cast<size_t>(instr.out[0])] = 1;
        const std::vector<char> isUnchanging = unchangingValues(program);
        for (size_t i = 0; i < choices.size(); ++i) {
            const std::vector<ValueId> values = callValues(program.instrs[i]);
            for (const kernels::Offer& offer : choices[i].offers())
                for (size_t k = 0; k < values.size(); ++k) {
                    if (offer.forms[k].layout != LayoutKind::Packed) continue;
                    const auto v = static_cast<size_t>(values[k]);
                    addPacking(program.values[v], m_packings[v], offer.forms[k].packing,
                               isUnchanging[v]);
                }
        }
    }

    /// `isSlow`: reading over gaps takes the instruction as long as a copy would.
    Way wayOfOperand(ValueId v, const kernels::Form& form, bool isSlow) const {
        const bool isCopied = form.layout == LayoutKind::RowMajor && (isSlow || !form.isStrided);
        return isCopied && m_hasGaps[static_cast<size_t>(v)] ? withoutGaps : wayFor(v, form);
    }
    Way wayFor(ValueId v, const kernels::Form& form) const {
        if (form.layout != LayoutKind::Packed) return wayOf(form.layout);
        const std::vector<Packed>& list = m_packings[static_cast<size_t>(v)];
        const auto found = std::ranges::find(list, form.packing, &Packed::packing);
        // Where the list was full, it counts as the last one.
        const auto number = std::min<std::ptrdiff_t>(found - list.begin(), mostPackings - 1);
        return static_cast<Way>(std::ptrdiff_t{firstPacking} + number);
    }

    /// One copy of the value for every way that somebody wants and it does not lie in. Packing
    /// takes row-major.
    double seconds(ValueId v, Way home, Ways wanted) const {
        const auto& bytes = m_bytes[static_cast<size_t>(v)];
        double seconds = 0;
        const std::vector<Packed>& packings = m_packings[static_cast<size_t>(v)];
        for (size_t k = 0; k < packings.size(); ++k) {
            if (!(wanted & only(static_cast<Way>(firstPacking + k)))) continue;
            seconds += packings[k].seconds;
            wanted |= only(wayOf(LayoutKind::RowMajor));
        }
        for (LayoutKind kind : kinds)
            if (wayOf(kind) != home && wanted & only(wayOf(kind)))
                seconds += (bytes[home] + bytes[index(kind)]) / m_bytesPerSecond;
        const bool isTurned =
            m_turned[static_cast<size_t>(v)] && home == wayOf(LayoutKind::RowMajor);
        if (isTurned || wanted & only(withoutGaps))
            seconds += 2 * bytes[index(LayoutKind::RowMajor)] / m_bytesPerSecond;
        return seconds;
    }

  private:
    static bool leavesGaps(const Program& program, const Instr& view) {
        if (!view.op->isView()) return false;
        const ArrayView whole = ArrayView::contiguous(program.value(view.in[0]).shape);
        const auto seen = view.op->view(view.attrs, whole, program.value(view.out[0]).shape);
        return seen && !seen->isContiguous();
    }

    /// The value that has to be copied with its axes in another order, so that a view of a view of
    /// it exists; or none. Copies from planes do so on the way.
    static ValueId turnedFor(const Program& program, const Instr& view) {
        const int maker = view.op->isView() ? program.value(view.in[0]).definedBy : -1;
        if (maker < 0 || !program.instrs[static_cast<size_t>(maker)].op->isView()) return noValue;
        const Instr& first = program.instrs[static_cast<size_t>(maker)];
        const auto shape = [&](ValueId v) -> const Shape& { return program.value(v).shape; };
        const ArrayView whole = ArrayView::contiguous(shape(first.in[0]));
        const auto seen = first.op->view(first.attrs, whole, shape(first.out[0]));
        const bool exists =
            !seen || view.op->view(view.attrs, *seen, shape(view.out[0])).has_value();
        return exists ? noValue : first.in[0];
    }

    struct Packed {
        kernels::Packing packing;
        double seconds = 0;
    };

    void addPacking(const Value& value, std::vector<Packed>& list, const kernels::Packing& packing,
                    bool isOnce) {
        const bool isKnown = std::ranges::find(list, packing, &Packed::packing) != list.end();
        if (isKnown || list.size() == mostPackings) return;
        const int64_t elements = value.shape.elements() + packing.storageElements();
        const auto bytes = static_cast<double>(bytesOf(value.dtype, elements));
        // What is packed once costs next to nothing in each run.
        list.push_back({packing, isOnce ? 0 : bytes / m_bytesPerSecond});
    }

    const double m_bytesPerSecond;
    std::vector<std::array<double, 3>> m_bytes;
    std::vector<std::vector<Packed>> m_packings;
    std::vector<char> m_turned, m_hasGaps;
};

/// Lists of numbers, one behind the other in one piece of memory.
class Lists {
  public:
    void add(int32_t number) { m_numbers.push_back(number); }
    void endList() { m_ends.push_back(m_numbers.size()); }
    std::span<const int32_t> operator[](size_t list) const {
        const size_t begin = list == 0 ? 0 : m_ends[list - 1];
        return std::span(m_numbers).subspan(begin, m_ends[list] - begin);
    }

  private:
    std::vector<int32_t> m_numbers;
    std::vector<size_t> m_ends;
};

/// What the search looks at again and again, flat: a place is an operand or result of an
/// instruction, numbered through the program.
class SearchSpace {
  public:
    SearchSpace(const Program& program, const std::vector<KernelChoice>& choices,
                const CopyCosts& costs) {
        for (size_t i = 0; i < choices.size(); ++i) addInstr(program.instrs[i], choices[i], costs);
        m_maker.assign(program.values.size(), -1);
        std::vector<std::vector<int32_t>> readers(program.values.size());
        for (size_t i = 0; i < choices.size(); ++i) {
            const size_t results = m_firstPlace[i + 1] - program.instrs[i].out.size();
            for (size_t place = m_firstPlace[i]; place < m_firstPlace[i + 1]; ++place) {
                const auto v = static_cast<size_t>(m_valueAt[place]);
                if (place < results)
                    readers[v].push_back(static_cast<int32_t>(place));
                else
                    m_maker[v] = static_cast<int32_t>(place);
            }
            addVarying(i);
        }
        for (const std::vector<int32_t>& list : readers) {
            for (int32_t place : list) m_readers.add(place);
            m_readers.endList();
        }
    }

    size_t instrs() const { return m_firstOffer.size() - 1; }
    size_t places() const { return m_valueAt.size(); }
    size_t offers(size_t instr) const { return m_firstOffer[instr + 1] - m_firstOffer[instr]; }
    double seconds(size_t instr, size_t offer) const {
        return m_seconds[m_firstOffer[instr] + offer];
    }
    size_t firstPlace(size_t instr) const { return m_firstPlace[instr]; }
    size_t instrOf(int32_t place) const {
        return static_cast<size_t>(m_instrAt[static_cast<size_t>(place)]);
    }
    /// Those of all the instruction's places.
    std::span<const Way> ways(size_t instr, size_t offer) const {
        const size_t places = m_firstPlace[instr + 1] - m_firstPlace[instr];
        return std::span(m_ways).subspan(m_firstWay[instr] + offer * places, places);
    }
    /// −1 for inputs and states: they are row-major.
    int32_t maker(size_t value) const { return m_maker[value]; }
    std::span<const int32_t> readers(size_t value) const { return m_readers[value]; }
    /// Values whose copies depend on the instruction's offer, each once: a change of it can
    /// change what these cost, and nothing else.
    std::span<const int32_t> varying(size_t instr) const { return m_varying[instr]; }

  private:
    void addInstr(const Instr& instr, const KernelChoice& choice, const CopyCosts& costs) {
        m_firstWay.push_back(m_ways.size());
        const std::vector<ValueId> values = callValues(instr);
        for (ValueId v : values) {
            m_valueAt.push_back(v);
            m_instrAt.push_back(static_cast<int32_t>(m_firstPlace.size()) - 1);
        }
        m_firstPlace.push_back(m_valueAt.size());
        const bool isView = instr.op->isView();
        const bool isSlow = !isView && !kernels::asSteps(choice.call().problem).empty();
        for (const kernels::Offer& offer : choice.offers()) {
            m_seconds.push_back(offer.seconds);
            const size_t results = values.size() - instr.out.size();
            for (size_t k = 0; k < values.size(); ++k)
                m_ways.push_back(k < results && !isView
                                     ? costs.wayOfOperand(values[k], offer.forms[k], isSlow)
                                     : costs.wayFor(values[k], offer.forms[k]));
        }
        m_firstOffer.push_back(m_seconds.size());
    }
    void addVarying(size_t instr) {
        const std::span<const Way> first = ways(instr, 0);
        std::vector<int32_t> values;
        for (size_t k = 0; offers(instr) > 1 && k < first.size(); ++k) {
            bool varies = false;
            for (size_t offer = 1; offer < offers(instr); ++offer)
                varies = varies || ways(instr, offer)[k] != first[k];
            const int32_t v = m_valueAt[m_firstPlace[instr] + k];
            if (varies && std::ranges::find(values, v) == values.end()) values.push_back(v);
        }
        for (int32_t v : values) m_varying.add(v);
        m_varying.endList();
    }

    std::vector<size_t> m_firstPlace{0}, m_firstOffer{0};  ///< by instruction, and the end
    std::vector<size_t> m_firstWay;                        ///< by instruction
    std::vector<int32_t> m_valueAt, m_instrAt;             ///< by place
    std::vector<double> m_seconds;                         ///< by offer
    std::vector<Way> m_ways;
    std::vector<int32_t> m_maker;  ///< by value
    Lists m_readers, m_varying;
};

/// The number of an offer for each instruction.
using Picks = std::vector<size_t>;

Picks startFrom(const std::vector<KernelChoice>& choices, std::array<LayoutKind, 3> preference) {
    Picks picks(choices.size(), 0);
    for (size_t i = 0; i < choices.size(); ++i) {
        const auto has = [&](LayoutKind kind) {
            for (size_t o = 0; o < choices[i].offers().size(); ++o)
                if (choices[i].offers()[o].layout() == kind) {
                    picks[i] = o;
                    return true;
                }
            return false;
        };
        if (choices[i].offers().size() > 1) std::ranges::any_of(preference, has);
    }
    return picks;
}

Picks cheapestEach(const std::vector<KernelChoice>& choices) {
    Picks picks;
    for (const KernelChoice& choice : choices) {
        const auto best = std::ranges::min_element(choice.offers(), {}, &kernels::Offer::seconds);
        picks.push_back(static_cast<size_t>(best - choice.offers().begin()));
    }
    return picks;
}

/// Changes one instruction's offer at a time while the whole program gets cheaper. A trial costs
/// what the instruction touches, and an instruction is tried again only after a neighbour changed.
class Descent {
  public:
    Descent(const SearchSpace& space, const CopyCosts& costs, Picks& picks)
        : m_space(space), m_costs(costs), m_picks(picks), m_way(space.places()) {
        for (size_t i = 0; i < picks.size(); ++i) pick(i, picks[i]);
    }

    /// Seconds of the program with the offers that were found.
    double run(size_t values) {
        double total = 0;
        for (size_t i = 0; i < m_picks.size(); ++i) total += m_space.seconds(i, m_picks[i]);
        for (size_t v = 0; v < values; ++v) total += copies(v);
        m_open.assign(m_picks.size(), 1);
        for (bool any = true; any;) {
            any = false;
            for (size_t i = 0; i < m_picks.size(); ++i) {
                if (!m_open[i]) continue;
                m_open[i] = 0;
                if (m_space.offers(i) > 1 && tryOthers(i, total)) any = true;
            }
        }
        return total;
    }

  private:
    void pick(size_t instr, size_t offer) {
        m_picks[instr] = offer;
        std::ranges::copy(m_space.ways(instr, offer),
                          m_way.begin() + static_cast<ptrdiff_t>(m_space.firstPlace(instr)));
    }
    Way wayAt(int32_t place) const { return m_way[static_cast<size_t>(place)]; }

    /// Seconds of the copies of a value that its readers want.
    double copies(size_t v) const {
        const int32_t maker = m_space.maker(v);
        const Way home = maker < 0 ? wayOf(LayoutKind::RowMajor) : wayAt(maker);
        Ways wanted = 0;
        for (int32_t reader : m_space.readers(v)) wanted |= only(wayAt(reader));
        return m_costs.seconds(static_cast<ValueId>(v), home, wanted);
    }

    double around(size_t instr) const {
        double seconds = m_space.seconds(instr, m_picks[instr]);
        for (int32_t v : m_space.varying(instr)) seconds += copies(static_cast<size_t>(v));
        return seconds;
    }

    bool tryOthers(size_t i, double& total) {
        size_t best = m_picks[i];
        double seconds = around(i);
        bool changed = false;
        for (size_t offer = 0; offer < m_space.offers(i); ++offer) {
            if (offer == best) continue;
            pick(i, offer);
            const double mine = around(i);
            if (mine < seconds - total * 1e-9) {
                total += mine - seconds;
                seconds = mine;
                best = offer;
                changed = true;
            }
            pick(i, best);
        }
        if (changed) open(i);
        return changed;
    }

    void open(size_t i) {
        for (int32_t v : m_space.varying(i)) {
            const auto value = static_cast<size_t>(v);
            if (const int32_t maker = m_space.maker(value); maker >= 0)
                m_open[m_space.instrOf(maker)] = 1;
            for (int32_t reader : m_space.readers(value)) m_open[m_space.instrOf(reader)] = 1;
        }
    }

    const SearchSpace& m_space;
    const CopyCosts& m_costs;
    Picks& m_picks;
    std::vector<Way> m_way;    ///< by place, as picked
    std::vector<char> m_open;  ///< not tried since something that it touches changed
};

}  // namespace

std::vector<KernelChoice> chooseKernels(const Program& program, const Allowed& allowed,
                                        OfferMemo& memo) {
    std::vector<KernelChoice> choices;
    choices.reserve(program.instrs.size());
    for (const Instr& instr : program.instrs)
        choices.push_back(choiceOf(program, instr, allowed, memo));
    if (allowed.isRowMajorOnly()) return choices;
    const CopyCosts costs(program, choices, copyingSpeed(allowed));
    const SearchSpace space(program, choices, costs);
    using enum LayoutKind;
    std::array<Picks, 3> starts{startFrom(choices, {Lanes, Blocked, RowMajor}),
                                startFrom(choices, {Blocked, Lanes, RowMajor}),
                                cheapestEach(choices)};
    double bestSeconds = std::numeric_limits<double>::infinity();
    for (Picks& picks : starts) {
        const double seconds = Descent(space, costs, picks).run(program.values.size());
        if (seconds >= bestSeconds) continue;
        bestSeconds = seconds;
        for (size_t i = 0; i < choices.size(); ++i) choices[i].taken = picks[i];
    }
    return choices;
}

}  // namespace vitrine
