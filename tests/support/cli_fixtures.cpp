// SPDX-License-Identifier: Apache-2.0
// Projects as text, IDX files byte by byte.
#include "tests/support/cli_fixtures.h"

#include <filesystem>
#include <fstream>
#include <random>

#include "core/base/check.h"

namespace vitrine::test {

namespace fs = std::filesystem;

namespace {

constexpr uint32_t imageSide = 28;

/// The same nodes, fields and numbers for every test; `data` is the data section.
std::string projectOn(const std::string& data) {
    return R"({
  "format": "vitrine-project", "version": 1, "name": "small",
  "graph": {
    "nodes": [
      {"id": "input", "op": "input", "fields": {"shape": [1, 28, 28]}},
      {"id": "conv1", "op": "conv2d", "fields": {"out_channels": 4, "kernel": [5, 5], "padding": [2, 2]}},
      {"id": "relu1", "op": "relu"},
      {"id": "pool1", "op": "max_pool2d", "fields": {"kernel": [2, 2], "stride": [2, 2]}},
      {"id": "conv2", "op": "conv2d", "fields": {"out_channels": 8, "kernel": [5, 5]}},
      {"id": "relu2", "op": "relu"},
      {"id": "pool2", "op": "max_pool2d", "fields": {"kernel": [2, 2], "stride": [2, 2]}},
      {"id": "flatten", "op": "flatten"},
      {"id": "fc", "op": "linear", "fields": {"out_features": 10}},
      {"id": "target", "op": "target", "fields": {"classes": 10}},
      {"id": "loss", "op": "cross_entropy"}
    ],
    "edges": [
      {"from": "input.x", "to": "conv1.x"},
      {"from": "conv1.y", "to": "relu1.x"},
      {"from": "relu1.y", "to": "pool1.x"},
      {"from": "pool1.y", "to": "conv2.x"},
      {"from": "conv2.y", "to": "relu2.x"},
      {"from": "relu2.y", "to": "pool2.x"},
      {"from": "pool2.y", "to": "flatten.x"},
      {"from": "flatten.y", "to": "fc.x"},
      {"from": "fc.y", "to": "loss.logits"},
      {"from": "target.labels", "to": "loss.labels"}
    ]
  },
  "data": )" +
           data + R"(,
  "training": {
    "epochs": 3, "batch": 16, "seed": 5, "lr": 0.05,
    "optimizer": {"id": "sgd", "fields": {"momentum": 0.9}},
    "schedule": {"id": "one_cycle"}
  }
}
)";
}

std::string bigEndian32(uint32_t value) {
    return {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
            static_cast<char>(value >> 8), static_cast<char>(value)};
}

void writeIdxPart(const std::string& folder, const std::string& part, uint32_t count,
                  std::mt19937& random) {
    std::string pixels, labels;
    for (uint32_t i = 0; i < count * imageSide * imageSide; ++i)
        pixels += static_cast<char>(random() & 0xFF);
    for (uint32_t i = 0; i < count; ++i) labels += static_cast<char>(random() % 10);
    writeBytes(folder + "/" + part + "-images-idx3-ubyte",
               idxBytes(0x08, {count, imageSide, imageSide}, pixels));
    writeBytes(folder + "/" + part + "-labels-idx1-ubyte", idxBytes(0x08, {count}, labels));
}

}  // namespace

std::string strokesProject() {
    return projectOn(
        R"({"format": "strokes", "fields": {"train": 160, "test": 50}, "mean": 0.1307, "std": 0.3081})");
}

std::string idxProject() {
    return projectOn(R"({"format": "idx", "mean": 0.1307, "std": 0.3081})");
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const size_t at = text.find(from);
    VITRINE_CHECK(at != std::string::npos, from.c_str());
    return text.replace(at, from.size(), to);
}

void writeBytes(const std::string& path, const std::string& bytes) {
    fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
}

std::string readBytes(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string idxBytes(uint8_t type, const std::vector<uint32_t>& extents,
                     const std::string& elements) {
    std::string bytes{0, 0, static_cast<char>(type), static_cast<char>(extents.size())};
    for (uint32_t extent : extents) bytes += bigEndian32(extent);
    return bytes + elements;
}

void writeIdxFolder(const std::string& folder) {
    std::mt19937 random(11);
    writeIdxPart(folder, "train", 64, random);
    writeIdxPart(folder, "t10k", 32, random);
}

std::set<std::string> pathsBelow(const std::string& folder) {
    std::set<std::string> paths;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        paths.insert(entry.path().string());
    return paths;
}

}  // namespace vitrine::test
