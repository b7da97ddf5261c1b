// SPDX-License-Identifier: GPL-3.0-or-later
// What the data say is read on the same thread.
#include "gui/views/data/number_asker.h"

#include <algorithm>

#include "core/tensor/element.h"

namespace vitrine::gui {

NumberAsker::NumberAsker(QObject* parent) : QObject(parent), m_work(this) {
    connect(&m_work, &BackgroundWork::finished, this, &NumberAsker::isDone);
}

NumberAsker::~NumberAsker() { m_stop.request_stop(); }

Result<NumberPairs> NumberAsker::answer(AnswerRequest request, size_t column) {
    Dataset few = *request.data;
    few.test.count = std::min(few.test.count, mostExamples);
    request.data = std::make_shared<const Dataset>(few);
    const Column& numbers = few.columns[column];
    auto given = numberAnswers(request, numbers);
    if (!given) return given.error();
    NumberPairs pairs{.each = numbers.shape.elements(), .truth = {}, .given = *std::move(given)};
    for (int64_t i = 0; i < few.test.count; ++i) {
        const auto value = few.test.value(column, i);
        for (int64_t k = 0; k < pairs.each; ++k)
            pairs.truth.push_back(static_cast<float>(readElement(value.data(), numbers.dtype, k)));
    }
    if (request.states) pairs.epoch = request.states->position.epoch;
    return pairs;
}

void NumberAsker::ask(const Project& project, std::shared_ptr<const Dataset> data,
                      std::shared_ptr<const Snapshot> states, size_t column) {
    m_stop = {};
    AnswerRequest request{.project = project,
                          .data = std::move(data),
                          .isTest = true,
                          .states = std::move(states),
                          .progress = {},
                          .stop = m_stop.get_token()};
    m_work.run("asking the network",
               [request = std::move(request), column] { return answer(request, column); });
}

void NumberAsker::isDone() {
    const Result<NumberPairs> pairs = m_work.take();
    if (pairs)
        answered(*pairs);
    else if (pairs.error().code != stoppedCode)
        failed(pairs.error());
    ended();
}

}  // namespace vitrine::gui
