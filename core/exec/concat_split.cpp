// SPDX-License-Identifier: Apache-2.0
//   y = x ∗ w,  x = [x0, x1, …]  →  y = x0 ∗ w0 + x1 ∗ w1 + …,  wk the channels of w that xk meets
//   dw = [dw0, dw1, …],  dwk the gradient that xk gives;  dxk from dy and wk
#include "core/exec/concat_split.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "core/exec/fusion.h"
#include "core/exec/readers.h"
#include "core/opdef/registry.h"

namespace vitrine {

namespace {

/// Fewer channels leave most of a line of 16 empty.
constexpr int64_t fewestChannels = 16;
constexpr int channelAxis = 1;

class ConcatSplit {
  public:
    ConcatSplit(Program& program, const std::vector<std::string>& pinned)
        : m_program(program), m_stays(stayingValues(program, pinned)), m_readers(program) {}

    /// The results of concatenations that nobody reads any more.
    std::vector<ValueId> run() {
        std::vector<ValueId> split;
        for (const Instr& instr : m_program.instrs)
            if (isSplit(instr)) {
                m_parts[instr.out[0]] = instr.in;
                split.push_back(instr.out[0]);
            }
        if (m_parts.empty()) return split;
        m_source = std::move(m_program.instrs);
        m_program.instrs.clear();
        for (const Instr& instr : m_source) rewrite(instr);
        for (size_t i = 0; i < m_program.instrs.size(); ++i)
            for (ValueId v : m_program.instrs[i].out)
                m_program.values[at(v)].definedBy = static_cast<int>(i);
        return split;
    }

  private:
    static size_t at(ValueId v) { return static_cast<size_t>(v); }
    const Shape& shape(ValueId v) const { return m_program.value(v).shape; }
    int64_t channels(ValueId v) const { return shape(v)[channelAxis]; }
    bool isOfOneGroup(const Instr& instr) const { return instr.attrs.integer("groups") == 1; }

    bool isSplit(const Instr& concat) const {
        if (concat.op->id != "concat" || concat.attrs.integer("axis") != channelAxis) return false;
        const ValueId result = concat.out[0];
        const Value& value = m_program.value(result);
        if (concat.in.size() < 2 || value.shape.rank() != 4 || value.dtype != DType::F32)
            return false;
        if (m_stays[at(result)] || !std::ranges::all_of(concat.in, [&](ValueId v) {
                return channels(v) >= fewestChannels;
            }))
            return false;
        const std::vector<size_t>& all = m_readers.of(result);
        const auto readers = [&](auto reads) { return std::ranges::count_if(all, reads); };
        const auto convolved =
            readers([&](size_t i) { return isForward(m_program.instrs[i], result); });
        const auto kept = readers([&](size_t i) { return isWeights(m_program.instrs[i], result); });
        return convolved == 1 && kept >= 1 && convolved + kept == std::ssize(all);
    }
    bool isForward(const Instr& instr, ValueId x) const {
        return instr.op->id == "conv2d" && isOfOneGroup(instr) && instr.in[0] == x &&
               std::ranges::count(instr.in, x) == 1;
    }
    bool isWeights(const Instr& instr, ValueId x) const {
        return instr.op->id == "conv_weights" && isOfOneGroup(instr) && instr.in[1] == x &&
               std::ranges::count(instr.in, x) == 1 && instr.phase == Phase::Backward;
    }

    const std::vector<ValueId>* partsOf(ValueId v) const {
        const auto found = m_parts.find(v);
        return found == m_parts.end() ? nullptr : &found->second;
    }

    void rewrite(const Instr& instr) {
        if (m_replaced.contains(instr.out[0])) return;
        if (instr.op->id == "conv2d")
            if (const auto* parts = partsOf(instr.in[0])) {
                m_weights.insert(instr.in[1]);
                return sumForward(instr, *parts);
            }
        if (instr.op->id == "conv_weights")
            if (const auto* parts = partsOf(instr.in[1])) return joinWeights(instr, *parts);
        if (instr.op->id == "conv_data" && isCut(instr)) return cutData(instr);
        append(instr);
    }

    void append(Instr instr) { m_program.instrs.push_back(std::move(instr)); }

    ValueId newValue(const Instr& like, const Shape& of, std::string_view suffix) {
        const Value& first = m_program.value(like.out[0]);
        Value value{of, first.dtype, fmt::format("{}{}", first.name, suffix)};
        m_program.values.push_back(std::move(value));
        return static_cast<ValueId>(m_program.values.size()) - 1;
    }

    Instr newInstr(const Instr& like, std::string_view op, std::vector<ValueId> in, ValueId out) {
        Instr instr;
        instr.op = &operatorNamed(op);
        instr.attrs = instr.op == like.op ? like.attrs : Attrs(instr.op->fields);
        instr.in = std::move(in);
        instr.out = {out};
        instr.origins = like.origins;
        instr.phase = like.phase;
        return instr;
    }

