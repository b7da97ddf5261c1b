// SPDX-License-Identifier: Apache-2.0
// Data format "npy": NumPy's arrays, in an .npz file or in .npy files of a folder. MedMNIST's and
// Keras's files open as they are.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/base/nearest_word.h"
#include "core/data/arrays/array_dataset.h"
#include "core/data/arrays/array_fields.h"
#include "core/data/arrays/array_roles.h"
#include "core/data/arrays/array_store.h"

namespace vitrine::formats::npy {

namespace {

constexpr std::string_view testedChoices[] = {"test", "validation"};

constexpr FieldSpec arrayField(std::string_view id, std::string_view title) {
    return {.id = id,
            .title = title,
            .type = FieldType::Text,
            .help =
                "Name of an array; empty: by usual names, such as train_images, x_train, "
                "images, X, or train_labels, y_test, labels, y."};
}

constexpr FieldSpec fields[] = {
    arrayField("train_images", "Training inputs"),
    arrayField("train_labels", "Training labels"),
    arrayField("test_images", "Test inputs"),
    arrayField("test_labels", "Test labels"),
    {.id = "tested_on",
     .title = "Tested on",
     .type = FieldType::Choice,
     .defaultText = "test",
     .help = "Which part is the test part where there are both.",
     .choices = testedChoices},
    layoutField,
    valuesField,
    targetsField,
    pictureSizeField("height", "Height"),
    pictureSizeField("width", "Width"),
    testShareField,
};

constexpr ColumnSpec columns[] = {
    {.name = "image", .dtype = DType::U8, .help = "Pixels [C, H, W]; 'input' for other numbers."},
    {.name = "label",
     .dtype = DType::I32,
     .help = "The class; 'labels' for several, 'target' for numbers, 'mask' for pictures."}};

/// What a format's user or a usual name says; empty: neither.
struct Choice {
    std::string inputs, targets;
};

Error noArray(const ArrayStore& store, std::string_view field, std::string_view wanted) {
    Error error{"N11",
                fmt::format("no array is {}; there are: {}", wanted,
                            printable(fmt::format("{}", fmt::join(store.names(), ", ")), 200)),
                {},
                "Nothing was imported.",
                "Name the array in the data's settings."};
    error.place.field = field;
    return error;
}

Result<std::string> namedArray(const ArrayStore& store, const Attrs& attrs, std::string_view field,
                               const std::string& usual) {
    const std::string& named = attrs.text(field);
    if (named.empty()) return usual;
    if (std::ranges::find(store.names(), named) != store.names().end()) return named;
    return noArray(store, field, fmt::format("called '{}'", printable(named, 80)));
}

/// By usual names; a store with one array alone holds the inputs.
Choice usualNames(const ArrayStore& store, ArrayPart part) {
    return {arrayFor(store.names(), {part, ArrayRole::Inputs}),
            arrayFor(store.names(), {part, ArrayRole::Targets})};
}

Result<Choice> trainChoice(const ArrayStore& store, const Attrs& attrs) {
    Choice usual = usualNames(store, ArrayPart::Train);
    if (usual.inputs.empty()) usual = usualNames(store, ArrayPart::All);
    if (usual.inputs.empty() && store.names().size() == 1) usual.inputs = store.names().front();
    auto inputs = namedArray(store, attrs, "train_images", usual.inputs);
    if (!inputs) return inputs.error();
    auto targets = namedArray(store, attrs, "train_labels", usual.targets);
    if (!targets) return targets.error();
    if (inputs->empty())
        return noArray(store, "train_images", "called as training inputs usually are");
    return Choice{*inputs, *targets};
}

Result<Choice> testChoice(const ArrayStore& store, const Attrs& attrs) {
    const bool prefersTest = attrs.text("tested_on") == "test";
    Choice usual = usualNames(store, prefersTest ? ArrayPart::Test : ArrayPart::Validation);
    if (usual.inputs.empty())
        usual = usualNames(store, prefersTest ? ArrayPart::Validation : ArrayPart::Test);
    auto inputs = namedArray(store, attrs, "test_images", usual.inputs);
    if (!inputs) return inputs.error();
    auto targets = namedArray(store, attrs, "test_labels", usual.targets);
    if (!targets) return targets.error();
    return Choice{*inputs, *targets};
}

Result<LabelledArrays> readArrays(const ArrayStore& store, const Choice& choice,
                                  const DataRequest& request) {
    auto inputs = store.read(choice.inputs, request.stop);
    if (!inputs) return inputs.error();
    LabelledArrays arrays{.inputs = std::move(inputs).value()};
    if (choice.targets.empty()) return arrays;
    auto targets = store.read(choice.targets, request.stop);
    if (!targets) return targets.error();
    arrays.targets = std::move(targets).value();
    return arrays;
}

/// Inputs of parts that are neither trained nor tested on.
void remarkUnused(const ArrayStore& store, const Choice& train, const Choice& test, Dataset& set) {
    for (const std::string& name : store.names()) {
        const auto use = useOf(name);
        if (!use || use->role != ArrayRole::Inputs || name == train.inputs || name == test.inputs)
            continue;
        set.remarks.push_back(
            {"N11",
             fmt::format("array '{}' is neither trained nor tested on", printable(name, 80)),
             {},
             "It was left out.",
             "Choose with 'Tested on' which part is the test part."});
    }
}

Result<Dataset> open(const Attrs& attrs, const DataRequest& request) {
    const auto store = ArrayStore::open(request.folder);
    if (!store) return store.error();
    const auto trainNames = trainChoice(*store, attrs);
    if (!trainNames) return trainNames.error();
    auto testNames = testChoice(*store, attrs);
    if (!testNames) return testNames.error();
    ArrayParts parts{.format = "npy", .train = {}};
    auto train = readArrays(*store, *trainNames, request);
    if (!train) return train.error();
    parts.train = std::move(train).value();
    if (request.progress) request.progress(0.3);
    if (!testNames->inputs.empty()) {
        if (parts.train.targets && testNames->targets.empty())
            return noArray(*store, "test_labels", "called as labels of the test part usually are");
        if (!parts.train.targets) testNames->targets.clear();
        auto test = readArrays(*store, *testNames, request);
        if (!test) return test.error();
        parts.test = std::move(test).value();
    }
    auto set = datasetOf(parts, attrs, request);
    if (set) remarkUnused(*store, *trainNames, *testNames, *set);
    return set;
}

bool recognise(const std::string& path, Attrs&) { return holdsArrays(path); }

}  // namespace

extern const DataFormatDescriptor descriptor;
constinit const DataFormatDescriptor descriptor{
    .id = "npy",
    .title = "NumPy arrays",
    .summary =
        "Arrays of inputs and labels in an .npz file, or in .npy files of a folder, as "
        "MedMNIST and Keras come.",
    .columns = columns,
    .fields = fields,
    .needsFolder = true,
    .takesFile = true,
    .open = open,
    .recognise = recognise,
};

}  // namespace vitrine::formats::npy
