// SPDX-License-Identifier: Apache-2.0
// Checkpoints and settings of a run on disk.
#include "core/session/run_folder.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <map>

#include "core/base/file.h"
#include "core/base/file_error.h"
#include "core/io/safetensors.h"
#include "core/session/tensor_keys.h"
#include "core/session/tune_table.h"

namespace vitrine {

namespace fs = std::filesystem;

namespace {

constexpr size_t keptCheckpoints = 2;
/// What is there before run.json, besides an empty log.
constexpr std::array<std::string_view, 1> startFiles{"project.vitrine"};
constexpr std::string_view nothingChanged = "Nothing was changed.";

/// Hexadecimal with a point whatever the locale, so that a number comes back with the same bits.
std::string exactText(double value) {
    std::array<char, 64> text{};
    const auto [end, failure] =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::hex);
    return {text.data(), end};
}

class Metadata {
  public:
    explicit Metadata(const std::map<std::string, std::string>& entries) : m_entries(entries) {}

    std::string text(const char* key) const {
        const auto found = m_entries.find(key);
        return found == m_entries.end() ? std::string() : found->second;
    }
    template <class Whole>
    bool read(const char* key, Whole& value) const {
        const std::string number = text(key);
        const char* end = number.data() + number.size();
        const auto [stop, failure] = std::from_chars(number.data(), end, value);
        return failure == std::errc() && stop == end && value >= 0;
    }
    /// Programs up to version 1 wrote `0x1.8p+3`, and with the comma of their locale.
    bool read(const char* key, double& value) const {
        std::string number = text(key);
        std::replace(number.begin(), number.end(), ',', '.');
        const bool isNegative = number.starts_with('-');
        if (isNegative) number.erase(0, 1);
        if (number.starts_with("0x")) number.erase(0, 2);
        const char* end = number.data() + number.size();
        const auto [stop, failure] =
            std::from_chars(number.data(), end, value, std::chars_format::hex);
        if (isNegative) value = -value;
        return failure == std::errc() && stop == end;
    }

