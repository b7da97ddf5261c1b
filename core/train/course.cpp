// SPDX-License-Identifier: Apache-2.0
// Counts updates from epochs and batches: an epoch's last batches are an update of their own where
// fewer are left.
#include "core/train/course.h"

#include <algorithm>

namespace vitrine {

Course::Course(Settings settings)
    : m_settings(std::move(settings)),
      m_updatesPerEpoch((m_settings.stepsPerEpoch + m_settings.accumulate - 1) /
                        m_settings.accumulate) {
    for (const Extra& extra : m_settings.extras)
        m_numbers.resize(m_numbers.size() + extra.extra->numbers.size());
}

int64_t Course::updates(const RunPosition& at) const {
    if (m_settings.accumulate == 1) return at.step;
    return at.epoch * m_updatesPerEpoch + at.batchInEpoch / m_settings.accumulate;
}

Course::Batches Course::batchesOfUpdate(const RunPosition& at) const {
    const int64_t first = at.batchInEpoch / m_settings.accumulate * m_settings.accumulate;
    return {first, std::min(first + m_settings.accumulate, m_settings.stepsPerEpoch)};
}

bool Course::isUpdate(const RunPosition& at) const {
    return at.batchInEpoch + 1 == batchesOfUpdate(at).end;
}

ScheduleContext Course::contextOf(const RunPosition& at) const {
    return {updates(at), m_settings.epochs * m_updatesPerEpoch, m_updatesPerEpoch, at.schedule};
}

double Course::factor(const RunPosition& at) const {
    return m_settings.schedule->factor(m_settings.scheduleFields, contextOf(at));
}

const std::vector<double>& Course::extraNumbers(const RunPosition& at) {
    const ScheduleContext context = contextOf(at);
    size_t next = 0;
    for (const Extra& extra : m_settings.extras)
        for (size_t i = 0; i < extra.extra->numbers.size(); ++i)
            m_numbers[next++] = extra.extra->numberAt(extra.fields, context, i);
    return m_numbers;
}

void Course::learn(const EpochLosses& losses, ScheduleMemory& memory) const {
    if (m_settings.schedule->learn)
        m_settings.schedule->learn(m_settings.scheduleFields, losses, memory);
}

}  // namespace vitrine
