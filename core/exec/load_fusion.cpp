// SPDX-License-Identifier: Apache-2.0
// Looks at every pointwise instruction once, in order, so that what a load is made of may itself be
// a load.
#include "core/exec/load_fusion.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/exec/fusion.h"
#include "core/exec/readers.h"

namespace vitrine {

namespace {

/// Images that a load reads, at most: with more of them it costs what it saves.
constexpr size_t mostImages = 4;
constexpr size_t mostReaders = 8;

/// A reader that would load instead.
struct Reader {
    size_t instr;
    Instr loading;
    KernelChoice choice;
    bool byPart;
};

class LoadFusion {
  public:
    LoadFusion(Program& program, std::vector<KernelChoice>& choices, OfferMemo& memo,
               const std::vector<std::string>& pinned)
        : m_program(program),
          m_choices(choices),
          m_memo(memo),
          m_drop(program.instrs.size(), 0),
          m_stays(stayingValues(program, pinned)),
          m_readers(program) {}

    void run() {
        for (size_t i = 0; i < m_program.instrs.size(); ++i) {
            if (!isCandidate(i)) continue;
            std::vector<Reader> readers;
            if (findReaders(i, readers) && keepsMemory(i) && keepsTime(i, readers))
                join(i, std::move(readers));
        }
        eraseDropped(m_program, m_choices, m_drop);
    }

  private:
    static size_t at(ValueId v) { return static_cast<size_t>(v); }
    Instr& instr(size_t i) { return m_program.instrs[i]; }
    const Instr& instr(size_t i) const { return m_program.instrs[i]; }

    kernels::Layout layoutOf(ValueId v) const {
        const int maker = m_program.value(v).definedBy;
        if (maker < 0) return LayoutKind::RowMajor;
        const Instr& by = instr(static_cast<size_t>(maker));
        const std::vector<kernels::Form>& forms =
            m_choices[static_cast<size_t>(maker)].offer().forms;
        const auto number = std::ranges::find(by.out, v) - by.out.begin();
        return forms[forms.size() - by.out.size() + static_cast<size_t>(number)].layout;
    }

    bool isView(ValueId v) const {
        const int maker = m_program.value(v).definedBy;
        return maker >= 0 && instr(static_cast<size_t>(maker)).op->isView();
    }

    bool isImage(ValueId v, ValueId like) const {
        return m_program.value(v).shape == m_program.value(like).shape;
    }

    std::vector<ValueId> imagesOf(const Instr& of) const {
        std::vector<ValueId> images;
        for (ValueId v : of.operands())
            if (isImage(v, of.out[0]) && std::ranges::find(images, v) == images.end())
                images.push_back(v);
        return images;
    }

    /// What comes behind the first step finds the first operand there no more.
    static bool readsLoadedTwice(const Instr& made) {
        const auto isFirst = [](int place) { return place == 0; };
        return std::ranges::any_of(made.loads, isFirst, &FusedOp::at) &&
               std::ranges::any_of(made.epilogue, [&](const FusedOp& step) {
                   return std::ranges::any_of(step.reads, isFirst);
               });
    }

    /// Factors of each image's channels lie in planes as images do; loads take others in rows
    /// alone.
    bool repeatsPlanes(size_t i) const {
        const Instr& made = instr(i);
        const std::vector<ValueId> values = callValues(made);
        const std::vector<kernels::Form>& forms = m_choices[i].offer().forms;
        for (size_t k = 0; k + made.out.size() < values.size(); ++k)
            if (!isImage(values[k], made.out[0]) && forms[k].layout != LayoutKind::RowMajor)
                return true;
        return false;
    }

    /// On the CPU. There products alone load: each element once, in the caches, beside far more
    /// work with it.
    bool isReadInRows(ValueId v) const {
        const int maker = m_program.value(v).definedBy;
        const bool isOnDevice =
            maker >= 0 && m_choices[static_cast<size_t>(maker)].asked->allowed.device;
        return !isOnDevice && layoutOf(v) == LayoutKind::RowMajor;
    }

    /// A function of one operand, be it dear.
    bool isCandidateInRows(const Instr& made, const kernels::Call& call) const {
        return made.in.size() == 1 && made.foldedCount() == 0 && !isView(made.in[0]) &&
               isImage(made.in[0], made.out[0]) && !kernels::asSteps(call.problem).empty();
    }

