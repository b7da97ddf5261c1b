// SPDX-License-Identifier: Apache-2.0
// Reads values between entries, and the clock around them.
#include "core/train/sampler.h"

#include <algorithm>
#include <chrono>

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

void Sampler::prepare(const Executor& executor, int64_t step) {
    const auto found = std::find(m_tapes.begin(), m_tapes.end(), &executor.tape());
    VITRINE_CHECK(found != m_tapes.end(), "the sampler knows the tapes of training");
    m_plan = &m_plans[static_cast<size_t>(found - m_tapes.begin())];
    m_executor = &executor;
    m_step = step;
    m_nextBefore = m_nextAfter = 0;
    m_isTimed = m_request.timings && found == m_tapes.begin();
    m_cost = 0;
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
        const TensorScan scan = scanValue(m_executor->tape(), m_executor->memory(), point.value);
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
    m_pace.stepDone(seconds - m_cost, m_cost, isSampling(), m_request.budget);
    m_plan = nullptr;
    m_cost = 0;
}

}  // namespace vitrine
