// SPDX-License-Identifier: GPL-3.0-or-later
// A run's weights go through a file that is gone afterwards.
#include "gui/shell/export_work.h"

#include <QCoreApplication>
#include <QTemporaryDir>

#include <utility>

namespace vitrine::gui {

ExportWork::ExportWork(QObject* parent)
    : QObject(parent), m_work(new Background<Result<Outcome>>(QCoreApplication::instance())) {
    connect(m_work, &BackgroundWork::finished, this, &ExportWork::take);
}

ExportWork::~ExportWork() {
    m_stop.request_stop();
    m_work->disconnect(this);
    if (m_work->isRunning())
        connect(m_work, &BackgroundWork::finished, m_work, &QObject::deleteLater);
    else
        delete m_work;
}

void ExportWork::start(ExportWish wish) {
    m_stop = {};
    if (wish.choices) wish.choices->stop = m_stop.get_token();
    m_work->run("exporting the network", [wish = std::move(wish)] { return written(wish); });
}

/// On the work's own thread.
Result<ExportWork::Outcome> ExportWork::written(const ExportWish& wish) {
    const auto network = networkOfProject(wish.project);
    if (!network) return network.error();
    ExportChoices choices = wish.choices.value_or(ExportChoices());
    const QTemporaryDir folder;
    if (wish.states) {
        choices.weights = folder.filePath(QStringLiteral("weights.safetensors")).toStdString();
        VITRINE_TRY(saveStates(*network, *wish.states, choices.weights));
    }
    if (!wish.choices) {
        auto weights =
            exportWeights(*network, choices.weights, wish.path, weightsFormatOf(wish.path));
        return weights ? Result<Outcome>(std::move(weights).value()) : weights.error();
    }
    auto report = exportModel(*network, wish.path, choices);
    return report ? Result<Outcome>(std::move(report).value()) : report.error();
}

void ExportWork::take() {
    const Result<Outcome> outcome = m_work->take();
    if (!outcome) return outcome.error().code == stoppedCode ? stopped() : failed(outcome.error());
    if (const auto* report = std::get_if<ExportReport>(&*outcome)) return done(*report);
    weightsDone(std::get<WeightsReport>(*outcome));
}

}  // namespace vitrine::gui
