// SPDX-License-Identifier: Apache-2.0
// A QApplication that measures what each event costs the window thread.
#pragma once

#include <QApplication>
#include <QString>

#include <vector>

namespace vitrine::test {

/// CPU seconds of the calling thread.
double threadSeconds();

class MeasuringApplication : public QApplication {
  public:
    using QApplication::QApplication;

    struct Cost {
        double seconds = 0;
        QString what;  ///< the event, who gets it and whose that is; empty for short ones
    };
    /// From now on; forgets what was measured before.
    void startMeasuring();
    /// Timers, queued calls and input: what runs our slots. Most expensive first.
    std::vector<Cost> slotCosts() const;
    /// Painting and layout.
    std::vector<Cost> paintCosts() const;

    bool notify(QObject* receiver, QEvent* event) override;

  private:
    bool m_measures = false;
    double m_inside = 0;  ///< CPU seconds of nested events
    std::vector<Cost> m_slots, m_paints;
};

}  // namespace vitrine::test
