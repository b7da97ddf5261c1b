// SPDX-License-Identifier: Apache-2.0
// Hashes tell which may be the same, bytes tell which are.
#include "core/session/doubles.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>

namespace vitrine {

namespace {

constexpr int64_t lookEvery = 256;  // examples between two looks at the stop token

/// The images of examples, by places.
class Images {
  public:
    explicit Images(const Dataset& data) : m_data(data) {
        const auto& columns = data.storedColumns();
        for (size_t i = 0; i < columns.size(); ++i)
            if (columns[i].isImage() && !columns[i].hasClasses()) m_columns.push_back(i);
    }
    bool areThere() const { return !m_columns.empty(); }
    int64_t count() const { return m_data.train.count + m_data.test.count; }

    /// All bytes, one image behind the other.
    void read(int64_t place, std::string& bytes) const {
        const bool isTest = place >= m_data.train.count;
        const ExampleSet& set = isTest ? m_data.test : m_data.train;
        bytes.clear();
        for (const size_t column : m_columns) {
            const auto value = set.value(column, isTest ? place - m_data.train.count : place);
            bytes.append(reinterpret_cast<const char*>(value.data()), value.size());
        }
    }

  private:
    const Dataset& m_data;
    std::vector<size_t> m_columns;
};

}  // namespace

Result<std::vector<int32_t>> doublesOf(const Dataset& stored, const DoublesOptions& options) {
    const Images images(stored);
    std::vector<int32_t> first(static_cast<size_t>(images.count()), -1);
    if (!images.areThere()) return first;
    std::unordered_multimap<size_t, int32_t> seen;  // hash → the first that has it
    std::string bytes, others;
    for (int64_t place = 0; place < images.count(); ++place) {
        if (place % lookEvery == 0) {
            if (options.stop.stop_requested()) return stoppedError();
            if (options.progress)
                options.progress(static_cast<double>(place) / static_cast<double>(images.count()));
        }
        images.read(place, bytes);
        const size_t hash = std::hash<std::string_view>()(bytes);
        const auto [begin, end] = seen.equal_range(hash);
        const auto same = std::find_if(begin, end, [&](const auto& entry) {
            images.read(entry.second, others);
            return others == bytes;
        });
        if (same == end) {
            seen.emplace(hash, static_cast<int32_t>(place));
            continue;
        }
        first[static_cast<size_t>(place)] = same->second;
        first[static_cast<size_t>(same->second)] = same->second;
    }
    return first;
}

}  // namespace vitrine
