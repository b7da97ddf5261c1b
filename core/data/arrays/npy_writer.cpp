// SPDX-License-Identifier: Apache-2.0
// A header of the length that NumPy's own has, and a zip archive whose entries are stored plain.
#include "core/data/arrays/npy_writer.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <vector>

#include "core/base/file.h"

namespace vitrine {

namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

/// NumPy's short name, without the byte order.
std::string_view kindOf(DType dtype) {
    constexpr std::string_view names[] = {"f2", "V2", "f4", "f8", "i1", "i2", "i4", "i8",
                                          "u1", "u2", "u4", "u8", "b1", "V1", "V1", "V1",
                                          "V1", "V1", "V1", "i1", "u1", "i1", "u1"};
    return names[static_cast<size_t>(dtype)];
}

/// Elements that share a byte, each in one of its own: whole numbers with their sign.
std::vector<std::byte> unpacked(const TensorData& tensor) {
    const int bits = bitsOf(tensor.dtype), perByte = 8 / bits;
    const bool isSigned = tensor.dtype == DType::I4 || tensor.dtype == DType::I2;
    const int highest = 1 << (bits - 1);
    std::vector<std::byte> bytes(static_cast<size_t>(tensor.shape.elements()));
    for (size_t i = 0; i < bytes.size(); ++i) {
        const int byte = std::to_integer<int>(tensor.bytes[i / static_cast<size_t>(perByte)]);
        int element = byte >> (bits * static_cast<int>(i % static_cast<size_t>(perByte)));
        element &= 2 * highest - 1;
        if (isSigned && element >= highest) element -= 2 * highest;
        bytes[i] = std::byte(static_cast<uint8_t>(element));
    }
    return bytes;
}

/// Little-endian numbers of the zip format.
class ZipText {
  public:
    ZipText& number(uint64_t value, int bytes) {
        for (int i = 0; i < bytes; ++i) m_text += static_cast<char>(value >> (8 * i) & 0xFF);
        return *this;
    }
    ZipText& text(std::string_view text) {
        m_text += text;
        return *this;
    }
    const std::string& text() const { return m_text; }

  private:
    std::string m_text;
};

constexpr uint64_t most32 = std::numeric_limits<uint32_t>::max();

struct Entry {
    std::string name, header;
    std::vector<std::byte> own;  ///< where the tensor's bytes are not what is written
    std::span<const std::byte> elements;
    uint64_t offset = 0;
    uint32_t crc = 0;
    uint64_t size() const { return header.size() + elements.size(); }
    bool isWide() const { return size() >= most32 || offset >= most32; }
};

uint32_t crcOf(uint32_t crc, const void* data, size_t size) {
    constexpr size_t atOnce = size_t{1} << 30;
    const auto* at = static_cast<const Bytef*>(data);
    for (; size > 0; at += std::min(size, atOnce), size -= std::min(size, atOnce))
        crc = static_cast<uint32_t>(crc32(crc, at, static_cast<uInt>(std::min(size, atOnce))));
    return crc;
}

Entry entryOf(const NamedTensor& tensor) {
    Entry entry{.name = tensor.name + ".npy",
                .header = npyHeader(tensor.data->dtype, tensor.data->shape),
                .own = {},
                .elements = tensor.data->bytes};
    if (isPacked(tensor.data->dtype)) {
        entry.own = unpacked(*tensor.data);
        entry.elements = entry.own;
    }
    entry.crc = crcOf(0, entry.header.data(), entry.header.size());
    entry.crc = crcOf(entry.crc, entry.elements.data(), entry.elements.size());
    return entry;
}

/// What an entry's two heads share: version, flags (names in UTF-8), method (stored), time (1980),
/// checksum, sizes, lengths of name and extra field. Sizes past 32 bits stand in the extra field.
void addHead(ZipText& zip, const Entry& entry, size_t extra) {
    const uint64_t size = entry.isWide() ? most32 : entry.size();
    zip.number(entry.isWide() ? 45 : 20, 2).number(0x800, 2).number(0, 2).number(0x210000, 4);
    zip.number(entry.crc, 4).number(size, 4).number(size, 4);
    zip.number(entry.name.size(), 2).number(extra, 2);
}

std::string localHead(const Entry& entry) {
    ZipText zip;
    zip.text("PK\x03\x04"sv);
    addHead(zip, entry, entry.isWide() ? 20 : 0);
    zip.text(entry.name);
    if (entry.isWide())
        zip.number(1, 2).number(16, 2).number(entry.size(), 8).number(entry.size(), 8);
    return zip.text();
}

std::string centralHead(const Entry& entry) {
    ZipText zip;
    zip.text("PK\x01\x02"sv).number(45, 2);
    addHead(zip, entry, entry.isWide() ? 28 : 0);
    zip.number(0, 2).number(0, 2).number(0, 2).number(0, 4);
    zip.number(entry.isWide() ? most32 : entry.offset, 4).text(entry.name);
    if (entry.isWide())
        zip.number(1, 2)
            .number(24, 2)
            .number(entry.size(), 8)
            .number(entry.size(), 8)
            .number(entry.offset, 8);
    return zip.text();
}

/// The directory's end, of wide archives behind the wide one and its locator.
std::string endOf(size_t entries, uint64_t begin, uint64_t size) {
    ZipText zip;
    const bool isWide = entries >= 0xFFFF || begin >= most32 || size >= most32;
    if (isWide) {
        zip.text("PK\x06\x06"sv).number(44, 8).number(45, 2).number(45, 2).number(0, 8);
        zip.number(entries, 8).number(entries, 8).number(size, 8).number(begin, 8);
        zip.text("PK\x06\x07"sv).number(0, 4).number(begin + size, 8).number(1, 4);
    }
    const uint64_t count = isWide ? 0xFFFF : entries;
    zip.text("PK\x05\x06"sv).number(0, 4).number(count, 2).number(count, 2);
    zip.number(isWide ? most32 : size, 4).number(isWide ? most32 : begin, 4).number(0, 2);
    return zip.text();
}

Result<void> write(AtomicFile& file, std::string_view text) {
    return file.write(text.data(), static_cast<int64_t>(text.size()));
}
Result<void> write(AtomicFile& file, std::span<const std::byte> bytes) {
    return file.write(bytes.data(), static_cast<int64_t>(bytes.size()));
}

}  // namespace

