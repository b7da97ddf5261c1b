// SPDX-License-Identifier: Apache-2.0
// Checkpoints, log and settings of a run on disk.
#include "core/session/run_folder.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/io/safetensors.h"

namespace vitrine {

namespace fs = std::filesystem;

namespace {

constexpr size_t keptCheckpoints = 2;

/// Hexadecimal, so that a number comes back with the same bits.
std::string exactText(double value) { return fmt::format("{:a}", value); }

class Metadata {
  public:
    explicit Metadata(const std::map<std::string, std::string>& entries) : m_entries(entries) {}

    bool read(const char* key, int64_t& value) const {
        const auto found = m_entries.find(key);
        if (found == m_entries.end()) return false;
        const std::string& text = found->second;
        const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
        return failure == std::errc() && end == text.data() + text.size() && value >= 0;
    }
    bool read(const char* key, double& value) const {
        const auto found = m_entries.find(key);
        if (found == m_entries.end() || found->second.empty()) return false;
        char* end = nullptr;
        value = std::strtod(found->second.c_str(), &end);
        return *end == 0;
    }

  private:
    const std::map<std::string, std::string>& m_entries;
};

std::map<std::string, std::string> metadataOf(const Snapshot& snapshot,
                                              std::string_view numericsClass) {
    const RunPosition& at = snapshot.position;
    return {{"vitrine.kind", "checkpoint"},
            {"vitrine.numerics", std::string(numericsClass)},
            {"vitrine.step", std::to_string(at.step)},
            {"vitrine.epoch", std::to_string(at.epoch)},
            {"vitrine.batch_in_epoch", std::to_string(at.batchInEpoch)},
            {"vitrine.epoch_images", std::to_string(at.epochImages)},
            {"vitrine.epoch_loss_sum", exactText(at.epochLossSum)},
            {"vitrine.learning_rate_factor", exactText(at.learningRateFactor)},
            {"vitrine.seed", std::to_string(snapshot.seed)}};
}

Result<FoundCheckpoint> readCheckpoint(const std::string& path) {
    auto file = loadSafetensors(path);
    if (!file) return file.error();
    FoundCheckpoint found;
    RunPosition& at = found.snapshot.position;
    const Metadata metadata(file->metadata);
    int64_t seed = 0;
    const bool complete = metadata.read("vitrine.step", at.step) &&
                          metadata.read("vitrine.epoch", at.epoch) &&
                          metadata.read("vitrine.batch_in_epoch", at.batchInEpoch) &&
                          metadata.read("vitrine.epoch_images", at.epochImages) &&
                          metadata.read("vitrine.epoch_loss_sum", at.epochLossSum) &&
                          metadata.read("vitrine.learning_rate_factor", at.learningRateFactor) &&
                          metadata.read("vitrine.seed", seed);
    if (!complete)
        return Error{
            "C06",
            fmt::format("{}: its position in the run is missing or no number", printable(path)),
            {},
            {},
            {}};
    found.snapshot.seed = static_cast<uint64_t>(seed);
    found.numericsClass = file->metadata["vitrine.numerics"];
    for (const TensorView& tensor : file->tensors)
        found.snapshot.tensors.push_back(
            {tensor.name, tensor.dtype, tensor.shape, {tensor.bytes.begin(), tensor.bytes.end()}});
    return found;
}

}  // namespace

Result<RunFolder> RunFolder::planned(const std::string& path) {
    std::error_code failure;
    if (fs::exists(path + "/run.json", failure))
        return Error{"U10",
                     fmt::format("run folder '{}' already holds a run", printable(path)),
                     {},
                     "Nothing was changed.",
                     fmt::format("Name another one with --out, or go on with it: --resume {}",
                                 printable(path))};
    return RunFolder(path);
}

Result<void> RunFolder::make() const {
    std::error_code failure;
    fs::create_directories(m_path + "/checkpoints", failure);
    if (!failure) return {};
    return Error{
        "G02",
        fmt::format("run folder '{}' cannot be made: {}", printable(m_path), failure.message()),
        {},
        "Nothing was changed.",
        "Choose a folder that you may write to with --out."};
}

Result<RunFolder> RunFolder::open(const std::string& path) {
    std::error_code failure;
    if (!fs::is_regular_file(path + "/run.json", failure))
        return Error{"G01",
                     fmt::format("'{}' is not a run folder: it has no run.json", printable(path)),
                     {},
                     "Nothing was changed.",
                     "Name the folder that train wrote (its --out)."};
    return RunFolder(path);
}

Result<void> RunFolder::writeSettings(std::string_view json) {
    return saveAtomically(m_path + "/run.json", json);
}

Result<std::string> RunFolder::readSettings() const {
    auto bytes = readFile(m_path + "/run.json", {.bytes = int64_t{1} << 20});
    if (!bytes) return bytes.error();
    return std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size());
}

