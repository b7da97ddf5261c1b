// SPDX-License-Identifier: Apache-2.0
// A chain of tiny kernels; counters of the system; a sampler as the trainer has it.
#include "core/session/bench_rest.h"

#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <limits>

#include <fmt/format.h>

#include "core/base/guard.h"
#include "core/device/host_memory.h"
#include "core/exec/host_executor.h"
#include "core/exec/value_reader.h"
#include "core/opdef/builder.h"
#include "core/session/bench_statistics.h"
#include "core/train/sampler.h"

namespace vitrine {

namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// x → −x → x → …
Program chain(int entries) {
    Program program;
    Builder builder(program, {});
    ValueId v = builder.addInput("x", {1}, DType::F32);
    for (int i = 0; i < entries; ++i) v = builder.emit("neg", {v});
    builder.addOutput("y", v);
    return program;
}

double processorSeconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Runs steps as the trainer does while all views are open.
class WatchedStep {
  public:
    explicit WatchedStep(BenchStep& step)
        : m_step(step),
          m_times(step.tape().entries.size()),
          m_subjects{trainedParameters(step.tape()), step.nodes()},
          m_sampler({&step.tape()}, m_subjects, {m_records, m_times}) {
        m_request.gradients = m_request.weights = m_request.timings = true;
        m_request.activations = step.nodes();
        m_sampler.setRequest(m_request);
    }

    double plain() {
        m_step.prepare();
        const double start = processorSeconds();
        m_step.executor().runAll();
        return processorSeconds() - start;
    }

    double sampled() {
        m_step.prepare();
        m_sampler.sampleNextStep();
        Executor& executor = m_step.executor();
        const double start = processorSeconds();
        m_sampler.beginStep(executor, 1);
        for (int i = 0; i < executor.entries(); ++i) {
            m_sampler.beforeEntry(i);
            executor.runEntry(i);
            m_sampler.afterEntry(i);
        }
        m_sampler.endStep(processorSeconds() - start);
        const double seconds = processorSeconds() - start;
        for (HistogramRecord record; m_records.pop(record);) {
        }
        return seconds;
    }

    /// What the sampler itself knows of its cost, by which it keeps its pace: looking at values.
    double looking() const {
        const Executor& executor = m_step.executor();
        const SamplePlan plan = planSamples(m_step.tape(), m_subjects, m_request);
        const double start = processorSeconds();
        for (const auto* points : {&plan.before, &plan.after})
            for (const SamplePoint& point : *points)
                scanValue(m_step.tape(), executor.memory(), point.value);
        return processorSeconds() - start;
    }

    /// Steps from one sample to the next.
    double stepsBetween(double stepSeconds, double cost) const {
        SamplePace pace;
        double steps = 1;
        for (pace.stepDone(stepSeconds, cost, true, m_request.budget); !pace.isDue(); ++steps)
            pace.stepDone(stepSeconds, 0, false, m_request.budget);
        return steps;
    }

  private:
    BenchStep& m_step;
    Ring<HistogramRecord> m_records{1 << 10};
    std::vector<std::atomic<double>> m_times;
    const SampleSubjects m_subjects;
    SampleRequest m_request;
    Sampler m_sampler;
};

int64_t faultsSoFar() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt + usage.ru_majflt;
}

}  // namespace

double dispatchSeconds(int threads, int rounds) {
    constexpr int entries = 1000;
    const StateLayout states;
    const Tape tape = compileTape(chain(entries), states, {.fuse = false});
    auto memory = orThrow(HostMemory::allocate(tape.arenaBytes()));
    Team team(threads);
    HostExecutor executor(tape, *memory, team);
    double least = std::numeric_limits<double>::infinity();
    for (int round = 0; round <= rounds; ++round) {
        const auto start = Clock::now();
        executor.runAll();
        least = std::min(least, since(start));
    }
    return least / executor.entries();
}

int64_t pageFaults(BenchStep& step, int64_t steps) {
    constexpr int rounds = 5;
    step.seconds(1);
    int64_t least = std::numeric_limits<int64_t>::max();
    for (int round = 0; round < rounds; ++round) {
        const int64_t before = faultsSoFar();
        for (int64_t i = 0; i < steps; ++i) {
            step.prepare();
            step.executor().runAll();
        }
        least = std::min(least, faultsSoFar() - before);
    }
    return least;
}

WatchingCost watchingCost(BenchStep& step, int pairs) {
    constexpr std::chrono::milliseconds enough{500};
    constexpr int mostPairs = 2000;
    WatchedStep watched(step);
    watched.sampled();  // warms
    std::vector<double> plain, more;
    const auto start = Clock::now();
    for (int pair = 0; pair < pairs || (pair < mostPairs && Clock::now() - start < enough);
         ++pair) {
        plain.push_back(watched.plain());
        more.push_back(watched.sampled() - plain.back());
    }
    WatchingCost cost;
    cost.stepSeconds = median(std::move(plain));
    cost.sampleSeconds = std::max(0.0, median(std::move(more)));
    cost.stepsOfSample = watched.stepsBetween(cost.stepSeconds, watched.looking());
    return cost;
}

}  // namespace vitrine
