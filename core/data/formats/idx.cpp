// SPDX-License-Identifier: Apache-2.0
// Data format "idx": four IDX files in a folder, plain or gzip, as MNIST and its relatives come.
#include <fmt/format.h>

#include <array>
#include <filesystem>

#include "core/base/file.h"
#include "core/data/dataset.h"
#include "core/data/idx/idx_images.h"

namespace vitrine::formats::idx {

namespace {

namespace fs = std::filesystem;

constexpr std::array<FieldSpec, 5> fields{{
    {.id = "train_images",
     .title = "Training images",
     .type = FieldType::Text,
     .defaultText = "train-images-idx3-ubyte",
     .help = "File in the data folder; .gz is tried too."},
    {.id = "train_labels",
     .title = "Training labels",
     .type = FieldType::Text,
     .defaultText = "train-labels-idx1-ubyte",
     .help = "File in the data folder; .gz is tried too."},
    {.id = "test_images",
     .title = "Test images",
     .type = FieldType::Text,
     .defaultText = "t10k-images-idx3-ubyte",
     .help = "File in the data folder; .gz is tried too."},
    {.id = "test_labels",
     .title = "Test labels",
     .type = FieldType::Text,
     .defaultText = "t10k-labels-idx1-ubyte",
     .help = "File in the data folder; .gz is tried too."},
    {.id = "classes",
     .title = "Classes",
     .type = FieldType::Int,
     .defaultNumber = 10,
     .minimum = 1,
     .maximum = 256,
     .help = "Labels run from 0 to one less than this."},
}};

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
                 "Name the folder with --data, and the file alone."};
}

/// The file as named, or with .gz at its end.
std::string locate(const std::string& folder, const std::string& name) {
    const fs::path plain = fs::path(folder) / name;
    const fs::path packed = fs::path(folder) / (name + ".gz");
    std::error_code ignored;
    return !fs::exists(plain, ignored) && fs::exists(packed, ignored) ? packed.string()
                                                                      : plain.string();
}

Error imported(Error error, const std::string& path) {
    error.kept = "Nothing was imported.";
    if (error.place.file.empty()) error.place.file = path;
    return error;
}

Result<ImageSet> openPart(const Attrs& attrs, const DataRequest& request, std::string_view images,
                          std::string_view labels) {
    const std::string& folder = request.folder;
    const ReadLimits limits{.stop = request.stop};
    VITRINE_TRY(checkName(images, attrs.text(images)));
    VITRINE_TRY(checkName(labels, attrs.text(labels)));
    const std::string imagePath = locate(folder, attrs.text(images));
    const std::string labelPath = locate(folder, attrs.text(labels));
    const auto imageBytes = readMaybeGzip(imagePath, limits);
    if (!imageBytes) return imported(imageBytes.error(), imagePath);
    const auto labelBytes = readMaybeGzip(labelPath, limits);
    if (!labelBytes) return imported(labelBytes.error(), labelPath);
    const std::string imageTitle = printable(attrs.text(images)),
                      labelTitle = printable(attrs.text(labels));
    auto set = parseIdxImages({imageTitle, *imageBytes}, {labelTitle, *labelBytes},
                              attrs.integer("classes"));
    if (!set) return imported(set.error(), folder);
    return set;
}

Result<void> checkSameSize(const ImageSet& train, const ImageSet& test) {
    if (train.channels == test.channels && train.height == test.height && train.width == test.width)
        return {};
    return Error{"I04",
                 fmt::format("training images are {}×{}×{}, test images {}×{}×{}: they must agree",
                             train.channels, train.height, train.width, test.channels, test.height,
                             test.width),
                 {},
                 "Nothing was imported.",
                 "Give training and test files that belong together."};
}

Result<Dataset> open(const Attrs& attrs, const DataRequest& request) {
    Dataset set;
    auto train = openPart(attrs, request, "train_images", "train_labels");
    if (!train) return train.error();
    if (request.progress) request.progress(0.8);
    auto test = openPart(attrs, request, "test_images", "test_labels");
    if (!test) return test.error();
    VITRINE_TRY(checkSameSize(*train, *test));
    set.train = std::move(*train);
    set.test = std::move(*test);
    for (int64_t i = 0; i < attrs.integer("classes"); ++i)
        set.classNames.push_back(fmt::format("{}", i));
    if (request.progress) request.progress(1.0);
    return set;
}

}  // namespace

extern const DataFormatDescriptor descriptor;
constinit const DataFormatDescriptor descriptor{
    .id = "idx",
    .title = "IDX files",
    .summary = "Images and labels in four IDX files, plain or gzip, as MNIST comes.",
    .fields = fields,
    .needsFolder = true,
    .open = open,
};

}  // namespace vitrine::formats::idx
