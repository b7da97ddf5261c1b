// SPDX-License-Identifier: Apache-2.0
// An example is drawn beside its place and copied there by whoever is first, so that nobody waits
// for a worker of low priority: two threads may draw the same one, and it has the same bytes.
#include "core/data/drawn_examples.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>

#include "core/base/check.h"

namespace vitrine {

namespace {

/// The rest of the program goes before: what it needs at once it draws itself.
void stepBack() {
    constexpr int niceness = 10;
    static_cast<void>(setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), niceness));
}

}  // namespace

std::shared_ptr<DrawnExamples> DrawnExamples::create(Options options) {
    VITRINE_CHECK(options.count > 0 && !options.columnBytes.empty(), "there is something to draw");
    std::shared_ptr<DrawnExamples> examples(new DrawnExamples(std::move(options)));
    if (!examples->allocate()) return nullptr;
    examples->startWorkers();
    return examples;
}

DrawnExamples::DrawnExamples(Options options) : m_options(std::move(options)), m_starts{0} {
    for (int64_t bytes : m_options.columnBytes)
        m_starts.push_back(m_starts.back() + static_cast<size_t>(bytes));
}

DrawnExamples::~DrawnExamples() {
    m_stopping.store(true, std::memory_order_relaxed);
    for (std::thread& worker : m_workers) worker.join();
}

bool DrawnExamples::allocate() {
    const auto count = static_cast<size_t>(m_options.count);
    m_records.reset(static_cast<std::byte*>(std::calloc(count, m_starts.back())));
    m_states.reset(new (std::nothrow) std::atomic<State>[count] {});
    return m_records && m_states;
}

void DrawnExamples::startWorkers() {
    constexpr int64_t worthAThread = 64;
    const int64_t cores = std::max(1U, std::thread::hardware_concurrency());
    const int64_t wanted = std::min(
        {int64_t{m_options.threads}, cores, (m_options.count + worthAThread - 1) / worthAThread});
    try {
        m_workers.reserve(static_cast<size_t>(std::max<int64_t>(wanted, 0)));
        for (int64_t i = 0; i < wanted; ++i) m_workers.emplace_back([this] { work(); });
    } catch (const std::exception&) {
        // No more threads to be had: who needs an example draws it.
    }
}

void DrawnExamples::work() noexcept {
    constexpr int64_t examplesAtOnce = 16;
    const auto isOver = [this] {
        return m_stopping.load(std::memory_order_relaxed) || m_options.stop.stop_requested();
    };
    stepBack();
    try {
        while (!isOver()) {
            const int64_t first = m_next.fetch_add(examplesAtOnce, std::memory_order_relaxed);
            if (first >= m_options.count) return;
            const int64_t end = std::min(first + examplesAtOnce, m_options.count);
            for (int64_t i = first; i < end && !isOver(); ++i) ensure(i);
        }
    } catch (const std::exception&) {
        // Out of memory: who needs an example draws it.
    }
}

void DrawnExamples::draw(int64_t index) {
    static thread_local std::vector<std::byte> drawn;
    drawn.resize(m_starts.back());
    m_options.draw(index, drawn);

    std::atomic<State>& state = m_states[static_cast<size_t>(index)];
    State seen = State::Missing;
    if (state.compare_exchange_strong(seen, State::BeingCopied, std::memory_order_acquire)) {
        std::memcpy(&m_records[static_cast<size_t>(index) * drawn.size()], drawn.data(),
                    drawn.size());
        state.store(State::There, std::memory_order_release);
        state.notify_all();
        return;
    }
    for (; seen != State::There; seen = state.load(std::memory_order_acquire))
        state.wait(seen, std::memory_order_acquire);
}

std::span<const std::byte> DrawnExamples::value(size_t column, int64_t index) {
    ensure(index);
    const std::byte* record = &m_records[static_cast<size_t>(index) * m_starts.back()];
    return {record + m_starts[column], m_starts[column + 1] - m_starts[column]};
}

}  // namespace vitrine
