// SPDX-License-Identifier: Apache-2.0
// Records of labels and pixels, or a dict of an array and lists.
#include "core/data/cifar/cifar_batch.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/data/pickle/pickle.h"

namespace vitrine {

namespace {

Error batchError(std::string_view title, std::string code, std::string why) {
    return {std::move(code),
            fmt::format("{}: {}", title, why),
            {},
            "Nothing was imported.",
            "Unpack the set again."};
}

Result<void> addLabel(std::string_view title, int64_t label, size_t item, const CifarLabels& labels,
                      CifarBatch& batch) {
    if (label < 0 || label >= labels.classes())
        return batchError(title, "F02",
                          fmt::format("label {} of item {} is out of range, {} classes are from 0 "
                                      "to {}",
                                      label, item, labels.classes(), labels.classes() - 1));
    batch.labels.push_back(static_cast<int32_t>(label));
    return {};
}

/// The data of a pickle: rows of 3072 bytes.
const NumberArray* pixelsOf(const PickleData& pickle) {
    const PickleValue* data = pickle.find(pickle.root(), "data");
    const bool isIt = data && data->kind == PickleKind::Array &&
                      data->array.type == NumberType::U8 && !data->array.isFortran &&
                      data->array.rank() == 2 &&
                      data->array.extents[1] == static_cast<int64_t>(cifarImageBytes);
    return isIt ? &data->array : nullptr;
}

std::vector<std::string> linesOf(std::span<const std::byte> bytes) {
    std::vector<std::string> lines(1);
    for (const std::byte byte : bytes) {
        const char c = std::to_integer<char>(byte);
        if (c == '\n')
            lines.emplace_back();
        else if (c != '\r')
            lines.back() += c;
    }
    std::erase(lines, std::string());
    return lines;
}

}  // namespace

Result<void> addBinaryBatch(std::string_view title, std::span<const std::byte> bytes,
                            const CifarLabels& labels, CifarBatch& batch) {
    const size_t labelBytes = labels.isHundred ? 2 : 1, record = labelBytes + cifarImageBytes;
    const size_t label = labels.isHundred && !labels.isCoarse ? 1 : 0;
    if (bytes.empty() || bytes.size() % record != 0)
        return batchError(
            title, "F01",
            fmt::format("it has {} bytes, wanted a multiple of {} (labels and 3×32×32 "
                        "pixels each)",
                        bytes.size(), record));
    for (size_t at = 0; at < bytes.size(); at += record) {
        VITRINE_TRY(addLabel(title, std::to_integer<int64_t>(bytes[at + label]), at / record,
                             labels, batch));
        const auto pixels = bytes.subspan(at + labelBytes, cifarImageBytes);
        batch.pixels.insert(batch.pixels.end(), pixels.begin(), pixels.end());
    }
    return {};
}

Result<void> addPythonBatch(std::string_view title, std::span<const std::byte> bytes,
                            const CifarLabels& labels, CifarBatch& batch) {
    const auto pickle = readPickle(title, bytes);
    if (!pickle) return pickle.error();
    const std::string_view key = !labels.isHundred ? "labels"
                                 : labels.isCoarse ? "coarse_labels"
                                                   : "fine_labels";
    const NumberArray* pixels = pixelsOf(*pickle);
    const PickleValue* list = pickle->find(pickle->root(), key);
    const auto numbers = list ? pickle->integers(*list) : std::nullopt;
    if (!pixels || !numbers)
        return batchError(title, "F01",
                          fmt::format("it holds no batch: 'data' of bytes [N, 3072] and '{}' are "
                                      "wanted",
                                      key));
    if (std::ssize(*numbers) != pixels->extents[0])
        return batchError(title, "F01",
                          fmt::format("it has {} and {}", countOf(pixels->extents[0], "image"),
                                      countOf(std::ssize(*numbers), "label")));
    for (size_t i = 0; i < numbers->size(); ++i)
        VITRINE_TRY(addLabel(title, (*numbers)[i], i, labels, batch));
    batch.pixels.insert(batch.pixels.end(), pixels->bytes.begin(), pixels->bytes.end());
    return {};
}

std::vector<std::string> cifarNames(std::span<const std::byte> bytes, bool isPython,
                                    const CifarLabels& labels) {
    std::vector<std::string> names;
    if (isPython) {
        const auto pickle = readPickle("names", bytes);
        if (!pickle) return {};
        const PickleValue* list =
            pickle->find(pickle->root(), !labels.isHundred ? "label_names"
                                         : labels.isCoarse ? "coarse_label_names"
                                                           : "fine_label_names");
        if (list) names = pickle->texts(*list).value_or(std::vector<std::string>());
    } else {
        names = linesOf(bytes);
    }
    if (std::ssize(names) != labels.classes()) return {};
    for (std::string& name : names) name = printable(name, 60);
    return names;
}

}  // namespace vitrine
