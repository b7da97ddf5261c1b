// SPDX-License-Identifier: GPL-3.0-or-later
// A glance at the data says what is small and what is large.
#include "gui/models/number_bars.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/tensor/element.h"

namespace vitrine::gui {

namespace {

constexpr int64_t fewExamples = 500;

/// The first that is no answer: inputs come first.
int numberColumn(const Dataset& data) {
    const auto& columns = data.storedColumns();
    const auto found = std::ranges::find_if(columns, [](const Column& column) {
        return column.dtype == DType::F32 && !column.hasClasses() && column.shape.elements() > 0;
    });
    return found == columns.end() ? -1 : static_cast<int>(found - columns.begin());
}

}  // namespace

double NumberBars::numberAt(const ExampleSet& examples, int64_t index, size_t bar) const {
    const auto value = examples.value(m_column, index);
    return readElement(value.data(), DType::F32, m_places[bar].element);
}

void NumberBars::setData(std::shared_ptr<const Dataset> stored) {
    if (stored == m_data) return;
    m_data = std::move(stored);
    m_places.clear();
    const int column = m_data ? numberColumn(*m_data) : -1;
    if (column < 0 || m_data->train.count == 0) return;
    m_column = static_cast<size_t>(column);
    const ExampleSet& examples = m_data->train;
    if (!examples.source->isAtHand(m_column)) return;
    const int64_t all = m_data->storedColumns()[m_column].shape.elements();
    const int64_t bars = std::min<int64_t>(all, mostBars);
    constexpr double infinity = std::numeric_limits<double>::infinity();
    for (int64_t bar = 0; bar < bars; ++bar)
        m_places.push_back({bar * all / bars, infinity, -infinity});
    const int64_t some = std::min(examples.count, fewExamples);
    for (int64_t i = 0; i < some; ++i)
        for (size_t bar = 0; bar < m_places.size(); ++bar) {
            const double number = numberAt(examples, i * examples.count / some, bar);
            if (!std::isfinite(number)) continue;
            m_places[bar].smallest = std::min(m_places[bar].smallest, number);
            m_places[bar].largest = std::max(m_places[bar].largest, number);
        }
}

QList<double> NumberBars::of(const SampleTable& table, int64_t place) const {
    QList<double> bars;
    if (!m_data || table.data() != m_data) return bars;
    for (size_t bar = 0; bar < m_places.size(); ++bar) {
        const double number = numberAt(table.examplesOf(place), table.indexOf(place), bar);
        const double span = m_places[bar].largest - m_places[bar].smallest;
        if (!std::isfinite(number))
            bars << -1;
        else if (!(span > 0))
            bars << 0.5;  // they are all the same
        else
            bars << std::clamp((number - m_places[bar].smallest) / span, 0.0, 1.0);
    }
    return bars;
}

}  // namespace vitrine::gui
