// SPDX-License-Identifier: Apache-2.0
// Local search over layouts from three starts, by differences: near linear in the number of
// instructions.
#include "core/exec/layout_choice.h"

#include <algorithm>
#include <array>
#include <limits>

#include "core/opdef/descriptor.h"

namespace vitrine {

namespace {

constexpr double memoryBytesPerSecond = 10e9;  // of one core, read and write together
constexpr double reorderBytesPerSecond = 4e9;  // transposes are slower than copies
constexpr double rowMajorPenalty = 8;  // reference kernels, where an operator says nothing better
constexpr double impossible = std::numeric_limits<double>::infinity();
constexpr std::array kinds{LayoutKind::RowMajor, LayoutKind::Lanes, LayoutKind::Blocked};

double bytesIn(const ValueShape& value, LayoutKind kind) {
    const Layout layout{hasImageView(value.shape) ? kind : LayoutKind::RowMajor, 0};
    return static_cast<double>(bytesOf(value.dtype, storageElements(value.shape, layout)));
}

/// What every instruction costs in every layout, and what bringing every value into every other
/// layout costs: all that the search needs, worked out once.
class Costs {
  public:
    explicit Costs(const Program& program) : m_program(program) {
        for (const Instr& instr : program.instrs) m_seconds.push_back(costsOf(instr));
        for (const Value& value : program.values) {
            std::array<double, 3> bytes{};
            for (LayoutKind kind : kinds)
                bytes[index(kind)] = bytesIn({value.shape, value.dtype}, kind);
            m_bytes.push_back(bytes);
        }
    }

    static size_t index(LayoutKind kind) { return static_cast<size_t>(kind); }
    double of(size_t instr, LayoutKind kind) const { return m_seconds[instr][index(kind)]; }
    double reorder(ValueId v, LayoutKind from, LayoutKind to) const {
        const auto& bytes = m_bytes[static_cast<size_t>(v)];
        return (bytes[index(from)] + bytes[index(to)]) / reorderBytesPerSecond;
    }

  private:
    std::array<double, 3> costsOf(const Instr& instr) const {
        std::vector<ValueShape> in, out;
        for (ValueId v : instr.in) in.push_back(m_program.shapeOf(v));
        for (ValueId v : instr.out) out.push_back(m_program.shapeOf(v));
        const OpQuery query{instr, in, out};
        const bool any = instr.op->layouts && imagesHaveLayouts(instr, in, out);
        const LayoutSet allowed = any ? instr.op->layouts(query) : rowMajorOnly;
        std::array<double, 3> costs{};
        for (LayoutKind kind : kinds) {
            double& cost = costs[index(kind)];
            if (!contains(allowed, kind))
                cost = impossible;
            else if (instr.op->layoutCost)
                cost = instr.op->layoutCost(query, kind);
            else if (!instr.op->isView())
                cost = bytesCost(instr, kind, allowed, in, out);
            if (cost < 0) cost = impossible;
        }
        return costs;
    }

    static bool imagesHaveLayouts(const Instr& instr, std::span<const ValueShape> in,
                                  std::span<const ValueShape> out) {
        for (size_t k = 0; k < in.size(); ++k)
            if (in[k].isThere && isImageOperand(instr, k) && !hasImageView(in[k].shape))
                return false;
        for (size_t k = 0; k < out.size(); ++k)
            if (portOf(instr.op->outputs, out.size(), k).image && !hasImageView(out[k].shape))
                return false;
        return true;
    }

    double bytesCost(const Instr& instr, LayoutKind kind, LayoutSet allowed,
                     std::span<const ValueShape> in, std::span<const ValueShape> out) const {
        double bytes = 0;
        for (size_t k = 0; k < in.size(); ++k)
            if (in[k].isThere)
                bytes += bytesIn(in[k], isImageOperand(instr, k) ? kind : LayoutKind::RowMajor);
        for (const ValueShape& value : out) bytes += bytesIn(value, kind);
        const bool slow = kind == LayoutKind::RowMajor && allowed != rowMajorOnly;
        return bytes / memoryBytesPerSecond * (slow ? rowMajorPenalty : 1);
    }

    const Program& m_program;
    std::vector<std::array<double, 3>> m_seconds;
    std::vector<std::array<double, 3>> m_bytes;
};

/// Which instructions and values touch each other through an operand that follows the layout: a
/// change of one instruction's layout can change what these cost, and nothing else.
class Neighbours {
  public:
    explicit Neighbours(const Program& program)
        : m_maker(program.values.size(), -1),
          m_readers(program.values.size()),
          m_values(program.instrs.size()) {
        for (size_t i = 0; i < program.instrs.size(); ++i) {
            const Instr& instr = program.instrs[i];
            for (size_t k = 0; k < instr.out.size(); ++k) {
                const bool image = portOf(instr.op->outputs, instr.out.size(), k).image;
                if (!image || !hasImageView(program.value(instr.out[k]).shape)) continue;
                m_maker[static_cast<size_t>(instr.out[k])] = static_cast<int>(i);
                touch(i, instr.out[k]);
            }
            for (size_t k = 0; k < instr.in.size(); ++k) {
                const ValueId v = instr.in[k];
                if (v == noValue) continue;
                const bool image = isImageOperand(instr, k) && hasImageView(program.value(v).shape);
                m_readers[static_cast<size_t>(v)].push_back({static_cast<int>(i), image});
                if (image) touch(i, v);
            }
        }
    }

    struct Reader {
        int instr;
        bool image;  ///< wants the instruction's layout; otherwise row-major
    };

