// SPDX-License-Identifier: Apache-2.0
// Chooses arrays for both parts, and reads them.
#include "core/data/arrays/named_arrays.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/base/file.h"
#include "core/data/arrays/array_dataset.h"

namespace vitrine {

namespace {

/// What a format's user or a usual name says; empty: neither.
struct Choice {
    std::string inputs, targets;
};

class Opening {
  public:
    Opening(std::string_view format, NamedArrays& arrays, const Attrs& attrs,
            const DataRequest& request)
        : m_arrays(arrays),
          m_attrs(attrs),
          m_request(request),
          m_parts{.format = std::string(format), .train = {}} {}

    Result<Dataset> open() {
        const auto train = trainChoice();
        if (!train) return train.error();
        auto test = testChoice();
        if (!test) return test.error();
        auto trainArrays = read(*train);
        if (!trainArrays) return trainArrays.error();
        m_parts.train = std::move(trainArrays).value();
        if (m_request.progress) m_request.progress(0.3);
        if (!test->inputs.empty()) VITRINE_TRY(readTest(*test));
        auto set = datasetOf(m_parts, m_attrs, m_request);
        if (set) remarkUnused(*train, *test, *set);
        return set;
    }

  private:
    Error noArray(std::string_view field, std::string_view wanted) const {
        Error error{"N11",
                    fmt::format("no array is {}; there are: {}", wanted,
                                printable(fmt::format("{}", fmt::join(m_arrays.names(), ", ")))),
                    {},
                    "Nothing was imported.",
                    "Name the array in the data's settings."};
        error.place.field = field;
        return error;
    }

    /// Such as `labels.npy` without `images.npy`.
    Error labelsAlone(const std::string& targets) const {
        Error error = noArray("train_images", "called as training inputs usually are");
        error.message =
            fmt::format("array '{}' has the labels, and no array has the inputs; there are: {}",
                        printable(targets, 80),
                        printable(fmt::format("{}", fmt::join(m_arrays.names(), ", "))));
        error.next =
            "Put the inputs beside the labels, in an array called images, inputs or x; or name the "
            "array in the data's settings.";
        return error;
    }

    Result<std::string> named(std::string_view field, const std::string& usual) const {
        const std::string& name = m_attrs.text(field);
        if (name.empty()) return usual;
        if (std::ranges::find(m_arrays.names(), name) != m_arrays.names().end()) return name;
        return noArray(field, fmt::format("called '{}'", printable(name, 80)));
    }

    std::string usual(ArrayPart part, ArrayRole role) const {
        const auto found = std::ranges::find_if(m_arrays.names(), [&](const std::string& name) {
            return m_arrays.use(name) == ArrayUse{part, role};
        });
        return found == m_arrays.names().end() ? std::string() : *found;
    }
    Choice usual(ArrayPart part) const {
        return {usual(part, ArrayRole::Inputs), usual(part, ArrayRole::Targets)};
    }

    /// A source with one array alone holds the inputs.
    Result<Choice> trainChoice() const {
        Choice usually = usual(ArrayPart::Train);
        if (usually.inputs.empty()) {
            Choice all = usual(ArrayPart::All);
            if (!all.inputs.empty() || usually.targets.empty()) usually = std::move(all);
        }
        if (usually.inputs.empty() && usually.targets.empty() && m_arrays.names().size() == 1)
            usually.inputs = m_arrays.names().front();
        const auto inputs = named("train_images", usually.inputs);
        if (!inputs) return inputs.error();
        const auto targets = named("train_labels", usually.targets);
        if (!targets) return targets.error();
        if (inputs->empty() && !targets->empty()) return labelsAlone(*targets);
        if (inputs->empty())
            return noArray("train_images", "called as training inputs usually are");
        return Choice{*inputs, *targets};
    }

    Result<Choice> testChoice() const {
        const bool prefersTest = m_attrs.text("tested_on") == "test";
        Choice usually = usual(prefersTest ? ArrayPart::Test : ArrayPart::Validation);
        if (usually.inputs.empty())
            usually = usual(prefersTest ? ArrayPart::Validation : ArrayPart::Test);
        const auto inputs = named("test_images", usually.inputs);
        if (!inputs) return inputs.error();
        const auto targets = named("test_labels", usually.targets);
        if (!targets) return targets.error();
        return Choice{*inputs, *targets};
    }

    Result<LabelledArrays> read(const Choice& choice) {
        auto inputs = m_arrays.read(choice.inputs, m_request.stop);
        if (!inputs) return inputs.error();
        LabelledArrays arrays{.inputs = std::move(inputs).value()};
        if (choice.targets.empty()) return arrays;
        auto targets = m_arrays.read(choice.targets, m_request.stop);
        if (!targets) return targets.error();
        arrays.targets = std::move(targets).value();
        return arrays;
    }

    Result<void> readTest(Choice& choice) {
        if (m_parts.train.targets && choice.targets.empty())
            return noArray("test_labels", "called as labels of the test part usually are");
        if (!m_parts.train.targets) choice.targets.clear();
        auto arrays = read(choice);
        if (!arrays) return arrays.error();
        m_parts.test = std::move(arrays).value();
        return {};
    }

    /// Inputs of parts that are neither trained nor tested on.
    void remarkUnused(const Choice& train, const Choice& test, Dataset& set) const {
        for (const std::string& name : m_arrays.names()) {
            const auto use = m_arrays.use(name);
            if (!use || use->role != ArrayRole::Inputs || name == train.inputs ||
                name == test.inputs)
                continue;
            set.remarks.push_back(
                {"N11",
                 fmt::format("array '{}' is neither trained nor tested on", printable(name, 80)),
                 {},
                 "It was left out.",
                 "Choose with 'Tested on' which part is the test part."});
        }
    }

    NamedArrays& m_arrays;
    const Attrs& m_attrs;
    const DataRequest& m_request;
    ArrayParts m_parts;
};

}  // namespace

Result<Dataset> openNamedArrays(std::string_view format, NamedArrays& arrays, const Attrs& attrs,
                                const DataRequest& request) {
    return Opening(format, arrays, attrs, request).open();
}

}  // namespace vitrine
