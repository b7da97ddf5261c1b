// SPDX-License-Identifier: Apache-2.0
// DrawnImages: images that are made by code, drawn ahead of their use on threads of their own.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <thread>
#include <vector>

namespace vitrine {

/// Labelled images of one size, each a function of its index. Whoever asks for one that is not
/// there yet draws it; workers of low priority draw the others in their order, and end when all are
/// there or when this is destroyed. Any thread, many at once; a look at an image that is there
/// takes no lock. Once a thread has drawn one image it allocates nothing for others.
class DrawnImages {
  public:
    /// Draws image `index` into `pixels` and gives its label. Depends on nothing else; called by
    /// many threads at once.
    using Draw = std::function<int32_t(int64_t index, std::span<uint8_t> pixels)>;
    struct Options {
        int64_t count = 0, imageBytes = 0;
        Draw draw = {};
        int threads = 1;            ///< workers; fewer where the system gives no more
        std::stop_token stop = {};  ///< ends the workers: what is missing is drawn when asked for
    };
    /// What `count` images take.
    static int64_t bytesNeeded(int64_t count, int64_t imageBytes) {
        return count * (imageBytes + int64_t{sizeof(int32_t) + sizeof(State)});
    }
    /// Takes all memory and starts the workers. Null where there is no memory.
    static std::shared_ptr<DrawnImages> create(Options options);
    ~DrawnImages();
    DrawnImages(const DrawnImages&) = delete;
    DrawnImages& operator=(const DrawnImages&) = delete;

    std::span<const uint8_t> image(int64_t index);
    int32_t label(int64_t index);
    /// Draws what is missing of a range; the images and labels of it lie one after another.
    std::span<const uint8_t> pixels(int64_t first, int64_t count);
    std::span<const int32_t> labels(int64_t first, int64_t count);

  private:
    enum class State : uint8_t { Missing, BeingCopied, There };
    struct Free {
        void operator()(void* memory) const { std::free(memory); }
    };

    explicit DrawnImages(Options options);
    bool allocate();
    void startWorkers();
    void work() noexcept;
    void draw(int64_t index);
    void ensure(int64_t index) {
        if (m_states[static_cast<size_t>(index)].load(std::memory_order_acquire) != State::There)
            draw(index);
    }
    void ensure(int64_t first, int64_t count);

    const Options m_options;
    // Pages of the system's, taken when an image is written into them.
    std::unique_ptr<uint8_t[], Free> m_pixels;
    std::unique_ptr<int32_t[], Free> m_labels;
    std::unique_ptr<std::atomic<State>[]> m_states;
    std::atomic<int64_t> m_missing{0};
    std::atomic<int64_t> m_next{0};  ///< what a worker takes next
    std::atomic<bool> m_stopping{false};
    std::vector<std::thread> m_workers;
};

}  // namespace vitrine
