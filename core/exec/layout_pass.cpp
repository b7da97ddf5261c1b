// SPDX-License-Identifier: Apache-2.0
// Rewrites a Program instruction by instruction: operands are brought into the wanted layout, views
// are resolved.
#include "core/exec/layout_pass.h"

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <tuple>

#include "core/exec/copy_instr.h"
#include "core/exec/passes.h"
#include "core/opdef/registry.h"

namespace vitrine {

namespace {

class LayoutRewriter {
  public:
    LayoutRewriter(Program program, std::vector<KernelChoice> choices)
        : m_isUnchanging(unchangingValues(program)),
          m_instrs(std::move(program.instrs)),
          m_choices(std::move(choices)) {
        m_values.reserve(m_instrs.size());
        for (const Instr& instr : m_instrs) m_values.push_back(callValues(instr));
        m_result.program = std::move(program);
        m_result.program.instrs.clear();
        m_result.program.instrs.reserve(m_instrs.size());
        m_result.choices.reserve(m_instrs.size());
        for (Value& value : m_result.program.values) value.definedBy = -1;
        m_result.types.resize(m_result.program.values.size());
        collectWishes();
        while (shareHalos()) {
        }
    }

    TypedProgram run() {
        for (const NamedValue& input : m_result.program.inputs) setRowMajor(input.value);
        for (const StateBinding& state : m_result.program.states) setRowMajor(state.in);
        rewriteUnchanging();
        packUnchanging();
        m_result.unchanging = m_result.program.instrs.size();
        for (size_t i = 0; i < m_instrs.size(); ++i)
            if (m_instrs[i].op) rewrite(i);
        for (StateBinding& state : m_result.program.states)
            if (state.out != noValue) state.out = contiguous(state.out, {});
        for (NamedValue& output : m_result.program.outputs) output.value = smallest(output.value);
        typeRetired();
        return std::move(m_result);
    }

  private:
    using Key = std::pair<ValueId, LayoutKind>;
    using CopyKey = std::tuple<ValueId, LayoutKind, bool>;  ///< once more for the backward phase
    struct PackedCopy {
        kernels::Packing packing;
        ValueId value = noValue;
    };

    void setRowMajor(ValueId v) {
        const Value& value = m_result.program.value(v);
        type(v) = TensorType::rowMajor(value.shape, value.dtype);
    }
    bool isUnchanging(ValueId v) const { return m_isUnchanging[static_cast<size_t>(v)]; }
    TensorType& type(ValueId v) { return m_result.types[static_cast<size_t>(v)]; }

    /// Who reads a value in lanes. The halo of a value in a layout is the largest that one of its
    /// readers there needs.
    void collectWishes() {
        m_isReadInLanes.resize(m_result.program.values.size());
        for (size_t i = 0; i < m_choices.size(); ++i) {
            const std::vector<kernels::Form>& forms = m_choices[i].offer().forms;
            for (size_t k = 0; k < forms.size(); ++k) {
                if (forms[k].layout == LayoutKind::Lanes)
                    m_isReadInLanes[static_cast<size_t>(m_values[i][k])] = 1;
                if (forms[k].halo == 0) continue;
                int& halo = m_halo[{m_values[i][k], forms[k].layout}];
                halo = std::max(halo, static_cast<int>(forms[k].halo));
            }
        }
    }

    /// One step towards one halo for operands that a kernel treats with one geometry. True on a
    /// change.
    bool shareHalos() {
        bool changed = false;
        for (size_t i = 0; i < m_choices.size(); ++i)
            for (const kernels::SameHalo& pair : m_choices[i].offer().sameHalo) {
                const LayoutKind kind = m_choices[i].offer().forms[pair.a].layout;
                int& first = m_halo[{m_values[i][pair.a], kind}];
                int& second = m_halo[{m_values[i][pair.b], kind}];
                changed = changed || first != second;
                first = second = std::max(first, second);
            }
        return changed;
    }

    int haloOf(ValueId v, LayoutKind kind) const {
        const auto found = m_halo.find({v, kind});
        return found == m_halo.end() ? 0 : found->second;
    }

