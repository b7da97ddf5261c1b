// SPDX-License-Identifier: Apache-2.0
// A run begins anywhere and takes in the next entry for as long as that goes over images alike,
// reads nothing that is not there before a run's end, and memory allows it. Where all its entries
// go plane by plane, as depthwise convolutions do, so do its slices: those of whole images would
// leave the second-level cache.
#include "core/exec/sliced_runs.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <optional>
#include <set>

#include "core/exec/kernel_call.h"
#include "kernels/api/image_cuts.h"

namespace vitrine {

namespace {

/// Entries that move less stay in the caches anyhow.
constexpr double leastBytes = 1 << 20;
/// What a slice of a run touches, for each thread: part of the second-level cache, since some of it
/// is wanted once only.
constexpr int64_t sliceBytes = 384 * 1024;
constexpr int64_t leastSlices = 4;
constexpr size_t mostEntries = 6;

/// An entry of a run.
struct Taken {
    bool goesFirst = false;  ///< as a whole, before all slices; it has no cuts then
    kernels::ImageCuts cuts;
};

class Entries {
  public:
    Entries(const std::vector<TapeEntry>& entries, const std::vector<TapeValue>& values,
            const std::vector<TapeStorage>& storages)
        : m_entries(entries), m_values(values), m_storages(storages) {}

    int count() const { return static_cast<int>(m_entries.size()); }
    const TapeEntry& at(int i) const { return m_entries[static_cast<size_t>(i)]; }
    const TensorType& type(ValueId v) const { return m_values[static_cast<size_t>(v)].type; }
    const TapeStorage& storageAt(int s) const { return m_storages[static_cast<size_t>(s)]; }

    /// Storages of an entry: operands, results, workspace.
    std::set<int> storages(int i) const {
        std::set<int> all;
        for (ValueId v : at(i).instr.operands()) all.insert(storage(v));
        for (ValueId v : at(i).instr.out) all.insert(storage(v));
        if (at(i).workspace >= 0) all.insert(at(i).workspace);
        return all;
    }
    bool isState(ValueId v) const {
        return storage(v) >= 0 && m_storages[static_cast<size_t>(storage(v))].isState;
    }
    int storage(ValueId v) const { return m_values[static_cast<size_t>(v)].storage; }

    /// Of entries that are worth it.
    std::optional<kernels::ImageCuts> cuts(int i) const {
        const TapeEntry& entry = at(i);
        if (!entry.kernel.run || entry.once || entry.bytes < leastBytes) return std::nullopt;
        std::vector<TensorType> in, out;
        for (ValueId v : entry.instr.in) in.push_back(v == noValue ? TensorType{} : type(v));
        for (ValueId v : entry.instr.out) out.push_back(type(v));
        return kernels::imageCuts(callOf(entry.instr, in, out), entry.kernel);
    }

  private:
    const std::vector<TapeEntry>& m_entries;
    const std::vector<TapeValue>& m_values;
    const std::vector<TapeStorage>& m_storages;
};

/// A run that is being made.
class Growing {
  public:
    Growing(const Entries& entries, int first, kernels::ImageCuts cuts)
        : m_entries(entries),
          m_first(first),
          m_layout(cuts.layout),
          m_groups(cuts.groups),
          m_planes(cuts.planes) {
        take(std::move(cuts), first);
    }

    int first() const { return m_first; }
    int last() const { return m_first + static_cast<int>(m_taken.size()); }
    /// Of the run and one entry more, or of the run.
    std::set<int> storagesWith(int entry) const {
        std::set<int> all = m_storages;
        all.merge(m_entries.storages(entry));
        return all;
    }
    std::set<int> storages() const { return m_storages; }

    /// An entry that is small and needs nothing of the run.
    bool mayGoFirst(int entry) const {
        const TapeEntry& small = m_entries.at(entry);
        if (!small.kernel.run || small.once || small.bytes >= leastBytes) return false;
        if (m_taken.size() >= mostEntries) return false;
        const auto isOfRun = [&](ValueId v) { return m_storages.contains(m_entries.storage(v)); };
        return std::ranges::none_of(
                   small.instr.operands(),
                   [&](ValueId v) { return !m_entries.isState(v) && isOfRun(v); }) &&
               std::ranges::none_of(small.instr.out,
                                    [&](ValueId v) { return m_entries.isState(v) || isOfRun(v); });
    }
    void takeFirst(int entry) {
        m_storages = storagesWith(entry);
        m_taken.push_back({.goesFirst = true, .cuts = {}});
    }
    /// Those at the end might as well come behind the run.
    void dropLast() {
        while (m_taken.back().goesFirst) m_taken.pop_back();
    }

    bool fits(const kernels::ImageCuts& cuts, int entry) const {
        if (cuts.layout != m_layout || cuts.groups != m_groups || m_taken.size() >= mostEntries)
            return false;
        return readsWhatIsThere(entry) && sharesImages(entry) &&
               static_cast<int64_t>(cutsWith(cuts, planesWith(cuts)).size()) > leastSlices;
    }

