// SPDX-License-Identifier: Apache-2.0
// Every instruction goes one way or the other, and a value is copied once for all of its readers
// that go otherwise than its maker: a minimum cut.
#include "core/exec/channels_last.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/exec/copy_instr.h"
#include "core/exec/device_offers.h"
#include "core/exec/min_cut.h"
#include "core/tensor/channels_last.h"
#include "kernels/api/channels_last.h"

namespace vitrine {

namespace {

/// By operand and result of an instruction's call: whether it lies so.
using Forms = std::vector<char>;

class ChannelsLast {
  public:
    ChannelsLast(TypedProgram& typed, double bytesOfLaunch)
        : m_typed(typed), m_program(typed.program), m_bytesOfLaunch(bytesOfLaunch) {}

    void run() {
        for (size_t i = 0; i < m_program.instrs.size(); ++i) m_forms.push_back(formsOf(i));
        const std::vector<char> goes = chosen();
        for (size_t i = 0; i < m_forms.size(); ++i)
            if (!goes[i]) m_forms[i].clear();
        rewrite();
    }

  private:
    static size_t at(ValueId v) { return static_cast<size_t>(v); }
    const TensorType& type(ValueId v) const { return m_typed.types[at(v)]; }
    double bytes(ValueId v) const { return static_cast<double>(type(v).storageBytes()); }

    /// Images that can lie in two ways.
    bool isImage(ValueId v) const {
        const TensorType& of = type(v);
        if (of.shape.rank() != 4 || sizeOf(of.dtype) != 4 || of.offset != 0) return false;
        return of.isContiguous() && of.shape[1] > 1 && of.shape[2] * of.shape[3] > 1;
    }

    /// How a kernel of the device takes an instruction's images: all of them so, or those that it
    /// reads. Empty where none does.
    Forms formsOf(size_t i) const {
        const Instr& instr = m_program.instrs[i];
        if (instr.op->isView()) return {};
        const std::vector<ValueId> values = callValues(instr);
        Forms forms;
        for (ValueId v : values) forms.push_back(isImage(v));
        const auto asked = [&] {
            return std::ranges::count(forms, 1) > 0 &&
                   !kernelOfDevice(*m_typed.device, callIn(i, forms)).name.empty();
        };
        if (asked()) return forms;
        std::fill(forms.end() - static_cast<std::ptrdiff_t>(instr.out.size()), forms.end(), 0);
        return asked() ? forms : Forms();
    }
    kernels::Call callIn(size_t i, const Forms& forms) const {
        kernels::Call call = m_typed.choices[i].call();
        const std::vector<ValueId> values = callValues(m_program.instrs[i]);
        for (size_t k = 0; k < values.size(); ++k)
            call.operands.push_back(
                operandOf(forms[k] ? lastOf(type(values[k])) : type(values[k])));
        return call;
    }
    static TensorType lastOf(TensorType of) {
        of.strides = channelsLastStrides(of.shape);
        return of;
    }

    /// By instruction.
    std::vector<char> chosen() {
        MinCut network;
        std::vector<int> node;
        for (size_t i = 0; i < m_forms.size(); ++i) {
            node.push_back(m_forms[i].empty() ? network.sink() : network.addNode());
            if (m_forms[i].empty()) continue;
            const double gain = kernels::channelsLastGain(callIn(i, m_forms[i]));
            network.addCost(network.source(), node.back(), gain);
            network.addCost(node.back(), network.sink(), -gain);
        }
        const std::vector<Uses> uses = usesOf(network, node);
        for (ValueId v = 0; at(v) < uses.size(); ++v)
            if (isImage(v)) addCopies(network, uses[at(v)], 2 * bytes(v) + m_bytesOfLaunch);
        const std::vector<char> isLast = network.cut();
        std::vector<char> goes;
        for (int n : node) goes.push_back(isLast[static_cast<size_t>(n)]);
        return goes;
    }

    /// The way that a place of an instruction goes, as a node: row-major where it does not ask.
    int nodeAt(const MinCut& network, const std::vector<int>& node, size_t i, size_t k) const {
        return m_forms[i].empty() || !m_forms[i][k] ? network.sink() : node[i];
    }