std::string npyHeader(DType dtype, const Shape& shape) {
    const std::string_view kind = kindOf(dtype);
    const char order = kind[1] == '1' && kind[0] != 'V'          ? '|'
                       : std::endian::native == std::endian::big ? '>'
                                                                 : '<';
    std::string extents;
    for (const int64_t extent : shape.dims()) extents += fmt::format("{}, ", extent);
    if (shape.rank() > 1) extents.resize(extents.size() - 2);
    if (shape.rank() == 1) extents.pop_back();
    std::string text = fmt::format("{{'descr': '{}{}', 'fortran_order': False, 'shape': ({}), }}",
                                   order, kind, extents);
    constexpr size_t before = 10, step = 64;
    text.resize((before + text.size() + 1 + step - 1) / step * step - before - 1, ' ');
    text += '\n';
    return "\x93NUMPY\x01"s + '\0' + static_cast<char>(text.size() & 0xFF) +
           static_cast<char>(text.size() >> 8) + text;
}

Result<void> saveNpy(const std::string& path, const TensorData& tensor) {
    const Entry entry = entryOf({{}, std::make_shared<const TensorData>(tensor)});
    AtomicFile file(path);
    VITRINE_TRY(file.open(static_cast<int64_t>(entry.size())));
    VITRINE_TRY(write(file, entry.header));
    VITRINE_TRY(write(file, entry.elements));
    return file.commit();
}

Result<void> saveNpz(const std::string& path, std::span<const NamedTensor> tensors) {
    std::vector<Entry> entries;
    uint64_t at = 0;
    for (const NamedTensor& tensor : tensors) {
        Entry& entry = entries.emplace_back(entryOf(tensor));
        entry.offset = at;
        at += localHead(entry).size() + entry.size();
    }
    const uint64_t begin = at;
    std::string directory;
    for (const Entry& entry : entries) directory += centralHead(entry);
    const std::string end = endOf(entries.size(), begin, directory.size());
    AtomicFile file(path);
    VITRINE_TRY(file.open(static_cast<int64_t>(begin + directory.size() + end.size())));
    for (const Entry& entry : entries) {
        VITRINE_TRY(write(file, localHead(entry)));
        VITRINE_TRY(write(file, entry.header));
        VITRINE_TRY(write(file, entry.elements));
    }
    VITRINE_TRY(write(file, directory + end));
    return file.commit();
}

std::string fileNameOf(std::string_view tensor) {
    std::string name;
    for (const char c : tensor) {
        const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
        name += isPlain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return name;
}

}  // namespace vitrine
