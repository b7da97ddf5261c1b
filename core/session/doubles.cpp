// SPDX-License-Identifier: Apache-2.0
// Hashes tell which may be the same, bytes tell which are.
#include "core/session/doubles.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>

#include "core/session/example_walk.h"

namespace vitrine {

namespace {

/// The images of examples, by places.
class Images {
  public:
    explicit Images(const ExampleWalk& walk) : m_walk(walk) {
        const auto& columns = walk.data.storedColumns();
        for (size_t i = 0; i < columns.size(); ++i)
            if (columns[i].isImage() && !columns[i].hasClasses()) m_columns.push_back(i);
    }
    bool areThere() const { return !m_columns.empty(); }

    /// All bytes, one image behind the other. False where the example could not be read.
    bool read(int64_t place, std::string& bytes) const {
        const ExampleSet& set = m_walk.set(place);
        bytes.clear();
        for (const size_t column : m_columns) {
            const auto value = set.value(column, m_walk.index(place));
            bytes.append(reinterpret_cast<const char*>(value.data()), value.size());
        }
        return !set.isUnread(m_walk.index(place));
    }

  private:
    const ExampleWalk& m_walk;
    std::vector<size_t> m_columns;
};

struct Hashed {
    size_t hash = 0;
    int32_t place = -1;  ///< −1: it could not be read
    auto operator<=>(const Hashed&) const = default;
};

/// Of examples with one hash, in order: each has the first with its bytes.
void compare(const Images& images, std::span<const Hashed> alike, std::vector<int32_t>& first) {
    std::vector<std::pair<int32_t, std::string>> kinds;
    std::string bytes;
    for (const Hashed& one : alike) {
        images.read(one.place, bytes);
        const auto same = std::ranges::find_if(
            kinds, [&bytes](const auto& kind) { return kind.second == bytes; });
        if (same == kinds.end()) {
            kinds.emplace_back(one.place, bytes);
            continue;
        }
        first[static_cast<size_t>(one.place)] = same->first;
        first[static_cast<size_t>(same->first)] = same->first;
    }
}

}  // namespace

Result<std::vector<int32_t>> doublesOf(const Dataset& stored, const DoublesOptions& options) {
    const ExampleWalk walk{stored, options.threads, options.progress, options.stop};
    const Images images(walk);
    std::vector<int32_t> first(static_cast<size_t>(walk.count()), -1);
    if (!images.areThere()) return first;
    std::vector<Hashed> all(first.size());
    const auto look = [&](int64_t place) {
        static thread_local std::string bytes;
        if (images.read(place, bytes))
            all[static_cast<size_t>(place)] = {std::hash<std::string_view>()(bytes),
                                               static_cast<int32_t>(place)};
    };
    if (!walk.run(look)) return stoppedError();
    std::erase_if(all, [](const Hashed& one) { return one.place < 0; });
    std::ranges::sort(all);
    for (auto begin = all.begin(); begin != all.end();) {
        const auto end = std::find_if(begin, all.end(),
                                      [&](const Hashed& one) { return one.hash != begin->hash; });
        if (end - begin > 1) compare(images, {begin, end}, first);
        begin = end;
    }
    return first;
}

}  // namespace vitrine
