// SPDX-License-Identifier: Apache-2.0
// An image is drawn beside its place and copied there by whoever is first, so that nobody waits for
// a worker of low priority: two threads may draw the same image, and it has the same bytes.
#include "core/data/drawn_images.h"

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

std::shared_ptr<DrawnImages> DrawnImages::create(Options options) {
    VITRINE_CHECK(options.count > 0 && options.imageBytes > 0, "there is something to draw");
    std::shared_ptr<DrawnImages> images(new DrawnImages(std::move(options)));
    if (!images->allocate()) return nullptr;
    images->startWorkers();
    return images;
}

DrawnImages::DrawnImages(Options options) : m_options(std::move(options)) {}

DrawnImages::~DrawnImages() {
    m_stopping.store(true, std::memory_order_relaxed);
    for (std::thread& worker : m_workers) worker.join();
}

bool DrawnImages::allocate() {
    const auto count = static_cast<size_t>(m_options.count);
    const auto bytes = static_cast<size_t>(m_options.imageBytes);
    m_pixels.reset(static_cast<uint8_t*>(std::calloc(count, bytes)));
    m_labels.reset(static_cast<int32_t*>(std::calloc(count, sizeof(int32_t))));
    m_states.reset(new (std::nothrow) std::atomic<State>[count] {});
    m_missing.store(m_options.count, std::memory_order_relaxed);
    return m_pixels && m_labels && m_states;
}

void DrawnImages::startWorkers() {
    constexpr int64_t worthAThread = 64;
    const int64_t cores = std::max(1U, std::thread::hardware_concurrency());
    const int64_t wanted = std::min(
        {int64_t{m_options.threads}, cores, (m_options.count + worthAThread - 1) / worthAThread});
    try {
        m_workers.reserve(static_cast<size_t>(std::max<int64_t>(wanted, 0)));
        for (int64_t i = 0; i < wanted; ++i) m_workers.emplace_back([this] { work(); });
    } catch (const std::exception&) {
        // No more threads to be had: who needs an image draws it.
    }
}

void DrawnImages::work() noexcept {
    constexpr int64_t imagesAtOnce = 16;
    const auto isOver = [this] {
        return m_stopping.load(std::memory_order_relaxed) || m_options.stop.stop_requested();
    };
    stepBack();
    try {
        while (!isOver()) {
            const int64_t first = m_next.fetch_add(imagesAtOnce, std::memory_order_relaxed);
            if (first >= m_options.count) return;
            const int64_t end = std::min(first + imagesAtOnce, m_options.count);
            for (int64_t i = first; i < end && !isOver(); ++i) ensure(i);
        }
    } catch (const std::exception&) {
        // Out of memory: who needs an image draws it.
    }
}

void DrawnImages::draw(int64_t index) {
    static thread_local std::vector<uint8_t> drawn;
    drawn.resize(static_cast<size_t>(m_options.imageBytes));
    const int32_t label = m_options.draw(index, drawn);

    std::atomic<State>& state = m_states[static_cast<size_t>(index)];
    State seen = State::Missing;
    if (state.compare_exchange_strong(seen, State::BeingCopied, std::memory_order_acquire)) {
        std::memcpy(&m_pixels[static_cast<size_t>(index * m_options.imageBytes)], drawn.data(),
                    drawn.size());
        m_labels[static_cast<size_t>(index)] = label;
        state.store(State::There, std::memory_order_release);
        state.notify_all();
        m_missing.fetch_sub(1, std::memory_order_acq_rel);
        return;
    }
    for (; seen != State::There; seen = state.load(std::memory_order_acquire))
        state.wait(seen, std::memory_order_acquire);
}

void DrawnImages::ensure(int64_t first, int64_t count) {
    if (m_missing.load(std::memory_order_acquire) == 0) return;
    for (int64_t i = first; i < first + count; ++i) ensure(i);
}

std::span<const uint8_t> DrawnImages::image(int64_t index) {
    ensure(index);
    const auto bytes = static_cast<size_t>(m_options.imageBytes);
    return {&m_pixels[static_cast<size_t>(index) * bytes], bytes};
}

int32_t DrawnImages::label(int64_t index) {
    ensure(index);
    return m_labels[static_cast<size_t>(index)];
}

std::span<const uint8_t> DrawnImages::pixels(int64_t first, int64_t count) {
    ensure(first, count);
    return {&m_pixels[static_cast<size_t>(first * m_options.imageBytes)],
            static_cast<size_t>(count * m_options.imageBytes)};
}

std::span<const int32_t> DrawnImages::labels(int64_t first, int64_t count) {
    ensure(first, count);
    return {&m_labels[static_cast<size_t>(first)], static_cast<size_t>(count)};
}

}  // namespace vitrine
