// SPDX-License-Identifier: Apache-2.0
// An example is read beside its place and put there by whoever is first, so that nobody waits for a
// worker of low priority: two threads may read the same one, and it has the same bytes.
#include "core/data/read_examples.h"

#include <fmt/format.h>

#include "core/base/check.h"
#include "core/base/file.h"

namespace vitrine {

std::shared_ptr<ReadExamples> ReadExamples::create(std::shared_ptr<RecordCache> cache,
                                                   Options options) {
    VITRINE_CHECK(options.count > 0 && !options.readBytes.empty(), "there is something to read");
    std::shared_ptr<ReadExamples> examples(new ReadExamples(std::move(cache), std::move(options)));
    const Options& chosen = examples->m_options;
    examples->m_workers.start(chosen.count, chosen.threads, chosen.stop,
                              [read = examples.get()](int64_t index) { read->ensure(index); });
    return examples;
}

ReadExamples::ReadExamples(std::shared_ptr<RecordCache> cache, Options options)
    : m_cache(std::move(cache)),
      m_options(std::move(options)),
      m_starts{0},
      m_states(new std::atomic<State>[static_cast<size_t>(m_options.count)] {}) {
    for (const int64_t bytes : m_options.readBytes)
        m_starts.push_back(m_starts.back() + static_cast<size_t>(bytes));
}

bool ReadExamples::ensure(int64_t index) {
    switch (state(index).load(std::memory_order_acquire)) {
        case State::There:
            return true;
        case State::Unreadable:
            return false;
        default:
            return read(index);
    }
}

bool ReadExamples::read(int64_t index) {
    static thread_local std::vector<std::byte> record;
    record.resize(m_starts.back());
    const Result<void> done = m_options.read(m_options.first + index, record);

    State seen = State::Missing;
    if (state(index).compare_exchange_strong(seen, State::BeingCopied, std::memory_order_acquire)) {
        if (done) {
            const Result<void> kept = m_cache->put(m_options.first + index, record);
            if (!kept) noteTrouble(kept.error());
        }
        return settle(index, done);
    }
    for (; seen == State::BeingCopied; seen = state(index).load(std::memory_order_acquire))
        state(index).wait(seen, std::memory_order_acquire);
    return seen == State::There;
}

bool ReadExamples::settle(int64_t index, const Result<void>& done) {
    constexpr size_t mostKept = 100;
    if (!done) {
        const std::lock_guard lock(m_mutex);
        m_errors.emplace(index, done.error());
        if (m_errors.size() > mostKept) m_errors.erase(std::prev(m_errors.end()));
        m_unread.fetch_add(1, std::memory_order_release);
    }
    state(index).store(done ? State::There : State::Unreadable, std::memory_order_release);
    state(index).notify_all();
    return done.ok();
}

int32_t ReadExamples::groupOf(int64_t index) const {
    return m_options.groups.empty()
               ? 0
               : m_options.groups[static_cast<size_t>(m_options.first + index)];
}

/// Who is shown as this example: itself, or the next of its group that can be read.
int64_t ReadExamples::standing(int64_t index) {
    if (ensure(index)) return index;
    if (!m_options.passesOver) {
        noteTrouble(errorOf(index));
        return index;
    }
    const int32_t group = groupOf(index);
    for (int64_t i = 1; i < m_options.count; ++i) {
        const int64_t other = (index + i) % m_options.count;
        if (groupOf(other) == group && ensure(other)) return other;
    }
    noteTrouble({"M02",
                 fmt::format("'{}' cannot be read, and none of the other {} that could stand in "
                             "its place can be read",
                             printable(nameOf(index)), m_options.what),
                 {},
                 {},
                 "Look at these files: they may be damaged, or of a kind that is not read."});
    return index;
}

Error ReadExamples::errorOf(int64_t index) const {
    const std::lock_guard lock(m_mutex);
    const auto found = m_errors.find(index);
    if (found != m_errors.end()) return found->second;
    return {"M02",
            fmt::format("'{}' cannot be read, and neither can {} other {}",
                        printable(nameOf(index)), fmt::group_digits(unread() - 1), m_options.what),
            {},
            {},
            "Look at these files: they may be damaged, or of a kind that is not read."};
}

std::span<const std::byte> ReadExamples::value(size_t column, int64_t index) {
    const size_t read = m_starts.size() - 1;
    if (column < read)
        return m_cache->at(m_options.first + standing(index))
            .subspan(m_starts[column], m_starts[column + 1] - m_starts[column]);
    const bool follows = m_options.numbersFollow && m_options.passesOver;
    return m_options.numbers->value(column - read,
                                    m_options.first + (follows ? standing(index) : index));
}

bool ReadExamples::isAtHand(size_t column) const {
    const bool follows = m_options.numbersFollow && m_options.passesOver;
    return column + 1 >= m_starts.size() && !follows;
}

std::optional<Shape> ReadExamples::fileShape(int64_t index) const {
    return m_options.fileShape ? m_options.fileShape(m_options.first + index) : std::nullopt;
}

void ReadExamples::noteTrouble(Error error) {
    const std::lock_guard lock(m_mutex);
    if (m_trouble) return;
    m_trouble = std::move(error);
    m_hasTrouble.store(true, std::memory_order_release);
}

std::optional<Error> ReadExamples::trouble() const {
    if (!m_hasTrouble.load(std::memory_order_acquire)) return {};
    const std::lock_guard lock(m_mutex);
    return m_trouble;
}

std::optional<Error> ReadExamples::remark() const {
    if (unread() == 0 || !m_options.passesOver) return {};
    const std::lock_guard lock(m_mutex);
    Error error = m_errors.begin()->second;
    error.code = "M02";
    error.message =
        fmt::format("{} of {} {} cannot be read, the first: {}", fmt::group_digits(unread()),
                    fmt::group_digits(m_options.count), m_options.what, error.message);
    error.kept =
        "Each is passed over: the next one of its class that can be read stands in its "
        "place, and counts once more in what is learnt and measured.";
    return error;
}

}  // namespace vitrine
