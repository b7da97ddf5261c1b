// SPDX-License-Identifier: Apache-2.0
// Time of an event without that of events inside it.
#include "tests/gui/support/measuring_application.h"

#include <time.h>

#include <QEvent>
#include <QMetaEnum>
#include <QPointer>

#include <algorithm>
#include <utility>

namespace vitrine::test {

namespace {

constexpr size_t mostKept = 200'000;
constexpr double leastNamedSeconds = 0.5e-3;

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

QString nameOf(const QObject& object) {
    const QString name = object.objectName();
    const QString type = QLatin1String(object.metaObject()->className());
    return name.isEmpty() ? type : QStringLiteral("%1 '%2'").arg(type, name);
}

/// `Timer of QTimer 'frame' of vitrine::gui::RunController`: the event, who gets it, and up to two
/// of its owners. Timers that are members have no parent: their object names tell whose they are.
QString describe(const QObject& receiver, QEvent::Type type) {
    constexpr int mostNames = 3;
    QString text = QLatin1String(QMetaEnum::fromType<QEvent::Type>().valueToKey(type));
    const QObject* object = &receiver;
    for (int i = 0; i < mostNames && object; ++i, object = object->parent())
        text += QStringLiteral(" of ") + nameOf(*object);
    return text;
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
    const QPointer<QObject> alive(receiver);
    const char* className = receiver->metaObject()->className();
    const double outer = std::exchange(m_inside, 0);
    const double started = threadSeconds();
    const bool result = QApplication::notify(receiver, event);
    const double whole = threadSeconds() - started;
    const double own = whole - m_inside;
    m_inside = outer + whole;
    auto& costs = runsSlots(type) ? m_slots : m_paints;
    if (costs.size() >= mostKept) return result;
    costs.push_back({own, {}});
    // Names cost time themselves.
    if (own >= leastNamedSeconds)
        costs.back().what = alive ? describe(*alive, type) : QLatin1String(className);
    return result;
}

}  // namespace vitrine::test
