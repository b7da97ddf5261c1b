// SPDX-License-Identifier: Apache-2.0
// From the end of the archive to its directory, and from there to each entry.
#include "core/data/arrays/zip.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/base/file.h"
#include "core/data/arrays/little_endian.h"

namespace vitrine {

namespace {

constexpr uint32_t full32 = 0xFFFFFFFF;
constexpr size_t endBytes = 22, entryBytes = 46, localBytes = 30, end64Bytes = 56,
                 locatorBytes = 20;
constexpr int64_t mostPacking = 1100;  // deflate cannot pack tighter than 1032

Error zipError(std::string_view title, std::string code, std::string why) {
    return {std::move(code),
            fmt::format("{}: {}", title, why),
            {},
            "Nothing was imported.",
            "Copy the file again, or save it anew with numpy.savez."};
}

/// Where the directory lies and how much it claims.
struct Directory {
    uint64_t entries = 0, size = 0, offset = 0;
};

class ZipReader {
  public:
    ZipReader(std::string_view title, std::span<const std::byte> bytes)
        : m_title(title), m_bytes(bytes) {}

    Result<std::vector<ZipEntry>> read() {
        const auto directory = findDirectory();
        if (!directory) return directory.error();
        const LittleEndian at(m_bytes);
        uint64_t place = directory->offset;
        for (uint64_t i = 0; i < directory->entries; ++i) {
            if (!at.has(place, entryBytes) || at.u32(place) != 0x02014b50)
                return damaged(fmt::format("entry {} of its directory is damaged", i));
            const uint64_t next =
                place + entryBytes + at.u16(place + 28) + at.u16(place + 30) + at.u16(place + 32);
            if (next > directory->offset + directory->size)
                return damaged(fmt::format("entry {} of its directory is cut", i));
            VITRINE_TRY(readEntry(place));
            place = next;
        }
        VITRINE_TRY(checkOverlaps());
        return std::move(m_entries);
    }

  private:
    Error damaged(std::string why) const { return zipError(m_title, "N08", std::move(why)); }

    /// The last record of the archive, whose comment reaches to the end.
    Result<Directory> findDirectory() const {
        const LittleEndian at(m_bytes);
        const size_t least =
            m_bytes.size() < endBytes + 0xFFFF ? 0 : m_bytes.size() - endBytes - 0xFFFF;
        for (size_t place = m_bytes.size() < endBytes ? 0 : m_bytes.size() - endBytes + 1;
             place-- > least;) {
            if (at.u32(place) != 0x06054b50 ||
                place + endBytes + at.u16(place + 20) != m_bytes.size())
                continue;
            Directory found{at.u16(place + 10), at.u32(place + 12), at.u32(place + 16)};
            if (at.u16(place + 4) != 0 || at.u16(place + 6) != 0)
                return damaged("it is one of several parts of an archive");
            if (found.entries == 0xFFFF || found.size == full32 || found.offset == full32)
                VITRINE_TRY(readEnd64(place, found));
            return checked(found, place);
        }
        return damaged("it has no directory at its end, as every zip archive has");
    }

    Result<void> readEnd64(size_t end, Directory& found) const {
        const LittleEndian at(m_bytes);
        if (end < locatorBytes || at.u32(end - locatorBytes) != 0x07064b50) return {};
        const uint64_t place = at.u64(end - locatorBytes + 8);
        if (!at.has(place, end64Bytes) || at.u32(place) != 0x06064b50)
            return damaged("its zip64 directory record is not where it is said to be");
        found = {at.u64(place + 32), at.u64(place + 40), at.u64(place + 48)};
        return {};
    }

    Result<Directory> checked(const Directory& found, size_t end) const {
        if (found.offset > end || found.size > end - found.offset)
            return damaged(
                fmt::format("its directory is said to lie at byte {} with {} bytes, the "
                            "file has {}",
                            found.offset, found.size, m_bytes.size()));
        if (found.entries > found.size / entryBytes)
            return damaged(fmt::format(
                "it is said to have {} entries, and its directory has room "
                "for {}",
                fmt::group_digits(found.entries), fmt::group_digits(found.size / entryBytes)));
        return found;
    }

    /// Sizes and place of an entry, those of 64 bits where the others say so.
    struct Claims {
        uint64_t size = 0, packed = 0, offset = 0;
    };

    /// Takes from the extra field what is full32. False: it lacks a number, or contradicts.
    bool readExtra64(uint64_t place, uint64_t length, Claims& claims, bool isLocal) const {
        const LittleEndian at(m_bytes);
        const bool wants = claims.size == full32 || claims.packed == full32 ||
                           (!isLocal && claims.offset == full32);
        for (const uint64_t end = place + length; place + 4 <= end;) {
            const uint64_t id = at.u16(place), bytes = at.u16(place + 2);
            place += 4;
            if (bytes > end - place) return !wants;
            if (id == 1) {
                uint64_t next = place;
                for (uint64_t* number : {&claims.size, &claims.packed, &claims.offset}) {
                    if (*number != full32 || (isLocal && number == &claims.offset)) continue;
                    if (next + 8 > place + bytes) return false;
                    *number = at.u64(next);
                    next += 8;
                }
                return true;
            }
            place += bytes;
        }
        return !wants;
    }

