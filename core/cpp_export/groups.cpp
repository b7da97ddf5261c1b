// SPDX-License-Identifier: Apache-2.0
// Which instructions go together.
#include "core/cpp_export/groups.h"

#include <algorithm>

#include "core/opdef/descriptor.h"

namespace vitrine::cpp_export {

namespace {

using kernels::Pointwise;

/// How many of p and q a function takes.
int parametersOf(Pointwise function) {
    switch (function) {
        case Pointwise::HardSigmoid:
        case Pointwise::Threshold:
        case Pointwise::Clamp:
        case Pointwise::InsideGate:
        case Pointwise::OutsideGate:
            return 2;
        case Pointwise::Scale:
        case Pointwise::Shift:
        case Pointwise::LeakyRelu:
        case Pointwise::LeakyReluGate:
        case Pointwise::Rsqrt:
        case Pointwise::Elu:
        case Pointwise::EluSlope:
        case Pointwise::Celu:
        case Pointwise::Softshrink:
        case Pointwise::PowScalar:
        case Pointwise::ClipScale:
            return 1;
        default:
            return 0;
    }
}

bool isOfFloats(const Program& program, const Instr& instr) {
    const DType type = program.value(instr.out[0]).dtype;
    if (type != DType::F32 && type != DType::F64) return false;
    return std::ranges::all_of(instr.operands(),
                               [&](ValueId v) { return program.value(v).dtype == type; });
}

/// What a kernel's results may pass through before they are stored.
enum class Store : uint8_t { Nothing, OfOne, OfMore };

bool isKnown(const std::vector<Numbers>& known, ValueId v) {
    return v != noValue && known[static_cast<size_t>(v)];
}

/// Weights, and a bias where there is one.
bool areWeightsKnown(const std::vector<Numbers>& known, const Instr& instr) {
    for (size_t k = 1; k < instr.in.size(); ++k)
        if (instr.in[k] != noValue && !isKnown(known, instr.in[k])) return false;
    return true;
}

Store storeOf(const Program& program, const Instr& instr, const std::vector<int>& reads,
              const std::vector<Numbers>& known) {
    if (instr.op->isView() || program.value(instr.out[0]).dtype != DType::F32)
        return Store::Nothing;
    if (pointwiseCall(program, instr)) return Store::OfMore;
    const kernels::Problem problem = problemOf(program, instr);
    if (const auto* const conv = std::get_if<kernels::Conv>(&problem)) {
        if (!areWeightsKnown(known, instr)) return Store::Nothing;
        return conv->pass == kernels::ConvPass::Forward ? Store::OfMore
               : conv->pass == kernels::ConvPass::Data  ? Store::OfOne
                                                        : Store::Nothing;
    }
    if (const auto* const linear = std::get_if<kernels::Linear>(&problem)) {
        const bool isWanted = linear->pass == kernels::LinearPass::Forward;
        return isWanted && areWeightsKnown(known, instr) ? Store::OfMore : Store::Nothing;
    }
    if (const auto* const pool = std::get_if<kernels::Pool>(&problem)) {
        if (pool->pass == kernels::PoolPass::Average) return Store::OfOne;
        const bool isAlone = instr.out.size() < 2 || reads[static_cast<size_t>(instr.out[1])] == 0;
        return pool->pass == kernels::PoolPass::Max && isAlone ? Store::OfOne : Store::Nothing;
    }
    return Store::Nothing;
}

class Grouping {
  public:
    Grouping(const Program& program, const std::vector<Numbers>& known)
        : m_program(program), m_known(known), m_reads(readCounts(program)) {}

    std::vector<Group> groups() {
        for (int i = 0; i < static_cast<int>(m_program.instrs.size()); ++i) add(i);
        std::vector<Group> made;
        for (Group& group : m_groups)
            if (group.head >= 0) made.push_back(std::move(group));
        std::ranges::stable_sort(made, {}, lastOf);
        return made;
    }

  private:
    static int lastOf(const Group& group) {
        return group.joined.empty() ? group.head : group.joined.back();
    }

    void add(int index) {
        const Instr& instr = m_program.instrs[static_cast<size_t>(index)];
        const auto known = [&](ValueId v) { return isKnown(m_known, v); };
        if (std::ranges::all_of(instr.out, known)) return;
        if (const int place = groupToJoin(instr); place >= 0) {
            m_groups[static_cast<size_t>(place)].joined.push_back(index);
            m_groupOf[instr.out[0]] = place;
            return;
        }
        m_groups.push_back({.head = index, .joined = {}});
        m_groupOf[instr.out[0]] = static_cast<int>(m_groups.size()) - 1;
    }

