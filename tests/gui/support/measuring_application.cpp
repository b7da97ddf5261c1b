// SPDX-License-Identifier: Apache-2.0
// Time of an event without that of events inside it.
#include "tests/gui/support/measuring_application.h"

#include <time.h>

#include <QEvent>

#include <algorithm>
#include <utility>

namespace vitrine::test {

namespace {

constexpr size_t mostKept = 200'000;

bool runsSlots(QEvent::Type type) {
    switch (type) {
        case QEvent::Timer:
        case QEvent::MetaCall:
        case QEvent::MouseMove:
        case QEvent::MouseButtonPress:
        case QEvent::MouseButtonRelease:
        case QEvent::KeyPress:
        case QEvent::Wheel:
            return true;
        default:
            return false;
    }
}

std::vector<MeasuringApplication::Cost> sorted(std::vector<MeasuringApplication::Cost> costs) {
    std::sort(costs.begin(), costs.end(),
              [](const auto& a, const auto& b) { return a.seconds > b.seconds; });
    return costs;
}

}  // namespace

double threadSeconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

void MeasuringApplication::startMeasuring() {
    m_slots.clear();
    m_paints.clear();
    m_slots.reserve(mostKept);
    m_paints.reserve(mostKept);
    m_measures = true;
}

std::vector<MeasuringApplication::Cost> MeasuringApplication::slotCosts() const {
    return sorted(m_slots);
}
std::vector<MeasuringApplication::Cost> MeasuringApplication::paintCosts() const {
    return sorted(m_paints);
}

bool MeasuringApplication::notify(QObject* receiver, QEvent* event) {
    if (!m_measures) return QApplication::notify(receiver, event);
    const QEvent::Type type = event->type();
    const QString what =
        QStringLiteral("%1(%2) %3")
            .arg(QLatin1String(receiver->metaObject()->className()), receiver->objectName())
            .arg(static_cast<int>(type));
    const double outer = std::exchange(m_inside, 0);
    const double started = threadSeconds();
    const bool result = QApplication::notify(receiver, event);
    const double whole = threadSeconds() - started;
    const double own = whole - m_inside;
    m_inside = outer + whole;
    auto& costs = runsSlots(type) ? m_slots : m_paints;
    if (costs.size() < mostKept) costs.push_back({own, what});
    return result;
}

}  // namespace vitrine::test
