// SPDX-License-Identifier: Apache-2.0
// Fork and join over the parts of a kernel, without locks and without allocation.
#include "core/exec/team.h"

#include <immintrin.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/base/check.h"
#include "core/base/guard.h"

namespace vitrine {

namespace {

constexpr int64_t scratchAlignment = 4096;
/// Of a job: as many as half of a stretch's word can count.
constexpr int64_t mostParts = 0xffff;

constexpr uint64_t stretchOf(uint32_t job, int64_t begin, int64_t end) {
    return uint64_t{job} << 32 | static_cast<uint64_t>(end) << 16 | static_cast<uint64_t>(begin);
}
constexpr uint32_t jobOf(uint64_t stretch) { return static_cast<uint32_t>(stretch >> 32); }
constexpr int64_t beginOf(uint64_t stretch) { return static_cast<int64_t>(stretch & 0xffff); }
constexpr int64_t endOf(uint64_t stretch) { return static_cast<int64_t>(stretch >> 16 & 0xffff); }
constexpr bool isOpen(uint64_t stretch) { return beginOf(stretch) < endOf(stretch); }

constexpr int spinsBeforeSleep = 4000;  // about 50 µs of pauses: longer than the gaps within a step

}  // namespace

Team::Team(int threads) : m_stretches(static_cast<size_t>(std::max(threads, 1))) {
    VITRINE_CHECK(threads >= 1, "a team has at least the caller");
    const unsigned cores = std::thread::hardware_concurrency();
    m_spins = static_cast<unsigned>(threads) <= cores ? spinsBeforeSleep : 0;
    try {
        for (int i = 1; i < threads; ++i) m_workers.emplace_back([this, i] { work(i); });
    } catch (const std::exception&) {
        const int made = this->threads();
        endWorkers();
        throw TooFewThreads(threads, made);
    }
}

Team::~Team() { endWorkers(); }

void Team::endWorkers() {
    m_quit.store(true);
    m_wake.fetch_add(1);
    m_wake.notify_all();
    for (std::thread& worker : m_workers) worker.join();
}

Result<void> Team::reserveScratch(int64_t bytes) {
    if (bytes <= m_scratchBytes) return {};
    const int64_t each = (bytes + scratchAlignment - 1) / scratchAlignment * scratchAlignment;
    Result<Arena> scratch = Arena::allocate(each * threads());
    if (!scratch) return scratch.error();
    m_scratch = std::move(scratch).value();
    m_scratchBytes = each;
    return {};
}

bool Team::claimAndRun(int thread) {
    const size_t count = m_stretches.size(), own = static_cast<size_t>(thread);
    uint32_t done = 0;
    uint64_t left = m_stretches[own].left.load();
    while (isOpen(left)) done += tryOne(thread, m_stretches[own], left, true);
    // The stretches of a job appear one after the other: whose own is still to come does not help.
    const uint32_t job = jobOf(left);
    for (size_t k = 1; k < count; ++k) {
        Stretch& other = m_stretches[(own + k) % count];
        left = other.left.load();
        while (isOpen(left) && jobOf(left) == job) done += tryOne(thread, other, left, false);
    }
    // All at once: this counter is what all threads write to.
    if (done > 0) m_done.fetch_add(done, std::memory_order_acq_rel);
    return done > 0;
}

/// The owner goes from the beginning, others from the end: they meet as late as can be.
uint32_t Team::tryOne(int thread, Stretch& stretch, uint64_t& left, bool isOwn) {
    const auto run = m_run.load(std::memory_order_acquire);
    const void* problem = m_problem.load(std::memory_order_acquire);
    void* const* operands = m_operands.load(std::memory_order_acquire);
    void* workspace = m_workspace.load(std::memory_order_acquire);
    const int phase = m_phase.load(std::memory_order_acquire);
    const int64_t first = m_first.load(std::memory_order_acquire);
    const int64_t part = isOwn ? beginOf(left) : endOf(left) - 1;
    const uint64_t rest = isOwn ? left + stretchOf(0, 1, 0) : left - stretchOf(0, 0, 1);
    if (!stretch.left.compare_exchange_strong(left, rest)) return 0;
    run(problem, operands, {workspace, scratchOf(thread)}, phase, first + part);
    left = stretch.left.load();
    return 1;
}

void Team::work(int thread) {
    int idle = 0;
    while (!m_quit.load(std::memory_order_acquire)) {
        if (claimAndRun(thread)) {
            idle = 0;
            continue;
        }
        if (++idle <= m_spins) {
            _mm_pause();
            continue;
        }
        const uint32_t seen = m_wake.load();
        m_sleeping.fetch_add(1);
        if (!claimAndRun(thread) && !m_quit.load()) m_wake.wait(seen);
        m_sleeping.fetch_sub(1);
        idle = 0;
    }
}

void Team::shareOut(const kernels::Kernel& kernel, void* const* operands, void* workspace,
                    int phase, int64_t first, int64_t end) {
    m_run.store(kernel.run, std::memory_order_release);
    m_problem.store(kernel.problem.get(), std::memory_order_release);
    m_operands.store(operands, std::memory_order_release);
    m_workspace.store(workspace, std::memory_order_release);
    m_phase.store(phase, std::memory_order_release);
    for (; first < end; first += mostParts) runJob(first, std::min(end - first, mostParts));
}

void Team::runJob(int64_t first, int64_t parts) {
    m_first.store(first, std::memory_order_release);
    m_done.store(0, std::memory_order_release);
    ++m_job;
    const auto count = std::ssize(m_stretches);
    for (int64_t t = 0; t < count; ++t)
        m_stretches[static_cast<size_t>(t)].left.store(
            stretchOf(m_job, parts * t / count, parts * (t + 1) / count));
    if (m_sleeping.load() > 0) {
        m_wake.fetch_add(1);
        m_wake.notify_all();
    }
    claimAndRun(0);
    for (int spins = 0; m_done.load(std::memory_order_acquire) != parts; ++spins) {
        if (m_spins == 0 || spins > spinsBeforeSleep)
            std::this_thread::yield();
        else
            _mm_pause();
    }
}

void Team::run(const kernels::Kernel& kernel, void* const* operands, void* workspace) {
    for (int phase = 0; phase < kernel.phases; ++phase)
        runParts(kernel, operands, workspace, phase, 0, kernel.parts[static_cast<size_t>(phase)]);
}

void Team::runHere(const kernels::Kernel& kernel, void* const* operands, void* workspace) {
    VITRINE_CHECK(kernel.scratchBytes <= m_scratchBytes, "a kernel's scratch is reserved");
    for (int phase = 0; phase < kernel.phases; ++phase)
        for (int64_t part = 0; part < kernel.parts[static_cast<size_t>(phase)]; ++part)
            kernel.run(kernel.problem.get(), operands, {workspace, scratchOf(0)}, phase, part);
}

void Team::runParts(const kernels::Kernel& kernel, void* const* operands, void* workspace,
                    int phase, int64_t first, int64_t end) {
    VITRINE_CHECK(kernel.scratchBytes <= m_scratchBytes, "a kernel's scratch is reserved");
    if (end - first > 1 && !m_workers.empty())
        return shareOut(kernel, operands, workspace, phase, first, end);
    for (int64_t part = first; part < end; ++part)
        kernel.run(kernel.problem.get(), operands, {workspace, scratchOf(0)}, phase, part);
}

}  // namespace vitrine