  private:
    const std::map<std::string, std::string>& m_entries;
};

std::map<std::string, std::string> metadataOf(const Snapshot& snapshot,
                                              const RunIdentity& identity) {
    const RunPosition& at = snapshot.position;
    NameToKey keys;
    for (const SnapshotTensor& tensor : snapshot.tensors) keys[tensor.name] = tensor.identity();
    std::map<std::string, std::string> metadata = {
        {"vitrine.kind", "checkpoint"},
        {"vitrine.run", identity.run},
        {"vitrine.graph", identity.graph},
        {"vitrine.data", identity.data},
        {"vitrine.numerics", identity.numerics},
        {"vitrine.step", std::to_string(at.step)},
        {"vitrine.epoch", std::to_string(at.epoch)},
        {"vitrine.batch_in_epoch", std::to_string(at.batchInEpoch)},
        {"vitrine.epoch_images", std::to_string(at.epochImages)},
        {"vitrine.epoch_loss_sum", exactText(at.epochLossSum)},
        {"vitrine.learning_rate_factor", exactText(at.learningRateFactor)},
        {"vitrine.seed", std::to_string(snapshot.seed)}};
    if (at.schedule != ScheduleMemory{} || at.best != BestSoFar{}) {
        metadata["vitrine.schedule_factor"] = exactText(at.schedule.factor);
        metadata["vitrine.schedule_best"] = exactText(at.schedule.best);
        metadata["vitrine.schedule_heard"] = std::to_string(at.schedule.heard);
        metadata["vitrine.schedule_waited"] = std::to_string(at.schedule.waited);
        metadata["vitrine.schedule_rest"] = std::to_string(at.schedule.rest);
        metadata["vitrine.best_value"] = exactText(at.best.value);
        metadata["vitrine.best_epoch"] = std::to_string(at.best.epoch);
        metadata["vitrine.best_waited"] = std::to_string(at.best.waited);
    }
    if (at.scaled != ScaledUpdates{}) {
        metadata["vitrine.scaled_good"] = std::to_string(at.scaled.good);
        metadata["vitrine.scaled_left_out"] = std::to_string(at.scaled.leftOut);
        metadata["vitrine.scaled_is_spoiled"] = std::to_string(int{at.scaled.isSpoiled});
    }
    noteKeys(metadata, keys);
    return metadata;
}

/// Null where all of it is good, or the loss is not scaled.
const char* readScaled(const Metadata& metadata, ScaledUpdates& scaled) {
    if (metadata.text("vitrine.scaled_good").empty()) return nullptr;
    int64_t isSpoiled = 0;
    for (const auto& [key, value] : {std::pair("vitrine.scaled_good", &scaled.good),
                                     {"vitrine.scaled_left_out", &scaled.leftOut},
                                     {"vitrine.scaled_is_spoiled", &isSpoiled}})
        if (!metadata.read(key, *value)) return key;
    scaled.isSpoiled = isSpoiled != 0;
    return nullptr;
}

/// The first entry of the position that is missing or no number; empty where all are good.
std::string readPosition(const Metadata& metadata, Snapshot& snapshot) {
    RunPosition& at = snapshot.position;
    const auto bad = [&](const char* key, auto& value) { return !metadata.read(key, value); };
    for (const auto& [key, value] : {std::pair("vitrine.step", &at.step),
                                     {"vitrine.epoch", &at.epoch},
                                     {"vitrine.batch_in_epoch", &at.batchInEpoch},
                                     {"vitrine.epoch_images", &at.epochImages}})
        if (bad(key, *value)) return key;
    for (const auto& [key, value] : {std::pair("vitrine.epoch_loss_sum", &at.epochLossSum),
                                     {"vitrine.learning_rate_factor", &at.learningRateFactor}})
        if (bad(key, *value)) return key;
    if (bad("vitrine.seed", snapshot.seed)) return "vitrine.seed";
    if (const char* key = readScaled(metadata, at.scaled)) return key;
    if (metadata.text("vitrine.best_epoch").empty()) return {};  // nothing was learnt from epochs
    for (const auto& [key, value] : {std::pair("vitrine.schedule_heard", &at.schedule.heard),
                                     {"vitrine.schedule_waited", &at.schedule.waited},
                                     {"vitrine.schedule_rest", &at.schedule.rest},
                                     {"vitrine.best_epoch", &at.best.epoch},
                                     {"vitrine.best_waited", &at.best.waited}})
        if (bad(key, *value)) return key;
    for (const auto& [key, value] : {std::pair("vitrine.schedule_factor", &at.schedule.factor),
                                     {"vitrine.schedule_best", &at.schedule.best},
                                     {"vitrine.best_value", &at.best.value}})
        if (bad(key, *value)) return key;
    return {};
}

Error foreign(const std::string& path, const char* code, const std::string& why) {
    return {code,
            fmt::format("'{}' does not belong to this run: {}", printable(path), why),
            {},
            std::string(nothingChanged),
            "Take it out of the folder to go on from the run's own checkpoints."};
}

/// What is written down in a checkpoint and in run.json must be the same.
Result<void> checkIdentity(const std::string& path, const Metadata& metadata, uint64_t seed,
                           const RunIdentity& identity) {
    const auto differs = [&](const char* key, const std::string& wanted) {
        const std::string found = metadata.text(key);
        return !found.empty() && !wanted.empty() && found != wanted;
    };
    if (differs("vitrine.run", identity.run))
        return foreign(path, "C02",
                       fmt::format("it is of run {:.8}…, this is {:.8}…",
                                   printable(metadata.text("vitrine.run")), identity.run));
    if (seed != identity.seed)
        return foreign(path, "C02",
                       fmt::format("its seed is {}, the run's {}", seed, identity.seed));
    if (differs("vitrine.graph", identity.graph))
        return foreign(path, "C02", "it is of another network");
    if (differs("vitrine.data", identity.data))
        return foreign(path, "P06", "it was trained on other data");
    return {};
}

bool isFinite(const TensorView& tensor) {
    const bool isDouble = tensor.dtype == DType::F64;
    if (!isDouble && tensor.dtype != DType::F32) return true;
    for (size_t at = 0; at < tensor.bytes.size(); at += isDouble ? 8 : 4) {
        double number = 0;
        float narrow = 0;
        std::memcpy(isDouble ? static_cast<void*>(&number) : &narrow, &tensor.bytes[at],
                    isDouble ? 8 : 4);
        if (!std::isfinite(number) || !std::isfinite(narrow)) return false;
    }
    return true;
}

/// `isForeign`: it is good, but not of this run.
Result<FoundCheckpoint> readCheckpoint(const std::string& path, const RunIdentity& identity,
                                       bool& isForeign) {
    auto file = loadSafetensors(path);
    if (!file) return file.error();
    FoundCheckpoint found;
    const Metadata metadata(file->metadata);
    if (const std::string bad = readPosition(metadata, found.snapshot); !bad.empty())
        return Error{"C01",
                     fmt::format("'{}': {} is '{}', wanted a number", printable(path), bad,
                                 printable(metadata.text(bad.c_str()), 40)),
                     {},
                     {},
                     {}};
    const auto isOurs = checkIdentity(path, metadata, found.snapshot.seed, identity);
    isForeign = !isOurs;
    if (isForeign) return isOurs.error();
    found.numericsClass = metadata.text("vitrine.numerics");
    auto keys = keysOf(path, *file);
    if (!keys) return keys.error();
    for (const TensorView& tensor : file->tensors) {
        if (!isFinite(tensor))
            return Error{
                "C01",
                fmt::format("'{}': its tensor '{}' is not finite", printable(path), tensor.name),
                {},
                {},
                {}};
        found.snapshot.tensors.push_back({tensor.name,
                                          tensor.dtype,
                                          tensor.shape,
                                          {tensor.bytes.begin(), tensor.bytes.end()},
                                          std::move((*keys)[tensor.name])});
    }
    if (auto changed = file->trouble()) return *std::move(changed);
    return found;
}

/// What a folder is that is not empty, where that is known.
Error occupied(Error error, const std::string& path) {
    if (error.code != "U10") return error;
    std::error_code failure;
    if (fs::exists(path + "/run.json", failure)) {
        error.message = fmt::format("run folder '{}' already holds a run", printable(path));
        error.next = fmt::format("Name another one with --out, or go on with it: --resume {}",
                                 printable(path));
        return error;
    }
    for (fs::directory_iterator entry(path, failure), end; !failure && entry != end;
         entry.increment(failure))
        if (entry->path().extension() == ".vitrine")
            error.message = fmt::format("folder '{}' holds the project '{}'", printable(path),
                                        printable(entry->path().filename().string(), 60));
    return error;
}

Error cannotMake(const std::string& path, int error) {
    const FileAction action{path, "make", "The checkpoints before it are still there."};
    return isNoSpace(error) ? noSpaceError(action, error, folderOf(path), 0)
                            : fileError(action, error);
}

/// Of another version, or one that may not be read, is something else: it may be good. One that is
/// no file, or says that it is larger than all memory, is not.
bool isDamage(const Error& error) {
    const std::string& code = error.code;
    return (code.starts_with('W') && code != "W13") || code == "C01" || code == "G03" ||
           code == "G04" || code == "G06" || code == "G07" || code == "G09";
}

Error noCheckpoint(const std::string& folder, const std::vector<Error>& damaged) {
    return {"C10",
            damaged.empty() ? fmt::format("the checkpoints of '{}' are gone", printable(folder))
                            : fmt::format("no good checkpoint is left in '{}'; {}",
                                          printable(folder), damaged.front().message),
            {},
            std::string(nothingChanged),
            "Start anew with another --out; what the log and the weights say is still there."};
}

std::string checkpointOf(const std::string& folder, int64_t step) {
    return fmt::format("{}/step-{}.safetensors", folder, step);
}

/// Newest first.
std::vector<int64_t> checkpointSteps(const std::string& folder) {
    std::vector<int64_t> steps;
    std::error_code failure;
    for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end;
         entry.increment(failure)) {
        const std::string name = entry->path().filename().string();
        int64_t step = 0;
        if (!name.starts_with("step-")) continue;
        const char *begin = name.data() + 5, *stop = name.data() + name.size();
        const auto [rest, wrong] = std::from_chars(begin, stop, step);
        if (wrong == std::errc() &&
            std::string_view(rest, static_cast<size_t>(stop - rest)) == ".safetensors")
            steps.push_back(step);
    }
    std::sort(steps.rbegin(), steps.rend());
    return steps;
}

