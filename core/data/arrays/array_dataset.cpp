// SPDX-License-Identifier: Apache-2.0
// The training part says what inputs and labels are; the test part must fit.
#include "core/data/arrays/array_dataset.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/data/arrays/array_inputs.h"
#include "core/data/arrays/array_targets.h"
#include "core/data/data_identity.h"
#include "core/data/split.h"
#include "core/data/stored_examples.h"

namespace vitrine {

namespace {

Result<void> checkCounts(const LabelledArrays& part) {
    if (!part.targets || part.targets->array.examples() == part.inputs.array.examples()) return {};
    return Error{"N11",
                 fmt::format("'{}' has {}, '{}' has {}", printable(part.inputs.name, 80),
                             countOf(part.inputs.array.examples(), "example"),
                             printable(part.targets->name, 80),
                             countOf(part.targets->array.examples(), "label")),
                 {},
                 "Nothing was imported.",
                 "Choose arrays that belong together."};
}

/// Makes both parts by one plan.
class ArrayDataset {
  public:
    ArrayDataset(const ArrayParts& parts, const Attrs& attrs, const DataRequest& request)
        : m_parts(parts), m_attrs(attrs), m_request(request) {}

    Result<Dataset> make() {
        VITRINE_TRY(plan());
        VITRINE_TRY(checkMemory());
        Dataset set;
        auto train = examplesOf(m_parts.train, m_trainClasses);
        if (m_request.progress) m_request.progress(0.7);
        set.columns.push_back(m_inputs.column);
        if (m_parts.train.targets)
            set.columns.push_back(targetColumn(*m_parts.train.targets, m_kind, m_classes));
        if (hasMask())
            set.columns.back().shape = {1, m_inputs.column.shape[1], m_inputs.column.shape[2]};
        DataIdentity identity(m_parts.format, m_attrs);
        add(m_parts.train, identity);
        if (m_parts.test) {
            set.train = std::move(train);
            set.test = examplesOf(*m_parts.test, m_testClasses);
            add(*m_parts.test, identity);
        } else {
            split(train, set);
            identity.addGenerator(1, m_request.seed);
        }
        if (!m_inputs.remark.empty()) set.remarks.push_back(guessed());
        set.fingerprint = identity.text(set);
        if (m_request.progress) m_request.progress(1.0);
        return set;
    }

  private:
    bool hasMask() const { return m_parts.train.targets && m_kind == TargetKind::Mask; }
    bool hasClasses() const {
        return m_parts.train.targets &&
               (m_kind == TargetKind::Classes || m_kind == TargetKind::OneHot);
    }

    Result<void> plan() {
        VITRINE_TRY(checkCounts(m_parts.train));
        auto inputs = planInputs(m_parts.train.inputs, inputChoicesOf(m_attrs));
        if (!inputs) return inputs.error();
        m_inputs = std::move(inputs).value();
        if (m_parts.test) {
            VITRINE_TRY(checkCounts(*m_parts.test));
            VITRINE_TRY(checkFits(m_parts.train.inputs, m_parts.test->inputs));
        }
        return m_parts.train.targets ? planTargets() : Result<void>();
    }

    Result<void> planTargets() {
        const auto kind = targetKindOf(*m_parts.train.targets, m_inputs.column, m_attrs);
        if (!kind) return kind.error();
        m_kind = *kind;
        const bool isTested = m_parts.test && m_parts.test->targets;
        if (isTested) VITRINE_TRY(checkTargets(*m_parts.test->targets, m_kind));
        if (isTested && m_kind != TargetKind::Classes)
            VITRINE_TRY(checkFits(*m_parts.train.targets, *m_parts.test->targets));
        if (hasMask()) {
            m_masks =
                maskNumbersOf(*m_parts.train.targets, isTested ? &*m_parts.test->targets : nullptr);
            m_classes = m_masks.classes;
        }
        if (!hasClasses()) return {};
        VITRINE_TRY(readClasses(*m_parts.train.targets, m_trainClasses));
        return isTested ? readClasses(*m_parts.test->targets, m_testClasses) : Result<void>();
    }

