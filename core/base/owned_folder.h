// SPDX-License-Identifier: Apache-2.0
// OwnedFolder: a folder that one process at a time writes to. It knows where it is even when
// somebody moves it, and when it has gone.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace vitrine {

/// The owner holds a lock on the folder itself; the kernel lets go of it when the process ends,
/// however that is. `in-use.json` inside says for others who the owner is. Where the file system
/// has no locks there is none.
class OwnedFolder {
  public:
    /// Makes a folder, with its parents, or takes an empty one; one whose owner was killed before
    /// it had more than `leftovers` and temporary files in it counts as empty. Errors: G02, G12 (it
    /// cannot be made), P12 (somebody is writing to it), U10 (it is not empty, naming what is in
    /// it).
    static Result<OwnedFolder> make(const std::string& path,
                                    std::span<const std::string_view> leftovers = {});
    /// The first of `start-N`, `start-N+1` … that does not exist yet; N = 0: `start` alone,
    /// `start-2` …. Two that ask at the same moment get two folders.
    static Result<OwnedFolder> makeFirstFree(const std::string& start, int number);
    /// One that is there. Errors: G01, P12.
    static Result<OwnedFolder> take(const std::string& path);
    ~OwnedFolder();
    OwnedFolder(OwnedFolder&& other) noexcept;
    OwnedFolder& operator=(OwnedFolder&& other) noexcept;

    /// Without this, a folder that was made goes again with its owner, and so do its parents, as
    /// long as nothing is in them.
    void keep() { m_made.clear(); }
    /// It belongs to nobody then; path() stays what it was.
    void letGo();
    /// Where it was when last asked. Any thread.
    std::string path() const;
    /// Where it is now: somebody may have moved it. Errors: G01 (deleted; another one may stand in
    /// its place), G08 (it cannot be reached). Any thread.
    Result<std::string> place();

    static constexpr std::string_view ownerFile = "in-use.json";

  private:
    OwnedFolder() = default;
    Result<void> lock();
    Result<void> noteOwner();
    void release();
    bool isAt(const std::string& path) const;

    std::string m_path;
    std::unique_ptr<std::mutex> m_mutex = std::make_unique<std::mutex>();  ///< guards m_path
    int m_folder = -1;
    bool m_isNoted = false;
    std::vector<std::string> m_made;  ///< by us, outermost first
};

}  // namespace vitrine
