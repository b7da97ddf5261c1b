// SPDX-License-Identifier: Apache-2.0
// Arrays first, then pictures.
#include "core/session/asked_sizes.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/file.h"
#include "core/data/pictures/picture_file.h"
#include "core/graph/names.h"
#include "core/session/declared_arrays.h"

namespace vitrine {

namespace {

using Inputs = std::vector<const onnx::ValueInfo*>;

/// Numbers that names stand for, and who has said so.
class Names {
  public:
    explicit Names(const AskedWith& with) {
        for (const auto& [name, extent] : with.sizes) m_known[name] = {extent, "the size chosen"};
    }

    Result<void> note(const std::string& name, int64_t extent, std::string who) {
        const auto [at, isNew] = m_known.try_emplace(name, Said{extent, who});
        if (isNew || at->second.extent == extent) return {};
        return Error{"P13",
                     fmt::format("{} is {} by {} and {} by {}, wanted one number", quoted(name),
                                 at->second.extent, at->second.who, extent, who),
                     {},
                     "Nothing was computed.",
                     "Give what has the same extent there."};
    }
    bool knows(const std::string& name) const { return m_known.contains(name); }
    std::map<std::string, int64_t, std::less<>> extents() const {
        std::map<std::string, int64_t, std::less<>> list;
        for (const auto& [name, said] : m_known) list.emplace(name, said.extent);
        return list;
    }

  private:
    struct Said {
        int64_t extent = 0;
        std::string who;
    };
    std::map<std::string, Said, std::less<>> m_known;
};

/// Batches are none of it, unless one was chosen: they come with the arrays.
Result<void> noteArray(Names& names, const onnx::ValueInfo& input, const Shape& shape) {
    if (!input.type.shape || std::ssize(*input.type.shape) != shape.rank()) return {};
    for (size_t k = 0; k < input.type.shape->size(); ++k)
        if (onnx::isOpen((*input.type.shape)[k]) &&
            (k > 0 || names.knows(onnx::extentName(input, k))))
            VITRINE_TRY(names.note(onnx::extentName(input, k), shape[static_cast<int>(k)],
                                   fmt::format("the array for {}", quoted(input.name))));
    return {};
}

Result<void> notePicture(Names& names, const onnx::ValueInfo& input, const std::string& path,
                         std::vector<std::string>& remarks) {
    if (!input.type.shape || input.type.shape->size() != 4) return {};
    const bool isKnown = [&] {
        for (size_t k : {2, 3})
            if (onnx::isOpen((*input.type.shape)[k]) && !names.knows(onnx::extentName(input, k)))
                return false;
        return true;
    }();
    if (isKnown) return {};
    const auto picture = lookAtPictureFile(path, printable(path));
    if (!picture) return picture.error();
    std::vector<std::string> taken;
    for (const auto& [k, extent] : {std::pair(size_t{2}, picture->height), {3, picture->width}}) {
        const std::string name = onnx::extentName(input, k);
        if (!onnx::isOpen((*input.type.shape)[k]) || names.knows(name)) continue;
        VITRINE_TRY(names.note(name, extent, quoted(path)));
        taken.push_back(fmt::format("{} is {}", printable(name, 40), extent));
    }
    remarks.push_back(fmt::format("{}: the size of {}", fmt::join(taken, ", "), quoted(path)));
    return {};
}

}  // namespace

std::vector<const onnx::ValueInfo*> askedInputs(const onnx::Model& model) {
    Inputs inputs;
    for (const onnx::ValueInfo& input : model.graph->inputs) {
        const auto isWeight = [&](const onnx::Tensor& tensor) { return tensor.name == input.name; };
        if (std::ranges::none_of(model.graph->initializers, isWeight)) inputs.push_back(&input);
    }
    return inputs;
}

Result<void> checkSizeNames(const onnx::Model& model,
                            const std::map<std::string, int64_t, std::less<>>& sizes) {
    std::vector<std::string> open;
    for (const onnx::ValueInfo* input : askedInputs(model))
        for (size_t k = 0; input->type.shape && k < input->type.shape->size(); ++k)
            if (onnx::isOpen((*input->type.shape)[k])) open.push_back(onnx::extentName(*input, k));
    for (const auto& [name, extent] : sizes) {
        if (std::ranges::find(open, name) != open.end()) continue;
        for (std::string& word : open) word = quoted(word);
        return Error{"U29",
                     fmt::format("{} leaves no size {} open", quoted(model.path), quoted(name)),
                     {},
                     "Nothing was done.",
                     open.empty() ? "All its sizes are fixed."
                                  : fmt::format("Open are {}.", fmt::join(open, ", "))};
    }
    return {};
}

Result<AskedSizes> askedSizes(const onnx::Model& model, const AskedWith& with) {
    VITRINE_TRY(checkSizeNames(model, with.sizes));
    const Inputs inputs = askedInputs(model);
    Names names(with);
    AskedSizes found;
    for (const NamedTensor& array : with.arrays)
        if (const onnx::ValueInfo* input = inputFor(inputs, array.name))
            VITRINE_TRY(noteArray(names, *input, array.data->shape));
    for (const NamedFile& picture : with.pictures)
        if (const onnx::ValueInfo* input = inputFor(inputs, picture.name))
            VITRINE_TRY(notePicture(names, *input, picture.path, found.remarks));
    found.extents = names.extents();
    return found;
}

}  // namespace vitrine
