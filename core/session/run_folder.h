// SPDX-License-Identifier: Apache-2.0
// RunFolder: what a run leaves on disk. run.json, project.vitrine, log.jsonl,
// checkpoints/step-N.safetensors, weights.safetensors, best.safetensors. One process at a time
// writes to it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/owned_folder.h"
#include "core/train/snapshot.h"

namespace vitrine {

/// What a run is, so that nothing of another one is taken for its own. Empty parts are not known: a
/// run of a program up to version 1 has none of the first three.
struct RunIdentity {
    std::string run;    ///< 32 hexadecimal digits, made anew for each run
    std::string graph;  ///< graphFingerprint of its network
    std::string data;   ///< Dataset::fingerprint
    uint64_t seed = 0;
    std::string numerics;  ///< class in which a checkpoint was made; a run may go on in another
};

/// A checkpoint as it was found, with what had to be said on the way ("C01": a damaged one was
/// passed over).
struct FoundCheckpoint {
    Snapshot snapshot;
    std::string numericsClass;
    std::vector<Error> remarks;
};

class RunFolder {
  public:
    /// A run that is to be written: the folder is made, or is there and empty. Until keep() it goes
    /// again with this value. Errors: U10 (it holds a run, a project, anything), P12, G02, G12.
    static Result<RunFolder> make(const std::string& path);
    /// The same with the first free name of `start-N`, from `number` on (0: `start` alone).
    static Result<RunFolder> makeFirstFree(const std::string& start, int number);
    /// Errors: G01 (no such folder, or no run.json in it), P12 (another process writes to it).
    static Result<RunFolder> open(const std::string& path);
    /// Whether a folder holds a run; for lists. Errors: as open(), without P12.
    static Result<void> check(const std::string& path);

    void keep() { m_folder.keep(); }
    /// Nothing more will be written: others may.
    void letGo() { m_folder.letGo(); }
    /// A start that failed: removes what a run begins with. Before keep().
    void removeStart() const;
    std::string path() const { return m_folder.path(); }
    /// Looks where the folder is now, so that path() is true. Errors: G01 (it has been deleted).
    Result<std::string> place() { return m_folder.place(); }
    /// Calls `save`, which writes below path(), and once more where the folder was moved meanwhile.
    template <class Save>
    Result<void> saveWhereItIs(Save save) {
        for (;;) {
            const auto before = place();
            if (!before) return before.error();
            Result<void> saved = save();
            if (saved) return saved;
            const auto after = place();
            if (!after) return after.error();
            if (*after == *before) return saved;
        }
    }
    std::string settingsPath() const { return path() + "/run.json"; }
    std::string projectPath() const { return path() + "/project.vitrine"; }
    std::string logPath() const { return path() + "/log.jsonl"; }
    std::string weightsPath() const { return path() + "/weights.safetensors"; }
    std::string bestWeightsPath() const { return path() + "/best.safetensors"; }

    Result<void> writeSettings(std::string_view json);
    Result<std::string> readSettings() const;

    /// Writes the checkpoint of a step and then removes all but the newest two. Errors: C09, G01
    /// and those of AtomicFile.
    Result<void> saveCheckpoint(const Snapshot& snapshot, const RunIdentity& identity);
    bool hasCheckpoints() const;
    /// What killed saves left, in the folder and among its checkpoints.
    void removeStrays() const;
    /// The newest good checkpoint. Errors: C10 (none is there, or all are damaged), C02 (it is
    /// another run's), P06 (of other data).
    Result<FoundCheckpoint> newestCheckpoint(const RunIdentity& identity) const;
    /// The same for whoever only looks, at a run that may belong to another process.
    static Result<FoundCheckpoint> newestCheckpointIn(const std::string& folder,
                                                      const RunIdentity& identity);

  private:
    explicit RunFolder(OwnedFolder folder) : m_folder(std::move(folder)) {}
    std::string checkpointFolder() const { return path() + "/checkpoints"; }
    std::string checkpointPath(int64_t step) const;

    OwnedFolder m_folder;
};

}  // namespace vitrine