/// Errors: G02 where it may not be looked into: that is not "there are none".
Result<void> checkListable(const std::string& folder) {
    std::error_code failure;
    const fs::directory_iterator ignored(folder, failure);
    if (!failure || failure == std::errc::no_such_file_or_directory) return {};
    return fileError({folder, "look for checkpoints in", nothingChanged}, failure.value());
}

}  // namespace

Result<RunFolder> RunFolder::make(const std::string& path) {
    auto folder = OwnedFolder::make(path, startFiles);
    if (!folder) return occupied(folder.error(), path);
    return RunFolder(std::move(folder).value());
}

Result<RunFolder> RunFolder::makeFirstFree(const std::string& start, int number) {
    auto folder = OwnedFolder::makeFirstFree(start, number);
    if (!folder) return folder.error();
    return RunFolder(std::move(folder).value());
}

Result<void> RunFolder::check(const std::string& path) {
    std::error_code failure;
    if (fs::is_regular_file(path + "/run.json", failure)) return {};
    const char* found =
        fs::exists(path, failure) ? "it has no run.json" : "there is no such folder";
    return Error{"G01",
                 fmt::format("'{}' is not a run folder: {}", printable(path), found),
                 {},
                 std::string(nothingChanged),
                 "Name the folder that train wrote (its --out)."};
}

