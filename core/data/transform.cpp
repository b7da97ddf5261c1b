// SPDX-License-Identifier: Apache-2.0
// A source in front of another one, whose examples go through a list.
#include "core/data/transform.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/base/check.h"
#include "core/data/pixels/mixing.h"

namespace vitrine {

namespace {

constexpr int64_t noEpoch = -1;

uint64_t substream(const Occasion& occasion, int64_t index) {
    return static_cast<uint64_t>(occasion.epoch) << 32 | static_cast<uint64_t>(index);
}

bool isShares(const Column& column) {
    return column.dtype == DType::F32 && column.hasClasses() && column.shape.rank() == 1 &&
           column.shape[0] == std::ssize(column.classes);
}

/// What goes through a list.
class Course {
  public:
    Course(ExampleSource& source, const std::vector<Column>& columns,
           std::span<const Transform> list, int64_t first, int64_t count)
        : m_source(source), m_columns(columns), m_list(list), m_first(first), m_count(count) {
        m_label = mixedColumn(columns);
        m_startsAsShares = m_label >= 0 && isShares(columns[static_cast<size_t>(m_label)]);
    }

    /// `example` may be another one, whose room is used.
    void begin(int64_t index, WorkedExample& example) const {
        size_t image = 0;
        for (size_t c = 0; c < m_columns.size(); ++c) {
            const Column& column = m_columns[c];
            if (!column.isImage()) continue;
            if (image == example.images.size()) example.images.emplace_back();
            WorkedImage& worked = example.images[image++];
            const auto bytes = m_source.value(c, index);
            const auto* pixels = reinterpret_cast<const uint8_t*>(bytes.data());
            worked.pixels.assign(pixels, pixels + bytes.size());
            worked.shape = column.shape;
            worked.isMask = column.hasClasses();
        }
        example.images.resize(image);
        beginClasses(index, example);
    }

    /// The first `stages` entries of the list; `seen` behind each.
    void run(int64_t index, const Occasion& occasion, size_t stages, bool mayMix,
             WorkedExample& example,
             const std::function<void(const WorkedExample&)>& seen = {}) const {
        begin(index, example);
        Rng rng(occasion.seed, RngStream::Augment, substream(occasion, index));
        Rng lasting(occasion.seed, RngStream::Augment, substream({.epoch = noEpoch}, index));
        const int64_t classes =
            m_label < 0 ? 0 : std::ssize(m_columns[static_cast<size_t>(m_label)].classes);
        for (size_t stage = 0; stage < stages; ++stage) {
            const Transform& transform = m_list[stage];
            if (transform.kind->mixesClasses && !mayMix) continue;
            std::function<WorkedExample()> partner;
            if (transform.kind->mixesClasses)
                partner = [&] {
                    WorkedExample other;
                    run(m_first + static_cast<int64_t>(rng.below(static_cast<uint32_t>(m_count))),
                        occasion, stage, false, other);
                    return other;
                };
            TransformContext context{transform.attrs, rng,     lasting, occasion.epoch,
                                     example,         partner, classes};
            transform.kind->apply(context);
            if (seen) seen(example);
        }
    }

  private:
    void beginClasses(int64_t index, WorkedExample& example) const {
        example.classShares.clear();
        example.label = -1;
        if (m_label < 0) return;
        const auto bytes = m_source.value(static_cast<size_t>(m_label), index);
        if (m_startsAsShares) {
            example.classShares.resize(bytes.size() / sizeof(float));
            std::memcpy(example.classShares.data(), bytes.data(), bytes.size());
        } else {
            std::memcpy(&example.label, bytes.data(), sizeof example.label);
        }
    }

    ExampleSource& m_source;
    const std::vector<Column>& m_columns;
    std::span<const Transform> m_list;
    int64_t m_first, m_count;
    int m_label = -1;
    bool m_startsAsShares = false;
};

/// Columns as networks take them are `behind`; what is stored stays the other source's, and shares
/// that were added are those of one class.
class PreparedExamples : public ExampleSource {
  public:
    PreparedExamples(ExampleSet raw, std::vector<Column> columns, const std::vector<Column>& behind,
                     std::vector<Transform> list)
        : m_raw(std::move(raw)),
          m_columns(std::move(columns)),
          m_list(std::move(list)),
          m_course(*m_raw.source, m_columns, m_list, m_raw.first, m_raw.count),
          m_label(mixedColumn(m_columns)) {
        if (behind.size() == m_columns.size()) return;
        const auto classes = static_cast<size_t>(behind.back().shape[0]);
        m_oneOfAll.assign(2 * classes, 0.0F);
        m_oneOfAll[classes] = 1;
    }

