// SPDX-License-Identifier: Apache-2.0
// Data format "cifar": CIFAR-10 and CIFAR-100 in their binary version (Krizhevsky 2009).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "core/base/file.h"
#include "core/data/data_identity.h"
#include "core/data/dataset.h"
#include "core/data/stored_examples.h"

namespace vitrine::formats::cifar {

namespace {

namespace fs = std::filesystem;

constexpr size_t imageBytes = size_t{3} * 32 * 32;
constexpr std::string_view labelChoices[] = {"fine", "coarse"};

constexpr FieldSpec fields[] = {
    {.id = "labels",
     .title = "Labels",
     .type = FieldType::Choice,
     .defaultText = "fine",
     .help =
         "Of CIFAR-100: the 100 classes, or the 20 that they are grouped into. CIFAR-10 has one "
         "kind.",
     .choices = labelChoices}};

constexpr ColumnSpec columns[] = {
    {.name = "image", .dtype = DType::U8, .help = "Red, green and blue pixels, 3×32×32."},
    {.name = "label", .dtype = DType::I32, .help = "The class of the image."}};

/// The files of one of the two sets, in their order, and how a record begins.
struct Layout {
    std::array<std::string_view, 5> train;
    std::string_view test, names;
    size_t labelBytes = 1, label = 0;
    int64_t classes = 10;
};

constexpr Layout cifar10 = {{"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
                             "data_batch_4.bin", "data_batch_5.bin"},
                            "test_batch.bin",
                            "batches.meta.txt"};

Layout cifar100(const Attrs& attrs) {
    const bool isCoarse = attrs.text("labels") == "coarse";
    return {{"train.bin"},
            "test.bin",
            isCoarse ? "coarse_label_names.txt" : "fine_label_names.txt",
            2,
            isCoarse ? size_t{0} : size_t{1},
            isCoarse ? 20 : 100};
}

bool isThere(const std::string& folder, std::string_view name) {
    std::error_code failure;
    return fs::is_regular_file(fs::path(folder) / name, failure);
}

Error imported(Error error, const std::string& path) {
    error.kept = "Nothing was imported.";
    error.place.file = path;
    return error;
}

struct Part {
    std::vector<std::byte> pixels;
    std::vector<int32_t> labels;
};

Result<void> addFile(const Layout& layout, const std::string& path, const DataRequest& request,
                     DataIdentity& identity, Part& part) {
    const auto bytes = readFile(path, {.stop = request.stop});
    if (!bytes) return imported(bytes.error(), path);
    const size_t record = layout.labelBytes + imageBytes;
    const std::string title = printable(fs::path(path).filename().string());
    if (bytes->empty() || bytes->size() % record != 0)
        return imported(
            {"I04",
             fmt::format("{}: it has {} bytes, wanted a multiple of {} (labels and 3×32×32 pixels "
                         "each)",
                         title, bytes->size(), record),
             {},
             {},
             "Unpack the binary version of the set again."},
            path);
    for (size_t at = 0; at < bytes->size(); at += record) {
        const auto label = std::to_integer<int32_t>((*bytes)[at + layout.label]);
        if (label >= layout.classes)
            return imported(
                {"I07",
                 fmt::format("{}: label {} of item {} is out of range, {} classes are "
                             "from 0 to {}",
                             title, label, at / record, layout.classes, layout.classes - 1),
                 {},
                 {},
                 "Unpack the binary version of the set again."},
                path);
        part.labels.push_back(label);
        const auto pixels = bytes->begin() + static_cast<std::ptrdiff_t>(at + layout.labelBytes);
        part.pixels.insert(part.pixels.end(), pixels,
                           pixels + static_cast<std::ptrdiff_t>(imageBytes));
    }
    identity.addFile(title, *bytes);
    return {};
}

ExampleSet examplesOf(Part part) {
    const auto count = static_cast<int64_t>(part.labels.size());
    if (count == 0) return {};
    auto stored = std::make_shared<StoredExamples>();
    stored->addColumn(std::move(part.pixels), static_cast<int64_t>(imageBytes));
    stored->addNumbers<int32_t>(part.labels);
    return {count, std::move(stored), 0};
}

/// One name a line; numbers where the file of names is not there.
std::vector<std::string> classNames(const Layout& layout, const std::string& folder) {
    std::vector<std::string> names;
    if (const auto bytes =
            readFile((fs::path(folder) / layout.names).string(), {.bytes = 1 << 16})) {
        std::string line;
        for (const std::byte byte : *bytes) {
            const char c = std::to_integer<char>(byte);
            if (c != '\n') {
                if (c != '\r') line += c;
                continue;
            }
            if (!line.empty()) names.push_back(printable(line, 60));
            line.clear();
        }
        if (!line.empty()) names.push_back(printable(line, 60));
    }
    if (static_cast<int64_t>(names.size()) == layout.classes) return names;
    names.clear();
    for (int64_t i = 0; i < layout.classes; ++i) names.push_back(fmt::format("{}", i));
    return names;
}

Result<Dataset> open(const Attrs& attrs, const DataRequest& request) {
    const Layout layout = isThere(request.folder, cifar10.train[0]) ? cifar10 : cifar100(attrs);
    DataIdentity identity("cifar", attrs);
    Part train, test;
    for (std::string_view name : layout.train) {
        if (name.empty() || (name != layout.train[0] && !isThere(request.folder, name))) continue;
        VITRINE_TRY(
            addFile(layout, (fs::path(request.folder) / name).string(), request, identity, train));
        if (request.progress) request.progress(0.8);
    }
    if (isThere(request.folder, layout.test))
        VITRINE_TRY(addFile(layout, (fs::path(request.folder) / layout.test).string(), request,
                            identity, test));
    Dataset set;
    set.columns = {
        {.name = "image", .dtype = DType::U8, .shape = {3, 32, 32}},
        {.name = "label", .dtype = DType::I32, .classes = classNames(layout, request.folder)}};
    set.train = examplesOf(std::move(train));
    set.test = examplesOf(std::move(test));
    set.fingerprint = identity.text(set);
    if (request.progress) request.progress(1.0);
    return set;
}

bool recognise(const std::string& folder, Attrs&) {
    if (isThere(folder, cifar10.train[0])) return true;
    return isThere(folder, "train.bin") && isThere(folder, "fine_label_names.txt");
}

}  // namespace

extern const DataFormatDescriptor descriptor;
constinit const DataFormatDescriptor descriptor{
    .id = "cifar",
    .title = "CIFAR",
    .summary =
        "CIFAR-10 and CIFAR-100 in their binary version: data_batch_1.bin … test_batch.bin, "
        "or train.bin and test.bin.",
    .columns = columns,
    .fields = fields,
    .needsFolder = true,
    .open = open,
    .recognise = recognise,
};

}  // namespace vitrine::formats::cifar
