// SPDX-License-Identifier: Apache-2.0
// Counts, sizes, and what stands in both parts.
#include "core/session/data_survey.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <optional>
#include <string_view>
#include <thread>
#include <unordered_map>

#include "core/base/file.h"
#include "core/base/file_error.h"

namespace vitrine {

namespace {

constexpr int64_t fewFiles = 256;  ///< looked at where not all are
constexpr size_t mostNamed = 20;

void countClasses(const Dataset& data, size_t column, DataSurvey& survey) {
    for (const std::string& name : data.storedColumns()[column].classes)
        survey.classes.push_back({name});
    const auto count = [&](const ExampleSet& set, int64_t DataSurvey::ClassCount::*of) {
        if (set.count == 0) return;
        for (int64_t i = 0; i < set.count; ++i) {
            const int32_t number = set.number(column, i);
            if (number >= 0 && number < std::ssize(survey.classes))
                ++(survey.classes[static_cast<size_t>(number)].*of);
        }
    };
    count(data.train, &DataSurvey::ClassCount::train);
    count(data.test, &DataSurvey::ClassCount::test);
}

/// All examples, the training part first, on several threads.
class Walk {
  public:
    Walk(const Dataset& data, const SurveyOptions& options) : m_data(data), m_options(options) {}

    /// False where it was stopped. `look` is called by many threads, `from` and `share` are of the
    /// whole survey.
    bool run(double from, double share, const std::function<void(bool, int64_t)>& look) const {
        const int64_t all = m_data.train.count + m_data.test.count;
        std::atomic<int64_t> next{0};
        const auto work = [&](bool tells) {
            constexpr int64_t atOnce = 64;
            for (int64_t first = next.fetch_add(atOnce); first < all;
                 first = next.fetch_add(atOnce)) {
                if (m_options.stop.stop_requested()) return;
                for (int64_t i = first; i < std::min(all, first + atOnce); ++i) {
                    const bool isTest = i >= m_data.train.count;
                    look(isTest, isTest ? i - m_data.train.count : i);
                }
                if (tells && m_options.progress)
                    m_options.progress(from + share * static_cast<double>(first) /
                                                  static_cast<double>(all));
            }
        };
        std::vector<std::thread> threads;
        for (int i = 1; i < m_options.threads; ++i) threads.emplace_back(work, false);
        work(true);
        for (std::thread& thread : threads) thread.join();
        return !m_options.stop.stop_requested();
    }

  private:
    const Dataset& m_data;
    const SurveyOptions& m_options;
};

void sortSizes(const std::map<std::vector<int64_t>, int64_t>& counts, DataSurvey& survey) {
    for (const auto& [dims, count] : counts)
        survey.sizes.push_back({Shape(std::span<const int64_t>(dims)), count});
    std::ranges::stable_sort(survey.sizes, std::greater(), &DataSurvey::SizeCount::count);
}

bool countSizes(const Dataset& data, const SurveyOptions& options, DataSurvey& survey) {
    if (data.train.count == 0 || !data.train.fileShape(0)) return true;
    std::map<std::vector<int64_t>, int64_t> counts;
    std::mutex mutex;
    const auto look = [&](bool isTest, int64_t index) {
        const auto shape = (isTest ? data.test : data.train).fileShape(index);
        if (!shape) return;
        const std::lock_guard lock(mutex);
        ++counts[{shape->dims().begin(), shape->dims().end()}];
    };
    const int64_t all = data.train.count;
    survey.sawAllSizes = options.looksAtAll || all <= fewFiles;
    if (options.looksAtAll) {
        if (!Walk(data, options).run(0, 0.2, look)) return false;
    } else {
        for (int64_t i = 0; i < std::min(all, fewFiles); ++i)
            look(false, all <= fewFiles ? i : i * (all / fewFiles));
    }
    sortSizes(counts, survey);
    return true;
}

/// Two independent hashes of the images of an example.
struct ImageHash {
    size_t one = 0, two = 0;
    bool operator==(const ImageHash&) const = default;
};

class Doubles {
  public:
    explicit Doubles(const Dataset& data) : m_data(data) {
        const auto& columns = data.storedColumns();
        for (size_t i = 0; i < columns.size(); ++i)
            if (columns[i].isImage() && !columns[i].hasClasses()) m_images.push_back(i);
        m_hashes.resize(static_cast<size_t>(data.train.count + data.test.count));
    }
    bool hasImages() const { return !m_images.empty(); }

