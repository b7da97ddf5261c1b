// SPDX-License-Identifier: Apache-2.0
// Transforms: what happens to an example between the data and the network. One .cpp in transforms/
// each; the build collects them. Lists of them are part of a project, one for training and one for
// evaluation.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/field.h"
#include "core/base/result.h"
#include "core/base/rng.h"
#include "core/data/dataset.h"
#include "core/tensor/shape.h"

namespace vitrine {

/// An image of an example while it is worked on: [C, H, W], row by row.
struct WorkedImage {
    Shape shape;
    std::vector<uint8_t> pixels;
    bool isMask = false;  ///< class numbers: moved with the images, never blended or coloured
    std::vector<uint8_t> spare = {};  ///< room for what comes next; swapped with `pixels` then
};

/// An example while it is worked on.
struct WorkedExample {
    std::vector<WorkedImage> images;  ///< its image columns, in the order of the data
    /// How much of each class is in it, where a transform has mixed classes; else empty.
    std::vector<float> classShares;
    int32_t label = -1;  ///< its class before that; −1: it has none
};

/// What a transform works with. All that it draws comes from `rng`, which is a function of seed,
/// epoch and example: the same whichever thread it is done on, and in whichever order.
struct TransformContext {
    const Attrs& attrs;
    Rng& rng;
    /// A function of seed and example alone, for what holds in every epoch.
    Rng& lasting;
    int64_t epoch = 0;
    WorkedExample& example;
    /// Another example of the set, as it is at this place of the list; `rng` chose it. Only where
    /// the transform mixes classes.
    const std::function<WorkedExample()>& partner;
    int64_t classes = 0;  ///< of the set's class column
};

enum class TransformGroup : uint8_t { Size, Geometry, Colour, Noise, Mixing };

struct TransformDescriptor {
    std::string_view id, title, summary;
    TransformGroup group = TransformGroup::Geometry;
    std::span<const FieldSpec> fields = {};
    bool draws = true;          ///< it draws numbers: useless in a list for evaluation
    bool mixesClasses = false;  ///< examples get shares of classes
    bool blends = false;        ///< images of two examples: masks cannot go through it
    /// Of an image behind it; null: as in front. Errors: "U28", an image that it cannot work on.
    Result<Shape> (*shape)(const Attrs&, const Shape& image) = nullptr;
    void (*apply)(TransformContext&) = nullptr;
};

std::span<const TransformDescriptor* const> allTransforms();
const TransformDescriptor* findTransform(std::string_view id);

/// A transform with its fields.
struct Transform {
    const TransformDescriptor* kind = nullptr;
    Attrs attrs;
};

/// The column whose classes transforms mix: classColumn, else the first of F32 shares, one for each
/// class. −1: none.
int mixedColumn(std::span<const Column> columns);
/// What the shares of a class column are called, which mixing adds: F32, one for each class. 1 for
/// the example's own class where nothing was mixed.
std::string sharesColumn(std::string_view classColumn);

/// Columns behind a list: images of other sizes; where classes are mixed their shares, behind all
/// others. Errors: those of the transforms' shapes, and "U28" where the data have nothing that a
/// transform works on, with their places in the list.
Result<std::vector<Column>> columnsBehind(const std::vector<Column>& columns,
                                          std::span<const Transform> list);

/// The data with these lists in front of the network. `raw` stays as it is and is shared. Errors:
/// as above; "U28" where the lists give images of different sizes.
Result<Dataset> prepared(const Dataset& raw, std::vector<Transform> training,
                         std::vector<Transform> evaluation);

/// What a list makes of one example of `raw`: its images, before (no entry) and behind each entry.
std::vector<WorkedExample> stagesOf(const ExampleSet& raw, const std::vector<Column>& columns,
                                    std::span<const Transform> list, int64_t index,
                                    const Occasion& occasion);

}  // namespace vitrine
