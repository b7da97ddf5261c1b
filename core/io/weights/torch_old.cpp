// SPDX-License-Identifier: Apache-2.0
// What torch.save wrote up to version 1.5: pickles of a magic number, a version and the machine,
// that of the object, that of the storages' keys, and then the storages in this order, each with
// its number of elements in front. Source: torch/serialization.py, _legacy_save.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "core/base/file.h"
#include "core/data/arrays/little_endian.h"
#include "core/io/weights/torch_objects.h"
#include "core/io/weights/weight_formats.h"

namespace vitrine {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view magic = "\x80\x02\x8a\x0al\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."sv;

class OldTorchReader {
  public:
    OldTorchReader(const std::string& path, std::span<const std::byte> bytes)
        : m_path(path), m_bytes(bytes) {}

    Result<WeightFile> read() {
        m_at = magic.size();
        const auto version = next(), machine = next(), object = next(), keys = next();
        for (const auto* pickle : {&version, &machine, &object, &keys})
            if (!*pickle) return pickle->error();
        const PickleValue* little = machine->find(machine->root(), "little_endian");
        const bool isBigEndian = little && little->kind == PickleKind::Bool && little->integer == 0;
        if (isBigEndian)
            return weightsError(m_path, "G09", "an old PyTorch on a big-endian machine wrote it",
                                "Save it anew with a current PyTorch.");
        const auto order = keys->texts(keys->root());
        if (!order) return damaged("the list of its numbers is none");
        VITRINE_TRY(findStorages(*object, *order));
        auto read = torchTensors(m_path, *object, false, [&](std::string_view key) {
            const auto found = m_storages.find(key);
            return found == m_storages.end() ? std::nullopt : std::optional(found->second);
        });
        if (!read) return read.error();
        return WeightFile{.path = m_path,
                          .kind = "PyTorch",
                          .tensors = std::move(read->tensors),
                          .isInOrder = true,
                          .others = std::move(read->others)};
    }

  private:
    Error damaged(std::string_view why) const {
        return weightsError(m_path, "G09", why, "Copy the file again, or save it anew.");
    }

    /// The next of the pickles, which stand one behind the other.
    Result<PickleData> next() {
        size_t used = 0;
        const auto rest = m_bytes.subspan(std::min(m_at, m_bytes.size()));
        auto data = readPickle(quotedPath(m_path), rest, PickleUse::Tensors, &used);
        m_at += used;
        return data;
    }

    Result<void> findStorages(const PickleData& object, const std::vector<std::string>& order) {
        std::map<std::string_view, int64_t> sizes;
        for (uint32_t i = 0; i < object.count(); ++i) {
            const PickleValue& value = object.at(i);
            if (value.kind != PickleKind::Storage) continue;
            const auto type = torchType(object.at(value.items[1]).text);
            sizes[object.at(value.items[2]).text] = type ? type->bytes : 0;
        }
        const LittleEndian at(m_bytes);
        for (const std::string& key : order) {
            const auto size = sizes.find(key);
            if (size == sizes.end() || size->second == 0)
                return damaged(
                    fmt::format("its numbers '{}' have no known type", printable(key, 40)));
            if (!at.has(m_at, 8)) return damaged("it is cut before its numbers");
            const uint64_t elements = at.u64(m_at);
            const auto each = static_cast<uint64_t>(size->second);
            m_at += 8;
            if (elements > m_bytes.size() / each || !at.has(m_at, elements * each))
                return damaged(
                    fmt::format("it is cut within its numbers '{}'", printable(key, 40)));
            m_storages[key] = m_bytes.subspan(m_at, elements * each);
            m_at += elements * each;
        }
        return {};
    }

    const std::string& m_path;
    const std::span<const std::byte> m_bytes;
    size_t m_at = 0;
    std::map<std::string, std::span<const std::byte>, std::less<>> m_storages;
};

}  // namespace

bool isOldTorch(std::span<const std::byte> bytes) {
    return bytes.size() >= magic.size() &&
           std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
}

Result<WeightFile> readOldTorch(const std::string& path, std::span<const std::byte> bytes) {
    return OldTorchReader(path, bytes).read();
}

}  // namespace vitrine
