// SPDX-License-Identifier: Apache-2.0
// Takes an idle decoder or starts one; a decoder that failed is thrown away.
#include "core/decode/decoder_pool.h"

namespace vitrine::decode {

/// More than that do not wait: threads of a loader that has ended are not coming back.
constexpr size_t mostIdle = 32;

std::unique_ptr<Decoder> DecoderPool::takeIdle() {
    const std::lock_guard lock(m_mutex);
    if (m_idle.empty()) return nullptr;
    auto decoder = std::move(m_idle.back());
    m_idle.pop_back();
    return decoder;
}

void DecoderPool::giveBack(std::unique_ptr<Decoder> decoder) {
    const std::lock_guard lock(m_mutex);
    if (m_idle.size() < mostIdle) m_idle.push_back(std::move(decoder));
}

Result<Answered> DecoderPool::ask(const Question& question, std::string_view title) {
    auto decoder = takeIdle();
    if (!decoder) {
        auto started = Decoder::start(m_paths, m_limits);
        if (!started) {
            Error error = started.error();
            error.message = std::string(title) + ": " + error.message;
            return error;
        }
        decoder = std::move(started).value();
        ++m_started;
    }
    auto given = decoder->ask(question, title);
    if (decoder->hasEnded())
        ++m_failed;
    else
        giveBack(std::move(decoder));
    return given;
}

DecoderPool& pictureDecoders() {
    static DecoderPool pool;
    return pool;
}

}  // namespace vitrine::decode