    /// Of the groups that made an operand which nobody else reads, the one that takes this
    /// instruction too; kernels before others, as they have the results in registers.
    int groupToJoin(const Instr& instr) const {
        if (!pointwiseCall(m_program, instr)) return -1;
        if (m_program.value(instr.out[0]).dtype != DType::F32) return -1;
        int best = -1;
        bool isBestKernel = false;
        for (const ValueId v : instr.operands()) {
            const auto found = m_groupOf.find(v);
            if (found == m_groupOf.end() || m_reads[static_cast<size_t>(v)] != timesRead(instr, v))
                continue;
            if (m_program.value(v).shape != m_program.value(instr.out[0]).shape) continue;
            const Group& group = m_groups[static_cast<size_t>(found->second)];
            const Instr& head = m_program.instrs[static_cast<size_t>(group.head)];
            const Store store = storeOf(m_program, head, m_reads, m_known);
            if (store == Store::Nothing || group.result(m_program) != v) continue;
            if (store == Store::OfOne && !readsAlone(instr, v)) continue;
            if (othersOf(group) + static_cast<int>(instr.in.size()) > mostOthers) continue;
            const bool isKernel = !pointwiseCall(m_program, head);
            if (best >= 0 && (isBestKernel || !isKernel)) continue;
            best = found->second;
            isBestKernel = isKernel;
        }
        return best;
    }

    static int timesRead(const Instr& instr, ValueId v) {
        return static_cast<int>(std::ranges::count(instr.in, v));
    }
    static bool readsAlone(const Instr& instr, ValueId v) {
        return std::ranges::all_of(instr.operands(), [&](ValueId other) { return other == v; });
    }
    int othersOf(const Group& group) const {
        size_t count = 0;
        for (const int index : group.joined)
            count += m_program.instrs[static_cast<size_t>(index)].in.size() - 1;
        return static_cast<int>(count);
    }

    static constexpr int mostOthers = 10;
    const Program& m_program;
    const std::vector<Numbers>& m_known;
    const std::vector<int> m_reads;
    std::vector<Group> m_groups;
    std::map<ValueId, int> m_groupOf;
};

}  // namespace

kernels::Problem problemOf(const Program& program, const Instr& instr) {
    std::vector<ValueShape> in, out;
    for (const ValueId v : instr.in) in.push_back(program.shapeOf(v));
    for (const ValueId v : instr.out) out.push_back(program.shapeOf(v));
    return instr.op->problem({instr, in, out});
}

std::vector<int> readCounts(const Program& program) {
    std::vector<int> counts(program.values.size(), 0);
    for (const Instr& instr : program.instrs)
        for (const ValueId v : instr.operands()) ++counts[static_cast<size_t>(v)];
    for (const NamedValue& output : program.outputs) ++counts[static_cast<size_t>(output.value)];
    return counts;
}

std::vector<Group> groupsOf(const Program& program, const std::vector<Numbers>& known) {
    return Grouping(program, known).groups();
}

std::optional<PointwiseCall> pointwiseCall(const Program& program, const Instr& instr) {
    if (instr.op->isView() || !isOfFloats(program, instr)) return std::nullopt;
    const kernels::Problem problem = problemOf(program, instr);
    if (const auto* const map = std::get_if<kernels::Map>(&problem)) {
        PointwiseCall made{.function = std::string(kernels::name(map->function)), .more = {}};
        const double both[] = {map->p, map->q};
        made.more.assign(both, both + parametersOf(map->function));
        return made;
    }
    if (const auto* const channel = std::get_if<kernels::Channel>(&problem))
        if (channel->pass == kernels::ChannelPass::Normalize)
            return PointwiseCall{.function = "normalized", .more = {}, .axis = 1};
    if (std::holds_alternative<kernels::ScaleBy>(problem))
        return PointwiseCall{.function = "mul", .more = {}};
    if (const auto* const row = std::get_if<kernels::Row>(&problem))
        if (row->pass == kernels::RowPass::Scale)
            return PointwiseCall{.function = "mul", .more = {}, .axis = 0};
    return std::nullopt;
}

}  // namespace vitrine::cpp_export