    /// Channels [start, start + length) of a weight, once for each phase: the two phases pack them
    /// in ways of their own.
    ValueId weightPart(const Instr& reader, ValueId weight, int64_t start, int64_t length) {
        const auto key = std::tuple(weight, start, length, reader.phase);
        if (const auto found = m_weightParts.find(key); found != m_weightParts.end())
            return found->second;
        Shape of = shape(weight);
        of[channelAxis] = length;
        const ValueId part = newValue(reader, of, fmt::format(".weight.{}", start));
        Instr slice = newInstr(reader, "slice", {weight}, part);
        slice.attrs.with("axis", int64_t{channelAxis}).with("start", start).with("length", length);
        append(std::move(slice));
        return m_weightParts[key] = part;
    }

    void sumForward(const Instr& conv, const std::vector<ValueId>& parts) {
        int64_t start = 0;
        ValueId sum = noValue;
        for (size_t k = 0; k < parts.size(); ++k) {
            const bool isFirst = k == 0, isLast = k + 1 == parts.size();
            std::vector<ValueId> in = conv.in;
            in[0] = parts[k];
            in[1] = weightPart(conv, conv.in[1], start, channels(parts[k]));
            if (!isFirst && in.size() > 2) in[2] = noValue;
            const ValueId made = newValue(conv, shape(conv.out[0]), fmt::format(".of.{}", k));
            append(newInstr(conv, "conv2d", std::move(in), made));
            if (!isFirst) m_program.instrs.back().attrs.with("bias", false);
            if (!isFirst) {
                const ValueId next =
                    isLast ? conv.out[0]
                           : newValue(conv, shape(conv.out[0]), fmt::format(".sum.{}", k));
                append(newInstr(conv, "add", {sum, made}, next));
                sum = next;
            } else {
                sum = made;
            }
            start += channels(parts[k]);
        }
    }

    void joinWeights(const Instr& weights, const std::vector<ValueId>& parts) {
        std::vector<ValueId> made;
        for (size_t k = 0; k < parts.size(); ++k) {
            Shape of = shape(weights.out[0]);
            of[channelAxis] = channels(parts[k]);
            made.push_back(newValue(weights, of, fmt::format(".of.{}", k)));
            append(newInstr(weights, "conv_weights", {weights.in[0], parts[k]}, made.back()));
        }
        Instr joined = newInstr(weights, "concat", std::move(made), weights.out[0]);
        joined.attrs.with("axis", int64_t{channelAxis});
        append(std::move(joined));
    }

    /// Gradients of images with such a weight of which slices of channels alone are read.
    bool isCut(const Instr& data) const {
        const ValueId result = data.out[0];
        if (!m_weights.contains(data.in[1]) || !isOfOneGroup(data) || m_stays[at(result)] ||
            data.phase != Phase::Backward || m_readers.of(result).empty())
            return false;
        return std::ranges::all_of(m_readers.of(result), [&](size_t i) {
            const Instr& slice = m_source[i];
            return slice.op->id == "slice" && slice.attrs.integer("axis") == channelAxis &&
                   slice.attrs.integer("step") == 1 && slice.attrs.integer("start") >= 0;
        });
    }

    void cutData(const Instr& data) {
        for (size_t i : m_readers.of(data.out[0])) {
            const Instr& slice = m_source[i];
            const ValueId part = slice.out[0];
            const ValueId weight =
                weightPart(data, data.in[1], slice.attrs.integer("start"), channels(part));
            append(newInstr(data, "conv_data", {data.in[0], weight}, part));
            m_replaced.insert(part);
        }
    }

    Program& m_program;
    std::vector<Instr> m_source;
    const std::vector<char> m_stays;                  ///< by value
    const Readers m_readers;                          ///< of the program as it was
    std::map<ValueId, std::vector<ValueId>> m_parts;  ///< of concatenations that are split
    std::set<ValueId> m_weights;                      ///< of the convolutions that read those
    std::set<ValueId> m_replaced;                     ///< slices that are made in another way
    std::map<std::tuple<ValueId, int64_t, int64_t, Phase>, ValueId> m_weightParts;
};

}  // namespace

std::vector<ValueId> splitConcatenations(Program& program, const std::vector<std::string>& pinned) {
    return ConcatSplit(program, pinned).run();
}

void retireConcatenations(Program& program, std::vector<KernelChoice>& choices,
                          const std::vector<ValueId>& split) {
    std::vector<char> drop(program.instrs.size(), 0);
    for (ValueId v : split) {
        const auto place = static_cast<size_t>(program.value(v).definedBy);
        drop[place] = 1;
        program.loaded.push_back(program.instrs[place]);
    }
    eraseDropped(program, choices, drop);
}

}  // namespace vitrine
