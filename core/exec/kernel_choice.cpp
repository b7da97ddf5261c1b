// SPDX-License-Identifier: Apache-2.0
// Local search over offers from three starts, by differences: near linear in the number of
// instructions.
#include "core/exec/kernel_choice.h"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>

namespace vitrine {

namespace {

constexpr double reorderBytesPerSecond = 4e9;  // transposes are slower than copies
constexpr std::array kinds{LayoutKind::RowMajor, LayoutKind::Lanes, LayoutKind::Blocked};

size_t index(LayoutKind kind) { return static_cast<size_t>(kind); }

/// A view costs nothing where its elements may stay.
std::vector<kernels::Offer> viewOffers(const Program& program, const Instr& instr) {
    const Shape &in = program.value(instr.in[0]).shape, &out = program.value(instr.out[0]).shape;
    std::vector<kernels::Offer> offers;
    for (LayoutKind kind : kinds) {
        if (!staysIn(kind, instr, in, out)) continue;
        kernels::Offer offer;
        offer.name = "view";
        offer.forms.assign(2, {.layout = kind, .halo = 0, .isStrided = true});
        offers.push_back(std::move(offer));
    }
    return offers;
}

KernelChoice choiceOf(const Program& program, const Instr& instr, bool rowMajorOnly) {
    KernelChoice choice;
    if (instr.op->isView()) {
        choice.offers = viewOffers(program, instr);
    } else {
        choice.call = logicalCall(program, instr);
        kernels::Offers offers = kernels::offers(choice.call);
        choice.offers = std::move(offers.list);
        choice.refused = std::move(offers.refused);
    }
    if (rowMajorOnly) {
        std::erase_if(choice.offers, [](const kernels::Offer& offer) {
            return offer.layout() != LayoutKind::RowMajor;
        });
        if (!instr.op->isView()) choice.reason = "row-major: everything was to be so";
    }
    VITRINE_CHECK(!choice.offers.empty(), "every instruction can be row-major");
    return choice;
}

/// What bringing every value from one layout into another costs.
class ReorderCosts {
  public:
    explicit ReorderCosts(const Program& program) {
        for (const Value& value : program.values) {
            std::array<double, 3> bytes{};
            for (LayoutKind kind : kinds) {
                const Layout layout{hasImageView(value.shape) ? kind : LayoutKind::RowMajor, 0};
                bytes[index(kind)] =
                    static_cast<double>(bytesOf(value.dtype, storageElements(value.shape, layout)));
            }
            m_bytes.push_back(bytes);
        }
    }
    double seconds(ValueId v, LayoutKind from, LayoutKind to) const {
        const auto& bytes = m_bytes[static_cast<size_t>(v)];
        return (bytes[index(from)] + bytes[index(to)]) / reorderBytesPerSecond;
    }

  private:
    std::vector<std::array<double, 3>> m_bytes;
};

/// An operand or result of an instruction, by its place in the call.
struct Place {
    int instr = -1;
    size_t place = 0;
};

/// Who makes and who reads each value, and which values' reorders depend on an instruction's offer:
/// a change of one offer can change what these cost, and nothing else.
class Neighbours {
  public:
    Neighbours(const Program& program, const std::vector<KernelChoice>& choices)
        : m_maker(program.values.size()),
          m_readers(program.values.size()),
          m_values(program.instrs.size()) {
        for (size_t i = 0; i < program.instrs.size(); ++i) {
            const Instr& instr = program.instrs[i];
            const std::vector<ValueId> values = callValues(instr);
            const size_t results = values.size() - instr.out.size();
            for (size_t k = 0; k < values.size(); ++k) {
                const Place place{static_cast<int>(i), k};
                if (k < results)
                    m_readers[static_cast<size_t>(values[k])].push_back(place);
                else
                    m_maker[static_cast<size_t>(values[k])] = place;
                if (varies(choices[i], k)) touch(i, values[k]);
            }
        }
    }

