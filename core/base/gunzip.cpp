// SPDX-License-Identifier: Apache-2.0
// Inflates member after member into a buffer that grows up to the limit.
#include "core/base/gunzip.h"

#define ZLIB_CONST
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>

#include "core/base/file_error.h"
#include "core/base/memory.h"

namespace vitrine {

namespace {

/// The length of the last member, modulo 2^32, as its last four bytes claim: a first guess for the
/// size of the result, never more than a guess.
int64_t claimedSize(std::span<const std::byte> packed) {
    if (packed.size() < 18) return 0;
    int64_t size = 0;
    for (size_t i = 4; i-- > 0;)
        size = size << 8 | std::to_integer<int64_t>(packed[packed.size() - 4 + i]);
    return size;
}

/// A zlib stream with the buffers at both of its ends.
struct Unpacking {
    explicit Unpacking(std::span<const std::byte> bytes) : packed(bytes) {}
    ~Unpacking() { inflateEnd(&stream); }
    Unpacking(const Unpacking&) = delete;
    Unpacking& operator=(const Unpacking&) = delete;

    /// Inflates a piece, or until the room, the input or the member ends; gives zlib's status.
    int step() {
        constexpr size_t piece = size_t{1} << 24;
        stream.next_in = reinterpret_cast<z_const Bytef*>(packed.data() + read);
        stream.avail_in = static_cast<uInt>(std::min(piece, packed.size() - read));
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + written);
        stream.avail_out = static_cast<uInt>(std::min(piece, out.size() - written));
        const uInt inBefore = stream.avail_in, outBefore = stream.avail_out;
        const int status = inflate(&stream, Z_NO_FLUSH);
        read += inBefore - stream.avail_in;
        written += outBefore - stream.avail_out;
        return status;
    }

    /// Makes room for `size` bytes in all. False where there is no memory.
    bool grow(int64_t size) {
        auto larger = tryAllocate(size);
        if (!larger) return false;
        std::copy(out.begin(), out.end(), larger->begin());
        out = std::move(*larger);
        return true;
    }

    z_stream stream{};
    std::span<const std::byte> packed;
    std::vector<std::byte> out;
    size_t read = 0, written = 0;
};

Error damaged(const std::string& path, std::string_view how, size_t byte) {
    return readError(path, "G09", fmt::format("its gzip data {} byte {}", how, byte),
                     "Copy or download it again.");
}

}  // namespace

bool isGzip(std::span<const std::byte> bytes) {
    return bytes.size() >= 2 && bytes[0] == std::byte{0x1F} && bytes[1] == std::byte{0x8B};
}

Result<std::vector<std::byte>> gunzip(const std::string& path, std::span<const std::byte> packed,
                                      const ReadLimits& limits) {
    const auto packedSize = static_cast<int64_t>(packed.size());
    const int64_t limit = std::min(limits.bytes, packedSize * 1100);
    Unpacking work(packed);
    constexpr int gzipOnly = 15 + 16;
    if (inflateInit2(&work.stream, gzipOnly) != Z_OK ||
        !work.grow(std::clamp<int64_t>(claimedSize(packed), 1, limit)))
        return noMemoryError(path, claimedSize(packed));
    for (;;) {
        if (limits.stop.stop_requested()) return stoppedError();
        const int status = work.step();
        const auto room = static_cast<int64_t>(work.out.size());
        if (status == Z_STREAM_END) {
            if (!isGzip(packed.subspan(work.read))) break;
            inflateReset(&work.stream);
        } else if (status != Z_OK && status != Z_BUF_ERROR) {
            return damaged(path, "are damaged near", work.read);
        } else if (work.written == work.out.size()) {
            if (room >= limit) return tooLargeError(path, room + 1, limit);
            if (!work.grow(std::min(limit, 2 * room))) return noMemoryError(path, 2 * room);
        } else if (status == Z_BUF_ERROR && work.read == packed.size()) {
            return damaged(path, "end too early, after", work.read);
        }
    }
    if (work.written == 0)
        return readError(path, "G04", "it is a gzip file of 0 bytes",
                         "Probably an interrupted copy: copy or download it again.");
    work.out.resize(work.written);
    return std::move(work.out);
}

}  // namespace vitrine
