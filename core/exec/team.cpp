// SPDX-License-Identifier: Apache-2.0
// Fork and join over the parts of a kernel, without locks and without allocation.
#include "core/exec/team.h"

#include <immintrin.h>

#include <utility>

#include "core/base/check.h"
#include "core/base/guard.h"

namespace vitrine {

namespace {

constexpr int64_t scratchAlignment = 4096;
constexpr int spinsBeforeSleep = 4000;  // about 50 µs of pauses: longer than the gaps within a step

}  // namespace

Team::Team(int threads) {
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
    uint64_t ticket = m_ticket.load();
    if ((ticket & closed) == closed) return false;
    const auto run = m_run.load(std::memory_order_acquire);
    const void* problem = m_problem.load(std::memory_order_acquire);
    void* const* operands = m_operands.load(std::memory_order_acquire);
    void* workspace = m_workspace.load(std::memory_order_acquire);
    const int phase = m_phase.load(std::memory_order_acquire);
    const uint32_t parts = m_parts.load(std::memory_order_acquire);
    const uint64_t part = ticket & closed;
    if (part >= parts) return false;
    if (!m_ticket.compare_exchange_strong(ticket, ticket + 1, std::memory_order_acq_rel))
        return true;
    run(problem, operands, {workspace, scratchOf(thread)}, phase, static_cast<int64_t>(part));
    m_done.fetch_add(1, std::memory_order_acq_rel);
    return true;
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

void Team::runPhase(const kernels::Kernel& kernel, void* const* operands, void* workspace,
                    int phase, int64_t parts) {
    VITRINE_CHECK(parts < int64_t{0x7fffffff}, "a phase has fewer than 2^31 parts");
    const uint64_t job = (m_ticket.load(std::memory_order_relaxed) >> 32) + 1;
    m_ticket.store(job << 32 | closed);
    m_run.store(kernel.run, std::memory_order_release);
    m_problem.store(kernel.problem.get(), std::memory_order_release);
    m_operands.store(operands, std::memory_order_release);
    m_workspace.store(workspace, std::memory_order_release);
    m_phase.store(phase, std::memory_order_release);
    m_parts.store(static_cast<uint32_t>(parts), std::memory_order_release);
    m_done.store(0, std::memory_order_release);
    m_ticket.store(job << 32);
    if (m_sleeping.load() > 0) {
        m_wake.fetch_add(1);
        m_wake.notify_all();
    }
    while (claimAndRun(0)) {
    }
    for (int spins = 0; m_done.load(std::memory_order_acquire) != parts; ++spins) {
        if (m_spins == 0 || spins > spinsBeforeSleep)
            std::this_thread::yield();
        else
            _mm_pause();
    }
}

void Team::run(const kernels::Kernel& kernel, void* const* operands, void* workspace) {
    VITRINE_CHECK(kernel.scratchBytes <= m_scratchBytes, "a kernel's scratch is reserved");
    for (int phase = 0; phase < kernel.phases; ++phase) {
        const int64_t parts = kernel.parts[static_cast<size_t>(phase)];
        if (parts == 1 || m_workers.empty()) {
            for (int64_t part = 0; part < parts; ++part)
                kernel.run(kernel.problem.get(), operands, {workspace, scratchOf(0)}, phase, part);
        } else {
            runPhase(kernel, operands, workspace, phase, parts);
        }
    }
}

}  // namespace vitrine