    /// Its instruction is −1 for inputs and states: they are row-major.
    Place maker(ValueId v) const { return m_maker[static_cast<size_t>(v)]; }
    const std::vector<Place>& readers(ValueId v) const { return m_readers[static_cast<size_t>(v)]; }
    /// Values whose reorders depend on the instruction's offer, each once.
    const std::vector<ValueId>& values(size_t instr) const { return m_values[instr]; }

  private:
    static bool varies(const KernelChoice& choice, size_t place) {
        return std::ranges::any_of(choice.offers, [&](const kernels::Offer& offer) {
            return offer.forms[place].layout != choice.offers.front().forms[place].layout;
        });
    }
    void touch(size_t instr, ValueId v) {
        auto& values = m_values[instr];
        if (std::find(values.begin(), values.end(), v) == values.end()) values.push_back(v);
    }

    std::vector<Place> m_maker;
    std::vector<std::vector<Place>> m_readers;
    std::vector<std::vector<ValueId>> m_values;
};

/// The number of an offer for each instruction.
using Picks = std::vector<size_t>;

Picks startFrom(const std::vector<KernelChoice>& choices, std::array<LayoutKind, 3> preference) {
    Picks picks(choices.size(), 0);
    for (size_t i = 0; i < choices.size(); ++i) {
        const auto has = [&](LayoutKind kind) {
            for (size_t o = 0; o < choices[i].offers.size(); ++o)
                if (choices[i].offers[o].layout() == kind) {
                    picks[i] = o;
                    return true;
                }
            return false;
        };
        std::ranges::any_of(preference, has);
    }
    return picks;
}

Picks cheapestEach(const std::vector<KernelChoice>& choices) {
    Picks picks;
    for (const KernelChoice& choice : choices) {
        const auto best = std::ranges::min_element(choice.offers, {}, &kernels::Offer::seconds);
        picks.push_back(static_cast<size_t>(best - choice.offers.begin()));
    }
    return picks;
}

/// Changes one instruction's offer at a time while the whole program gets cheaper. A trial costs
/// what the instruction touches, and an instruction is tried again only after a neighbour changed.
class Descent {
  public:
    Descent(const std::vector<KernelChoice>& choices, const ReorderCosts& costs,
            const Neighbours& neighbours, Picks& picks)
        : m_choices(choices), m_costs(costs), m_neighbours(neighbours), m_picks(picks) {}

    /// Seconds of the program with the offers that were found.
    double run(size_t values) {
        double total = 0;
        for (size_t i = 0; i < m_picks.size(); ++i) total += picked(i).seconds;
        for (size_t v = 0; v < values; ++v) total += reorders(static_cast<ValueId>(v));
        m_open.assign(m_picks.size(), 1);
        for (bool any = true; any;) {
            any = false;
            for (size_t i = 0; i < m_picks.size(); ++i) {
                if (!m_open[i]) continue;
                m_open[i] = 0;
                if (tryOthers(i, total)) any = true;
            }
        }
        return total;
    }

  private:
    const kernels::Offer& picked(size_t instr) const {
        return m_choices[instr].offers[m_picks[instr]];
    }
    LayoutKind layoutAt(Place place) const {
        return picked(static_cast<size_t>(place.instr)).forms[place.place].layout;
    }

    /// One copy of the value for every layout that somebody wants and it is not made in.
    double reorders(ValueId v) const {
        const Place maker = m_neighbours.maker(v);
        const LayoutKind home = maker.instr < 0 ? LayoutKind::RowMajor : layoutAt(maker);
        std::array<bool, 3> wanted{};
        for (Place reader : m_neighbours.readers(v)) wanted[index(layoutAt(reader))] = true;
        double seconds = 0;
        for (LayoutKind kind : kinds)
            if (kind != home && wanted[index(kind)]) seconds += m_costs.seconds(v, home, kind);
        return seconds;
    }

    double around(size_t instr) const {
        double seconds = picked(instr).seconds;
        for (ValueId v : m_neighbours.values(instr)) seconds += reorders(v);
        return seconds;
    }

