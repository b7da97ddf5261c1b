// SPDX-License-Identifier: Apache-2.0
// Local search over layouts from three starts. A network has few hundred instructions and three
// layouts each.
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

bool hasLayouts(const Shape& shape) { return shape.rank() == 2 || shape.rank() == 4; }

double bytesIn(const ValueShape& value, LayoutKind kind) {
    const Layout layout{hasLayouts(value.shape) ? kind : LayoutKind::RowMajor, 0};
    return static_cast<double>(storageElements(value.shape, layout) * sizeOf(value.dtype));
}

/// Costs of every instruction in every layout, and which values are image operands.
class Estimate {
  public:
    explicit Estimate(const Program& program) : m_program(program) {
        for (const Instr& instr : program.instrs) m_costs.push_back(costsOf(instr));
    }

    double of(size_t instr, LayoutKind kind) const {
        return m_costs[instr][static_cast<size_t>(kind)];
    }

    /// Whole program under a choice: kernels, and one reorder per value and foreign layout that
    /// somebody wants.
    double total(const std::vector<LayoutKind>& choice) const {
        double seconds = 0;
        std::vector<uint8_t> made(m_program.values.size(), 0);
        for (size_t i = 0; i < choice.size(); ++i) {
            const Instr& instr = m_program.instrs[i];
            seconds += of(i, choice[i]);
            for (size_t k = 0; k < instr.in.size(); ++k) {
                const LayoutKind wanted = operandKind(instr, k, choice[i]);
                const ValueId v = instr.in[k];
                if (home(v, choice) == wanted) continue;
                uint8_t& done = made[static_cast<size_t>(v)];
                const auto bit = static_cast<uint8_t>(1u << static_cast<int>(wanted));
                if (done & bit) continue;
                done |= bit;
                const ValueShape type = m_program.shapeOf(v);
                seconds += (bytesIn(type, home(v, choice)) + bytesIn(type, wanted)) /
                           reorderBytesPerSecond;
            }
        }
        return seconds;
    }

  private:
    LayoutKind home(ValueId v, const std::vector<LayoutKind>& choice) const {
        const int at = m_program.value(v).definedBy;
        if (at < 0 || !hasLayouts(m_program.value(v).shape)) return LayoutKind::RowMajor;
        const Instr& instr = m_program.instrs[static_cast<size_t>(at)];
        const auto& ports = instr.op->outputs;
        const auto position = static_cast<size_t>(std::find(instr.out.begin(), instr.out.end(), v) -
                                                  instr.out.begin());
        return position < ports.size() && ports[position].image ? choice[static_cast<size_t>(at)]
                                                                : LayoutKind::RowMajor;
    }

    LayoutKind operandKind(const Instr& instr, size_t k, LayoutKind kind) const {
        return isImageOperand(instr, k) && hasLayouts(m_program.value(instr.in[k]).shape)
                   ? kind
                   : LayoutKind::RowMajor;
    }

    std::array<double, 3> costsOf(const Instr& instr) const {
        std::vector<ValueShape> in, out;
        for (ValueId v : instr.in) in.push_back(m_program.shapeOf(v));
        for (ValueId v : instr.out) out.push_back(m_program.shapeOf(v));
        const OpQuery query{instr, in, out};
        const bool any = instr.op->layouts && imagesHaveLayouts(instr, in, out);
        const LayoutSet allowed = any ? instr.op->layouts(query) : rowMajorOnly;
        std::array<double, 3> costs{};
        for (LayoutKind kind : kinds) {
            double& cost = costs[static_cast<size_t>(kind)];
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
            if (isImageOperand(instr, k) && !hasLayouts(in[k].shape)) return false;
        for (size_t k = 0; k < out.size(); ++k)
            if (instr.op->outputs[k].image && !hasLayouts(out[k].shape)) return false;
        return true;
    }

    double bytesCost(const Instr& instr, LayoutKind kind, LayoutSet allowed,
                     std::span<const ValueShape> in, std::span<const ValueShape> out) const {
        double bytes = 0;
        for (size_t k = 0; k < in.size(); ++k)
            bytes += bytesIn(in[k], isImageOperand(instr, k) ? kind : LayoutKind::RowMajor);
        for (const ValueShape& value : out) bytes += bytesIn(value, kind);
        const bool slow = kind == LayoutKind::RowMajor && allowed != rowMajorOnly;
        return bytes / memoryBytesPerSecond * (slow ? rowMajorPenalty : 1);
    }

    const Program& m_program;
    std::vector<std::array<double, 3>> m_costs;
};

using Choice = std::vector<LayoutKind>;

Choice startFrom(const Estimate& estimate, size_t count, std::array<LayoutKind, 3> preference) {
    Choice choice(count, LayoutKind::RowMajor);
    for (size_t i = 0; i < count; ++i)
        for (LayoutKind kind : preference)
            if (estimate.of(i, kind) < impossible) {
                choice[i] = kind;
                break;
            }
    return choice;
}

Choice cheapestEach(const Estimate& estimate, size_t count) {
    Choice choice(count, LayoutKind::RowMajor);
    for (size_t i = 0; i < count; ++i)
        for (LayoutKind kind : kinds)
            if (estimate.of(i, kind) < estimate.of(i, choice[i])) choice[i] = kind;
    return choice;
}

double improve(const Estimate& estimate, Choice& choice) {
    double best = estimate.total(choice);
    for (bool changed = true; changed;) {
        changed = false;
        for (LayoutKind& mine : choice) {
            const LayoutKind before = mine;
            for (LayoutKind kind : kinds) {
                const LayoutKind kept = mine;
                if (kind == kept ||
                    estimate.of(static_cast<size_t>(&mine - choice.data()), kind) == impossible)
                    continue;
                mine = kind;
                const double seconds = estimate.total(choice);
                if (seconds < best * (1 - 1e-9))
                    best = seconds;
                else
                    mine = kept;
            }
            changed = changed || mine != before;
        }
    }
    return best;
}

}  // namespace

std::vector<LayoutKind> chooseLayouts(const Program& program) {
    const Estimate estimate(program);
    const size_t count = program.instrs.size();
    using enum LayoutKind;
    std::array<Choice, 3> starts{startFrom(estimate, count, {Lanes, Blocked, RowMajor}),
                                 startFrom(estimate, count, {Blocked, Lanes, RowMajor}),
                                 cheapestEach(estimate, count)};
    Choice best;
    double bestSeconds = impossible;
    for (Choice& choice : starts) {
        const double seconds = improve(estimate, choice);
        if (seconds < bestSeconds) {
            bestSeconds = seconds;
            best = choice;
        }
    }
    return best;
}

}  // namespace vitrine