    void take(kernels::ImageCuts cuts, int entry) {
        const int64_t planes = planesWith(cuts);
        m_cuts = cutsWith(cuts, planes);
        m_planes = planes;
        m_storages = storagesWith(entry);
        m_taken.push_back({.goesFirst = false, .cuts = std::move(cuts)});
    }

    SlicedRun finished(int64_t bytes, int threads) const {
        const int64_t all = m_groups * m_planes;
        const int64_t each = std::max<int64_t>(bytes / all, 1);
        const int64_t wanted = std::max<int64_t>(sliceBytes * threads / each, 1);
        std::vector<int64_t> chosen;
        int64_t before = 0;
        for (int64_t cut : m_cuts) {
            const bool isEnough = cut - before >= wanted && sharesOut(before, cut, threads);
            if (cut == before || (!isEnough && cut != all)) continue;
            chosen.push_back(cut);
            before = cut;
        }
        SlicedRun run{m_first, last(), std::ssize(chosen), {}, {}};
        for (const Taken& taken : m_taken)
            for (int64_t cut : chosen)
                run.ends.push_back(taken.goesFirst ? 0 : taken.cuts.partsBefore(cut, m_planes));
        addTurns(run, chosen);
        return run;
    }

    /// The storages that hold nothing but images which the run makes group by group and, all of
    /// them, uses up.
    std::vector<int> ownStorages() const {
        std::vector<int> own;
        for (int s : m_storages)
            if (s >= 0 && isOwn(m_entries.storageAt(s))) own.push_back(s);
        return own;
    }

  private:
    bool isOwn(const TapeStorage& storage) const {
        if (storage.isState || storage.isWorkspace) return false;
        if (storage.block.first < m_first || storage.block.last >= last()) return false;
        return std::ranges::all_of(storage.values, [&](ValueId v) {
            const TensorType& type = m_entries.type(v);
            return type.layout.kind == m_layout && type.storageBytes() == storage.block.bytes &&
                   storage.block.bytes % (m_groups * m_planes) == 0 && makesImage(v);
        });
    }
    bool makesImage(ValueId v) const {
        for (size_t k = 0; k < m_taken.size(); ++k) {
            const bool isFirst = m_entries.at(m_first + static_cast<int>(k)).instr.out[0] == v;
            if (isFirst && !m_taken[k].goesFirst) return m_taken[k].cuts.givesImages;
        }
        return false;
    }

    /// For storages that the tape has marked.
    void addTurns(SlicedRun& run, const std::vector<int64_t>& cuts) const {
        for (int i = m_first; i < last(); ++i) {
            const Instr& instr = m_entries.at(i).instr;
            size_t place = 0;
            const auto add = [&](ValueId v) {
                const int s = m_entries.storage(v);
                if (s >= 0 && m_entries.storageAt(s).slicedUntil == last())
                    run.turns.push_back({i, place, bytesBefore(m_entries.storageAt(s), cuts)});
                ++place;
            };
            std::ranges::for_each(instr.operands(), add);
            std::ranges::for_each(instr.out, add);
        }
    }
    std::vector<int64_t> bytesBefore(const TapeStorage& storage,
                                     const std::vector<int64_t>& cuts) const {
        const int64_t each = storage.block.bytes / (m_groups * m_planes);
        std::vector<int64_t> bytes{0};
        for (size_t slice = 0; slice + 1 < cuts.size(); ++slice)
            bytes.push_back(cuts[slice] * each);
        return bytes;
    }

    /// Nobody waits long at the end of a slice for the others.
    bool sharesOut(int64_t before, int64_t cut, int threads) const {
        constexpr int64_t enough = 8;
        return std::ranges::all_of(m_taken, [&](const Taken& taken) {
            if (taken.goesFirst) return true;
            const int64_t count =
                taken.cuts.partsBefore(cut, m_planes) - taken.cuts.partsBefore(before, m_planes);
            return count % threads == 0 || count >= enough * threads;
        });
    }
    /// Of a group, between which one can stop, with one entry more: those that all of them have.
    int64_t planesWith(const kernels::ImageCuts& more) const {
        return more.planes == m_planes ? m_planes : 1;
    }
    /// Where one can stop: after so many planes of all entries, and of one more.
    std::vector<int64_t> cutsWith(const kernels::ImageCuts& more, int64_t planes) const {
        std::vector<int64_t> cuts;
        if (m_taken.empty()) {
            cuts.resize(static_cast<size_t>(m_groups * planes) + 1);
            std::iota(cuts.begin(), cuts.end(), int64_t{0});
        }
        const int64_t together = m_planes / planes;
        for (int64_t cut : m_cuts)
            if (cut % together == 0) cuts.push_back(cut / together);
        std::erase_if(cuts, [&](int64_t cut) { return more.partsBefore(cut, planes) < 0; });
        return cuts;
    }

    /// What the run makes otherwise than image by image is there only at its end.
    bool readsWhatIsThere(int entry) const {
        for (ValueId v : m_entries.at(entry).instr.operands())
            for (size_t k = 0; k < m_taken.size(); ++k) {
                const auto& out = m_entries.at(m_first + static_cast<int>(k)).instr.out;
                const auto made = std::ranges::find(out, v);
                if (made == out.end() || m_taken[k].goesFirst) continue;
                const bool isImage = made == out.begin() && m_taken[k].cuts.givesImages;
                if (!isImage || m_entries.type(v).layout.kind != m_layout) return false;
            }
        return true;
    }