Result<RunFolder> RunFolder::open(const std::string& path) {
    VITRINE_TRY(check(path));
    auto folder = OwnedFolder::take(path);
    if (!folder) return folder.error();
    return RunFolder(std::move(folder).value());
}

void RunFolder::removeStart() const {
    std::error_code ignored;
    for (const std::string& file : {settingsPath(), projectPath(), tuneFileOf(projectPath()),
                                    logPath(), path() + "/initial.safetensors"})
        fs::remove(file, ignored);
    fs::remove_all(checkpointFolder(), ignored);
}

Result<void> RunFolder::writeSettings(std::string_view json) {
    return saveAtomically(settingsPath(), json);
}

Result<std::string> RunFolder::readSettings() const {
    auto bytes = readFile(settingsPath(), {.bytes = int64_t{1} << 20});
    if (!bytes) return bytes.error();
    return std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size());
}

std::string RunFolder::checkpointPath(int64_t step) const {
    return checkpointOf(checkpointFolder(), step);
}

Result<void> RunFolder::saveCheckpoint(const Snapshot& snapshot, const RunIdentity& identity) {
    if (mkdir(checkpointFolder().c_str(), 0777) != 0 && errno != EEXIST)
        return cannotMake(checkpointFolder(), errno);
    std::vector<TensorView> tensors;
    for (const SnapshotTensor& t : snapshot.tensors)
        tensors.push_back({t.name, t.dtype, t.shape, t.bytes});
    VITRINE_TRY(saveSafetensors(checkpointPath(snapshot.position.step), tensors,
                                metadataOf(snapshot, identity)));
    std::vector<int64_t> steps = checkpointSteps(checkpointFolder());
    // Later ones are of a life that went another way, and damaged.
    std::erase_if(steps, [&](int64_t step) { return step > snapshot.position.step; });
    for (size_t i = keptCheckpoints; i < steps.size(); ++i) {
        std::error_code ignored;  // an old checkpoint that stays does no harm
        fs::remove(checkpointPath(steps[i]), ignored);
    }
    return {};
}

void RunFolder::removeStrays() const {
    removeAllStrayTemporaries(path());
    removeAllStrayTemporaries(checkpointFolder());
}

bool RunFolder::hasCheckpoints() const { return !checkpointSteps(checkpointFolder()).empty(); }

Result<FoundCheckpoint> RunFolder::newestCheckpoint(const RunIdentity& identity) const {
    return newestCheckpointIn(path(), identity);
}

Result<FoundCheckpoint> RunFolder::newestCheckpointIn(const std::string& folder,
                                                      const RunIdentity& identity) {
    const std::string checkpoints = folder + "/checkpoints";
    VITRINE_TRY(checkListable(checkpoints));
    std::vector<Error> remarks;
    for (int64_t step : checkpointSteps(checkpoints)) {
        const std::string path = checkpointOf(checkpoints, step);
        bool isForeign = false;
        auto found = readCheckpoint(path, identity, isForeign);
        if (isForeign) return found;
        if (found && found->snapshot.position.step != step)
            found = Error{"C01",
                          fmt::format("'{}' says that it is of step {}", printable(path),
                                      found->snapshot.position.step),
                          {},
                          {},
                          {}};
        if (found) {
            for (Error& remark : remarks) {
                remark.kept = fmt::format("The checkpoint of step {} is used instead.", step);
                remark.next.clear();
            }
            found->remarks = std::move(remarks);
            return found;
        }
        if (!isDamage(found.error())) return found;
        Error damaged = found.error();
        damaged.message =
            fmt::format("checkpoint of step {} is damaged: {}", step, damaged.message);
        damaged.code = "C01";
        remarks.push_back(std::move(damaged));
    }
    return noCheckpoint(folder, remarks);
}

}  // namespace vitrine
