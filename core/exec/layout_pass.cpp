// SPDX-License-Identifier: Apache-2.0
// Rewrites a Program instruction by instruction: operands are brought into the wanted layout, views
// are resolved.
#include "core/exec/layout_pass.h"

#include <algorithm>
#include <map>

#include "core/exec/layout_choice.h"
#include "core/opdef/registry.h"

namespace vitrine {

namespace {

class LayoutRewriter {
  public:
    LayoutRewriter(const Program& source, std::vector<LayoutKind> choice)
        : m_source(source), m_choice(std::move(choice)) {
        m_result.program = source;
        m_result.program.instrs.clear();
        for (Value& value : m_result.program.values) value.definedBy = -1;
        m_result.types.resize(source.values.size());
        collectHalos();
        while (shareHalos()) {
        }
    }

    TypedProgram run() {
        for (const NamedValue& input : m_source.inputs) setRowMajor(input.value);
        for (const StateBinding& state : m_source.states) setRowMajor(state.in);
        for (size_t i = 0; i < m_source.instrs.size(); ++i) {
            if (m_source.instrs[i].op->isView())
                rewriteView(m_source.instrs[i]);
            else
                rewriteKernel(m_source.instrs[i], m_choice[i]);
        }
        for (StateBinding& state : m_result.program.states)
            if (state.out != noValue) state.out = contiguous(state.out, {});
        return std::move(m_result);
    }

  private:
    using Key = std::pair<ValueId, LayoutKind>;

    void setRowMajor(ValueId v) {
        type(v) = TensorType::rowMajor(m_source.value(v).shape, m_source.value(v).dtype);
    }
    TensorType& type(ValueId v) { return m_result.types[static_cast<size_t>(v)]; }

    LayoutKind wantedKind(const Instr& instr, size_t k, LayoutKind kind) const {
        return instr.in[k] != noValue && isImageOperand(instr, k) &&
                       hasImageView(m_source.value(instr.in[k]).shape)
                   ? kind
                   : LayoutKind::RowMajor;
    }

    OpQuery query(const Instr& instr) {
        m_in.clear();
        m_out.clear();
        for (ValueId v : instr.in) m_in.push_back(m_source.shapeOf(v));
        for (ValueId v : instr.out) m_out.push_back(m_source.shapeOf(v));
        return {instr, m_in, m_out};
    }

    /// The halo of a value in a layout is the largest that one of its readers there needs.
    void collectHalos() {
        for (size_t i = 0; i < m_source.instrs.size(); ++i) {
            const Instr& instr = m_source.instrs[i];
            if (!instr.op->halo) continue;
            const OpQuery q = query(instr);
            for (size_t k = 0; k < instr.in.size(); ++k) {
                const LayoutKind kind = wantedKind(instr, k, m_choice[i]);
                if (kind == LayoutKind::RowMajor) continue;
                int& halo = m_halo[{instr.in[k], kind}];
                halo = std::max(halo, instr.op->halo(q, static_cast<int>(k), kind));
            }
        }
    }

    /// One step towards one halo for operands that a kernel treats with one geometry: those that
    /// its descriptor names, and a fused gate with the result at whose place it is read. True on a
    /// change.
    bool shareHalos() {
        bool changed = false;
        for (size_t i = 0; i < m_source.instrs.size(); ++i) {
            const Instr& instr = m_source.instrs[i];
            if (m_choice[i] == LayoutKind::RowMajor) continue;
            const auto share = [&](int a, int b) {
                int& first = m_halo[{operand(instr, a), m_choice[i]}];
                int& second = m_halo[{operand(instr, b), m_choice[i]}];
                changed = changed || first != second;
                first = second = std::max(first, second);
            };
            for (const SameHalo& pair : instr.op->sameHalo) share(pair.a, pair.b);
            for (size_t k = instr.in.size() - foldedOperands(instr); k < instr.in.size(); ++k)
                share(static_cast<int>(k), result(0));
        }
        return changed;
    }

    static ValueId operand(const Instr& instr, int k) {
        return k >= 0 ? instr.in[static_cast<size_t>(k)] : instr.out[static_cast<size_t>(-1 - k)];
    }

    int haloOf(ValueId v, LayoutKind kind) const {
        const auto found = m_halo.find({v, kind});
        return found == m_halo.end() ? 0 : found->second;
    }