    /// Cheap steps from images that lie as the result does, or that are copied to lie so for its
    /// one reader as they would be for itself.
    bool isCandidate(size_t i) const {
        const Instr& made = instr(i);
        const kernels::Call& call = m_choices[i].call();
        if (made.op->isView() || made.out.size() != 1 || m_stays[at(made.out[0])]) return false;
        if (isReadInRows(made.out[0])) return isCandidateInRows(made, call);
        const std::vector<kernels::ChainStep> own = kernels::asSteps(call.problem);
        if (own.empty() || !kernels::areCheap(own) || !kernels::areCheap(call.store)) return false;
        const ValueId first = made.in[0];
        if (first == noValue || !isImage(first, made.out[0])) return false;
        if (readsLoadedTwice(made) || repeatsPlanes(i)) return false;
        const std::vector<ValueId> images = imagesOf(made);
        const bool isCopiedAnyway = isOnePhase(i) && isReadAtOnce(i) && !isView(first);
        const auto lies = [&](ValueId v) {
            if (isView(v)) return isCopiedAnyway;
            return !isImage(v, made.out[0]) || layoutOf(v) == layoutOf(made.out[0]);
        };
        return images.size() <= mostImages && std::ranges::all_of(made.operands(), lies);
    }

    /// All of them, or nothing: as long as one needs the result, it is there for the others too.
    bool findReaders(size_t i, std::vector<Reader>& readers) {
        const ValueId result = instr(i).out[0];
        const std::vector<size_t>& all = m_readers.of(result);
        if (all.empty() || all.size() > mostReaders) return false;
        if (isReadInRows(result) && !isReadOnceAPhase(all)) return false;
        for (size_t reader : all) {
            if (!wantsItSo(reader, result)) return false;
            Instr loading = withLoad(instr(reader), instr(i));
            std::optional<KernelChoice> choice =
                choiceLike(m_program, m_choices[reader], loading, m_memo);
            if (!choice || !choice->asked->takesLoad[choice->taken]) return false;
            const bool byPart = choice->asked->loadsByPart[choice->taken] != 0;
            readers.push_back({reader, std::move(loading), *std::move(choice), byPart});
        }
        return true;
    }

    bool isReadOnceAPhase(const std::vector<size_t>& readers) const {
        std::set<Phase> phases;
        return std::ranges::all_of(
            readers, [&](size_t reader) { return phases.insert(instr(reader).phase).second; });
    }

    /// In the layout that it lies in, and not to sum it up.
    bool wantsItSo(size_t reader, ValueId result) const {
        const Instr& by = instr(reader);
        if (by.op->isView() || loadsThroughPool(by) || endsInPool(by)) return false;
        // Row-major chains take no operands with gaps.
        const bool isChain = !kernels::asSteps(m_choices[reader].call().problem).empty();
        if (isChain && isReadInRows(result)) return false;
        if (isChain && layoutOf(result) == LayoutKind::RowMajor &&
            std::ranges::any_of(by.operands(), [&](ValueId v) { return isView(v); }))
            return false;
        for (const FusedOp& load : by.loads)
            if (by.in[static_cast<size_t>(load.at)] == result) return false;
        const std::vector<ValueId> values = callValues(by);
        const std::vector<kernels::Form>& forms = m_choices[reader].offer().forms;
        for (size_t k = 0; k + by.out.size() < values.size(); ++k)
            if (values[k] == result && forms[k].layout != layoutOf(result)) return false;
        for (const FusedOp& sum : by.sums)
            for (int place : sum.reads)
                if (place != FusedOp::soFar && by.in[static_cast<size_t>(place)] == result)
                    return false;
        return true;
    }

    size_t lastReader(ValueId v, size_t except) const {
        size_t last = 0;
        for (size_t reader : m_readers.of(v))
            if (reader != except) last = std::max(last, reader);
        return last;
    }

    bool isOnePhase(size_t i) const {
        return std::ranges::all_of(m_readers.of(instr(i).out[0]), [&](size_t reader) {
            return instr(reader).phase == instr(i).phase;
        });
    }

    /// Nothing between it and its one reader, a chain, leaves an image. What it is made of takes no
    /// more memory there than here, and one image makes room for what the chain gives.
    bool isReadAtOnce(size_t i) const {
        const ValueId result = instr(i).out[0];
        const std::vector<size_t>& readers = m_readers.of(result);
        if (readers.size() != 1 || !isImage(instr(readers[0]).out[0], result)) return false;
        if (kernels::asSteps(m_choices[readers[0]].call().problem).empty()) return false;
        constexpr int64_t least = 64;
        for (size_t k = i + 1; k < readers[0]; ++k)
            for (ValueId v : instr(k).out)
                if (!m_drop[k] && m_program.value(v).shape.elements() * least >
                                      m_program.value(result).shape.elements())
                    return false;
        return true;
    }

    /// What the result is made of is there anyway for as long as somebody reads it; or one image
    /// takes the result's place.
    bool keepsMemory(size_t i) const {
        const ValueId result = instr(i).out[0];
        const size_t last = lastReader(result, i);
        const auto livesLonger = [&](ValueId v) {
            return m_program.value(v).definedBy >= 0 && !m_stays[at(v)] && lastReader(v, i) < last;
        };
        const auto longer = std::ranges::count_if(imagesOf(instr(i)), livesLonger);
        return longer <= (isOnePhase(i) ? (isReadAtOnce(i) ? 2 : 1) : 0);
    }