    std::string suffixOf(ValueId v, const Layout& layout) const {
        if (layout.packing.frequencies) return ".winograd";
        switch (layout.kind) {
            case LayoutKind::RowMajor:
                return ".row_major";
            case LayoutKind::Lanes:
                return ".lanes";
            case LayoutKind::Blocked:
                return ".nchw16c";
            case LayoutKind::Packed:
                break;
        }
        const auto others = m_packed.find(v);
        return others == m_packed.end() ? ".packed"
                                        : ".packed." + std::to_string(others->second.size() + 1);
    }

    ValueId copyTo(ValueId v, const TensorType& target, const char* op, const Instr* reader) {
        return appendCopy(m_result, v,
                          {.target = target,
                           .op = op,
                           .suffix = suffixOf(v, target.layout),
                           .reason = "its readers want it to lie otherwise",
                           .reader = reader});
    }

    ValueId contiguous(ValueId v, const Instr* reader) {
        if (type(v).layout.kind != LayoutKind::RowMajor)
            return inLayout(v, LayoutKind::RowMajor, reader);
        if (type(v).isContiguous()) return v;
        const auto found = m_copies.find({v, LayoutKind::RowMajor, false});
        if (found != m_copies.end()) return found->second;
        const TensorType target = TensorType::rowMajor(type(v).shape, type(v).dtype);
        return m_copies[{v, LayoutKind::RowMajor, false}] = copyTo(v, target, "contiguous", reader);
    }

    /// Copies of pictures in blocks of 16 channels are far larger than the pictures: keeping these
    /// for the backward phase and copying once more takes less memory and next to no time.
    bool isMadeAgain(ValueId v, const TensorType& target, const Instr* reader) {
        const auto isIt = [=](const NamedValue& input) { return input.value == v; };
        return reader && reader->phase == Phase::Backward &&
               std::ranges::any_of(m_result.program.inputs, isIt) &&
               target.storageBytes() > 2 * type(v).storageBytes();
    }

    /// `v` itself, or the one copy of it in the asked layout.
    ValueId inLayout(ValueId v, LayoutKind kind, const Instr* reader) {
        const Layout have = type(v).layout;
        const int halo = haloOf(v, kind);
        if (have.kind == kind && have.halo >= halo)
            return kind == LayoutKind::RowMajor ? contiguous(v, reader) : v;
        TensorType target = TensorType::rowMajor(type(v).shape, type(v).dtype);
        target.layout = {kind, halo};
        const CopyKey key{v, kind, isMadeAgain(v, target, reader)};
        const auto found = m_copies.find(key);
        if (found != m_copies.end()) return found->second;
        // Slices below one another are strides that a view need not have.
        const bool isStrided = have.kind == LayoutKind::RowMajor && target.shape.rank() > 4;
        const ValueId source = isStrided ? contiguous(v, reader) : v;
        const ValueId copy = copyTo(source, target, "reorder", reader);
        if (std::get<bool>(key))
            m_result.program.values[static_cast<size_t>(copy)].name += ".again";
        return m_copies[key] = copy;
    }

    /// `v`, or a copy of it out of blocks that there is anyway and takes less memory: images of two
    /// channels take a block of sixteen, which outputs would keep to the end.
    ValueId smallest(ValueId v) {
        ValueId found = v;
        const auto consider = [&](const auto& copies, const auto& key) {
            const auto copy = copies.find(key);
            if (copy != copies.end() &&
                type(copy->second).storageBytes() < type(found).storageBytes())
                found = copy->second;
        };
        consider(m_copies, CopyKey{v, LayoutKind::RowMajor, false});
        consider(m_turned, v);
        return found;
    }

    /// The type of a value that is packed so.
    TensorType packedType(ValueId v, const kernels::Packing& packing) {
        TensorType packed = TensorType::rowMajor(type(v).shape, type(v).dtype);
        if (packing.frequencies) packed.shape[2] = packed.shape[3] = 6;
        packed.layout = {LayoutKind::Packed, 0, packing};
        return packed;
    }

    /// The one copy of `v` that is packed so.
    ValueId packed(ValueId v, const kernels::Packing& packing, const Instr& reader) {
        if (const auto known = m_packed.find(v); known != m_packed.end())
            for (const PackedCopy& copy : known->second)
                if (copy.packing == packing) return copy.value;
        const ValueId source = contiguous(v, &reader);
        const ValueId copy = copyTo(source, packedType(v, packing),
                                    packing.frequencies ? "filter_transform" : "pack", &reader);
        m_packed[v].push_back({packing, copy});
        return copy;
    }

