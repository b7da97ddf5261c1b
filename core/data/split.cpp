// SPDX-License-Identifier: Apache-2.0
// Each class is shuffled for itself; its first examples are the test part.
#include "core/data/split.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/rng.h"

namespace vitrine {

namespace {

void shuffle(std::span<int64_t> examples, Rng& rng) {
    for (size_t i = examples.size(); i > 1; --i)
        std::swap(examples[i - 1], examples[rng.below(static_cast<uint32_t>(i))]);
}

class ChosenExamples : public ExampleSource {
  public:
    ChosenExamples(ExampleSet set, std::vector<int64_t> indices)
        : m_set(std::move(set)), m_indices(std::move(indices)) {}

    std::span<const std::byte> value(size_t column, int64_t index) override {
        return m_set.value(column, at(index));
    }
    bool isAtHand(size_t column) const override { return m_set.source->isAtHand(column); }
    void write(int64_t index, const Occasion& occasion,
               std::span<const std::span<std::byte>> to) override {
        m_set.write(at(index), occasion, to);
    }
    std::string nameOf(int64_t index) const override { return m_set.nameOf(at(index)); }
    std::optional<Shape> fileShape(int64_t index) const override {
        return m_set.fileShape(at(index));
    }
    std::optional<Error> trouble() const override { return m_set.source->trouble(); }
    int64_t unread() const override { return m_set.source->unread(); }
    bool isUnread(int64_t index) const override { return m_set.isUnread(at(index)); }
    std::optional<Error> remark() const override { return m_set.source->remark(); }

  private:
    int64_t at(int64_t index) const { return m_indices[static_cast<size_t>(index)]; }

    const ExampleSet m_set;
    const std::vector<int64_t> m_indices;
};

}  // namespace

Split splitByShare(int64_t count, const SplitOptions& options) {
    std::map<int32_t, std::vector<int64_t>> byClass;
    for (int64_t i = 0; i < count; ++i)
        byClass[options.classes.empty() ? 0 : options.classes[static_cast<size_t>(i)]].push_back(i);
    Split split;
    for (auto& [label, examples] : byClass) {
        const auto all = static_cast<double>(examples.size());
        const auto tested =
            static_cast<size_t>(std::clamp(std::round(options.testShare * all), 0.0, all - 1));
        Rng rng(options.seed, RngStream::Shuffle, 0x5eed0000 + static_cast<uint64_t>(label));
        shuffle(examples, rng);
        const auto border = examples.begin() + static_cast<std::ptrdiff_t>(tested);
        split.test.insert(split.test.end(), examples.begin(), border);
        split.train.insert(split.train.end(), border, examples.end());
    }
    std::ranges::sort(split.train);
    std::ranges::sort(split.test);
    return split;
}

ExampleSet chosenExamples(const ExampleSet& set, std::vector<int64_t> indices) {
    const auto count = std::ssize(indices);
    if (count == 0) return {};
    return {count, std::make_shared<ChosenExamples>(set, std::move(indices)), 0};
}

}  // namespace vitrine