    void look(bool isTest, int64_t index) {
        ImageHash hash;
        for (const size_t column : m_images) {
            const auto bytes = set(isTest).value(column, index);
            if (std::ranges::all_of(bytes, [](std::byte byte) { return byte == std::byte{}; }))
                continue;  // black, as is what could not be read
            const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
            hash.one = hash.one * 31 + std::hash<std::string_view>{}(text);
            for (const char c : text)
                hash.two = (hash.two ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
        }
        m_hashes[place(isTest, index)] = hash;
    }

    void find(DataSurvey& survey) const {
        const auto hashOf = [](const ImageHash& hash) { return hash.one ^ hash.two; };
        std::unordered_map<ImageHash, int64_t, decltype(hashOf)> train(
            static_cast<size_t>(m_data.train.count), hashOf);
        for (int64_t i = 0; i < m_data.train.count; ++i)
            train.try_emplace(m_hashes[place(false, i)], i);
        // Where some cannot be read, and nothing stands in for them, black is no evidence.
        const auto hasTrouble = [](const ExampleSet& set) {
            return set.count > 0 && set.source->trouble().has_value();
        };
        const bool isUnreadable = hasTrouble(m_data.train) || hasTrouble(m_data.test);
        survey.doubled = 0;
        for (int64_t i = 0; i < m_data.test.count; ++i) {
            if (isUnreadable && m_hashes[place(true, i)] == ImageHash{}) continue;
            const auto found = train.find(m_hashes[place(true, i)]);
            if (found == train.end()) continue;
            ++survey.doubled;
            if (survey.firstDoubled.size() < mostNamed)
                survey.firstDoubled.push_back(
                    {exampleName(m_data, true, i), exampleName(m_data, false, found->second)});
        }
    }

  private:
    const ExampleSet& set(bool isTest) const { return isTest ? m_data.test : m_data.train; }
    size_t place(bool isTest, int64_t index) const {
        return static_cast<size_t>(isTest ? m_data.train.count + index : index);
    }

    const Dataset& m_data;
    std::vector<size_t> m_images;
    std::vector<ImageHash> m_hashes;
};

void remarkEmptyParts(DataSurvey& survey) {
    if (survey.train == 0)
        survey.remarks.push_back({"U04",
                                  "the training part is empty: there is nothing to learn from",
                                  {},
                                  {},
                                  "Choose a smaller test share, or data with training examples."});
    if (survey.test == 0)
        survey.remarks.push_back({"U04",
                                  "the test part is empty: what is learnt is measured on nothing",
                                  {},
                                  "Training works all the same.",
                                  "Choose a test share, or data with test examples."});
}

void remarkClasses(DataSurvey& survey) {
    for (const auto& [name, train, test] : survey.classes) {
        if (train + test > 1) continue;
        survey.remarks.push_back(
            {"M12",
             fmt::format("class '{}' has {}", printable(name, 60),
                         train + test == 0 ? "no example" : "one example"),
             {},
             "It is a class all the same.",
             "A class needs some ten examples at least to be learnt and measured."});
    }
}

void remarkSizes(DataSurvey& survey) {
    const auto isOther = [&](const DataSurvey::SizeCount& one) {
        return one.shape[1] != survey.sizes[0].shape[1] || one.shape[2] != survey.sizes[0].shape[2];
    };
    if (std::ranges::none_of(survey.sizes, isOther)) return;
    const auto text = [](const DataSurvey::SizeCount& one) {
        return fmt::format("{} × {} {} ({})", one.shape[1], one.shape[2],
                           one.shape[0] == 1 ? "grey" : "colour", fmt::group_digits(one.count));
    };
    survey.remarks.push_back(
        {"M09",
         fmt::format("pictures have {} sizes: {}, {}{}", survey.sizes.size(), text(survey.sizes[0]),
                     text(survey.sizes[1]), survey.sizes.size() > 2 ? ", …" : ""),
         {},
         {},
         "What becomes of pictures that differ is chosen with 'Other sizes'; where that is "
         "'refuse', the first of them ends a training."});
}

void remarkDoubled(DataSurvey& survey) {
    if (survey.doubled <= 0) return;
    survey.remarks.push_back(
        {"M10",
         fmt::format("{} of {} test examples stand in the training part too, byte for byte, the "
                     "first: {} as {}",
                     fmt::group_digits(survey.doubled), fmt::group_digits(survey.test),
                     printable(survey.firstDoubled[0].test, 80),
                     printable(survey.firstDoubled[0].train, 80)),
         {},
         "They were kept.",
         "What is measured on them is too good: exclude them, or split otherwise."});
}

/// What looking at examples has found out.
void remarkUnread(const Dataset& stored, DataSurvey& survey) {
    for (const ExampleSet* set : {&stored.train, &stored.test}) {
        if (set->count == 0) continue;
        if (auto remark = set->source->remark()) survey.remarks.push_back(*std::move(remark));
        if (auto trouble = set->source->trouble()) survey.remarks.push_back(*std::move(trouble));
    }
}

}  // namespace

Result<DataSurvey> surveyOf(const Dataset& stored, const SurveyOptions& options) {
    DataSurvey survey{.train = stored.train.count,
                      .test = stored.test.count,
                      .columns = stored.storedColumns(),
                      .remarks = stored.remarks};
    if (const int column = classColumn(survey.columns); column >= 0) {
        const auto place = static_cast<size_t>(column);
        const auto isThere = [&](const ExampleSet& set) {
            return set.count == 0 || set.source->isAtHand(place);
        };
        survey.classColumn = survey.columns[place].name;
        // What is drawn is drawn for it, where all of it is looked at.
        if (options.looksAtAll || (isThere(stored.train) && isThere(stored.test)))
            countClasses(stored, place, survey);
    }
    if (!countSizes(stored, options, survey)) return stoppedError();
    if (Doubles doubles(stored); options.looksAtAll && doubles.hasImages() && survey.test > 0) {
        const auto look = [&](bool isTest, int64_t index) { doubles.look(isTest, index); };
        if (!Walk(stored, options).run(0.2, 0.8, look)) return stoppedError();
        doubles.find(survey);
    }
    remarkUnread(stored, survey);
    remarkEmptyParts(survey);
    remarkClasses(survey);
    remarkSizes(survey);
    remarkDoubled(survey);
    if (options.progress) options.progress(1);
    return survey;
}

std::vector<double> balancingWeights(const std::vector<DataSurvey::ClassCount>& classes) {
    int64_t all = 0, kinds = 0;
    for (const auto& one : classes) {
        all += one.train;
        kinds += one.train > 0;
    }
    std::vector<double> weights;
    for (const auto& one : classes)
        weights.push_back(one.train == 0 ? 0
                                         : static_cast<double>(all) / static_cast<double>(kinds) /
                                               static_cast<double>(one.train));
    return weights;
}

}  // namespace vitrine