    /// What stays the same from run to run comes before all else, and weights are packed there.
    void rewriteUnchanging() {
        for (size_t i = 0; i < m_instrs.size(); ++i)
            if (isUnchanging(m_instrs[i].out[0])) rewrite(i);
    }
    void packUnchanging() {
        for (size_t i = 0; i < m_instrs.size(); ++i) {
            if (!m_instrs[i].op) continue;
            const std::vector<kernels::Form>& forms = m_choices[i].offer().forms;
            for (size_t k = 0; k < forms.size(); ++k)
                if (forms[k].layout == LayoutKind::Packed && isUnchanging(m_values[i][k]))
                    packed(m_values[i][k], forms[k].packing, m_instrs[i]);
        }
    }

    void append(Instr instr, KernelChoice choice) {
        for (ValueId v : instr.out)
            m_result.program.values[static_cast<size_t>(v)].definedBy =
                static_cast<int>(m_result.program.instrs.size());
        m_result.program.instrs.push_back(std::move(instr));
        m_result.choices.push_back(std::move(choice));
    }

    ValueId operandFor(ValueId v, const kernels::Form& form, const Instr& reader) {
        if (form.layout == LayoutKind::Packed) return packed(v, form.packing, reader);
        const bool isRowMajor =
            form.layout == LayoutKind::RowMajor && type(v).layout.kind == LayoutKind::RowMajor;
        return isRowMajor && form.isStrided ? v : inLayout(v, form.layout, &reader);
    }

    void rewrite(size_t index) {
        if (m_instrs[index].op->isView())
            rewriteView(index);
        else
            rewriteKernel(index);
        m_instrs[index].op = nullptr;
    }

    /// What is made nowhere would lie as its operands do; where these do not lie alike it is not
    /// made for a look either.
    void typeRetired() {
        std::erase_if(m_result.program.loaded, [&](const Instr& instr) {
            const ValueId result = instr.out[0];
            if (instr.op->id != "concat" || type(result).shape.rank() > 0) return false;
            const LayoutKind kind = type(instr.in[0]).layout.kind;
            const auto own = std::span(instr.in).first(instr.in.size() - foldedOperands(instr));
            if (!std::ranges::all_of(own, [&](ValueId v) { return type(v).layout.kind == kind; }))
                return true;
            layLike(result, instr.in[0]);
            return false;
        });
    }

    /// Gives `v` the layout of another value, with its own extents where a pool lies between them.
    void layLike(ValueId v, ValueId other) {
        if (m_result.program.value(v).shape == type(other).shape) {
            type(v) = type(other);
            return;
        }
        setRowMajor(v);
        type(v).layout = {type(other).layout.kind, 0};
    }

    void rewriteKernel(size_t index) {
        const std::vector<kernels::Form>& forms = m_choices[index].offer().forms;
        Instr instr = std::move(m_instrs[index]);
        auto form = forms.begin();
        for (ValueId& v : instr.in)
            if (v != noValue) v = operandFor(v, *form++, instr);
        for (ValueId v : instr.out) {
            setRowMajor(v);
            const LayoutKind kind = (form++)->layout;
            if (kind != LayoutKind::RowMajor) type(v).layout = {kind, haloOf(v, kind)};
        }
        // What fusion hid would lie as the result does, or as what is loaded instead of it.
        for (const FusedOp& fused : instr.epilogue) layLike(fused.hidden, instr.out[0]);
        for (const FusedOp& load : instr.loads) {
            layLike(load.hidden, instr.in[static_cast<size_t>(load.at)]);
            type(load.hidden).layout.halo = 0;
        }
        append(std::move(instr), std::move(m_choices[index]));
    }

