// SPDX-License-Identifier: Apache-2.0
// Asks the system before taking much memory.
#include "core/base/memory.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <limits>
#include <new>
#include <stdexcept>
#include <string_view>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

constexpr int64_t unlimited = std::numeric_limits<int64_t>::max();

/// The number that `text` begins with behind blanks, or nothing: `max`, `unlimited`.
std::optional<int64_t> numberIn(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    uint64_t value = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{})
        return std::nullopt;
    return static_cast<int64_t>(std::min(value, static_cast<uint64_t>(unlimited)));
}

/// What stands behind `key` in the line that begins with it.
std::optional<int64_t> numberAfter(const fs::path& file, std::string_view key) {
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);)
        if (line.starts_with(key)) return numberIn(std::string_view(line).substr(key.size()));
    return std::nullopt;
}

std::optional<int64_t> numberAtStart(const fs::path& file) { return numberAfter(file, ""); }

/// The names of a version's files.
struct GroupFiles {
    const char *limit, *used, *inactive, *active;
};
constexpr GroupFiles versionOne{"memory.limit_in_bytes", "memory.usage_in_bytes",
                                "total_inactive_file ", "total_active_file "};
constexpr GroupFiles versionTwo{"memory.max", "memory.current", "inactive_file ", "active_file "};

int64_t leftInGroup(const fs::path& group, const GroupFiles& files) {
    const auto limit = numberAtStart(group / files.limit);
    const auto used = numberAtStart(group / files.used);
    if (!limit || !used) return unlimited;
    const fs::path statistics = group / "memory.stat";
    const int64_t cached = numberAfter(statistics, files.inactive).value_or(0) +
                           numberAfter(statistics, files.active).value_or(0);
    return std::max<int64_t>(0, *limit - std::max<int64_t>(0, *used - cached));
}

/// The least of a group and those around it. A container sees its own group as the root, whatever
/// its path is outside.
int64_t leftInGroups(const fs::path& root, std::string_view group, const GroupFiles& files) {
    int64_t left = leftInGroup(root, files);
    if (group.find("..") != std::string_view::npos) return left;
    for (fs::path at = fs::path(group).relative_path(); !at.empty(); at = at.parent_path())
        left = std::min(left, leftInGroup(root / at, files));
    return left;
}

int64_t leftByGroups(const fs::path& root) {
    const fs::path groups = root / "sys/fs/cgroup";
    int64_t left = unlimited;
    std::ifstream stream(root / "proc/self/cgroup");
    for (std::string text; std::getline(stream, text);) {  // number:controllers:path
        const std::string_view line = text;
        const size_t first = std::min(line.find(':'), line.size()),
                     second = line.find(':', first + 1);
        if (second == std::string_view::npos) continue;
        const std::string controllers =
            "," + std::string(line.substr(first + 1, second - first - 1)) + ",";
        const std::string_view group = line.substr(second + 1);
        if (controllers == ",,")
            left = std::min(left, leftInGroups(groups, group, versionTwo));
        else if (controllers.find(",memory,") != std::string::npos)
            left = std::min(left, leftInGroups(groups / "memory", group, versionOne));
    }
    return left;
}

int64_t leftByLimit(const fs::path& process, std::string_view limit, std::string_view used) {
    const auto most = numberAfter(process / "limits", limit);
    const auto kilobytes = numberAfter(process / "status", used);
    if (!most || !kilobytes) return unlimited;
    return std::max<int64_t>(0, *most - *kilobytes * 1024);
}

}  // namespace

int64_t availableMemory(const std::string& root) {
    const fs::path process = fs::path(root) / "proc/self";
    int64_t left = leftByGroups(root);
    if (const auto kilobytes = numberAfter(fs::path(root) / "proc/meminfo", "MemAvailable:"))
        left = std::min(left, *kilobytes * 1024);
    left = std::min(left, leftByLimit(process, "Max address space", "VmSize:"));
    return std::min(left, leftByLimit(process, "Max data size", "VmData:"));
}

std::optional<std::vector<std::byte>> tryAllocate(int64_t size) {
    constexpr int64_t worthAsking = int64_t{1} << 26;
    if (size > worthAsking && size > availableMemory()) return std::nullopt;
    try {
        return std::vector<std::byte>(static_cast<size_t>(size));
    } catch (const std::bad_alloc&) {
        return std::nullopt;
    } catch (const std::length_error&) {
        return std::nullopt;
    }
}

}  // namespace vitrine
