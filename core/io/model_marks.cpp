// SPDX-License-Identifier: Apache-2.0
// Marks are made of what is there when a project is saved, and compared when it is opened.
#include "core/io/model_marks.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/io/project_path.h"
#include "core/onnx/onnx_content.h"

namespace vitrine {

namespace {

/// By the names of their tensors; several parameters may share one.
using Tensors = std::map<std::string_view, const Parameter*>;

std::map<std::string_view, Tensors> tensorsByFile(const Graph& graph) {
    std::map<std::string_view, Tensors> byFile;
    for (const auto& [id, parameter] : graph.parameters())
        if (parameter.file)
            byFile[parameter.file->path].try_emplace(parameter.file->tensor, &parameter);
    return byFile;
}

/// The whole of what is small; else stretches from the first to the last byte, as far apart as the
/// next.
void addSamples(Sha256& digest, std::span<const std::byte> bytes) {
    constexpr size_t stretch = 64, stretches = 16;
    if (bytes.size() <= stretch * stretches) return digest.add(bytes);
    const size_t last = bytes.size() - stretch;
    for (size_t k = 0; k < stretches; ++k)
        digest.add(bytes.subspan(last / (stretches - 1) * k, stretch));
    digest.add(bytes.last(stretch));
}

/// Empty where some have no numbers.
std::string markOf(const Tensors& tensors) {
    Sha256 digest;
    for (const auto& [tensor, parameter] : tensors) {
        if (!parameter->data) return {};
        const std::string head =
            fmt::format("{}\n{} {}\n", tensor, vitrine::name(parameter->data->dtype),
                        parameter->data->shape.elements());
        digest.add(std::as_bytes(std::span(head)));
        addSamples(digest, parameter->data->bytes);
    }
    return digest.hex().substr(0, 32);
}

/// Absolute, as parameters name it.
std::string pathOf(const ModelMark& mark, const std::string& projectFile) {
    std::error_code failure;
    const std::string path = resolvedFolder(mark.file, projectFile);
    return std::filesystem::absolute(path, failure).lexically_normal().string();
}

}  // namespace

std::vector<ModelMark> marksOf(const Graph& graph) {
    std::vector<ModelMark> marks;
    for (const auto& [path, tensors] : tensorsByFile(graph)) {
        if (!isOnnxModel(std::string(path))) continue;
        std::string mark = markOf(tensors);
        if (!mark.empty())
            marks.push_back(
                {std::string(path), std::move(mark), static_cast<int64_t>(tensors.size())});
    }
    return marks;
}

std::vector<Error> replacedModels(const Project& project) {
    std::vector<Error> remarks;
    if (project.models.empty()) return remarks;
    const std::vector<ModelMark> now = marksOf(project.graph);
    for (const ModelMark& kept : project.models) {
        const std::string path = pathOf(kept, project.file);
        const auto found = std::ranges::find(now, path, &ModelMark::file);
        const bool isSame =
            found == now.end() || found->tensors != kept.tensors || found->mark == kept.mark;
        if (isSame) continue;
        remarks.push_back(
            {"C02",
             fmt::format("'{}' has been replaced: it holds other numbers than when the project "
                         "was saved, in tensors of the same names",
                         printable(path)),
             {{}, {}, path},
             "The network starts with those that are there now.",
             "Put the file back that it was, or go on if this is the one that you mean."});
    }
    return remarks;
}

void nameModels(Project& project) {
    for (ModelMark& mark : project.models) mark.file = pathOf(mark, project.file);
}

std::vector<ModelMark> marksToKeep(const Project& project) {
    std::vector<ModelMark> marks = marksOf(project.graph);
    for (const ModelMark& kept : project.models) {
        const std::string path = pathOf(kept, project.file);
        if (std::ranges::find(marks, path, &ModelMark::file) != marks.end()) continue;
        const auto isUnread = [&](const auto& entry) {
            return entry.second.file && entry.second.file->path == path && !entry.second.data;
        };
        if (std::ranges::any_of(project.graph.parameters(), isUnread))
            marks.push_back({path, kept.mark, kept.tensors});
    }
    return marks;
}

}  // namespace vitrine
