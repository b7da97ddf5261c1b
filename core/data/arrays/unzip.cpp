// SPDX-License-Identifier: Apache-2.0
// Contents of zip entries, compared with what the directory claims.
#define ZLIB_CONST
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>

#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/data/arrays/zip.h"

namespace vitrine {

namespace {

constexpr size_t piece = size_t{1} << 24;

Error entryError(std::string_view title, const ZipEntry& entry, std::string code,
                 std::string_view why) {
    return {std::move(code),
            fmt::format("{}: '{}' {}", title, printable(entry.name, 80), why),
            {},
            "Nothing was imported.",
            "Copy the file again, or save it anew with numpy.savez."};
}

uint32_t checksumOf(std::span<const std::byte> bytes) {
    uLong sum = crc32(0, nullptr, 0);
    for (size_t at = 0; at < bytes.size(); at += piece)
        sum = crc32(sum, reinterpret_cast<const Bytef*>(bytes.data() + at),
                    static_cast<uInt>(std::min(piece, bytes.size() - at)));
    return static_cast<uint32_t>(sum);
}

Result<void> checkSum(std::string_view title, const ZipEntry& entry,
                      std::span<const std::byte> bytes) {
    const uint32_t sum = checksumOf(bytes);
    if (sum == entry.crc) return {};
    return entryError(
        title, entry, "N10",
        fmt::format("is damaged: its checksum is {:08x}, the archive says {:08x}", sum, entry.crc));
}

/// A raw stream of zlib's; ends with this.
struct Inflating {
    Inflating() : isReady(inflateInit2(&stream, -15) == Z_OK) {}
    ~Inflating() { inflateEnd(&stream); }
    Inflating(const Inflating&) = delete;
    Inflating& operator=(const Inflating&) = delete;

    z_stream stream{};
    bool isReady;
};

}  // namespace

Result<void> checkPlainEntry(std::string_view title, const ZipEntry& entry) {
    return checkSum(title, entry, entry.content);
}

Result<std::vector<std::byte>> unpackEntry(std::string_view title, const ZipEntry& entry,
                                           const std::stop_token& stop) {
    auto out = tryAllocate(entry.size);
    Inflating work;
    if (!out || !work.isReady)
        return entryError(title, entry, "G06",
                          fmt::format("needs {}, more memory than there is", sizeText(entry.size)));
    size_t read = 0, written = 0;
    Bytef beyond = 0;  // room for the byte too many
    for (int status = Z_OK; status != Z_STREAM_END;) {
        if (stop.stop_requested()) return stoppedError();
        const bool isFull = written == out->size();
        work.stream.next_in = reinterpret_cast<const Bytef*>(entry.content.data() + read);
        work.stream.avail_in = static_cast<uInt>(std::min(piece, entry.content.size() - read));
        work.stream.next_out = isFull ? &beyond : reinterpret_cast<Bytef*>(out->data() + written);
        work.stream.avail_out =
            isFull ? 1 : static_cast<uInt>(std::min(piece, out->size() - written));
        const uInt inBefore = work.stream.avail_in, outBefore = work.stream.avail_out;
        status = inflate(&work.stream, Z_NO_FLUSH);
        read += inBefore - work.stream.avail_in;
        const size_t came = outBefore - work.stream.avail_out;
        if (isFull && came > 0)
            return entryError(title, entry, "N09", "holds more than the archive says");
        written += came;
        if (status != Z_OK && status != Z_STREAM_END)
            return entryError(title, entry, "N10",
                              fmt::format("is damaged near its byte {}", fmt::group_digits(read)));
    }
    if (written != out->size())
        return entryError(
            title, entry, "N10",
            fmt::format("ends after {} bytes, {} were promised", written, out->size()));
    VITRINE_TRY(checkSum(title, entry, *out));
    return std::move(*out);
}

}  // namespace vitrine
