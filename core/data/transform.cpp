// SPDX-License-Identifier: Apache-2.0
// A source in front of another one, whose examples go through a list.
#include "core/data/transform.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/base/check.h"

namespace vitrine {

namespace {

uint64_t substream(const Occasion& occasion, int64_t index) {
    return static_cast<uint64_t>(occasion.epoch) << 32 | static_cast<uint64_t>(index);
}

/// What goes through a list.
class Course {
  public:
    Course(ExampleSource& source, const std::vector<Column>& columns,
           std::span<const Transform> list, int64_t first, int64_t count)
        : m_source(source), m_columns(columns), m_list(list), m_first(first), m_count(count) {
        m_label = classColumn(columns);
    }

    WorkedExample begin(int64_t index) const {
        WorkedExample example;
        for (size_t c = 0; c < m_columns.size(); ++c) {
            const Column& column = m_columns[c];
            if (!column.isImage()) continue;
            const auto bytes = m_source.value(c, index);
            const auto* pixels = reinterpret_cast<const uint8_t*>(bytes.data());
            example.images.push_back(
                {column.shape, {pixels, pixels + bytes.size()}, column.hasClasses()});
        }
        if (m_label >= 0)
            std::memcpy(&example.label, m_source.value(static_cast<size_t>(m_label), index).data(),
                        sizeof example.label);
        return example;
    }

    /// The first `stages` entries of the list; `seen` behind each.
    WorkedExample run(int64_t index, const Occasion& occasion, size_t stages, bool mayMix,
                      const std::function<void(const WorkedExample&)>& seen = {}) const {
        WorkedExample example = begin(index);
        Rng rng(occasion.seed, RngStream::Augment, substream(occasion, index));
        for (size_t stage = 0; stage < stages; ++stage) {
            const Transform& transform = m_list[stage];
            if (transform.kind->mixesClasses && !mayMix) continue;
            const auto partner = [&] {
                const auto other =
                    m_first + static_cast<int64_t>(rng.below(static_cast<uint32_t>(m_count)));
                return run(other, occasion, stage, false);
            };
            TransformContext context{
                transform.attrs, rng, example, partner,
                m_label < 0 ? 0 : std::ssize(m_columns[static_cast<size_t>(m_label)].classes)};
            transform.kind->apply(context);
            if (seen) seen(example);
        }
        return example;
    }

  private:
    ExampleSource& m_source;
    const std::vector<Column>& m_columns;
    std::span<const Transform> m_list;
    int64_t m_first, m_count;
    int m_label = -1;
};

/// Columns as networks take them are `behind`; what is stored stays the other source's.
class PreparedExamples : public ExampleSource {
  public:
    PreparedExamples(ExampleSet raw, std::vector<Column> columns, std::vector<Column> behind,
                     std::vector<Transform> list)
        : m_raw(std::move(raw)),
          m_columns(std::move(columns)),
          m_behind(std::move(behind)),
          m_list(std::move(list)),
          m_course(*m_raw.source, m_columns, m_list, m_raw.first, m_raw.count),
          m_mixed(classColumn(m_columns)) {
        if (m_mixed >= 0 && m_behind[static_cast<size_t>(m_mixed)].dtype == DType::I32)
            m_mixed = -1;
    }

    std::span<const std::byte> value(size_t column, int64_t index) override {
        return m_raw.source->value(column, index);
    }
    bool isAtHand(size_t column) const override { return m_raw.source->isAtHand(column); }
    std::string nameOf(int64_t index) const override { return m_raw.source->nameOf(index); }
    std::optional<Shape> fileShape(int64_t index) const override {
        return m_raw.source->fileShape(index);
    }
    std::optional<Error> trouble() const override { return m_raw.source->trouble(); }
    int64_t unread() const override { return m_raw.source->unread(); }
    std::optional<Error> remark() const override { return m_raw.source->remark(); }

    void write(int64_t index, const Occasion& occasion,
               std::span<const std::span<std::byte>> to) override {
        const WorkedExample example = m_course.run(index, occasion, m_list.size(), true);
        size_t image = 0;
        for (size_t c = 0; c < m_columns.size(); ++c) {
            const bool isImage = m_columns[c].isImage();
            const size_t place = image;
            if (isImage) ++image;
            if (to[c].empty()) continue;
            if (isImage)
                std::memcpy(to[c].data(), example.images[place].pixels.data(), to[c].size());
            else if (static_cast<int>(c) == m_mixed)
                writeShares(example, to[c]);
            else
                std::memcpy(to[c].data(), value(c, index).data(), to[c].size());
        }
    }

  private:
    static void writeShares(const WorkedExample& example, std::span<std::byte> to) {
        std::vector<float> shares = example.classShares;
        if (shares.empty()) {
            shares.resize(to.size() / sizeof(float));
            if (example.label >= 0 && example.label < std::ssize(shares))
                shares[static_cast<size_t>(example.label)] = 1;
        }
        std::memcpy(to.data(), shares.data(), to.size());
    }

    const ExampleSet m_raw;
    const std::vector<Column> m_columns, m_behind;
    const std::vector<Transform> m_list;
    const Course m_course;
    int m_mixed;  ///< the class column, where it becomes shares
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

}  // namespace

const TransformDescriptor* findTransform(std::string_view id) {
    for (const TransformDescriptor* transform : allTransforms())
        if (transform->id == id) return transform;
    return nullptr;
}

Result<std::vector<Column>> columnsBehind(const std::vector<Column>& columns,
                                          std::span<const Transform> list) {
    std::vector<Column> behind = columns;
    for (size_t i = 0; i < list.size(); ++i) {
        const TransformDescriptor& kind = *list[i].kind;
        if (const int label = classColumn(behind); kind.mixesClasses && label >= 0) {
            Column& column = behind[static_cast<size_t>(label)];
            column.dtype = DType::F32;
            column.shape = {static_cast<int64_t>(column.classes.size())};
        }
        if (!kind.shape) continue;
        for (Column& column : behind) {
            if (!column.isImage()) continue;
            auto shape = kind.shape(list[i].attrs, column.shape);
            if (!shape) {
                Error error = shape.error();
                error.message =
                    fmt::format("transform {}, '{}': {}", i + 1, kind.title, error.message);
                return error;
            }
            column.shape = *shape;
        }
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
        // Shares of classes on one side are shares on both.
        if ((*tested)[i].dtype == DType::F32 && (*behind)[i].dtype == DType::I32)
            (*behind)[i] = (*tested)[i];
    }
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
    std::vector<WorkedExample> stages{course.begin(raw.first + index)};
    static_cast<void>(course.run(raw.first + index, occasion, list.size(), true,
                                 [&](const WorkedExample& one) { stages.push_back(one); }));
    return stages;
}

}  // namespace vitrine