    /// The instruction whose layout the value is made in, or −1: it is made row-major.
    int maker(ValueId v) const { return m_maker[static_cast<size_t>(v)]; }
    const std::vector<Reader>& readers(ValueId v) const {
        return m_readers[static_cast<size_t>(v)];
    }
    /// Values whose reorders depend on the instruction's layout, each once.
    const std::vector<ValueId>& values(size_t instr) const { return m_values[instr]; }

  private:
    static bool follows(const Program& program, ValueId v, std::span<const PortSpec> ports,
                        size_t k) {
        return k < ports.size() && ports[k].image && hasImageView(program.value(v).shape);
    }
    void touch(size_t instr, ValueId v) {
        auto& values = m_values[instr];
        if (std::find(values.begin(), values.end(), v) == values.end()) values.push_back(v);
    }

    std::vector<int> m_maker;
    std::vector<std::vector<Reader>> m_readers;
    std::vector<std::vector<ValueId>> m_values;
};

using Choice = std::vector<LayoutKind>;

Choice startFrom(const Costs& costs, size_t count, std::array<LayoutKind, 3> preference) {
    Choice choice(count, LayoutKind::RowMajor);
    for (size_t i = 0; i < count; ++i)
        for (LayoutKind kind : preference)
            if (costs.of(i, kind) < impossible) {
                choice[i] = kind;
                break;
            }
    return choice;
}

Choice cheapestEach(const Costs& costs, size_t count) {
    Choice choice(count, LayoutKind::RowMajor);
    for (size_t i = 0; i < count; ++i)
        for (LayoutKind kind : kinds)
            if (costs.of(i, kind) < costs.of(i, choice[i])) choice[i] = kind;
    return choice;
}

/// Changes one instruction's layout at a time while the whole program gets cheaper. A trial costs
/// what the instruction touches, and an instruction is tried again only after a neighbour changed.
class Descent {
  public:
    Descent(const Costs& costs, const Neighbours& neighbours, Choice& choice)
        : m_costs(costs), m_neighbours(neighbours), m_choice(choice) {}

    /// Seconds of the program under the layouts that were found.
    double run(size_t values) {
        double total = 0;
        for (size_t i = 0; i < m_choice.size(); ++i) total += m_costs.of(i, m_choice[i]);
        for (size_t v = 0; v < values; ++v) total += reorders(static_cast<ValueId>(v));
        m_open.assign(m_choice.size(), 1);
        for (bool any = true; any;) {
            any = false;
            for (size_t i = 0; i < m_choice.size(); ++i) {
                if (!m_open[i]) continue;
                m_open[i] = 0;
                if (tryOthers(i, total)) any = true;
            }
        }
        return total;
    }

  private:
    /// One copy of the value for every layout that somebody wants and it is not made in.
    double reorders(ValueId v) const {
        const int at = m_neighbours.maker(v);
        const LayoutKind home = at < 0 ? LayoutKind::RowMajor : m_choice[static_cast<size_t>(at)];
        std::array<bool, 3> wanted{};
        for (const auto& reader : m_neighbours.readers(v))
            wanted[Costs::index(reader.image ? m_choice[static_cast<size_t>(reader.instr)]
                                             : LayoutKind::RowMajor)] = true;
        double seconds = 0;
        for (LayoutKind kind : kinds)
            if (kind != home && wanted[Costs::index(kind)])
                seconds += m_costs.reorder(v, home, kind);
        return seconds;
    }

    double around(size_t instr) const {
        double seconds = m_costs.of(instr, m_choice[instr]);
        for (ValueId v : m_neighbours.values(instr)) seconds += reorders(v);
        return seconds;
    }

    bool tryOthers(size_t i, double& total) {
        LayoutKind best = m_choice[i];
        double seconds = around(i);
        bool changed = false;
        for (LayoutKind kind : kinds) {
            if (kind == best || m_costs.of(i, kind) == impossible) continue;
            m_choice[i] = kind;
            const double mine = around(i);
            if (mine < seconds - total * 1e-9) {
                total += mine - seconds;
                seconds = mine;
                best = kind;
                changed = true;
            }
            m_choice[i] = best;
        }
        if (changed) open(i);
        return changed;
    }

    void open(size_t i) {
        for (ValueId v : m_neighbours.values(i)) {
            if (const int at = m_neighbours.maker(v); at >= 0) m_open[static_cast<size_t>(at)] = 1;
            for (const auto& reader : m_neighbours.readers(v))
                m_open[static_cast<size_t>(reader.instr)] = 1;
        }
    }

    const Costs& m_costs;
    const Neighbours& m_neighbours;
    Choice& m_choice;
    std::vector<char> m_open;  ///< not tried since something that it touches changed
};

}  // namespace

std::vector<LayoutKind> chooseLayouts(const Program& program) {
    const Costs costs(program);
    const Neighbours neighbours(program);
    const size_t count = program.instrs.size();
    using enum LayoutKind;
    std::array<Choice, 3> starts{startFrom(costs, count, {Lanes, Blocked, RowMajor}),
                                 startFrom(costs, count, {Blocked, Lanes, RowMajor}),
                                 cheapestEach(costs, count)};
    Choice best;
    double bestSeconds = impossible;
    for (Choice& choice : starts) {
        const double seconds = Descent(costs, neighbours, choice).run(program.values.size());
        if (seconds < bestSeconds) {
            bestSeconds = seconds;
            best = std::move(choice);
        }
    }
    return best;
}

}  // namespace vitrine
