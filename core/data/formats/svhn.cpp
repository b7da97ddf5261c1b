// SPDX-License-Identifier: Apache-2.0
// Data format "svhn": Street View House Numbers, cropped digits (Netzer et al. 2011), in MATLAB's
// files train_32x32.mat, test_32x32.mat and extra_32x32.mat: X (32, 32, 3, N), y from 1 to 10,
// where 10 is the digit 0.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "core/base/file.h"
#include "core/data/arrays/array_dataset.h"
#include "core/data/arrays/array_fields.h"
#include "core/data/arrays/decoded_arrays.h"

namespace vitrine::formats::svhn {

namespace {

namespace fs = std::filesystem;

constexpr const char* trainFile = "train_32x32.mat";
constexpr const char* testFile = "test_32x32.mat";
constexpr const char* extraFile = "extra_32x32.mat";
constexpr int64_t side = 32, channels = 3;

constexpr FieldSpec fields[] = {
    {.id = "extra",
     .title = "Extra images",
     .type = FieldType::Bool,
     .defaultNumber = 0,
     .help = "Whether the 531,131 easier images of extra_32x32.mat are trained on too."},
    testShareField};

constexpr ColumnSpec columns[] = {
    {.name = "image", .dtype = DType::U8, .help = "Red, green and blue pixels, 3×32×32."},
    {.name = "label", .dtype = DType::I32, .help = "The digit in the middle."}};

Error imported(Error error, const std::string& path) {
    error.kept = "Nothing was imported.";
    error.place.file = path;
    return error;
}

Error noSvhn(const std::string& path, std::string what) {
    return imported({"N11",
                     fmt::format("{}: {}", printable(fs::path(path).filename().string()), what),
                     {},
                     {},
                     "Get the file of cropped digits anew."},
                    path);
}

/// MATLAB's columns become rows: each 32×32 is mirrored at its diagonal.
std::vector<std::byte> rowsOf(std::span<const std::byte> columnsFirst) {
    std::vector<std::byte> rows(columnsFirst.begin(), columnsFirst.end());
    for (size_t plane = 0; plane < rows.size(); plane += side * side)
        for (size_t y = 0; y < side; ++y)
            for (size_t x = 0; x < y; ++x)
                std::swap(rows[plane + y * side + x], rows[plane + x * side + y]);
    return rows;
}

/// The decoder lists MATLAB's axes from the last to the first: X is (N, 3, 32, 32), y is (1, N).
Result<KeptArray> readImages(decode::ArrayFile& file, const std::string& path,
                             const DataRequest& request) {
    auto images = readDecoded(file, "X", request.stop);
    if (!images) return imported(images.error(), path);
    const auto& extents = images->array.extents;
    if (images->array.type != NumberType::U8 || extents.size() != 4 || extents[1] != channels ||
        extents[2] != side || extents[3] != side)
        return noSvhn(path,
                      fmt::format("X is {}, wanted uint8 [N, 3, 32, 32]", images->array.text()));
    auto rows = std::make_shared<const std::vector<std::byte>>(rowsOf(images->array.bytes));
    images->array.bytes = *rows;
    images->owner = rows;
    return images;
}

Result<KeptArray> readLabels(decode::ArrayFile& file, const std::string& path,
                             const DataRequest& request) {
    const auto read = readDecoded(file, "y", request.stop);
    if (!read) return imported(read.error(), path);
    const std::vector<int64_t> numbers = integersOf(read->array);
    auto digits = std::make_shared<std::vector<std::byte>>();
    for (size_t i = 0; i < numbers.size(); ++i) {
        if (numbers[i] < 1 || numbers[i] > 10)
            return imported(
                {"I07",
                 fmt::format("{}: label {} of item {} is out of range, wanted 1 to 10",
                             printable(fs::path(path).filename().string()), numbers[i], i),
                 {},
                 {},
                 "Get the file of cropped digits anew."},
                path);
        digits->push_back(static_cast<std::byte>(numbers[i] % 10));
    }
    KeptArray labels{.name = "y", .array = {}, .owner = digits};
    labels.array = {.extents = {static_cast<int64_t>(numbers.size())}, .bytes = *digits};
    return labels;
}

Result<LabelledArrays> readPart(const std::string& path, const DataRequest& request) {
    auto file = decode::ArrayFile::open(path, decode::Kind::Mat, {.stop = request.stop});
    if (!file) return imported(file.error(), path);
    if (!file->find("X") || !file->find("y"))
        return noSvhn(path, "it has no X and y, as the file of cropped digits has");
    auto labels = readLabels(*file, path, request);
    if (!labels) return labels.error();
    auto images = readImages(*file, path, request);
    if (!images) return images.error();
    return LabelledArrays{.inputs = std::move(images).value(),
                          .targets = std::move(labels).value()};
}

/// One array behind the other.
void append(KeptArray& to, const KeptArray& more) {
    auto both = std::make_shared<std::vector<std::byte>>();
    both->reserve(to.array.bytes.size() + more.array.bytes.size());
    for (const KeptArray* each : {&std::as_const(to), &more})
        both->insert(both->end(), each->array.bytes.begin(), each->array.bytes.end());
    to.array.extents[0] += more.array.extents[0];
    to.array.bytes = *both;
    to.owner = std::move(both);
}

/// What is known of these arrays: no choice of the user's.
Attrs understood(const Attrs& attrs) {
    static constexpr FieldSpec known[] = {layoutField, valuesField, targetsField, testShareField};
    Attrs all(known);
    all.with("layout", std::string("channels_first"))
        .with("values", std::string("bytes"))
        .with("labels", std::string("classes"))
        .with("test_share", attrs.real("test_share"));
    return all;
}

bool isThere(const std::string& folder, const char* name) {
    std::error_code failure;
    return fs::is_regular_file(fs::path(folder) / name, failure);
}

Result<Dataset> open(const Attrs& attrs, const DataRequest& request) {
    ArrayParts parts{.format = "svhn", .train = {}};
    auto train = readPart((fs::path(request.folder) / trainFile).string(), request);
    if (!train) return train.error();
    parts.train = std::move(train).value();
    if (attrs.flag("extra")) {
        const auto extra = readPart((fs::path(request.folder) / extraFile).string(), request);
        if (!extra) return extra.error();
        append(parts.train.inputs, extra->inputs);
        append(*parts.train.targets, *extra->targets);
    }
    if (request.progress) request.progress(0.5);
    if (isThere(request.folder, testFile)) {
        auto test = readPart((fs::path(request.folder) / testFile).string(), request);
        if (!test) return test.error();
        parts.test = std::move(test).value();
    }
    auto set = datasetOf(parts, understood(attrs), request);
    if (!set) return set;
    // A part of the set may lack a digit; it is a class all the same.
    set->columns[1].classes.clear();
    for (int digit = 0; digit < 10; ++digit)
        set->columns[1].classes.push_back(fmt::format("{}", digit));
    return set;
}

bool recognise(const std::string& folder, Attrs&) { return isThere(folder, trainFile); }

}  // namespace

extern const DataFormatDescriptor descriptor;
constinit const DataFormatDescriptor descriptor{
    .id = "svhn",
    .title = "SVHN",
    .summary =
        "Street View House Numbers, cropped digits: train_32x32.mat, test_32x32.mat and "
        "extra_32x32.mat in a folder.",
    .columns = columns,
    .fields = fields,
    .needsFolder = true,
    .open = open,
    .recognise = recognise,
};

}  // namespace vitrine::formats::svhn
