// SPDX-License-Identifier: GPL-3.0-or-later
// NumberBars: numbers of examples that have no picture, as heights of bars.
#pragma once

#include <QList>

#include <memory>
#include <vector>

#include "gui/models/sample_table.h"

namespace vitrine::gui {

/// Window thread. Each number stands between the smallest and the largest that some examples have
/// in its place: what is large for one is not for another.
class NumberBars {
  public:
    static constexpr int mostBars = 64;  ///< of an example; of more, some that lie evenly

    /// Looks at a few examples, where these are other data. Null: there is nothing to draw.
    void setData(std::shared_ptr<const Dataset> stored);
    /// From 0 to 1; −1 where a number is none. Empty: the data have no such numbers at hand.
    QList<double> of(const SampleTable& table, int64_t place) const;

  private:
    double numberAt(const ExampleSet& examples, int64_t index, size_t bar) const;

    std::shared_ptr<const Dataset> m_data;
    size_t m_column = 0;
    struct Place {
        int64_t element = 0;  ///< of the column's value
        double smallest = 0, largest = 0;
    };
    std::vector<Place> m_places;  ///< one for each bar
};

}  // namespace vitrine::gui
