// SPDX-License-Identifier: Apache-2.0
// Writes what another program needs to train exactly the same: starting weights, and the batches of
// every epoch as the network gets them, in their order and behind all transforms.
// Usage: parity_material PROJECT EPOCHS FOLDER
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "core/base/file.h"
#include "core/data/loader.h"
#include "core/io/project_data.h"
#include "core/session/training_run.h"
#include "core/session/weights.h"
#include "core/train/model.h"

namespace vitrine {

namespace {

Result<void> writeWeights(const Project& project, const std::string& file) {
    ModelOptions options = modelOptions(project, {});
    auto model = Model::compile(project.graph, {{Mode::Train, options.batch}}, options);
    if (!model) return model.error();
    (*model)->initialise(static_cast<uint64_t>(project.training.seed));
    return saveWeights(file, (*model)->states(), (*model)->memory());
}

/// One file a column: `image.bytes`, `label.bytes`, every epoch behind the one before.
void writeBatches(const Dataset& data, const Project& project, int64_t epochs,
                  const std::filesystem::path& folder) {
    std::vector<int64_t> bytes;
    std::vector<std::ofstream> files;
    for (const Column& column : data.columns) {
        bytes.push_back(column.bytes());
        files.emplace_back(folder / (column.name + ".bytes"), std::ios::binary);
    }
    Loader loader(
        data.train, bytes,
        {.batch = project.training.batch, .seed = static_cast<uint64_t>(project.training.seed)});
    for (int64_t i = 0; i < epochs * loader.batchesPerEpoch(); ++i) {
        const Batch batch = loader.next();
        for (size_t c = 0; c < files.size(); ++c)
            files[c].write(reinterpret_cast<const char*>(batch.columns[c].data()),
                           static_cast<std::streamsize>(batch.columns[c].size()));
    }
}

/// The test part once, as `test_image.bytes`, `test_label.bytes`.
void writeTest(const Dataset& data, const std::filesystem::path& folder) {
    for (size_t c = 0; c < data.columns.size(); ++c) {
        std::ofstream file(folder / ("test_" + data.columns[c].name + ".bytes"), std::ios::binary);
        std::vector<std::byte> value(static_cast<size_t>(data.columns[c].bytes()));
        std::vector<std::span<std::byte>> to(data.columns.size());
        to[c] = value;
        for (int64_t i = 0; i < data.test.count; ++i) {
            data.test.write(i, {}, to);
            file.write(reinterpret_cast<const char*>(value.data()),
                       static_cast<std::streamsize>(value.size()));
        }
    }
}

Result<void> write(const std::string& path, int64_t epochs, const std::string& folder) {
    const auto project = loadProject(path);
    if (!project) return project.error();
    const auto data = openProjectData(
        *project, {.seed = static_cast<uint64_t>(project->training.seed), .threads = 2});
    if (!data) return data.error();
    std::filesystem::create_directories(folder);
    VITRINE_TRY(writeWeights(*project, folder + "/start.safetensors"));
    writeBatches(*data, *project, epochs, folder);
    writeTest(*data, folder);
    return {};
}

}  // namespace

}  // namespace vitrine

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fputs("usage: parity_material PROJECT EPOCHS FOLDER\n", stderr);
        return 2;
    }
    const auto written = vitrine::write(argv[1], std::stoll(argv[2]), argv[3]);
    if (!written) std::fprintf(stderr, "%s\n", written.error().text().c_str());
    return written ? 0 : 1;
}