    /// A new value with the contents of `v`, made by a copying operator.
    ValueId copyTo(ValueId v, const TensorType& target, const char* op, const Instr* reader) {
        Program& program = m_result.program;
        const auto copy = static_cast<ValueId>(program.values.size());
        Value value = program.value(v);
        value.name += target.layout.kind == LayoutKind::RowMajor ? ".row_major"
                      : target.layout.kind == LayoutKind::Lanes  ? ".lanes"
                                                                 : ".nchw16c";
        value.definedBy = static_cast<int>(program.instrs.size());
        program.values.push_back(std::move(value));
        m_result.types.push_back(target);
        Instr instr;
        instr.op = &operatorNamed(op);
        instr.attrs = Attrs(instr.op->fields);
        instr.in = {v};
        instr.out = {copy};
        if (reader) {
            instr.origins = reader->origins;
            instr.phase = reader->phase;
        } else if (const int at = program.value(v).definedBy; at >= 0) {
            instr.origins = program.instrs[static_cast<size_t>(at)].origins;
            instr.phase = program.instrs[static_cast<size_t>(at)].phase;
        }
        program.instrs.push_back(std::move(instr));
        return copy;
    }

    ValueId contiguous(ValueId v, const Instr* reader) {
        if (type(v).layout.kind != LayoutKind::RowMajor)
            return inLayout(v, LayoutKind::RowMajor, reader);
        if (type(v).isContiguous()) return v;
        const auto found = m_copies.find({v, LayoutKind::RowMajor});
        if (found != m_copies.end()) return found->second;
        const TensorType target = TensorType::rowMajor(type(v).shape, type(v).dtype);
        return m_copies[{v, LayoutKind::RowMajor}] = copyTo(v, target, "contiguous", reader);
    }

    /// `v` itself, or the one copy of it in the asked layout.
    ValueId inLayout(ValueId v, LayoutKind kind, const Instr* reader) {
        const Layout have = type(v).layout;
        const int halo = haloOf(v, kind);
        if (have.kind == kind && have.halo >= halo)
            return kind == LayoutKind::RowMajor ? contiguous(v, reader) : v;
        const auto found = m_copies.find({v, kind});
        if (found != m_copies.end()) return found->second;
        TensorType target = TensorType::rowMajor(type(v).shape, type(v).dtype);
        target.layout = {kind, halo};
        // Slices below one another are strides that a view need not have.
        const bool isStrided = have.kind == LayoutKind::RowMajor && target.shape.rank() > 4;
        const ValueId source = isStrided ? contiguous(v, reader) : v;
        return m_copies[{v, kind}] = copyTo(source, target, "reorder", reader);
    }

    void append(Instr instr) {
        for (ValueId v : instr.out)
            m_result.program.values[static_cast<size_t>(v)].definedBy =
                static_cast<int>(m_result.program.instrs.size());
        m_result.program.instrs.push_back(std::move(instr));
    }

    ValueId operandFor(const Instr& source, size_t k, LayoutKind kind) {
        const ValueId v = source.in[k];
        const LayoutKind wanted = wantedKind(source, k, kind);
        const bool isRowMajor =
            wanted == LayoutKind::RowMajor && type(v).layout.kind == LayoutKind::RowMajor;
        return isRowMajor && readsStrides(source, k) ? v : inLayout(v, wanted, &source);
    }

    void rewriteKernel(const Instr& source, LayoutKind kind) {
        Instr instr = source;
        for (size_t k = 0; k < instr.in.size(); ++k)
            if (source.in[k] != noValue) instr.in[k] = operandFor(source, k, kind);
        for (size_t k = 0; k < instr.out.size(); ++k) {
            const ValueId v = instr.out[k];
            setRowMajor(v);
            if (portOf(source.op->outputs, source.out.size(), k).image &&
                hasImageView(type(v).shape) && kind != LayoutKind::RowMajor)
                type(v).layout = {kind, haloOf(v, kind)};
        }
        // What fusion hid would lie as the result does.
        for (const FusedOp& fused : instr.epilogue) type(fused.hidden) = type(instr.out[0]);
        append(std::move(instr));
    }

    void rewriteView(const Instr& source) {
        Instr instr = source;
        const ValueShape out = m_source.shapeOf(source.out[0]);
        std::optional<TensorType> view = source.op->view(instr, type(instr.in[0]), out);
        if (!view) {
            instr.in[0] = contiguous(source.in[0], &source);
            view = source.op->view(instr, type(instr.in[0]), out);
            VITRINE_CHECK(view.has_value(), "a view of contiguous row-major memory exists");
        }
        type(instr.out[0]) = *view;
        append(std::move(instr));
    }

    const Program& m_source;
    std::vector<LayoutKind> m_choice;
    TypedProgram m_result;
    std::map<Key, int> m_halo;
    std::map<Key, ValueId> m_copies;
    std::vector<ValueShape> m_in, m_out;
};

}  // namespace

TypedProgram assignLayouts(const Program& program, bool referenceOnly) {
    std::vector<LayoutKind> choice(program.instrs.size(), LayoutKind::RowMajor);
    if (!referenceOnly) choice = chooseLayouts(program);
    return LayoutRewriter(program, std::move(choice)).run();
}

}  // namespace vitrine
