// SPDX-License-Identifier: Apache-2.0
// Reads values between entries, and the clock around them.
#include "core/train/sampler.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/base/guard.h"
#include "core/exec/value_reader.h"

namespace vitrine {

double Sampler::steadySeconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

Sampler::Sampler(std::vector<const Tape*> tapes, SampleSubjects subjects, SampleOutput output,
                 Clock clock)
    : m_tapes(std::move(tapes)), m_subjects(std::move(subjects)), m_output(output), m_clock(clock) {
    VITRINE_CHECK(output.entrySeconds.size() == m_tapes.front()->entries.size(),
                  "every entry of the full batch's tape has a place for its time");
    m_seconds.resize(output.entrySeconds.size());
}

void Sampler::setRequest(const SampleRequest& request) {
    m_request = request;
    m_isAsked =
        request.gradients || request.weights || request.timings || !request.activations.empty();
    m_plan = nullptr;
    m_plans.clear();
    for (const Tape* tape : m_tapes) m_plans.push_back(planSamples(*tape, m_subjects, request));
    m_pace.askNow();
}

const SamplePlan& Sampler::planOf(const Executor& executor) const {
    const auto found = std::find(m_tapes.begin(), m_tapes.end(), &executor.tape());
    VITRINE_CHECK(found != m_tapes.end(), "the sampler knows the tapes of training");
    return m_plans[static_cast<size_t>(found - m_tapes.begin())];
}

/// Who reads between entries waits for a device, which then has gaps: no step is read and timed.
void Sampler::prepare(Executor& executor, int64_t step) {
    const bool isByHand = std::exchange(m_isByHand, false);
    const bool isTimed = m_request.timings && &executor.tape() == m_tapes.front();
    const bool reads = m_request.gradients || m_request.weights || !m_request.activations.empty();
    if (isTimed && executor.isQueued() && (!reads || (m_wasRead && !isByHand)))
        return letDeviceTime(executor);
    if (m_request.timings && !reads && executor.isQueued()) return;  // not of this tape
    beginReading(executor, step);
    m_isTimed = isTimed && !executor.isQueued();
}

void Sampler::beginReading(const Executor& executor, int64_t step) {
    m_plan = &planOf(executor);
    m_executor = &executor;
    m_step = step;
    m_nextBefore = m_nextAfter = 0;
    m_isTimed = false;
    m_wasRead = true;
    m_cost = 0;
}

void Sampler::letDeviceTime(Executor& executor) {
    m_timing = &executor;
    m_wasRead = false;
    executor.setTimed(true);
}

void Sampler::takeTimes() {
    Executor& executor = *std::exchange(m_timing, nullptr);
    const double started = m_clock();
    const Result<void> read = executor.readTimes(m_seconds);
    executor.setTimed(false);
    orThrow(read);
    for (size_t i = 0; i < m_seconds.size(); ++i)
        if (m_seconds[i] > 0) noteTime(static_cast<int>(i), m_seconds[i]);
    // Once more where it was the first step, which has none; not for ever: others wait.
    const bool isInVain = std::ranges::all_of(m_seconds, [](double time) { return time == 0; });
    m_inVain = isInVain ? m_inVain + 1 : 0;
    m_wasRead = m_inVain % 2 == 1;
    m_cost += m_clock() - started;
}

void Sampler::beforeEntry(int entry) {
    record(m_plan->before, m_nextBefore, entry);
    if (m_isTimed) m_entryStarted = m_clock();
}

void Sampler::afterEntry(int entry) {
    if (m_isTimed) noteTime(entry, m_clock() - m_entryStarted);
    record(m_plan->after, m_nextAfter, entry);
}

void Sampler::record(const std::vector<SamplePoint>& points, size_t& next, int entry) {
    if (next == points.size() || points[next].entry > entry) return;
    const double started = m_clock();
    for (; next < points.size() && points[next].entry <= entry; ++next) {
        const SamplePoint& point = points[next];
        const double times = point.kind == SampleKind::Gradient ? m_gradientTimes : 1;
        const TensorScan scan =
            scanValue(m_executor->tape(), m_executor->memory(), point.value, times);
        m_output.histograms.push(
            {m_step, point.kind, point.subject, scan.statistics, scan.histogram});
    }
    m_cost += m_clock() - started;
}

void Sampler::noteTime(int entry, double seconds) {
    constexpr double newShare = 0.25;
    std::atomic<double>& published = m_output.entrySeconds[static_cast<size_t>(entry)];
    const double before = published.load(std::memory_order_relaxed);
    published.store(before > 0 ? before + newShare * (seconds - before) : seconds,
                    std::memory_order_relaxed);
}

void Sampler::finish(double seconds) {
    const bool wasTimed = m_timing != nullptr;
    const double reading = m_cost;
    if (wasTimed) takeTimes();  // behind the step's end
    m_pace.stepDone(seconds - reading, m_cost, isSampling() || wasTimed, m_request.budget);
    m_plan = nullptr;
    m_cost = 0;
}

}  // namespace vitrine