    /// A copy of planes whose channels lie side by side, where that gives a view without gaps: of
    /// images that go on as rows of channels.
    std::optional<ValueId> turned(const Instr& view, const ValueShape& out) {
        const ValueId v = view.in[0];
        const Shape& shape = type(v).shape;
        const LayoutKind kind = type(v).layout.kind;
        const bool isInPlanes = kind == LayoutKind::Lanes || kind == LayoutKind::Blocked;
        if (!isInPlanes || shape.rank() != 4 || sizeOf(type(v).dtype) != 4) return std::nullopt;
        TensorType target = TensorType::rowMajor(shape, type(v).dtype);
        target.strides = {shape[1] * shape[2] * shape[3], 1, shape[1] * shape[3], shape[1]};
        const std::optional<TensorType> seen = viewType(view, target, out);
        if (!seen || !seen->isContiguous() || target.isContiguous()) return std::nullopt;
        const auto found = m_turned.find(v);
        if (found != m_turned.end()) return found->second;
        return m_turned[v] = copyTo(v, target, "reorder", &view);
    }

    /// A view of some channels of images in lanes as the copy of them that it becomes, where
    /// somebody reads them so: else all images would be copied to rows, and the piece back.
    bool becomesPiece(Instr& view) {
        const ValueId v = view.in[0], result = view.out[0];
        const Shape &from = type(v).shape, to = m_result.program.value(result).shape;
        const bool isCut = type(v).layout.kind == LayoutKind::Lanes && from.rank() == 4 &&
                           to.rank() == 4 && type(v).dtype == DType::F32 &&
                           m_isReadInLanes[static_cast<size_t>(result)];
        if (!isCut || from[0] != to[0] || from[2] != to[2] || from[3] != to[3]) return false;
        const ArrayView whole = ArrayView::contiguous(from);
        const std::optional<ArrayView> seen = view.op->view(view.attrs, whole, to);
        if (!seen || seen->strides != whole.strides) return false;
        view.op = &operatorNamed("channel_piece");
        Attrs attrs(view.op->fields);
        attrs.with("start", seen->offset / whole.strides[1]).with("length", to[1]);
        view.attrs = std::move(attrs);
        setRowMajor(result);
        type(result).layout = {LayoutKind::Lanes, haloOf(result, LayoutKind::Lanes)};
        KernelChoice choice = onlyChoice(view, type(v), type(result), "its images lie in planes");
        append(std::move(view), std::move(choice));
        return true;
    }

    void rewriteView(size_t index) {
        if (becomesPiece(m_instrs[index])) return;
        Instr instr = std::move(m_instrs[index]);
        const ValueShape out = m_result.program.shapeOf(instr.out[0]);
        std::optional<TensorType> view = viewType(instr, type(instr.in[0]), out);
        if (!view) {
            const std::optional<ValueId> copy = turned(instr, out);
            instr.in[0] = copy ? *copy : contiguous(instr.in[0], &instr);
            view = viewType(instr, type(instr.in[0]), out);
            VITRINE_CHECK(view.has_value(), "a view of contiguous row-major memory exists");
        }
        type(instr.out[0]) = *view;
        append(std::move(instr), std::move(m_choices[index]));
    }

    std::vector<char> m_isUnchanging;     ///< by value
    std::vector<Instr> m_instrs;          ///< of the source; each is moved on, and has no op then
    std::vector<KernelChoice> m_choices;  ///< by instruction of the source
    std::vector<std::vector<ValueId>> m_values;  ///< of its call
    TypedProgram m_result;
    std::vector<char> m_isReadInLanes;  ///< by value
    std::map<Key, int> m_halo;
    std::map<CopyKey, ValueId> m_copies;
    std::map<ValueId, ValueId> m_turned;  ///< copies with channels side by side
    std::map<ValueId, std::vector<PackedCopy>> m_packed;
};

}  // namespace

TypedProgram assignLayouts(Program program, std::vector<KernelChoice> choices) {
    return LayoutRewriter(std::move(program), std::move(choices)).run();
}

KernelChoice onlyChoice(const Instr& instr, const TensorType& in, const TensorType& out,
                        std::string_view reason) {
    kernels::Offer offer;
    offer.forms.resize(2);
    AskedOffers asked = askedOffers(callOf(instr, std::span(&in, 1), std::span(&out, 1)),
                                    {.list = {std::move(offer)}, .refused = {}});
    return {std::make_shared<const AskedOffers>(std::move(asked)), 0, reason};
}

}  // namespace vitrine
