// SPDX-License-Identifier: Apache-2.0
// Recognises data, and reads fields and transforms.
#include "core/session/data_wishes.h"

#include <utility>

#include "core/data/dataset.h"
#include "core/data/transform.h"
#include "core/session/chosen_text.h"
#include "core/session/data_choice.h"

namespace vitrine {

namespace {

/// The path itself is kept by whoever asked: a run notes it on its own.
void recogniseFormat(const std::string& path, Project& project) {
    if (path.empty()) return;
    auto found = dataIn(path, project);
    if (!found) return;
    project.data.format = std::move(found->format);
    project.data.fields = std::move(found->fields);
}

Result<void> applyFields(const std::string& text, DataSettings& data) {
    const DataFormatDescriptor* format = findDataFormat(data.format);
    Attrs attrs(format ? format->fields : std::span<const FieldSpec>());
    for (const DataSettings::Field& field : data.fields)
        VITRINE_TRY(attrs.set(field.id, field.value));
    VITRINE_TRY(setFieldsFromText(attrs, "data-fields", text));
    data.fields = dataFields(attrs);
    return {};
}

Result<void> applyTransforms(std::string_view option, const std::vector<std::string>& texts,
                             std::vector<ChosenThing>& list) {
    if (texts.empty()) return {};
    list.clear();
    for (const std::string& text : texts) {
        if (text == "none") continue;
        auto one = chosenFromText(option, text, allTransforms());
        if (!one) return one.error();
        list.push_back(std::move(one).value());
    }
    return {};
}

Result<void> applySampling(const std::string& text, DataSettings& data) {
    for (const Sampling sampling : {Sampling::EachOnce, Sampling::Balanced})
        if (text == samplingId(sampling)) {
            data.sampling = sampling;
            return {};
        }
    return unknownChoice("sampling", text, {"each_once", "balanced"});
}

}  // namespace

Result<void> apply(const DataWishes& wishes, Project& project) {
    recogniseFormat(wishes.path, project);
    if (wishes.fields) VITRINE_TRY(applyFields(*wishes.fields, project.data));
    VITRINE_TRY(
        applyTransforms("transform", wishes.trainingTransforms, project.data.trainingTransforms));
    VITRINE_TRY(applyTransforms("test-transform", wishes.evaluationTransforms,
                                project.data.evaluationTransforms));
    if (wishes.sampling) VITRINE_TRY(applySampling(*wishes.sampling, project.data));
    return {};
}

}  // namespace vitrine
