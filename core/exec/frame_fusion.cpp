// SPDX-License-Identifier: Apache-2.0
// The copy with its frame is a load of one step that changes nothing: a factor of 1.
#include "core/exec/frame_fusion.h"

#include <algorithm>

#include "core/exec/fusion.h"
#include "core/exec/kernel_call.h"
#include "core/exec/load_fusion.h"
#include "core/exec/readers.h"
#include "core/opdef/registry.h"
#include "core/tensor/layout.h"

namespace vitrine {

namespace {

/// What frames have to cost at least, as a share of the image.
constexpr double leastGrowth = 1.5;

class FrameFusion {
  public:
    FrameFusion(Program& program, std::vector<KernelChoice>& choices, OfferMemo& memo)
        : m_program(program), m_choices(choices), m_memo(memo), m_readers(program) {}

    void run() {
        const auto values = static_cast<ValueId>(m_program.values.size());
        for (ValueId v = 0; v < values; ++v) tryValue(v);
    }

  private:
    struct Loading {
        size_t instr;
        Instr loading;
        KernelChoice choice;
    };

    /// How the reader wants the value: where it reads it twice, with the wider frame.
    const kernels::Form& formOf(size_t reader, ValueId v) const {
        const std::vector<ValueId> values = callValues(m_program.instrs[reader]);
        const std::vector<kernels::Form>& forms = m_choices[reader].offer().forms;
        const auto first = std::ranges::find(values, v) - values.begin();
        size_t widest = static_cast<size_t>(first);
        for (size_t k = widest; k + m_program.instrs[reader].out.size() < values.size(); ++k)
            if (values[k] == v && forms[k].halo > forms[widest].halo) widest = k;
        return forms[widest];
    }

    /// Whether another image has its frame, or sums are made of it by parts that its frame counts
    /// in: without it they would have other last bits.
    bool isTied(ValueId v) const {
        const auto maker = static_cast<size_t>(m_program.value(v).definedBy);
        if (!m_program.instrs[maker].sums.empty()) return true;
        const auto ties = [&](size_t i) {
            const std::vector<ValueId> values = callValues(m_program.instrs[i]);
            return std::ranges::any_of(m_choices[i].offer().sameHalo,
                                       [&](const kernels::SameHalo& pair) {
                                           return values[pair.a] == v || values[pair.b] == v;
                                       });
        };
        return ties(maker) || std::ranges::any_of(m_readers.of(v), ties);
    }

    bool growsByFrame(ValueId v, const kernels::Form& form) const {
        const Shape& shape = m_program.value(v).shape;
        const auto elements = [&](int halo) {
            return static_cast<double>(storageElements(shape, Layout{form.layout, halo}));
        };
        return elements(static_cast<int>(form.halo)) >= leastGrowth * elements(0);
    }

    void tryValue(ValueId v) {
        const int maker = m_program.value(v).definedBy;
        if (maker < 0 || m_program.instrs[static_cast<size_t>(maker)].phase != Phase::Forward ||
            isTied(v))
            return;
        std::vector<size_t> framed;
        std::ranges::copy_if(m_readers.of(v), std::back_inserter(framed),
                             [&](size_t reader) { return formOf(reader, v).halo > 0; });
        const bool isKept = std::ranges::any_of(framed, [&](size_t reader) {
            return m_program.instrs[reader].phase == Phase::Backward;
        });
        if (!isKept || !growsByFrame(v, formOf(framed[0], v))) return;
        const ValueId copy = copyOf(v);
        std::vector<Loading> loadings;
        for (size_t reader : framed) {
            std::optional<Loading> loading = loaded(reader, v, copy);
            if (!loading) return m_program.values.pop_back();
            loadings.push_back(*std::move(loading));
        }
        for (Loading& loading : loadings) {
            m_program.instrs[loading.instr] = std::move(loading.loading);
            m_choices[loading.instr] = std::move(loading.choice);
        }
        m_program.loaded.push_back(copying(v, copy, framed[0]));
    }

    ValueId copyOf(ValueId v) {
        Value value = m_program.value(v);
        value.name += ".framed";
        value.definedBy = -1;
        m_program.values.push_back(std::move(value));
        return static_cast<ValueId>(m_program.values.size() - 1);
    }

    Instr copying(ValueId v, ValueId copy, size_t reader) const {
        Instr instr;
        instr.op = &operatorNamed("scale");
        instr.attrs = Attrs(instr.op->fields);
        instr.attrs.with("factor", 1.0);
        instr.in = {v};
        instr.out = {copy};
        instr.origins = m_program.instrs[reader].origins;
        return instr;
    }

    std::optional<Loading> loaded(size_t reader, ValueId v, ValueId copy) {
        Instr by = m_program.instrs[reader];
        if (std::ranges::count(by.in, v) != 1 || !by.loads.empty()) return std::nullopt;
        *std::ranges::find(by.in, v) = copy;
        Instr loading = withLoad(by, copying(v, copy, reader));
        std::optional<KernelChoice> choice =
            choiceLike(m_program, m_choices[reader], loading, m_memo);
        if (!choice || !choice->asked->takesLoad[choice->taken] ||
            !choice->asked->loadsByPart[choice->taken])
            return std::nullopt;
        return Loading{reader, std::move(loading), *std::move(choice)};
    }

    Program& m_program;
    std::vector<KernelChoice>& m_choices;
    OfferMemo& m_memo;
    const Readers m_readers;
};

}  // namespace

void fuseFrames(Program& program, std::vector<KernelChoice>& choices, OfferMemo& memo) {
    FrameFusion(program, choices, memo).run();
}

}  // namespace vitrine