    /// Who makes a value, and who reads it, as nodes.
    struct Uses {
        int maker = 0;
        std::vector<int> readers;
    };
    std::vector<Uses> usesOf(const MinCut& network, const std::vector<int>& node) const {
        std::vector<Uses> uses(m_program.values.size(), {network.sink(), {}});
        for (size_t i = 0; i < m_program.instrs.size(); ++i) {
            const Instr& instr = m_program.instrs[i];
            const std::vector<ValueId> values = callValues(instr);
            const size_t inputs = values.size() - instr.out.size();
            for (size_t k = 0; k < values.size(); ++k) {
                Uses& of = uses[at(values[k])];
                const int way = nodeAt(network, node, i, k);
                if (k < inputs)
                    of.readers.push_back(way);
                else
                    of.maker = way;
            }
        }
        for (const StateBinding& state : m_program.states)
            if (state.out != noValue) uses[at(state.out)].readers.push_back(network.sink());
        return uses;
    }

    /// Two nodes stand for the copies of a value: whether somebody reads it so, and whether
    /// everybody does.
    static void addCopies(MinCut& network, const Uses& uses, double copy) {
        const int somebody = network.addNode(), everybody = network.addNode();
        for (int reader : uses.readers) {
            network.addCost(reader, somebody, MinCut::never);
            network.addCost(everybody, reader, MinCut::never);
        }
        network.addCost(somebody, uses.maker, copy);
        network.addCost(uses.maker, everybody, copy);
    }

    void rewrite() {
        std::vector<Instr> instrs = std::move(m_program.instrs);
        std::vector<KernelChoice> choices = std::move(m_typed.choices);
        m_program.instrs.clear();
        m_typed.choices.clear();
        const size_t unchanging = m_typed.unchanging;
        for (size_t i = 0; i < instrs.size(); ++i) {
            if (i == unchanging) m_typed.unchanging = m_program.instrs.size();
            layOut(instrs[i], m_forms[i]);
            append(std::move(instrs[i]), std::move(choices[i]));
        }
        if (unchanging == instrs.size()) m_typed.unchanging = m_program.instrs.size();
        for (StateBinding& state : m_program.states)
            if (state.out != noValue && liesLast(state.out))
                state.out = lying(state.out, false, nullptr);
    }

    void layOut(Instr& instr, const Forms& forms) {
        size_t k = 0;
        for (ValueId& v : instr.in)
            if (v != noValue) {
                const bool isLast = !forms.empty() && forms[k];
                ++k;
                if (isLast != liesLast(v)) v = lying(v, isLast, &instr);
            }
        for (ValueId v : instr.out)
            if (!forms.empty() && forms[k++]) putLast(v);
        for (const FusedOp& fused : instr.epilogue)
            m_typed.types[at(fused.hidden)].strides = type(instr.out[0]).strides;
        for (const FusedOp& load : instr.loads)
            m_typed.types[at(load.hidden)].strides =
                type(instr.in[static_cast<size_t>(load.at)]).strides;
    }

    /// Views may have such strides too, and are none of these.
    bool liesLast(ValueId v) const { return m_areLast.contains(v); }
    void putLast(ValueId v) {
        m_typed.types[at(v)] = lastOf(type(v));
        m_areLast.insert(v);
    }

    /// The one copy of a value, which lies the other way.
    ValueId lying(ValueId v, bool isLast, const Instr* reader) {
        if (const auto known = m_copies.find(v); known != m_copies.end()) return known->second;
        const TensorType rows = TensorType::rowMajor(type(v).shape, type(v).dtype);
        const ValueId copy = appendCopy(m_typed, v,
                                        {.target = isLast ? lastOf(rows) : rows,
                                         .op = "reorder",
                                         .suffix = isLast ? ".nhwc" : ".row_major",
                                         .reason = "its readers want its channels elsewhere",
                                         .reader = reader});
        if (isLast) m_areLast.insert(copy);
        return m_copies[v] = copy;
    }

    void append(Instr instr, KernelChoice choice) {
        for (ValueId v : instr.out)
            m_program.values[at(v)].definedBy = static_cast<int>(m_program.instrs.size());
        m_program.instrs.push_back(std::move(instr));
        m_typed.choices.push_back(std::move(choice));
    }

    TypedProgram& m_typed;
    Program& m_program;
    const double m_bytesOfLaunch;
    std::vector<Forms> m_forms;  ///< by instruction
    std::set<ValueId> m_areLast;
    std::map<ValueId, ValueId> m_copies;
};

}  // namespace

void putChannelsLast(TypedProgram& typed, double bytesOfLaunch) {
    ChannelsLast(typed, bytesOfLaunch).run();
}

}  // namespace vitrine