    bool tryOthers(size_t i, double& total) {
        size_t best = m_picks[i];
        double seconds = around(i);
        bool changed = false;
        for (size_t offer = 0; offer < m_choices[i].offers.size(); ++offer) {
            if (offer == best) continue;
            m_picks[i] = offer;
            const double mine = around(i);
            if (mine < seconds - total * 1e-9) {
                total += mine - seconds;
                seconds = mine;
                best = offer;
                changed = true;
            }
            m_picks[i] = best;
        }
        if (changed) open(i);
        return changed;
    }

    void open(size_t i) {
        for (ValueId v : m_neighbours.values(i)) {
            if (const int at = m_neighbours.maker(v).instr; at >= 0)
                m_open[static_cast<size_t>(at)] = 1;
            for (Place reader : m_neighbours.readers(v))
                m_open[static_cast<size_t>(reader.instr)] = 1;
        }
    }

    const std::vector<KernelChoice>& m_choices;
    const ReorderCosts& m_costs;
    const Neighbours& m_neighbours;
    Picks& m_picks;
    std::vector<char> m_open;  ///< not tried since something that it touches changed
};

/// `0.52 ms`, `8.6 s`.
std::string text(double seconds) {
    if (seconds >= 1) return fmt::format("{:.2g} s", seconds);
    return seconds >= 1e-4 ? fmt::format("{:.2g} ms", seconds * 1e3)
                           : fmt::format("{:.2g} µs", seconds * 1e6);
}

}  // namespace

KernelReasons KernelChoice::reasons() const {
    KernelReasons reasons{{}, taken, refused, reason};
    reasons.ways.reserve(offers.size());
    for (const kernels::Offer& way : offers) reasons.ways.push_back({way.name, way.seconds});
    return reasons;
}

std::string KernelReasons::whyTaken() const {
    if (!reason.empty()) return std::string(reason);
    if (ways.empty()) return {};
    const Way& way = ways[taken];
    if (ways.size() == 1) return fmt::format("{}: no other way is there", way.name);
    return fmt::format("{}: about {} here, the least together with what lies around it", way.name,
                       text(way.seconds));
}

std::vector<std::string> KernelReasons::whyNotOthers() const {
    std::vector<std::string> reasons;
    for (size_t i = 0; i < ways.size(); ++i) {
        if (i == taken) continue;
        const double mine = ways[taken].seconds, other = ways[i].seconds;
        const std::string_view why = other > mine   ? ""
                                     : other < mine ? ", but values around it would be copied"
                                                    : ", the same; what lies around it decided";
        reasons.push_back(fmt::format("{}: about {} here{}", ways[i].name, text(other), why));
    }
    for (const kernels::Refusal& refusal : refused)
        reasons.push_back(fmt::format("{}: {}", refusal.way, refusal.why));
    return reasons;
}

std::vector<KernelChoice> chooseKernels(const Program& program, bool rowMajorOnly) {
    std::vector<KernelChoice> choices;
    choices.reserve(program.instrs.size());
    for (const Instr& instr : program.instrs)
        choices.push_back(choiceOf(program, instr, rowMajorOnly));
    if (rowMajorOnly) return choices;
    const ReorderCosts costs(program);
    const Neighbours neighbours(program, choices);
    using enum LayoutKind;
    std::array<Picks, 3> starts{startFrom(choices, {Lanes, Blocked, RowMajor}),
                                startFrom(choices, {Blocked, Lanes, RowMajor}),
                                cheapestEach(choices)};
    double bestSeconds = std::numeric_limits<double>::infinity();
    for (Picks& picks : starts) {
        const double seconds =
            Descent(choices, costs, neighbours, picks).run(program.values.size());
        if (seconds >= bestSeconds) continue;
        bestSeconds = seconds;
        for (size_t i = 0; i < choices.size(); ++i) choices[i].taken = picks[i];
    }
    return choices;
}

}  // namespace vitrine