    /// Images moved to and from memory beside what moved before. Where the backward phase reads it,
    /// the memory is worth a little time.
    bool keepsTime(size_t i, const std::vector<Reader>& readers) const {
        if (!isOnePhase(i)) return true;
        const size_t images = imagesOf(instr(i)).size();
        size_t more = 0;
        for (const Reader& reader : readers) more += images - 1 + (reader.byPart ? 0 : 2);
        return more < images + 1;
    }

    void join(size_t i, std::vector<Reader> readers) {
        const ValueId result = instr(i).out[0];
        m_drop[i] = 1;
        for (ValueId v : instr(i).operands()) m_readers.remove(v, i);
        m_readers.removeAll(result);
        for (Reader& reader : readers) {
            instr(reader.instr) = std::move(reader.loading);
            m_choices[reader.instr] = std::move(reader.choice);
            for (ValueId v : instr(i).operands()) m_readers.add(v, reader.instr);
        }
        m_program.loaded.push_back(std::move(instr(i)));
    }

    Program& m_program;
    std::vector<KernelChoice>& m_choices;
    OfferMemo& m_memo;
    std::vector<char> m_drop;
    const std::vector<char> m_stays;  ///< by value
    Readers m_readers;
};

/// Puts the steps of an instruction into the loads of another.
class Loading {
  public:
    Loading(Instr& reader, const Instr& made) : m_reader(reader), m_made(made) {}

    /// For the operand in a place.
    void add(size_t place) {
        m_target = static_cast<int>(place);
        m_places.assign(m_made.in.size(), noPlace);
        m_reader.in[place] = m_made.in[0];
        for (const FusedOp& load : m_made.loads)
            add(load, load.hidden, load.at == 0 ? m_target : placeOf(static_cast<size_t>(load.at)));
        FusedOp own{m_made.op, m_made.attrs, noValue, ownOrigins(), {}, 0};
        for (size_t k = 0; k < m_made.in.size() - foldedOperands(m_made); ++k)
            own.reads.push_back(static_cast<int>(k));
        own.reads[0] = FusedOp::soFar;
        for (size_t k = 0; k <= m_made.epilogue.size(); ++k) {
            const bool isLast = k == m_made.epilogue.size();
            const FusedOp& step = k == 0 ? own : m_made.epilogue[k - 1];
            add(step, isLast ? m_made.out[0] : m_made.epilogue[k].hidden, m_target);
        }
    }

  private:
    static constexpr int noPlace = -2;

    /// Where an operand of the instruction stands in the reader. The first one stands in the place
    /// itself, until the first step: later ones read a second copy.
    int placeOf(size_t k) {
        if (k == 0 && !m_hasBegun) return m_target;
        if (m_places[k] != noPlace) return m_places[k];
        m_places[k] = static_cast<int>(m_reader.in.size());
        m_reader.in.push_back(m_made.in[k]);
        ++m_added;
        return m_places[k];
    }

    void add(const FusedOp& step, ValueId gives, int at) {
        FusedOp load{step.op, step.attrs, gives, step.origins, {}, 0, at};
        m_hasBegun = m_hasBegun || at == m_target;
        for (int read : step.reads)
            load.reads.push_back(read == FusedOp::soFar ? read
                                                        : placeOf(static_cast<size_t>(read)));
        load.added = std::exchange(m_added, 0);
        m_reader.loads.push_back(std::move(load));
    }

    /// Those of the operator itself.
    std::vector<std::string> ownOrigins() const {
        std::vector<std::string> own = m_made.origins;
        for (size_t k = 0; k < m_made.foldedCount(); ++k)
            std::erase_if(own, [&](const std::string& origin) {
                return std::ranges::find(m_made.folded(k).origins, origin) !=
                       m_made.folded(k).origins.end();
            });
        return own.empty() ? m_made.origins : own;
    }

    Instr& m_reader;
    const Instr& m_made;
    int m_target = 0, m_added = 0;
    bool m_hasBegun = false;
    std::vector<int> m_places;  ///< by operand of the instruction
};

}  // namespace

Instr withLoad(const Instr& reader, const Instr& made) {
    Instr both = reader;
    for (size_t place = 0; place < reader.in.size(); ++place)
        if (reader.in[place] == made.out[0]) Loading(both, made).add(place);
    for (const std::string& origin : made.origins)
        if (std::ranges::find(both.origins, origin) == both.origins.end())
            both.origins.push_back(origin);
    return both;
}

void fuseLoads(Program& program, std::vector<KernelChoice>& choices, OfferMemo& memo,
               const std::vector<std::string>& pinned) {
    LoadFusion(program, choices, memo, pinned).run();
}

}  // namespace vitrine
