// SPDX-License-Identifier: Apache-2.0
// An example is drawn beside its place and copied there by whoever is first, so that nobody waits
// for a worker of low priority: two threads may draw the same one, and it has the same bytes.
#include "core/data/drawn_examples.h"

#include <cstring>
#include <new>

#include "core/base/check.h"

namespace vitrine {

std::shared_ptr<DrawnExamples> DrawnExamples::create(Options options) {
    VITRINE_CHECK(options.count > 0 && !options.columnBytes.empty(), "there is something to draw");
    std::shared_ptr<DrawnExamples> examples(new DrawnExamples(std::move(options)));
    if (!examples->allocate()) return nullptr;
    const Options& chosen = examples->m_options;
    examples->m_workers.start(chosen.count, chosen.threads, chosen.stop,
                              [drawn = examples.get()](int64_t index) { drawn->ensure(index); });
    return examples;
}

DrawnExamples::DrawnExamples(Options options) : m_options(std::move(options)), m_starts{0} {
    for (int64_t bytes : m_options.columnBytes)
        m_starts.push_back(m_starts.back() + static_cast<size_t>(bytes));
}

bool DrawnExamples::allocate() {
    const auto count = static_cast<size_t>(m_options.count);
    m_records.reset(static_cast<std::byte*>(std::calloc(count, m_starts.back())));
    m_states.reset(new (std::nothrow) std::atomic<State>[count] {});
    return m_records && m_states;
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
