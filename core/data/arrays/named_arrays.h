// SPDX-License-Identifier: Apache-2.0
// From arrays that have names to a data set: which is which, by names that the user gives or that
// people usually give.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/field.h"
#include "core/data/arrays/array_fields.h"
#include "core/data/arrays/array_roles.h"
#include "core/data/arrays/array_store.h"
#include "core/data/dataset.h"

namespace vitrine {

/// Arrays of one source.
class NamedArrays {
  public:
    virtual ~NamedArrays() = default;
    virtual const std::vector<std::string>& names() const = 0;
    /// What an array is by its name. Nothing: that says nothing.
    virtual std::optional<ArrayUse> use(const std::string& name) const { return useOf(name); }
    virtual Result<KeptArray> read(const std::string& name, const std::stop_token& stop) = 0;
};

inline constexpr std::string_view testedChoices[] = {"test", "validation"};

constexpr FieldSpec arrayField(std::string_view id, std::string_view title) {
    return {.id = id,
            .title = title,
            .type = FieldType::Text,
            .help =
                "Name of an array; empty: by usual names, such as train_images, x_train, "
                "images, X, or train_labels, y_test, labels, y."};
}
inline constexpr FieldSpec testedOnField{
    .id = "tested_on",
    .title = "Tested on",
    .type = FieldType::Choice,
    .defaultText = "test",
    .help = "Which part is the test part where there are both.",
    .choices = testedChoices};

/// Of formats whose arrays have names.
inline constexpr FieldSpec namedArrayFields[] = {
    arrayField("train_images", "Training inputs"),
    arrayField("train_labels", "Training labels"),
    arrayField("test_images", "Test inputs"),
    arrayField("test_labels", "Test labels"),
    testedOnField,
    layoutField,
    valuesField,
    targetsField,
    pictureSizeField("height", "Height"),
    pictureSizeField("width", "Width"),
    testShareField,
};

inline constexpr ColumnSpec namedArrayColumns[] = {
    {.name = "image", .dtype = DType::U8, .help = "Pixels [C, H, W]; 'input' for other numbers."},
    {.name = "label",
     .dtype = DType::I32,
     .help = "The class; 'labels' for several, 'target' for numbers, 'mask' for pictures."}};

/// `attrs` has arrayFields `train_images`, `train_labels`, `test_images` and `test_labels`,
/// testedOnField, and what datasetOf asks for. Errors: "N11" (no array of that name or use, with
/// what there is), those of reading and of datasetOf.
Result<Dataset> openNamedArrays(std::string_view format, NamedArrays& arrays, const Attrs& attrs,
                                const DataRequest& request);

}  // namespace vitrine
