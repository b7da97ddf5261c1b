// SPDX-License-Identifier: GPL-3.0-or-later
// A run's weights go through a file that is gone afterwards.
#include "gui/shell/export_work.h"

#include <QCoreApplication>
#include <QTemporaryDir>

#include <type_traits>
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
    m_work->run("exporting the network", [wish = std::move(wish), stop = m_stop.get_token()] {
        return written(wish, stop);
    });
}

void ExportWork::start(RunWish wish) {
    m_work->run("exporting the run", [wish = std::move(wish)]() -> Result<Outcome> {
        const bool isTable = wish.path.ends_with(".csv");
        auto report = (isTable ? exportRunTable : exportRunEvents)(wish.run, wish.path);
        return report ? Result<Outcome>(std::move(report).value()) : report.error();
    });
}

namespace {

Result<ExportTold> exported(const ForeignNetwork& network, const std::string& path,
                            ExportChoices choices, const std::stop_token& stop) {
    choices.stop = stop;
    const auto report = exportModel(network, path, choices);
    return report ? Result(toldOf(*report)) : report.error();
}

Result<ExportTold> exported(const ForeignNetwork& network, const std::string& path,
                            CppExportOptions options, const std::stop_token& stop) {
    options.folder = path;
    options.stop = stop;
    const auto report = exportCpp(network, options);
    return report ? Result(toldOf(*report)) : report.error();
}

Result<ExportTold> exported(const ForeignNetwork& network, const std::string& path,
                            TorchExportChoices choices, const std::stop_token& stop) {
    choices.stop = stop;
    const auto report = exportTorch(network, path, choices);
    return report ? Result(toldOf(*report, QString::fromStdString(path))) : report.error();
}

}  // namespace

/// On the work's own thread.
Result<ExportWork::Outcome> ExportWork::written(const ExportWish& wish,
                                                const std::stop_token& stop) {
    const auto network = networkOfProject(wish.project);
    if (!network) return network.error();
    const QTemporaryDir folder;
    std::string ofRun;
    if (wish.states) {
        ofRun = folder.filePath(QStringLiteral("weights.safetensors")).toStdString();
        VITRINE_TRY(saveStates(*network, *wish.states, ofRun));
    }
    const auto write = [&](auto choices) -> Result<Outcome> {
        if constexpr (std::is_same_v<decltype(choices), std::monostate>) {
            auto report = exportWeights(*network, ofRun, wish.path, weightsFormatOf(wish.path));
            return report ? Result<Outcome>(std::move(report).value()) : report.error();
        } else {
            if (wish.states) choices.weights = ofRun;
            auto told = exported(*network, wish.path, std::move(choices), stop);
            return told ? Result<Outcome>(std::move(told).value()) : told.error();
        }
    };
    return std::visit(write, wish.choices);
}

void ExportWork::take() {
    const Result<Outcome> outcome = m_work->take();
    if (!outcome) return outcome.error().code == stoppedCode ? stopped() : failed(outcome.error());
    if (const auto* told = std::get_if<ExportTold>(&*outcome)) return done(*told);
    if (const auto* run = std::get_if<RunExport>(&*outcome)) return runDone(*run);
    weightsDone(std::get<WeightsReport>(*outcome));
}

}  // namespace vitrine::gui
