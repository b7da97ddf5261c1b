// SPDX-License-Identifier: Apache-2.0
// Keras' files: HDF5, alone or as model.weights.h5 in the archive that a .keras file is. HDF5 is
// read by the decoder.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/decode/array_file.h"
#include "core/io/weights/keras_names.h"
#include "core/io/weights/weight_formats.h"

namespace vitrine {

namespace {

constexpr std::string_view weightsInArchive = "model.weights.h5", configInArchive = "config.json";
constexpr int64_t leastRoom = 64'000'000;

std::optional<DType> typeOf(decode::Number number) {
    switch (number) {
        case decode::Number::Bool:
            return DType::Bool;
        case decode::Number::U8:
            return DType::U8;
        case decode::Number::I8:
            return DType::I8;
        case decode::Number::U16:
            return DType::U16;
        case decode::Number::I16:
            return DType::I16;
        case decode::Number::U32:
            return DType::U32;
        case decode::Number::I32:
            return DType::I32;
        case decode::Number::U64:
            return DType::U64;
        case decode::Number::I64:
            return DType::I64;
        case decode::Number::F32:
            return DType::F32;
        case decode::Number::F64:
            return DType::F64;
        case decode::Number::BF16:
            return DType::BF16;
        case decode::Number::Text:
            break;
    }
    return {};
}

/// An array of the file that is a weight.
struct Weight {
    const decode::ArrayInfo* array = nullptr;
    KerasName name;
};

class KerasReader {
  public:
    KerasReader(std::string path, decode::ArrayFile file, int64_t fileBytes)
        : m_path(std::move(path)), m_file(std::move(file)), m_fileBytes(fileBytes) {}

    Result<WeightFile> read() {
        for (const decode::ArrayInfo& array : m_file.arrays())
            if (auto name = kerasNameOf(array.name))
                m_weights.push_back({&array, *std::move(name)});
        if (m_weights.empty())
            return weightsError(m_path, "G05", "it is an HDF5 file and holds no weights of Keras",
                                "Name a file that Keras saved.");
        VITRINE_TRY(checkSize());
        nameParts();
        WeightFile file{.path = m_path, .kind = "Keras", .tensors = {}};
        for (const Weight& weight : m_weights) {
            auto tensor = tensorOf(weight, file);
            if (!tensor) return tensor.error();
            file.tensors.push_back(std::move(tensor).value());
        }
        const size_t others = m_file.arrays().size() - m_weights.size();
        if (others > 0)
            file.others.push_back(
                fmt::format("{} of the optimiser and the like", countOf(others, "array")));
        return file;
    }

  private:
    /// Weights cannot be packed tightly: who claims that takes memory for nothing.
    Result<void> checkSize() const {
        int64_t bytes = 0;
        const int64_t room = leastRoom + 4 * m_fileBytes;
        for (const Weight& weight : m_weights) {
            bytes += weight.array->itemBytes() * weight.array->items();
            if (bytes > room)
                return weightsError(m_path, "G06",
                                    fmt::format("its arrays claim more than {}, the file has {}",
                                                sizeText(room), sizeText(m_fileBytes)),
                                    "Save the weights without compression.");
        }
        return {};
    }

    /// Numbers become the names that the layer's class gives them.
    void nameParts() {
        std::map<std::string, size_t> counts;
        for (const Weight& weight : m_weights)
            if (weight.name.isNumbered) ++counts[weight.name.layer];
        for (Weight& weight : m_weights)
            if (weight.name.isNumbered)
                weight.name.part =
                    kerasPart(weight.name.layer, indexOf(weight), counts[weight.name.layer]);
        for (const Weight& weight : m_weights)
            if (weight.name.part == "bias") m_biases[weight.name.layer] = weight.array->items();
    }

    static size_t indexOf(const Weight& weight) {
        const std::string& part = weight.name.part;
        size_t index = decode::mostArrays;  // no class has so many
        std::from_chars(part.data(), part.data() + part.size(), index);
        return index;
    }

    Result<StoredTensor> tensorOf(const Weight& weight, WeightFile& file) {
        const decode::ArrayInfo& array = *weight.array;
        StoredTensor tensor{.name = fmt::format("{}.{}", weight.name.layer, weight.name.part),
                            .typeName = std::string(decode::name(array.number)),
                            .dtype = typeOf(array.number),
                            .shape = array.shape,
                            .why = array.whyNot};
        if (!tensor.dtype && tensor.why.empty()) tensor.why = "it holds no numbers";
        if (!tensor.isRead()) return tensor;
        auto bytes = m_file.read(array.name, {});
        if (!bytes) return ofWeights(bytes.error(), m_path);
        auto kept = std::make_shared<const std::vector<std::byte>>(std::move(bytes).value());
        tensor.bytes = *kept;
        file.owners.push_back(std::move(kept));
        const auto biases = m_biases.find(weight.name.layer);
        turnKerasAxes(weight.name.layer, weight.name.part,
                      biases == m_biases.end() ? 0 : biases->second, tensor);
        tensor.why = whyNotStored(tensor);
        return tensor;
    }

    const std::string m_path;
    decode::ArrayFile m_file;
    const int64_t m_fileBytes;
    std::vector<Weight> m_weights;
    std::map<std::string, int64_t> m_biases;  ///< of layers
};

const ZipEntry* entryNamed(std::span<const ZipEntry> entries, std::string_view name) {
    const auto found = std::ranges::find(entries, name, &ZipEntry::name);
    return found == entries.end() ? nullptr : &*found;
}

}  // namespace

Result<WeightFile> openKerasWeights(const std::string& path, int64_t fileBytes) {
    auto file = decode::ArrayFile::open(path, decode::Kind::Hdf5);
    if (!file) return ofWeights(file.error(), path);
    return KerasReader(path, std::move(file).value(), fileBytes).read();
}

bool isKerasArchive(std::span<const ZipEntry> entries) {
    return entryNamed(entries, weightsInArchive) && entryNamed(entries, configInArchive);
}

Result<WeightFile> readKerasArchive(const std::string& path, std::span<const ZipEntry> entries) {
    const ZipEntry& entry = *entryNamed(entries, weightsInArchive);
    std::vector<std::byte> unpacked;
    auto bytes = entry.content;
    if (entry.isPacked) {
        auto made = unpackEntry(quotedPath(path), entry, {});
        if (!made) return made.error();
        unpacked = std::move(made).value();
        bytes = unpacked;
    } else {
        VITRINE_TRY(checkPlainEntry(quotedPath(path), entry));
    }
    auto file = decode::ArrayFile::open(path, bytes, decode::Kind::Hdf5);
    if (!file) return ofWeights(file.error(), path);
    return KerasReader(path, std::move(file).value(), std::ssize(bytes)).read();
}

}  // namespace vitrine