    Result<void> checkName(const std::string& name) {
        const auto isUnsafe = name.starts_with('/') || name.find('\\') != std::string::npos ||
                              name.find('\0') != std::string::npos || name == ".." ||
                              name.starts_with("../") || name.ends_with("/..") ||
                              name.find("/../") != std::string::npos;
        if (isUnsafe)
            return damaged(fmt::format("entry '{}' has a name that leads out of the archive",
                                       printable(name, 80)));
        if (!m_names.insert(name).second)
            return damaged(fmt::format("two entries are called '{}'", printable(name, 80)));
        return {};
    }

    Result<void> readEntry(uint64_t place) {
        const LittleEndian at(m_bytes);
        ZipEntry entry{.name = std::string(at.text(place + entryBytes, at.u16(place + 28)))};
        VITRINE_TRY(checkName(entry.name));
        const std::string shown = printable(entry.name, 80);
        if (at.u16(place + 8) & 1) return damaged(fmt::format("'{}' is encrypted", shown));
        const unsigned method = at.u16(place + 10);
        if (method != 0 && method != 8)
            return damaged(
                fmt::format("'{}' is packed by method {}; plain (0) and deflate (8) are "
                            "read",
                            shown, method));
        Claims claims{at.u32(place + 24), at.u32(place + 20), at.u32(place + 42)};
        if (!readExtra64(place + entryBytes + at.u16(place + 28), at.u16(place + 30), claims,
                         false))
            return zipError(m_title, "N13",
                            fmt::format("'{}' says that its sizes have 64 bits, and they are not "
                                        "there",
                                        shown));
        entry.isPacked = method == 8;
        entry.crc = at.u32(place + 16);
        entry.size = static_cast<int64_t>(claims.size);
        VITRINE_TRY(checkClaims(shown, claims, entry.isPacked));
        VITRINE_TRY(readLocal(shown, claims, entry));
        if (!entry.name.ends_with('/')) m_entries.push_back(std::move(entry));
        return {};
    }

    Result<void> checkClaims(const std::string& shown, const Claims& claims, bool isPacked) const {
        if (claims.packed > m_bytes.size() || claims.offset > m_bytes.size())
            return damaged(fmt::format("'{}' is said to lie outside of the file", shown));
        if (!isPacked && claims.size != claims.packed)
            return zipError(m_title, "N13",
                            fmt::format("'{}' is stored plain, and has {} bytes there and {} "
                                        "unpacked",
                                        shown, claims.packed, claims.size));
        if (claims.size / mostPacking > claims.packed)
            return zipError(m_title, "N09",
                            fmt::format("'{}' has {} bytes and claims to hold {}, more than "
                                        "deflate can pack",
                                        shown, fmt::group_digits(claims.packed),
                                        fmt::group_digits(claims.size)));
        return {};
    }

    /// The record in front of the content must say the same as the directory.
    Result<void> readLocal(const std::string& shown, const Claims& claims, ZipEntry& entry) {
        const LittleEndian at(m_bytes);
        const uint64_t place = claims.offset;
        if (!at.has(place, localBytes) || at.u32(place) != 0x04034b50)
            return damaged(fmt::format("'{}' is not where its directory says", shown));
        const uint64_t nameBytes = at.u16(place + 26), extraBytes = at.u16(place + 28);
        const uint64_t content = place + localBytes + nameBytes + extraBytes;
        if (!at.has(content, claims.packed)) return damaged(fmt::format("'{}' is cut", shown));
        if (at.text(place + localBytes, nameBytes) != entry.name ||
            at.u16(place + 8) != (entry.isPacked ? 8 : 0))
            return damaged(
                fmt::format("'{}' has another name or method in front of its content "
                            "than in the directory",
                            shown));
        Claims local{at.u32(place + 22), at.u32(place + 18), 0};
        const bool sizesFollow = (at.u16(place + 6) & 8) != 0;
        const bool isWhole = readExtra64(place + localBytes + nameBytes, extraBytes, local, true);
        if (!sizesFollow &&
            (!isWhole || local.size != claims.size || local.packed != claims.packed))
            return zipError(m_title, "N13",
                            fmt::format("'{}' has {} bytes by its directory, and {} by the record "
                                        "in front of its content",
                                        shown, claims.size, local.size));
        entry.content = m_bytes.subspan(content, claims.packed);
        m_extents.push_back({place, content + claims.packed});
        return {};
    }

    Result<void> checkOverlaps() {
        std::ranges::sort(m_extents);
        for (size_t i = 1; i < m_extents.size(); ++i)
            if (m_extents[i].first < m_extents[i - 1].second)
                return damaged(fmt::format("entries overlap at byte {}",
                                           fmt::group_digits(m_extents[i].first)));
        return {};
    }

    const std::string_view m_title;
    const std::span<const std::byte> m_bytes;
    std::vector<ZipEntry> m_entries;
    std::set<std::string> m_names;
    std::vector<std::pair<uint64_t, uint64_t>> m_extents;
};

}  // namespace

Result<std::vector<ZipEntry>> readZip(std::string_view title, std::span<const std::byte> bytes) {
    return ZipReader(title, bytes).read();
}

}  // namespace vitrine