    std::span<const std::byte> value(size_t column, int64_t index) override {
        if (column < m_columns.size()) return m_raw.source->value(column, index);
        return std::as_bytes(sharesOfOne(index));
    }
    bool isAtHand(size_t column) const override {
        return m_raw.source->isAtHand(column < m_columns.size() ? column
                                                                : static_cast<size_t>(m_label));
    }
    std::string nameOf(int64_t index) const override { return m_raw.source->nameOf(index); }
    std::optional<Shape> fileShape(int64_t index) const override {
        return m_raw.source->fileShape(index);
    }
    std::optional<Error> trouble() const override { return m_raw.source->trouble(); }
    int64_t unread() const override { return m_raw.source->unread(); }
    bool isUnread(int64_t index) const override { return m_raw.source->isUnread(index); }
    std::optional<Error> remark() const override { return m_raw.source->remark(); }

    void write(int64_t index, const Occasion& occasion,
               std::span<const std::span<std::byte>> to) override {
        static thread_local WorkedExample example;  // its room is used again by the next example
        m_course.run(index, occasion, m_list.size(), true, example);
        size_t image = 0;
        for (size_t c = 0; c < to.size(); ++c) {
            const bool isStored = c < m_columns.size();
            const size_t place = image;
            if (isStored && m_columns[c].isImage()) ++image;
            if (to[c].empty()) continue;
            if (isStored && m_columns[c].isImage())
                std::memcpy(to[c].data(), example.images[place].pixels.data(), to[c].size());
            else if (!isStored || (static_cast<int>(c) == m_label && isShares(m_columns[c])))
                writeShares(example,
                            {reinterpret_cast<float*>(to[c].data()), to[c].size() / sizeof(float)});
            else
                std::memcpy(to[c].data(), value(c, index).data(), to[c].size());
        }
    }

  private:
    /// A window over zeros and a one.
    std::span<const float> sharesOfOne(int64_t index) const {
        int32_t label = 0;
        std::memcpy(&label, m_raw.source->value(static_cast<size_t>(m_label), index).data(),
                    sizeof label);
        const size_t classes = m_oneOfAll.size() / 2;
        const bool isOne = label >= 0 && static_cast<size_t>(label) < classes;
        return std::span(m_oneOfAll)
            .subspan(isOne ? classes - static_cast<size_t>(label) : 0, classes);
    }

