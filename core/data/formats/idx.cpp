// SPDX-License-Identifier: Apache-2.0
// Data format "idx": four IDX files in a folder, plain or gzip, as MNIST and its relatives come.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/data/data_identity.h"
#include "core/data/dataset.h"
#include "core/data/idx/idx_files.h"
#include "core/data/idx/idx_images.h"
#include "core/data/stored_examples.h"

namespace vitrine::formats::idx {

namespace {

namespace fs = std::filesystem;

constexpr std::array<FieldSpec, 5> fields{{
    {.id = "train_images",
     .title = "Training images",
     .type = FieldType::Text,
     .defaultText = "train-images-idx3-ubyte",
     .help = "File in the data folder; .gz and other spellings are tried too."},
    {.id = "train_labels",
     .title = "Training labels",
     .type = FieldType::Text,
     .defaultText = "train-labels-idx1-ubyte",
     .help = "File in the data folder; .gz and other spellings are tried too."},
    {.id = "test_images",
     .title = "Test images",
     .type = FieldType::Text,
     .defaultText = "t10k-images-idx3-ubyte",
     .help = "File in the data folder; .gz and other spellings are tried too."},
    {.id = "test_labels",
     .title = "Test labels",
     .type = FieldType::Text,
     .defaultText = "t10k-labels-idx1-ubyte",
     .help = "File in the data folder; .gz and other spellings are tried too."},
    {.id = "classes",
     .title = "Classes",
     .type = FieldType::Int,
     .defaultNumber = 10,
     .minimum = 1,
     .maximum = 256,
     .help = "Labels run from 0 to one less than this."},
}};

constexpr ColumnSpec columns[] = {
    {.name = "image", .dtype = DType::U8, .help = "Pixels [C, H, W]."},
    {.name = "label", .dtype = DType::I32, .help = "The class of the image."}};

/// A project names files beside each other, never paths that lead out of the data folder.
Result<void> checkName(std::string_view field, const std::string& name) {
    if (!name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos &&
        name.find('\0') == std::string::npos)
        return {};
    Place place;
    place.field = field;
    return Error{"P08",
                 fmt::format("{}: '{}' must be the name of a file in the data folder, without '/'",
                             field, printable(name)),
                 place, "Nothing was imported.",
                 "Name the file alone; the data folder is named for all of them."};
}

Error imported(Error error, const std::string& path) {
    error.kept = "Nothing was imported.";
    if (error.place.file.empty()) error.place.file = path;
    return error;
}

/// The unpacked contents of the file that a field names.
Result<std::vector<std::byte>> readField(const Attrs& attrs, const DataRequest& request,
                                         std::string_view field) {
    const std::string& name = attrs.text(field);
    const Result<std::string> path = findIdxFile(request.folder, name);
    if (!path) return imported(path.error(), (fs::path(request.folder) / name).string());
    auto bytes = readMaybeGzip(*path, {.stop = request.stop});
    if (!bytes) return imported(bytes.error(), *path);
    return bytes;
}

/// What the images take beside the files' bytes.
Result<void> checkMemory(std::string_view title, size_t bytes, const DataRequest& request) {
    const auto needed = static_cast<int64_t>(bytes);
    const int64_t there = request.memoryBytes > 0 ? request.memoryBytes : availableMemory();
    if (needed <= there) return {};
    return Error{"H02",
                 fmt::format("{}: its images need {}, and {} of memory are there", title,
                             sizeText(needed), sizeText(there)),
                 {},
                 "Nothing was imported.",
                 "Take a part of the images, or close other programs."};
}

Result<LabelledImages> openPart(const Attrs& attrs, const DataRequest& request,
                                DataIdentity& identity, std::array<std::string_view, 2> part) {
    const auto& [images, labels] = part;
    for (std::string_view field : part) VITRINE_TRY(checkName(field, attrs.text(field)));
    const auto imageBytes = readField(attrs, request, images);
    if (!imageBytes) return imageBytes.error();
    const auto labelBytes = readField(attrs, request, labels);
    if (!labelBytes) return labelBytes.error();
    const std::string imageTitle = printable(attrs.text(images)),
                      labelTitle = printable(attrs.text(labels));
    VITRINE_TRY(checkMemory(imageTitle, imageBytes->size() + sizeof(int32_t) * labelBytes->size(),
                            request));
    auto set = parseIdxImages({imageTitle, *imageBytes}, {labelTitle, *labelBytes},
                              attrs.integer("classes"));
    if (!set) return imported(set.error(), request.folder);
    identity.addFile(images, *imageBytes);
    identity.addFile(labels, *labelBytes);
    return set;
}

Result<void> checkSameSize(const Shape& train, const Shape& test) {
    if (train == test) return {};
    return Error{"I04",
                 fmt::format("training images are {}×{}×{}, test images {}×{}×{}: they must agree",
                             train[0], train[1], train[2], test[0], test[1], test[2]),
                 {},
                 "Nothing was imported.",
                 "Give training and test files that belong together."};
}

ExampleSet examplesOf(LabelledImages images) {
    auto stored = std::make_shared<StoredExamples>();
    stored->addColumn(std::move(images.pixels), images.shape.elements());
    stored->addNumbers<int32_t>(images.labels);
    return {images.count, std::move(stored), 0};
}

Result<Dataset> open(const Attrs& attrs, const DataRequest& request) {
    Dataset set;
    DataIdentity identity("idx", attrs);
    auto train = openPart(attrs, request, identity, {"train_images", "train_labels"});
    if (!train) return train.error();
    if (request.progress) request.progress(0.8);
    auto test = openPart(attrs, request, identity, {"test_images", "test_labels"});
    if (!test) return test.error();
    VITRINE_TRY(checkSameSize(train->shape, test->shape));
    set.columns = {{.name = "image", .dtype = DType::U8, .shape = train->shape},
                   {.name = "label", .dtype = DType::I32}};
    for (int64_t i = 0; i < attrs.integer("classes"); ++i)
        set.columns[1].classes.push_back(fmt::format("{}", i));
    set.train = examplesOf(std::move(*train));
    set.test = examplesOf(std::move(*test));
    set.fingerprint = identity.text(set);
    if (request.progress) request.progress(1.0);
    return set;
}

bool recognise(const std::string& folder, Attrs& attrs) {
    return std::ranges::all_of(fields, [&](const FieldSpec& field) {
        return field.type != FieldType::Text || findIdxFile(folder, attrs.text(field.id)).ok();
    });
}

}  // namespace

extern const DataFormatDescriptor descriptor;
constinit const DataFormatDescriptor descriptor{
    .id = "idx",
    .title = "IDX files",
    .summary = "Images and labels in four IDX files, plain or gzip, as MNIST comes.",
    .columns = columns,
    .fields = fields,
    .needsFolder = true,
    .open = open,
    .recognise = recognise,
};

}  // namespace vitrine::formats::idx
