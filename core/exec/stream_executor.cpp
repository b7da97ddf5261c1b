// SPDX-License-Identifier: Apache-2.0
// Kernels of a device for the entries of a tape; launching and recording them.
#include "core/exec/stream_executor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/exec/kernel_call.h"
#include "core/exec/value_reader.h"

namespace vitrine {

namespace {

/// The instruction with its operands as they lie.
kernels::Call callOf(const Tape& tape, const Instr& instr) {
    std::vector<TensorType> in, out;
    for (ValueId v : instr.in) in.push_back(v == noValue ? TensorType{} : tape.value(v).type);
    for (ValueId v : instr.out) out.push_back(tape.value(v).type);
    return callOf(instr, in, out);
}

/// Bytes from the start of the memory to a value's first element.
int64_t placeOf(const Tape& tape, ValueId v) {
    const TensorType& type = tape.value(v).type;
    return tape.offsetOf(v) + bytesOf(type.dtype, type.offset);
}

/// The largest power of two that all these places are multiples of.
int64_t alignmentOf(const Tape& tape, const std::vector<ValueId>& values) {
    int64_t bits = kernels::deviceAlignment;
    for (ValueId v : values) bits |= placeOf(tape, v);
    return bits & -bits;
}

Error noKernelFor(const Tape& tape, int entry, const Device& device,
                  const kernels::StreamKernel& kernel) {
    Error error;
    error.code = "H05";
    error.message = fmt::format("{}: {} has no kernel for it ({})", entryText(tape, entry),
                                device.info().name, fmt::join(kernel.refused, "; "));
    error.next = "Choose the CPU: it has one.";
    return error;
}

/// `entry 3 (add): ` in front of what the device says.
Error at(const Tape& tape, int entry, Error error) {
    error.message = fmt::format("{}: {}", entryText(tape, entry), error.message);
    return error;
}

int64_t roundedUp(int64_t bytes) {
    constexpr int64_t step = kernels::deviceAlignment;
    return (bytes + step - 1) / step * step;
}

}  // namespace

Result<std::unique_ptr<StreamExecutor>> StreamExecutor::create(const Tape& tape, Device& device,
                                                               DeviceMemory& memory) {
    std::unique_ptr<StreamExecutor> executor(new StreamExecutor(tape, device, memory));
    executor->m_bound.resize(tape.entries.size());
    for (int i = 0; i < executor->entries(); ++i) VITRINE_TRY(executor->bind(i));
    executor->joinUpdates();
    VITRINE_TRY(executor->takeWorkspace());
    const auto repeated = std::ranges::find(tape.entries, false, &TapeEntry::once);
    executor->m_isDone.assign(static_cast<size_t>(repeated - tape.entries.begin()), 0);
    executor->m_first = executor->entries();
    return executor;
}

Result<void> StreamExecutor::bind(int entry) {
    const Instr& instr = m_tape.entries[static_cast<size_t>(entry)].instr;
    if (instr.op->isView()) return {};
    Bound& bound = m_bound[static_cast<size_t>(entry)];
    const std::vector<ValueId> values = callValues(instr);
    Result<kernels::StreamKernel> kernel =
        m_device.bind(callOf(m_tape, instr), alignmentOf(m_tape, values));
    if (!kernel.ok()) return at(m_tape, entry, kernel.error());
    if (!kernel->launch) return noKernelFor(m_tape, entry, m_device, *kernel);
    bound.kernel = std::move(kernel).value();
    for (ValueId v : values) bound.operands.push_back(m_deviceMemory.address(placeOf(m_tape, v)));
    return {};
}

/// Updates of many parameters behind one another, which do not meet.
void StreamExecutor::joinUpdates() {
    for (int first = 0, end = 0; first < entries(); first = end) {
        for (end = first + 1; end < entries() && mayJoin(first, end);) ++end;
        for (int i = first; i < end; ++i) {
            Bound& bound = m_bound[static_cast<size_t>(i)];
            bound.end = i == first ? end : i + 1;
            m_kernels.push_back(&bound.kernel);
            m_operands.push_back(bound.operands.data());
        }
    }
}

/// Is `entry` of the kind of those from `first` on, and does it use nothing that they write, nor
/// they what it writes?
bool StreamExecutor::mayJoin(int first, int entry) const {
    const auto kindOf = [&](int i) { return m_bound[static_cast<size_t>(i)].kernel.kind; };
    if (kindOf(entry) == 0 || kindOf(entry) != kindOf(first)) return false;
    const auto storages = [&](const std::vector<ValueId>& values, std::vector<int>& found) {
        for (ValueId v : values)
            if (v != noValue) found.push_back(m_tape.value(v).storage);
    };
    std::vector<int> used, written, usesNow, writesNow;
    for (int i = first; i < entry; ++i) {
        const Instr& instr = m_tape.entries[static_cast<size_t>(i)].instr;
        storages(instr.in, used);
        storages(instr.out, written);
    }
    const Instr& instr = m_tape.entries[static_cast<size_t>(entry)].instr;
    storages(instr.in, usesNow);
    storages(instr.out, writesNow);
    const auto meet = [](const std::vector<int>& a, const std::vector<int>& b) {
        return std::ranges::any_of(a, [&](int one) { return std::ranges::count(b, one) > 0; });
    };
    return !meet(usesNow, written) && !meet(writesNow, used) && !meet(writesNow, written);
}

Result<void> StreamExecutor::takeWorkspace() {
    int64_t bytes = 0;
    for (int first = 0, end = 0; first < entries(); first = end) {
        end = m_bound[static_cast<size_t>(first)].end;
        int64_t together = 0;
        for (int i = first; i < end; ++i)
            together += roundedUp(m_bound[static_cast<size_t>(i)].kernel.workspaceBytes);
        bytes = std::max(bytes, together);
    }
    if (bytes == 0) return {};
    Result<std::unique_ptr<DeviceMemory>> workspace = DeviceMemory::allocate(m_device, bytes);
    if (!workspace.ok()) return workspace.error();
    m_workspace = std::move(workspace).value();
    return {};
}

Result<void> StreamExecutor::run(int first, int last) {
    checkRange(first, last);
    m_first = std::min(m_first, first);
    m_last = std::max(m_last, last);
    for (; first < std::min(last, entriesOnce()); ++first) VITRINE_TRY(launchOnce(first));
    m_isTold = m_watch && m_watch->isOver(first, last);
    if (m_isTold) m_watch->forget();
    if (launchesIn(first, last) < 2) return launchWatched(first, last);
    if (Range* const range = rangeOf(first, last)) {
        if (m_isTimed) return runTimed(first, last);
        if (!range->graph.isThere()) VITRINE_TRY(record(*range));
        return m_device.launch(range->graph);
    }
    // The first time shows kernels to the device, which then need no loading while it records.
    VITRINE_TRY(launchWatched(first, last));
    if (m_ranges.size() == mostRanges) m_ranges.erase(m_ranges.begin());
    m_ranges.push_back({first, last, {}});
    return {};
}

/// Never recorded: its turn comes once, and again where states were changed.
Result<void> StreamExecutor::launchOnce(int entry) {
    char& isDone = m_isDone[static_cast<size_t>(entry)];
    if (!isDone) VITRINE_TRY(launch(entry, entry + 1));
    isDone = 1;
    return {};
}

void StreamExecutor::statesChanged() {
    m_isDone.assign(m_isDone.size(), 0);
    m_isTold = false;
}

Result<void> StreamExecutor::launch(int first, int last) {
    for (int i = first, end = 0; i < last; i = end) {
        const Bound& bound = m_bound[static_cast<size_t>(i)];
        end = bound.end <= last ? bound.end : i + 1;
        if (!bound.kernel.launch) continue;
        if (m_clock) VITRINE_TRY(m_clock->mark(i, end));
        const Result<void> launched = launchAt(i, end);
        if (!launched.ok()) return at(m_tape, i, launched.error());
    }
    return m_clock ? m_clock->markRest() : Result<void>();
}

/// One entry, or several that go together.
Result<void> StreamExecutor::launchAt(int first, int end) {
    void* const workspace = m_workspace ? m_workspace->address(0) : nullptr;
    const auto from = static_cast<size_t>(first), count = static_cast<size_t>(end - first);
    const Bound& bound = m_bound[from];
    if (count == 1) return m_device.launch(bound.kernel, bound.operands.data(), workspace);
    return m_device.launchTogether(std::span(m_kernels).subspan(from, count),
                                   std::span(m_operands).subspan(from, count), workspace);
}

/// From a recording of its own, which has marks.
Result<void> StreamExecutor::runTimed(int first, int last) {
    const Result<bool> hasRun = m_clock->run(first, last);
    if (!hasRun) return hasRun.error();
    if (*hasRun) return {};
    VITRINE_TRY(m_clock->begin(first, last));
    const Result<void> launched = launchWatched(first, last);
    const Result<void> ended = m_clock->end();
    if (!launched || !ended) {
        m_clock->forget();  // it is not whole
        return launched ? ended : launched;
    }
    const Result<bool> runs = m_clock->run(first, last);
    return runs ? Result<void>() : runs.error();
}

void StreamExecutor::setTimed(bool on) {
    m_isTimed = on;
    if (on && !m_clock) m_clock = std::make_unique<EntryClock>(m_device);
    if (on) m_clock->start();
}

Result<void> StreamExecutor::readTimes(std::span<double> seconds) {
    VITRINE_CHECK(m_clock && std::ssize(seconds) == entries(), "times are asked for first");
    return m_clock->read(m_tape, seconds);
}

int64_t StreamExecutor::workspaceBytes() const {
    return m_workspace ? m_workspace->sizeBytes() : 0;
}

/// The same, and what a step that is watched sees to.
Result<void> StreamExecutor::launchWatched(int first, int last) {
    if (!m_watch || !m_watch->isOver(first, last)) return launch(first, last);
    const int update = m_watch->firstUpdate() < 0 ? last : m_watch->firstUpdate();
    VITRINE_TRY(launch(first, update));
    if (update < last) {
        VITRINE_TRY(m_watch->hold());
        const Result<void> launched = launch(update, last);
        m_device.letGo();
        VITRINE_TRY(launched);
    }
    return m_watch->tell();
}

bool StreamExecutor::canHoldUpdates(int firstUpdate) const {
    for (int i = firstUpdate; i < entries(); ++i) {
        const kernels::StreamKernel& kernel = m_bound[static_cast<size_t>(i)].kernel;
        if (!kernel.launch || kernel.canBeHeld) continue;
        for (ValueId v : m_tape.entries[static_cast<size_t>(i)].instr.out)
            if (m_tape.offsetOf(v) < m_tape.stateBytes) return false;
    }
    return true;
}

Result<void> StreamExecutor::watchSteps(const StepPlan& plan) {
    m_watch.reset();
    m_isTold = false;
    m_ranges.clear();
    if (m_clock) m_clock->forget();
    if (plan.firstUpdate >= 0 && !canHoldUpdates(plan.firstUpdate)) return {};
    auto watch = StepWatch::create(m_tape, m_deviceMemory, plan);
    if (!watch) return watch.error();
    m_watch = std::move(watch).value();
    return {};
}

std::optional<double> StreamExecutor::statesNorm() const {
    return m_isTold ? m_watch->statesNorm() : std::nullopt;
}

double StreamExecutor::number(ValueId id) const {
    if (m_isTold)
        if (const auto told = m_watch->number(id)) return *told;
    return Executor::number(id);
}

Result<void> StreamExecutor::record(Range& range) {
    VITRINE_TRY(m_device.beginCapture());
    const Result<void> launched = launchWatched(range.first, range.last);
    Result<StreamGraph> graph = m_device.endCapture();
    VITRINE_TRY(launched);
    if (!graph.ok()) return graph.error();
    range.graph = std::move(graph).value();
    return {};
}

StreamExecutor::Range* StreamExecutor::rangeOf(int first, int last) {
    const auto found = std::ranges::find_if(
        m_ranges, [&](const Range& range) { return range.first == first && range.last == last; });
    if (found == m_ranges.end()) return nullptr;
    std::rotate(found, std::next(found), m_ranges.end());
    return &m_ranges.back();
}

int StreamExecutor::launchesIn(int first, int last) const {
    return static_cast<int>(
        std::count_if(m_bound.begin() + first, m_bound.begin() + last,
                      [](const Bound& bound) { return bound.kernel.launch != nullptr; }));
}

int StreamExecutor::recordings() const {
    return static_cast<int>(
        std::ranges::count_if(m_ranges, [](const Range& range) { return range.graph.isThere(); }));
}

Result<void> StreamExecutor::wait() {
    const Result<void> waited = m_device.wait();
    const int first = std::exchange(m_first, entries()), last = std::exchange(m_last, 0);
    if (waited.ok() || first >= last) return waited;
    Error error = waited.error();
    error.message = fmt::format("while {} to {} ran: {}", entryText(m_tape, first),
                                entryText(m_tape, last - 1), error.message);
    return error;
}

}  // namespace vitrine
