// SPDX-License-Identifier: Apache-2.0
// Data format "stl10": STL-10 in its binary version (Coates, Ng, Lee 2011). Pictures of 96×96 whose
// planes lie column by column; labels from 1 to 10.
#include <fmt/format.h>

#include <filesystem>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/base/mapped_file.h"
#include "core/base/memory.h"
#include "core/data/arrays/number_array.h"
#include "core/data/data_identity.h"
#include "core/data/dataset.h"
#include "core/data/stored_examples.h"

namespace vitrine::formats::stl10 {

namespace {

namespace fs = std::filesystem;

constexpr int64_t side = 96, imageBytes = 3 * side * side, classes = 10;
constexpr std::string_view classFile = "class_names.txt", innerFolder = "stl10_binary";

constexpr ColumnSpec columns[] = {
    {.name = "image", .dtype = DType::U8, .help = "Red, green and blue pixels, 3×96×96."},
    {.name = "label", .dtype = DType::I32, .help = "The class of the image."}};

bool isThere(const fs::path& folder, std::string_view name) {
    std::error_code failure;
    return fs::is_regular_file(folder / name, failure);
}

/// The folder that the files lie in: this one, or the one that the archive unpacks to.
fs::path folderOf(const std::string& folder) {
    const fs::path inner = fs::path(folder) / innerFolder;
    return !isThere(folder, "train_X.bin") && isThere(inner, "train_X.bin") ? inner
                                                                            : fs::path(folder);
}

Error imported(Error error, const fs::path& path) {
    error.kept = "Nothing was imported.";
    error.place.file = path.string();
    if (error.next.empty()) error.next = "Unpack the set again.";
    return error;
}

struct Part {
    std::shared_ptr<const MappedFile> pixels;
    std::vector<int32_t> labels;
    int64_t count() const { return std::ssize(labels); }
};

Result<std::vector<int32_t>> labelsIn(const fs::path& path, int64_t images) {
    const auto bytes = readFile(path.string());
    if (!bytes) return imported(bytes.error(), path);
    const std::string title = path.filename().string();
    if (std::ssize(*bytes) != images)
        return imported({"F01",
                         fmt::format("{} has {}, wanted one for each of {}", title,
                                     countOf(bytes->size(), "label"), countOf(images, "image")),
                         {},
                         {},
                         {}},
                        path);
    std::vector<int32_t> labels;
    for (const std::byte byte : *bytes) {
        const auto label = std::to_integer<int32_t>(byte);
        if (label < 1 || label > classes)
            return imported({"F02",
                             fmt::format("{}: label {} of item {} is out of range, {} classes are "
                                         "from 1 to {}",
                                         title, label, labels.size(), classes, classes),
                             {},
                             {},
                             {}},
                            path);
        labels.push_back(label - 1);
    }
    return labels;
}

Result<Part> openPart(const fs::path& folder, std::string_view name) {
    const fs::path path = folder / fmt::format("{}_X.bin", name);
    auto pixels = MappedFile::open(path.string());
    if (!pixels) return imported(pixels.error(), path);
    const auto size = std::ssize((*pixels)->bytes());
    if (size % imageBytes != 0)
        return imported(
            {"F01",
             fmt::format("{}: it has {} bytes, wanted a multiple of {} (3×96×96 pixels)",
                         path.filename().string(), size, imageBytes),
             {},
             {},
             {}},
            path);
    auto labels = labelsIn(folder / fmt::format("{}_y.bin", name), size / imageBytes);
    if (!labels) return labels.error();
    return Part{std::move(pixels).value(), std::move(labels).value()};
}

Result<void> checkMemory(int64_t images, const DataRequest& request) {
    const int64_t needed = images * imageBytes;
    const int64_t there = request.memoryBytes > 0 ? request.memoryBytes : availableMemory();
    if (needed <= there) return {};
    return Error{"H02",
                 fmt::format("{} of 96×96 need {}, and {} of memory are there",
                             countOf(images, "image"), sizeText(needed), sizeText(there)),
                 {},
                 "Nothing was imported.",
                 "Close other programs."};
}

/// Planes row by row, as everybody else has them.
ExampleSet examplesOf(const Part& part) {
    const NumberArray array{.extents = {part.count(), 3, side, side},
                            .bytes = part.pixels->bytes()};
    constexpr size_t axes[] = {0, 1, 3, 2};
    auto stored = std::make_shared<StoredExamples>();
    stored->addColumn(pixelsOf(array, PixelScale::AsTheyAre, axes), imageBytes);
    stored->addNumbers<int32_t>(part.labels);
    return {part.count(), std::move(stored), 0};
}

/// Numbers from 1 on where the file of names is not there.
std::vector<std::string> classNames(const fs::path& folder) {
    std::vector<std::string> names;
    if (const auto bytes = readFile((folder / classFile).string(), {.bytes = 1 << 16})) {
        std::string line;
        for (const std::byte byte : *bytes) {
            const char c = std::to_integer<char>(byte);
            if (c != '\n' && c != '\r') {
                line += c;
                continue;
            }
            if (!line.empty()) names.push_back(printable(line, 60));
            line.clear();
        }
        if (!line.empty()) names.push_back(printable(line, 60));
    }
    if (std::ssize(names) == classes) return names;
    names.clear();
    for (int64_t i = 1; i <= classes; ++i) names.push_back(fmt::format("{}", i));
    return names;
}

Result<Dataset> open(const Attrs& attrs, const DataRequest& request) {
    const fs::path folder = folderOf(request.folder);
    const auto train = openPart(folder, "train");
    if (!train) return train.error();
    const auto test = openPart(folder, "test");
    if (!test) return test.error();
    VITRINE_TRY(checkMemory(train->count() + test->count(), request));
    Dataset set;
    set.columns = {{.name = "image", .dtype = DType::U8, .shape = {3, side, side}},
                   {.name = "label", .dtype = DType::I32, .classes = classNames(folder)}};
    set.train = examplesOf(*train);
    if (request.progress) request.progress(0.4);
    set.test = examplesOf(*test);
    DataIdentity identity("stl10", attrs);
    for (const Part* part : {&*train, &*test}) {
        if (const auto trouble = part->pixels->trouble()) return imported(*trouble, folder);
        identity.addFile("pixels", part->pixels->bytes());
        identity.addFile("labels", std::as_bytes(std::span(part->labels)));
    }
    set.fingerprint = identity.text(set);
    if (request.progress) request.progress(1.0);
    return set;
}

bool recognise(const std::string& path, Attrs&) {
    const fs::path folder = folderOf(path);
    return isThere(folder, "train_X.bin") && isThere(folder, "train_y.bin") &&
           isThere(folder, "test_X.bin") && isThere(folder, "test_y.bin");
}

}  // namespace

extern const DataFormatDescriptor descriptor;
constinit const DataFormatDescriptor descriptor{
    .id = "stl10",
    .title = "STL-10",
    .summary = "STL-10 in its binary version: train_X.bin, train_y.bin, test_X.bin, test_y.bin.",
    .columns = columns,
    .needsFolder = true,
    .open = open,
    .recognise = recognise,
};

}  // namespace vitrine::formats::stl10
