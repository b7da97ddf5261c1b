// SPDX-License-Identifier: Apache-2.0
// An archive, folders, tensors of protobuf.
#include "tests/support/onnx_suite.h"

#include <QDir>
#include <QFile>
#include <QProcess>

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "core/base/mapped_file.h"
#include "core/onnx/model.h"
#include "core/onnx/tensor_numbers.h"

namespace vitrine::test {

namespace fs = std::filesystem;

std::string onnxSuite(const std::string& scratch) {
    const QString data = qEnvironmentVariable("VITRINE_TEST_DATA") + "/onnx-backend";
    const QString archive = data + "/backend-data.tar.xz";
    if (QDir(data + "/node").exists()) return data.toStdString();
    if (!QFile::exists(archive)) return {};
    const QString into = QString::fromStdString(scratch);
    const bool isThere = QDir(into + "/node").exists() ||
                         QProcess::execute("tar", {"-xJf", archive, "-C", into}) == 0;
    return isThere ? scratch : std::string();
}

std::vector<std::string> onnxSuiteCases(const std::string& suite) {
    std::vector<std::string> cases;
    for (const char* part : {"node", "simple", "pytorch-converted", "pytorch-operator"}) {
        std::error_code failure;
        for (const fs::directory_entry& entry :
             fs::directory_iterator(fs::path(suite) / part, failure))
            if (fs::exists(entry.path() / "model.onnx")) cases.push_back(entry.path().string());
    }
    std::ranges::sort(cases);
    return cases;
}

std::vector<NamedTensor> onnxSuiteArrays(const std::string& folder) {
    const auto model = onnx::readModel(folder + "/model.onnx");
    if (!model) return {};
    std::set<std::string_view> weights;
    for (const auto& tensor : model->graph->initializers) weights.insert(tensor.name);
    std::vector<NamedTensor> arrays;
    size_t number = 0;
    for (const auto& input : model->graph->inputs) {
        const std::string path = fmt::format("{}/test_data_set_0/input_{}.pb", folder, number);
        if (!fs::exists(path) && weights.contains(input.name)) continue;
        ++number;
        const auto file = MappedFile::open(path);
        if (!file || input.type.kind != onnx::Type::Kind::Tensor) continue;
        const auto tensor = onnx::tensorFromBytes((*file)->bytes(), path);
        if (!tensor) continue;
        onnx::ExternalFiles none(path);
        if (const auto numbers = onnx::numbersOf(*tensor, none, *file))
            arrays.push_back({std::string(input.name), *numbers});
    }
    return arrays;
}

}  // namespace vitrine::test
