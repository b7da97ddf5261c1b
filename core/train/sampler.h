// SPDX-License-Identifier: Apache-2.0
// Sampler: looks at gradients, weights, activations and times of some training steps and publishes
// what it saw. It only reads, so that a sampled step makes the same bits.
#pragma once

#include <atomic>
#include <span>

#include "core/exec/executor.h"
#include "core/probe/ring.h"
#include "core/train/sample_pace.h"
#include "core/train/sample_plan.h"

namespace vitrine {

/// Where a sampler publishes. Both outlive it; one other thread reads them.
struct SampleOutput {
    Ring<HistogramRecord>& histograms;
    /// Of each entry of the full batch's tape, smoothed over the measured steps; 0 = never
    /// measured.
    std::span<std::atomic<double>> entrySeconds;
};

/// Thread: the trainer's. Nothing but setRequest allocates; where nothing is asked for, a step
/// costs two branches.
class Sampler {
  public:
    /// Seconds from any start, never going back.
    using Clock = double (*)();
    static double steadySeconds();

    /// `tapes`: all those of training steps, the full batch's first; they must outlive this.
    Sampler(std::vector<const Tape*> tapes, SampleSubjects subjects, SampleOutput output,
            Clock clock = steadySeconds);

    /// Between two steps. The next step is sampled, then as budget and SamplePace allow.
    void setRequest(const SampleRequest& request);
    /// Gradients are told of times this power of two.
    void scaleGradients(double times) { m_gradientTimes = times; }
    /// The next step is sampled: somebody steps by hand.
    void sampleNextStep() {
        m_pace.askNow();
        m_isByHand = true;
    }
    /// `step`: number of the update that the step makes, 1 for the first.
    void beginStep(Executor& executor, int64_t step) {
        if (m_isAsked && m_pace.isDue()) prepare(executor, step);
    }
    /// The same of a step that is run for its values alone.
    void beginReading(const Executor& executor, int64_t step);
    /// Does this step want beforeEntry and afterEntry? The answer holds until endStep. Entries that
    /// are run again in one step are not sampled again.
    bool isSampling() const { return m_plan != nullptr; }
    /// Does anybody want samples?
    bool isAsked() const { return m_isAsked; }
    void beforeEntry(int entry);
    void afterEntry(int entry);
    /// `seconds` that the step took, sampling included and pauses left out.
    void endStep(double seconds) {
        if (m_isAsked) finish(seconds);
    }

  private:
    void prepare(Executor& executor, int64_t step);
    const SamplePlan& planOf(const Executor& executor) const;
    void letDeviceTime(Executor& executor);
    void takeTimes();
    void finish(double seconds);
    void record(const std::vector<SamplePoint>& points, size_t& next, int entry);
    void noteTime(int entry, double seconds);

    const std::vector<const Tape*> m_tapes;
    const SampleSubjects m_subjects;
    const SampleOutput m_output;
    const Clock m_clock;
    SampleRequest m_request;
    bool m_isAsked = false, m_isByHand = false;
    std::vector<SamplePlan> m_plans;  ///< of each tape
    SamplePace m_pace;
    double m_gradientTimes = 1;

    // Of the step that is sampled.
    const SamplePlan* m_plan = nullptr;  ///< null: it is not
    const Executor* m_executor = nullptr;
    int64_t m_step = 0;
    size_t m_nextBefore = 0, m_nextAfter = 0;  ///< points of the plan that are still to come
    bool m_isTimed = false;
    Executor* m_timing = nullptr;  ///< its device times the step
    bool m_wasRead = true;         ///< the sample before: where somebody wants both, in turns
    int m_inVain = 0;              ///< timed steps in a row that gave no times
    std::vector<double> m_seconds;
    double m_entryStarted = 0, m_cost = 0;
};

}  // namespace vitrine
