// SPDX-License-Identifier: Apache-2.0
// RunFolder: what a run leaves on disk. run.json, log.jsonl, checkpoints/step-N.safetensors,
// weights.safetensors.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/train/snapshot.h"

namespace vitrine {

/// A checkpoint as it was found, with what had to be said on the way ("C01": a damaged one was
/// passed over).
struct FoundCheckpoint {
    Snapshot snapshot;
    std::string numericsClass;
    std::vector<Error> remarks;
};

class RunFolder {
  public:
    /// A run that is to be written; nothing is made yet. Errors: U10 where the folder already holds
    /// a run.
    static Result<RunFolder> planned(const std::string& path);
    /// Makes the folder with its parents. Errors: G02 (no permission, a file in the way, a name
    /// that cannot be).
    Result<void> make() const;
    /// Errors: G01 where there is no run.json in it.
    static Result<RunFolder> open(const std::string& path);

    const std::string& path() const { return m_path; }
    std::string weightsPath() const { return m_path + "/weights.safetensors"; }

    Result<void> writeSettings(std::string_view json);
    Result<std::string> readSettings() const;

    /// Writes the checkpoint of a step and then removes all but the newest two. Errors: C09 and
    /// those of AtomicFile.
    Result<void> saveCheckpoint(const Snapshot& snapshot, std::string_view numericsClass);
    /// The newest good checkpoint; one at step 0 without tensors where none was written yet.
    /// Errors: C10 (all damaged).
    Result<FoundCheckpoint> newestCheckpoint() const;

    /// Opens log.jsonl for appending, without the lines of steps after `step`: a resumed run has no
    /// row twice.
    Result<void> openLog(int64_t step);
    /// One JSON object; nothing where the log could not be written (a full disk must not stop a
    /// run).
    void log(std::string_view line);

  private:
    explicit RunFolder(std::string path) : m_path(std::move(path)) {}
    std::string checkpointPath(int64_t step) const;
    std::vector<int64_t> checkpointSteps() const;

    struct CloseFile {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    std::string m_path;
    std::unique_ptr<std::FILE, CloseFile> m_log;
};

}  // namespace vitrine