    const ExampleSet m_raw;
    const std::vector<Column> m_columns;
    const std::vector<Transform> m_list;
    const Course m_course;
    const int m_label;              ///< the class column
    std::vector<float> m_oneOfAll;  ///< where shares were added
};

Error differentSizes(const Column& training, const Column& evaluation) {
    return {"U28",
            fmt::format("column '{}' is {} behind the transforms for training and {} behind those "
                        "for evaluation: they must agree",
                        training.name, training.shape.text(), evaluation.shape.text()),
            {},
            {},
            "Give both lists the same sizes at their ends."};
}

Error cannotWork(std::string message, std::string next) {
    return {"U28", std::move(message), {}, {}, std::move(next)};
}

/// Whether the data have what the transform works on.
Result<void> checkHasWork(const TransformDescriptor& kind, const std::vector<Column>& columns) {
    const auto isMask = [](const Column& one) { return one.isImage() && one.hasClasses(); };
    if (std::ranges::none_of(columns, &Column::isImage))
        return cannotWork("the data have no images of bytes, and it works on nothing else",
                          "Take it out of the list.");
    if (kind.blends && std::ranges::any_of(columns, isMask))
        return cannotWork("it blends images, and classes of a mask's pixels cannot be blended",
                          "Take it out of the list, or choose one that pastes.");
    if (kind.mixesClasses && mixedColumn(columns) < 0 && std::ranges::none_of(columns, isMask))
        return cannotWork("it mixes classes of examples, and the data have none",
                          "Take it out of the list, or choose data with classes.");
    return {};
}

/// Where there are class numbers, and no shares of them yet.
void addShares(std::vector<Column>& columns) {
    const int label = classColumn(columns);
    if (label < 0) return;
    Column shares = columns[static_cast<size_t>(label)];
    shares.name = sharesColumn(shares.name);
    shares.dtype = DType::F32;
    shares.shape = {static_cast<int64_t>(shares.classes.size())};
    if (columnNamed(columns, shares.name) < 0) columns.push_back(std::move(shares));
}

/// What the columns are behind one transform.
Result<void> goThrough(const Transform& transform, std::vector<Column>& columns) {
    const TransformDescriptor& kind = *transform.kind;
    VITRINE_TRY(checkHasWork(kind, columns));
    if (kind.mixesClasses) addShares(columns);
    if (!kind.shape) return {};
    for (Column& column : columns) {
        const bool isMask = column.hasClasses();
        if (!column.isImage() || (isMask && kind.group == TransformGroup::Colour)) continue;
        Result<Shape> shape = kind.shape(transform.attrs, column.shape);
        if (!shape) return shape.error();
        column.shape = *shape;
    }
    return {};
}

}  // namespace

const TransformDescriptor* findTransform(std::string_view id) {
    for (const TransformDescriptor* transform : allTransforms())
        if (transform->id == id) return transform;
    return nullptr;
}

int mixedColumn(std::span<const Column> columns) {
    if (const int numbers = classColumn(columns); numbers >= 0) return numbers;
    const auto found = std::ranges::find_if(columns, isShares);
    return found == columns.end() ? -1 : static_cast<int>(found - columns.begin());
}

std::string sharesColumn(std::string_view classColumn) {
    return std::string(classColumn) + "_shares";
}

Result<std::vector<Column>> columnsBehind(const std::vector<Column>& columns,
                                          std::span<const Transform> list) {
    std::vector<Column> behind = columns;
    for (size_t i = 0; i < list.size(); ++i) {
        Result<void> one = goThrough(list[i], behind);
        if (one) continue;
        Error error = one.error();
        error.message =
            fmt::format("transform {}, '{}': {}", i + 1, list[i].kind->title, error.message);
        return error;
    }
    return behind;
}

Result<Dataset> prepared(const Dataset& raw, std::vector<Transform> training,
                         std::vector<Transform> evaluation) {
    if (training.empty() && evaluation.empty()) return raw;
    auto behind = columnsBehind(raw.columns, training);
    if (!behind) return behind.error();
    auto tested = columnsBehind(raw.columns, evaluation);
    if (!tested) return tested.error();
    for (size_t i = 0; i < behind->size(); ++i) {
        if ((*behind)[i].isImage() && raw.test.count > 0 &&
            (*behind)[i].shape != (*tested)[i].shape)
            return differentSizes((*behind)[i], (*tested)[i]);
    }
    if (tested->size() > behind->size()) behind->push_back(tested->back());
    Dataset set = raw;
    set.stored = raw.columns;
    set.columns = *behind;
    const auto put = [&](ExampleSet& part, const ExampleSet& from, std::vector<Transform> list) {
        if (from.count > 0)
            part.source =
                std::make_shared<PreparedExamples>(from, raw.columns, set.columns, std::move(list));
    };
    put(set.train, raw.train, std::move(training));
    put(set.test, raw.test, std::move(evaluation));
    return set;
}

std::vector<WorkedExample> stagesOf(const ExampleSet& raw, const std::vector<Column>& columns,
                                    std::span<const Transform> list, int64_t index,
                                    const Occasion& occasion) {
    const Course course(*raw.source, columns, list, raw.first, raw.count);
    std::vector<WorkedExample> stages(1);
    course.begin(raw.first + index, stages[0]);
    WorkedExample example;
    course.run(raw.first + index, occasion, list.size(), true, example,
               [&](const WorkedExample& one) { stages.push_back(one); });
    return stages;
}

}  // namespace vitrine
