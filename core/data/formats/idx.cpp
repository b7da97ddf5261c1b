// SPDX-License-Identifier: Apache-2.0
// Data format "idx": four IDX files in a folder, plain or gzip, as MNIST and its relatives come.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/data/arrays/array_inputs.h"
#include "core/data/data_identity.h"
#include "core/data/dataset.h"
#include "core/data/idx/idx_files.h"
#include "core/data/idx/idx_images.h"
#include "core/data/idx/idx_names.h"
#include "core/data/stored_examples.h"

namespace vitrine::formats::idx {

namespace {

namespace fs = std::filesystem;

constexpr std::array<FieldSpec, 9> fields{{
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
     .maximum = 65536,
     .help = "Labels run from 0 to one less than this, where the names do not say how many."},
    addition({.id = "names",
              .title = "Names",
              .type = FieldType::Choice,
              .defaultText = "numbers",
              .help = "What the classes are called: numbers, Fashion-MNIST's clothes, KMNIST's "
                      "syllables, or EMNIST's 26 letters, 47 or 62 characters.",
              .choices = idxNameChoices}),
    addition({.id = "first_label",
              .title = "First label",
              .type = FieldType::Int,
              .defaultNumber = 0,
              .minimum = 0,
              .maximum = 65536,
              .help = "The label of the first class: 1 for EMNIST's letters."}),
    addition({.id = "label_column",
              .title = "Label column",
              .type = FieldType::Int,
              .defaultNumber = 0,
              .minimum = 0,
              .maximum = 65536,
              .help = "Which number of an example is its class, from 0, where labels are rows of "
                      "numbers as QMNIST's are."}),
    addition({.id = "transposed",
              .title = "Transposed",
              .type = FieldType::Bool,
              .help = "Whether rows are stored as columns, as EMNIST's are."}),
}};

constexpr ColumnSpec columns[] = {
    {.name = "image", .dtype = DType::U8, .help = "Pixels [C, H, W]; 'input' for other numbers."},
    {.name = "label", .dtype = DType::I32, .help = "The class; 'target' for floats."}};

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

/// Files of a part, and what they hold.
struct Part {
    std::shared_ptr<const std::vector<std::byte>> imageBytes;
    KeptArray images;
    std::vector<int32_t> labels;
    std::vector<float> numbers;  ///< where labels are floats
    int64_t count = 0, numbersEach = 0;
};

IdxLabels labelsOf(const Attrs& attrs) {
    const auto names = idxClassNames(attrs.text("names"));
    return {names.empty() ? attrs.integer("classes") : std::ssize(names),
            attrs.integer("first_label"), attrs.integer("label_column")};
}

Result<Part> openPart(const Attrs& attrs, const DataRequest& request, DataIdentity& identity,
                      std::array<std::string_view, 2> fieldsOfPart) {
    const auto& [images, labels] = fieldsOfPart;
    for (std::string_view field : fieldsOfPart) VITRINE_TRY(checkName(field, attrs.text(field)));
    auto imageBytes = readField(attrs, request, images);
    if (!imageBytes) return imageBytes.error();
    const auto labelBytes = readField(attrs, request, labels);
    if (!labelBytes) return labelBytes.error();
    const std::string imageTitle = printable(attrs.text(images)),
                      labelTitle = printable(attrs.text(labels));
    VITRINE_TRY(checkMemory(imageTitle, imageBytes->size() + sizeof(int32_t) * labelBytes->size(),
                            request));
    Part part;
    part.imageBytes = std::make_shared<const std::vector<std::byte>>(std::move(imageBytes).value());
    auto parsed =
        parseIdxImages({imageTitle, *part.imageBytes}, {labelTitle, *labelBytes}, labelsOf(attrs));
    if (!parsed) return imported(parsed.error(), request.folder);
    identity.addFile(images, *part.imageBytes);
    identity.addFile(labels, *labelBytes);
    part.count = parsed->count();
    part.images = {.name = imageTitle, .array = parsed->images, .owner = part.imageBytes};
    part.labels = std::move(parsed->labels);
    if (part.labels.empty()) {
        part.numbers = floatsOf(parsed->numbers);
        part.numbersEach = std::ssize(part.numbers) / part.count;
    }
    return part;
}

Error unlike(std::string what) {
    return {"I04",
            std::move(what),
            {},
            "Nothing was imported.",
            "Give training and test files that belong together."};
}

Result<void> checkSameSize(const Part& train, const Part& test) {
    const auto sizes = [](const Part& part) {
        return std::span(part.images.array.extents).subspan(1);
    };
    if (!std::ranges::equal(sizes(train), sizes(test)))
        return unlike(fmt::format("training images are {}, test images {}: they must agree",
                                  fmt::join(sizes(train), "×"), fmt::join(sizes(test), "×")));
    if (train.numbersEach == test.numbersEach) return {};
    return unlike(
        fmt::format("training labels have {} floats for each example, test labels {}: "
                    "they must agree",
                    train.numbersEach, test.numbersEach));
}

/// How inputs of both parts become a column: pixels where they are pictures.
Result<InputPlan> planOf(const Part& train, bool isTransposed) {
    InputChoices choices;
    if (train.images.array.rank() == 4) choices.layout = "channels_first";
    auto plan = planInputs(train.images, choices);
    if (!plan || !isTransposed || plan->column.shape.rank() != 3) return plan;
    std::swap(plan->axes[plan->axes.size() - 2], plan->axes.back());
    const Shape stored = plan->column.shape;
    plan->column.shape = {stored[0], stored[2], stored[1]};
    return plan;
}

Column targetColumn(const Attrs& attrs, const Part& train) {
    if (train.numbersEach == 1) return {.name = "target", .dtype = DType::F32};
    if (train.numbersEach > 1)
        return {.name = "target", .dtype = DType::F32, .shape = {train.numbersEach}};
    Column label{
        .name = "label", .dtype = DType::I32, .classes = idxClassNames(attrs.text("names"))};
    if (label.classes.empty())
        for (int64_t i = 0; i < attrs.integer("classes"); ++i)
            label.classes.push_back(fmt::format("{}", i + attrs.integer("first_label")));
    return label;
}

ExampleSet examplesOf(const Part& part, const InputPlan& plan) {
    auto stored = std::make_shared<StoredExamples>();
    const ColumnValues values = valuesOf(part.images, plan);
    stored->addBorrowed(values.bytes, plan.column.bytes(), values.owner);
    if (part.numbersEach > 0)
        stored->addNumbers<float>(part.numbers, part.numbersEach);
    else
        stored->addNumbers<int32_t>(part.labels);
    return {part.count, std::move(stored), 0};
}

Result<Dataset> open(const Attrs& attrs, const DataRequest& request) {
    Dataset set;
    DataIdentity identity("idx", attrs);
    auto train = openPart(attrs, request, identity, {"train_images", "train_labels"});
    if (!train) return train.error();
    if (request.progress) request.progress(0.8);
    auto test = openPart(attrs, request, identity, {"test_images", "test_labels"});
    if (!test) return test.error();
    VITRINE_TRY(checkSameSize(*train, *test));
    const auto plan = planOf(*train, attrs.flag("transposed"));
    if (!plan) return plan.error();
    set.columns = {plan->column, targetColumn(attrs, *train)};
    set.train = examplesOf(*train, *plan);
    set.test = examplesOf(*test, *plan);
    set.fingerprint = identity.text(set);
    if (request.progress) request.progress(1.0);
    return set;
}

bool areThere(const std::string& folder, const Attrs& attrs) {
    constexpr std::string_view names[] = {"train_images", "train_labels", "test_images",
                                          "test_labels"};
    return std::ranges::all_of(
        names, [&](std::string_view field) { return findIdxFile(folder, attrs.text(field)).ok(); });
}

/// The files that the fields name, else those of a set that is known by its names, which says what
/// its classes are too.
bool recognise(const std::string& folder, Attrs& attrs) {
    const auto known = knownIdxSet(folder);
    const bool isNamed = areThere(folder, attrs);
    if (!known) return isNamed;
    if (!isNamed) {
        attrs.with("train_images", known->trainImages).with("train_labels", known->trainLabels);
        attrs.with("test_images", known->testImages).with("test_labels", known->testLabels);
    }
    attrs.with("names", std::string(known->names)).with("first_label", known->firstLabel);
    attrs.with("transposed", known->isTransposed);
    return true;
}

}  // namespace

extern const DataFormatDescriptor descriptor;
constinit const DataFormatDescriptor descriptor{
    .id = "idx",
    .title = "IDX files",
    .summary =
        "Images and labels in four IDX files, plain or gzip, as MNIST and its relatives "
        "come.",
    .columns = columns,
    .fields = fields,
    .needsFolder = true,
    .open = open,
    .recognise = recognise,
};

}  // namespace vitrine::formats::idx