std::string RunFolder::checkpointPath(int64_t step) const {
    return fmt::format("{}/checkpoints/step-{}.safetensors", m_path, step);
}

/// Newest first.
std::vector<int64_t> RunFolder::checkpointSteps() const {
    std::vector<int64_t> steps;
    std::error_code failure;
    for (const auto& entry : fs::directory_iterator(m_path + "/checkpoints", failure)) {
        const std::string name = entry.path().filename().string();
        int64_t step = 0;
        const char *begin = name.data() + 5, *end = name.data() + name.size();
        if (!name.starts_with("step-")) continue;
        const auto [rest, wrong] = std::from_chars(begin, end, step);
        if (wrong == std::errc() &&
            std::string_view(rest, static_cast<size_t>(end - rest)) == ".safetensors")
            steps.push_back(step);
    }
    std::sort(steps.rbegin(), steps.rend());
    return steps;
}

Result<void> RunFolder::saveCheckpoint(const Snapshot& snapshot, std::string_view numericsClass) {
    std::vector<TensorView> tensors;
    for (const SnapshotTensor& t : snapshot.tensors)
        tensors.push_back({t.name, t.dtype, t.shape, t.bytes});
    VITRINE_TRY(saveSafetensors(checkpointPath(snapshot.position.step), tensors,
                                metadataOf(snapshot, numericsClass)));
    const std::vector<int64_t> steps = checkpointSteps();
    for (size_t i = keptCheckpoints; i < steps.size(); ++i) {
        std::error_code ignored;  // an old checkpoint that stays does no harm
        fs::remove(checkpointPath(steps[i]), ignored);
    }
    return {};
}

Result<FoundCheckpoint> RunFolder::newestCheckpoint() const {
    removeAllStrayTemporaries(m_path);
    removeAllStrayTemporaries(m_path + "/checkpoints");
    std::vector<Error> remarks;
    const std::vector<int64_t> steps = checkpointSteps();
    for (int64_t step : steps) {
        auto found = readCheckpoint(checkpointPath(step));
        if (found) {
            found->remarks = std::move(remarks);
            for (Error& remark : found->remarks) {
                remark.kept = fmt::format("The checkpoint of step {} is used instead.", step);
                remark.next.clear();
            }
            return found;
        }
        Error damaged = found.error();
        damaged.message =
            fmt::format("checkpoint of step {} is damaged: {}", step, damaged.message);
        damaged.code = "C01";
        remarks.push_back(std::move(damaged));
    }
    if (steps.empty()) return FoundCheckpoint{};
    Error none = remarks.front();
    none.code = "C10";
    none.message =
        fmt::format("no good checkpoint is left in '{}'; {}", printable(m_path), none.message);
    none.kept = "Nothing was changed.";
    none.next = "Start anew with another --out.";
    return none;
}

Result<void> RunFolder::openLog(int64_t step) {
    const std::string path = m_path + "/log.jsonl";
    std::error_code failure;
    if (fs::exists(path, failure)) {
        auto bytes = readFile(path);
        std::string kept;
        if (bytes) {
            std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
            for (size_t at = 0, end; (end = text.find('\n', at)) != text.npos; at = end + 1) {
                const auto line = nlohmann::json::parse(text.substr(at, end - at), nullptr, false);
                const auto number = line.is_object() ? line.find("step") : line.end();
                const bool isLater = number != line.end() && number->is_number() &&
                                     number->get<double>() > static_cast<double>(step);
                if (line.is_object() && !isLater) kept.append(text.substr(at, end + 1 - at));
            }
        }
        VITRINE_TRY(saveAtomically(path, kept));
    }
    m_log.reset(std::fopen(path.c_str(), "ae"));
    if (!m_log)
        return Error{"G02",
                     fmt::format("'{}' cannot be written", printable(path)),
                     {},
                     "Nothing was trained.",
                     "Choose a folder that you may write to with --out."};
    return {};
}

void RunFolder::log(std::string_view line) {
    if (!m_log) return;
    std::fwrite(line.data(), 1, line.size(), m_log.get());
    std::fputc('\n', m_log.get());
    std::fflush(m_log.get());
}

}  // namespace vitrine