    bool sharesImages(int entry) const {
        return std::ranges::any_of(m_entries.at(entry).instr.operands(), [&](ValueId v) {
            return m_entries.type(v).layout.kind == m_layout &&
                   m_storages.contains(m_entries.storage(v));
        });
    }

    const Entries& m_entries;
    int m_first;
    kernels::Layout m_layout;
    int64_t m_groups, m_planes;  ///< planes of a group, between which one can stop
    std::vector<Taken> m_taken;
    std::vector<int64_t> m_cuts;
    std::set<int> m_storages;
};

/// `holds`: whether the memory of entries [first, last) lives as long as they run.
using Holds = std::function<bool(int first, int last, const std::set<int>& storages)>;
using Found = std::function<void(const Growing&)>;

void forEachRun(const Entries& entries, const Holds& holds, const Found& found) {
    std::optional<Growing> run;
    const auto finish = [&] {
        if (run) run->dropLast();
        if (run && run->last() - run->first() > 1) found(*run);
        run.reset();
    };
    for (int i = 0; i < entries.count(); ++i) {
        std::optional<kernels::ImageCuts> cuts = entries.cuts(i);
        if (!cuts) {
            if (run && run->mayGoFirst(i))
                run->takeFirst(i);
            else
                finish();
            continue;
        }
        if (run && run->fits(*cuts, i) && holds(run->first(), i + 1, run->storagesWith(i))) {
            run->take(*std::move(cuts), i);
            continue;
        }
        finish();
        run.emplace(entries, i, *std::move(cuts));
    }
    finish();
}

/// Bytes that would be alive at each entry.
class Alive {
  public:
    explicit Alive(StoragePlan& plan) : m_plan(plan), m_bytes(plan.aliveBytes()) {
        m_peak = m_bytes.empty() ? 0 : std::ranges::max(m_bytes);
    }

    bool hold(int first, int last, const std::set<int>& storages) {
        std::vector<int64_t> more(static_cast<size_t>(last - first), 0);
        for (int s : storages) {
            if (!mayHold(s)) continue;
            const MemoryBlock& block = m_plan.storages[static_cast<size_t>(s)].block;
            for (int i = first; i < last; ++i)
                if (i < block.first || i > block.last)
                    more[static_cast<size_t>(i - first)] += block.bytes;
        }
        for (int i = first; i < last; ++i)
            if (m_bytes[static_cast<size_t>(i)] + more[static_cast<size_t>(i - first)] > m_peak)
                return false;
        for (int i = first; i < last; ++i)
            m_bytes[static_cast<size_t>(i)] += more[static_cast<size_t>(i - first)];
        for (int s : storages) {
            if (!mayHold(s)) continue;
            MemoryBlock& block = m_plan.storages[static_cast<size_t>(s)].block;
            block.first = std::min(block.first, first);
            block.last = std::max(block.last, last - 1);
        }
        return true;
    }

  private:
    bool mayHold(int s) const { return s >= 0 && !m_plan.storages[static_cast<size_t>(s)].isState; }

    StoragePlan& m_plan;
    std::vector<int64_t> m_bytes;
    int64_t m_peak = 0;
};

/// Those of a tape that has its memory.
void forEachHeldRun(const Tape& tape, const Found& found) {
    const auto lives = [&](int first, int last, const std::set<int>& storages) {
        return std::ranges::all_of(storages, [&](int s) {
            if (s < 0) return true;
            const TapeStorage& storage = tape.storages[static_cast<size_t>(s)];
            return storage.isState ||
                   (storage.block.first <= first && storage.block.last >= last - 1);
        });
    };
    forEachRun(Entries(tape.entries, tape.values, tape.storages), lives, found);
}

}  // namespace

void holdForSlices(StoragePlan& plan, const std::vector<TapeEntry>& entries) {
    Alive alive(plan);
    forEachRun(
        Entries(entries, plan.values, plan.storages),
        [&](int first, int last, const std::set<int>& storages) {
            return alive.hold(first, last, storages);
        },
        [](const Growing&) {});
}

void markSliced(Tape& tape) {
    forEachHeldRun(tape, [&](const Growing& run) {
        for (int s : run.ownStorages())
            tape.storages[static_cast<size_t>(s)].slicedUntil = run.last();
    });
}

std::vector<SlicedRun> slicedRuns(const Tape& tape, int threads) {
    std::vector<SlicedRun> runs;
    forEachHeldRun(tape, [&](const Growing& run) {
        int64_t bytes = 0;
        for (int s : run.storages())
            if (s >= 0 && !tape.storages[static_cast<size_t>(s)].isState &&
                !tape.storages[static_cast<size_t>(s)].isWorkspace)
                bytes += tape.storages[static_cast<size_t>(s)].block.bytes;
        SlicedRun made = run.finished(bytes, threads);
        if (made.slices > 1) runs.push_back(std::move(made));
    });
    return runs;
}

}  // namespace vitrine
