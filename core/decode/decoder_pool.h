// SPDX-License-Identifier: Apache-2.0
// DecoderPool: decoders that wait for the next file, so that threads decode side by side.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "core/decode/decoder.h"

namespace vitrine::decode {

/// Any thread, many at once: each asks a decoder of its own. One that fails is not asked again.
class DecoderPool {
  public:
    explicit DecoderPool(std::vector<std::string> paths = decoderPaths(),
                         const DecoderLimits& limits = {})
        : m_paths(std::move(paths)), m_limits(limits) {}

    /// Errors: as Decoder::start and Decoder::ask.
    Result<Answered> ask(const Question& question, std::string_view title);

    int64_t started() const { return m_started; }
    /// Decoders that failed: crashed, hung, or answered nonsense.
    int64_t failed() const { return m_failed; }

  private:
    std::unique_ptr<Decoder> takeIdle();
    void giveBack(std::unique_ptr<Decoder> decoder);

    const std::vector<std::string> m_paths;
    const DecoderLimits m_limits;
    std::mutex m_mutex;  ///< guards m_idle
    std::vector<std::unique_ptr<Decoder>> m_idle;
    std::atomic<int64_t> m_started{0}, m_failed{0};
};

/// The program's own, for pictures. Its decoders end with it.
DecoderPool& pictureDecoders();

}  // namespace vitrine::decode