    Result<void> readClasses(const KeptArray& targets, std::vector<int32_t>& classes) {
        auto read = classesOf(targets, m_kind);
        if (!read) return read.error();
        classes = std::move(read).value();
        if (!classes.empty())
            m_classes = std::max<int64_t>(m_classes, 1 + *std::ranges::max_element(classes));
        if (m_kind == TargetKind::OneHot)
            m_classes = targets.array.elements() / std::max<int64_t>(1, targets.array.examples());
        return {};
    }

    Result<void> checkMemory() const {
        int64_t needed = bytesToMake(m_parts.train.inputs, m_inputs);
        if (m_parts.test) needed += bytesToMake(m_parts.test->inputs, m_inputs);
        const int64_t there = m_request.memoryBytes > 0 ? m_request.memoryBytes : availableMemory();
        if (needed <= there) return {};
        return Error{
            "H02",
            fmt::format("'{}' needs {} as {} {}, and {} of memory are there",
                        printable(m_parts.train.inputs.name, 80), sizeText(needed),
                        name(m_inputs.column.dtype), m_inputs.column.shape.text(), sizeText(there)),
            {},
            "Nothing was imported.",
            "Save bytes with channels first, which are taken as they lie, or a part of "
            "the examples."};
    }

    ExampleSet examplesOf(const LabelledArrays& part, const std::vector<int32_t>& classes) const {
        const int64_t count = part.inputs.array.examples();
        if (count == 0) return {};
        auto stored = std::make_shared<StoredExamples>();
        if (!m_parts.test) stored->setName("example");  // another split changes no name
        const ColumnValues values = valuesOf(part.inputs, m_inputs);
        stored->addBorrowed(values.bytes, m_inputs.column.bytes(), values.owner);
        if (values.file) stored->setCheck([file = values.file] { return file->trouble(); });
        if (!m_parts.train.targets) return {count, std::move(stored), 0};
        if (hasClasses()) {
            stored->addNumbers<int32_t>(classes);
        } else if (part.targets) {
            auto bytes = targetValues(*part.targets, m_kind, m_masks);
            const auto each = static_cast<int64_t>(bytes.size()) / count;
            stored->addColumn(std::move(bytes), each);
        }
        return {count, std::move(stored), 0};
    }

    void split(const ExampleSet& all, Dataset& set) const {
        Split parts =
            splitByShare(all.count, {m_attrs.real("test_share"), m_request.seed, m_trainClasses});
        if (parts.test.empty()) {
            set.train = all;
            return;
        }
        set.train = chosenExamples(all, std::move(parts.train));
        set.test = chosenExamples(all, std::move(parts.test));
    }

    static void add(const LabelledArrays& part, DataIdentity& identity) {
        identity.addFile(part.inputs.array.text(), part.inputs.array.bytes);
        if (part.targets) identity.addFile(part.targets->array.text(), part.targets->array.bytes);
    }

    Error guessed() const {
        return {"N11",
                fmt::format("'{}' {}", printable(m_parts.train.inputs.name, 80), m_inputs.remark),
                {},
                {},
                "If that is wrong, choose the layout."};
    }

    const ArrayParts& m_parts;
    const Attrs& m_attrs;
    const DataRequest& m_request;
    InputPlan m_inputs;
    TargetKind m_kind = TargetKind::Numbers;
    std::vector<int32_t> m_trainClasses, m_testClasses;
    int64_t m_classes = 0;
    MaskNumbers m_masks;
};

}  // namespace

Result<Dataset> datasetOf(const ArrayParts& parts, const Attrs& attrs, const DataRequest& request) {
    return ArrayDataset(parts, attrs, request).make();
}

}  // namespace vitrine
