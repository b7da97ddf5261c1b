// SPDX-License-Identifier: Apache-2.0
// Counts labels, or asks the fields of data that are drawn.
#include "core/session/data_facts.h"

#include <algorithm>

namespace vitrine {

DataFacts factsOf(const Dataset& data) {
    const ImageSet& images = data.train.count > 0 ? data.train : data.test;
    DataFacts facts{.trainCount = data.train.count,
                    .testCount = data.test.count,
                    .extents = {images.channels, images.height, images.width},
                    .trainLabels = {}};
    for (const ImageSet* set : {&data.train, &data.test}) {
        if (set->source) facts.largestLabel = static_cast<int32_t>(data.classes()) - 1;
        for (int32_t label : set->labels) facts.largestLabel = std::max(facts.largestLabel, label);
    }
    if (data.train.source) return facts;  // its labels come with its images, later
    facts.trainLabels.resize(static_cast<size_t>(facts.largestLabel + 1));
    for (int32_t label : data.train.labels)
        if (label >= 0) ++facts.trainLabels[static_cast<size_t>(label)];
    return facts;
}

DataFacts factsOf(const DataSettings& data) {
    const DataFormatDescriptor* format = findDataFormat(data.format);
    if (!format || format->needsFolder) return {};
    Attrs attrs(format->fields);
    for (const DataSettings::Field& field : data.fields)
        if (!attrs.set(field.id, field.value)) return {};
    if (!attrs.has("train") || !attrs.has("test")) return {};
    DataFacts facts;
    facts.trainCount = attrs.integer("train");
    facts.testCount = attrs.integer("test");
    const auto sample = format->open(attrs.with("train", int64_t{1}).with("test", int64_t{1}), {});
    if (sample) facts.extents = factsOf(*sample).extents;
    return facts;
}

}  // namespace vitrine
