// SPDX-License-Identifier: Apache-2.0
// Reads what losses have compared and hands it to the metrics.
#include "core/train/test_score.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/probe/softmax.h"
#include "core/train/feed.h"

namespace vitrine {

namespace {

const Shape& shapeOf(const Member& member, ValueId value) {
    return member.tape->value(value).type.shape;
}

bool isFinite(double number) { return std::isfinite(number); }

}  // namespace

TestScore::TestScore(const Channels& channels) {
    for (const MetricChannel& channel : channels.metrics)
        m_metrics.push_back({channel.loss, channel.metric->make()});
}

void TestScore::add(const Member& member) {
    const int64_t batch = member.tape->batch;
    const auto examples = static_cast<double>(batch);
    const double loss = member.executor->scalar("loss");
    m_loss += loss * examples;
    m_examples += batch;
    const size_t losses = std::min(member.losses.size(), m_losses.size());
    m_lossCount = static_cast<int>(losses);
    for (size_t i = 0; i < losses; ++i)
        m_losses[i] += member.executor->number(member.losses[i]) * examples;
    int lossRead = -1;  // several metrics of one loss mostly follow one another
    for (const Metric& metric : m_metrics) {
        const auto& [prediction, target] = member.compared[static_cast<size_t>(metric.loss)];
        if (std::exchange(lossRead, metric.loss) != metric.loss) {
            member.executor->read(prediction, m_predictions);
            member.executor->read(target, m_targets);
        }
        metric.sum->add(
            {shapeOf(member, prediction), shapeOf(member, target), m_predictions, m_targets});
    }
    if (!isFinite(loss)) countAnswers(member);
}

void TestScore::countAnswers(const Member& member) {
    const auto batch = static_cast<size_t>(member.tape->batch);
    std::vector<bool> isBad(batch);
    for (const auto& [prediction, target] : member.compared) {
        member.executor->read(prediction, m_predictions);
        const size_t each = m_predictions.size() / batch;
        for (size_t i = 0; i < batch; ++i)
            isBad[i] = isBad[i] || !std::ranges::all_of(
                                       std::span(m_predictions).subspan(i * each, each), isFinite);
    }
    m_withoutAnswer += std::ranges::count(isBad, true);
}

void TestScore::fill(RunEvent& event) const {
    event.testLoss = loss();
    event.lossCount = m_lossCount;
    for (size_t i = 0; i < m_losses.size(); ++i)
        event.testLosses[i] = m_losses[i] / static_cast<double>(m_examples);
    event.metricCount = static_cast<int>(m_metrics.size());
    for (size_t i = 0; i < m_metrics.size(); ++i) event.metrics[i] = m_metrics[i].sum->value();
}

bool evaluateSet(Model& model, int64_t batches, TestScore& score,
                 const std::function<std::optional<Batch>()>& next,
                 const std::function<void(const Member&)>& seen) {
    model.beginEvaluation();
    for (int64_t i = 0; i < batches; ++i) {
        const std::optional<Batch> batch = next();
        if (!batch) return false;
        Member& member = model.evaluate(batch->size);
        feed(member, *batch);
        member.executor->runAll();
        score.add(member);
        if (seen) seen(member);
    }
    return true;
}

void appendPredictions(const Member& evaluation, Predictions& predictions) {
    for (const auto& [prediction, target] : evaluation.compared) {
        const Shape& shape = shapeOf(evaluation, prediction);
        const ValueShape type{shapeOf(evaluation, target),
                              evaluation.tape->value(target).type.dtype};
        if (!areClasses({shape}, type)) continue;
        const std::vector<double> rows = evaluation.executor->contents(prediction);
        const std::vector<double> labels = evaluation.executor->contents(target);
        const auto classes = static_cast<size_t>(shape[1]);
        for (size_t i = 0; i < labels.size(); ++i)
            appendAnswer(std::span(rows).subspan(i * classes, classes),
                         static_cast<int32_t>(labels[i]), predictions);
        return;
    }
}

}  // namespace vitrine
