// SPDX-License-Identifier: Apache-2.0
// Lines of the log and back: several losses and metrics, numbers that JSON cannot hold, lines of
// earlier versions. Truth: the numbers that were written, and lines written out by hand.
#include "core/session/run_log.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/graph/graph_text.h"
#include "core/session/live_run.h"
#include "core/session/run_history.h"
#include "core/session/training_run.h"
#include "tests/support/cli_fixtures.h"

using namespace vitrine;

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

StepRecord recordWith(std::initializer_list<double> losses) {
    StepRecord record;
    record.step = 7;
    record.epoch = 2;
    record.loss = 0.75;
    record.learningRate = 0.01;
    record.gradNorm = 3;
    for (double loss : losses) record.losses[static_cast<size_t>(record.lossCount++)] = loss;
    return record;
}

Channels channelsNamed(const std::vector<std::string>& losses,
                       const std::vector<std::pair<std::string, const char*>>& metrics) {
    Channels channels;
    channels.losses = losses;
    for (const auto& [name, id] : metrics) channels.metrics.push_back({name, findMetric(id), 0});
    return channels;
}

RunEvent epochWith(double loss, std::initializer_list<double> losses,
                   std::initializer_list<double> metrics) {
    RunEvent event;
    event.kind = EventKind::EpochDone;
    event.testLoss = loss;
    for (double one : losses) event.testLosses[static_cast<size_t>(event.lossCount++)] = one;
    for (double one : metrics) event.metrics[static_cast<size_t>(event.metricCount++)] = one;
    return event;
}

QString qt(const std::string& text) { return QString::fromStdString(text); }

Project twoHeads() {
    Project project = projectFromText(test::strokesProject()).value();
    project.graph = graphFromText(
                        "p<2(column=parity)\n"
                        "x[1,28,28] -> flatten as f -> linear(out_features=10) -> "
                        "cross_entropy(labels) as digit\n"
                        "f -> linear(out_features=2) -> cross_entropy(p weight=0.5) as parity")
                        .value();
    return project;
}

}  // namespace

class TestRunLog : public QObject {
    Q_OBJECT

  private slots:
    void aStepWithoutPartsIsWrittenAsEver() {
        QCOMPARE(qt(stepLine(recordWith({}))),
                 QString("{\"event\":\"step\",\"step\":7,\"epoch\":3,\"loss\":0.75,\"lr\":0.01,"
                         "\"grad_norm\":3.0}"));
    }

    void theLossesOfAStepComeBack() {
        const StepRecord record = recordWith({0.1, -0.0, notANumber, 1e300});
        const std::string line = stepLine(record);
        QCOMPARE(qt(line), QString("{\"event\":\"step\",\"step\":7,\"epoch\":3,\"loss\":0.75,"
                                   "\"lr\":0.01,\"grad_norm\":3.0,\"losses\":[0.1,-0.0,null,"
                                   "1e+300]}"));
        QCOMPARE(nlohmann::json::parse(line)["losses"].size(), size_t{4});
        StepRecord back = recordWith({1, 2, 3, 4, 5, 6});
        QVERIFY(readStepLine(line, back));
        QCOMPARE(back.step, int64_t{7});
        QCOMPARE(back.epoch, int64_t{2});
        QCOMPARE(back.loss, 0.75);
        QCOMPARE(back.gradNorm, 3.0);
        QCOMPARE(back.lossCount, 4);
        QCOMPARE(back.losses[0], 0.1);
        QVERIFY(back.losses[1] == 0 && std::signbit(back.losses[1]));
        QVERIFY(std::isnan(back.losses[2]));
        QCOMPARE(back.losses[3], 1e300);
    }

    void theLongestLineHasRoom() {
        constexpr double longest = -2.2250738585072014e-308;
        StepRecord record;
        record.step = record.epoch = std::numeric_limits<int64_t>::max() - 1;
        record.loss = record.learningRate = record.gradNorm = longest;
        record.lossCount = static_cast<int>(mostChannels);
        record.losses.fill(longest);
        std::array<char, longestStepLine> text{};
        const size_t size = writeStepLine(record, text);
        QVERIFY(size <= longestStepLine);
        StepRecord back;
        QVERIFY(readStepLine({text.data(), size}, back));
        QCOMPARE(back.step, record.step);
        QCOMPARE(back.epoch, record.epoch);
        QCOMPARE(back.lossCount, static_cast<int>(mostChannels));
        QCOMPARE(back.losses, record.losses);
    }

    void readsStepLines_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<int>("losses");  // −1: it is no such line
        const auto row = [](const char* name, const char* line, int losses) {
            QTest::newRow(name) << QByteArray(line).replace('\'', '"') << losses;
        };
        row("as it was before there were parts",
            "{'event':'step','step':3,'epoch':1,'loss':2.5,'lr':0.1,'grad_norm':1.0}", 0);
        row("as others write it",
            "{ 'grad_norm': 1.0, 'event': 'step', 'lr': 0.1, 'step': 3, 'epoch': 1, 'loss': 2.5 }",
            0);
        row("two parts",
            "{'event':'step','step':3,'epoch':1,'loss':2.5,'lr':0.1,'grad_norm':1.0,"
            "'losses':[1.5,1.0]}",
            2);
        row("more parts than there is room for",
            "{'event':'step','step':3,'epoch':1,'loss':2.5,'lr':0.1,'grad_norm':1.0,"
            "'losses':[1,2,3,4,5,6,7,8,9,10,11,12,13]}",
            12);
        row("cut behind the numbers of all",
            "{'event':'step','step':3,'epoch':1,'loss':2.5,'lr':0.1,'grad_norm':1.0,'los", 0);
        row("another event", "{'event':'epoch','step':3,'epoch':1,'loss':2.5}", -1);
        row("no JSON", "step", -1);
    }
    void readsStepLines() {
        QFETCH(QByteArray, line);
        QFETCH(int, losses);
        StepRecord record = recordWith({9, 9, 9});
        QCOMPARE(readStepLine(line.toStdString(), record), losses >= 0);
        if (losses < 0) return;
        QCOMPARE(record.step, int64_t{3});
        QCOMPARE(record.epoch, int64_t{0});
        QCOMPARE(record.loss, 2.5);
        QCOMPARE(record.learningRate, 0.1);
        QCOMPARE(record.gradNorm, 1.0);
        QCOMPARE(record.lossCount, losses);
    }

    void readsEpochLines_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QStringList>("losses");
        QTest::addColumn<QStringList>("metrics");
        QTest::addColumn<QList<double>>("numbers");  // of the losses, then of the metrics
        const auto row = [](const char* name, const char* more, const QStringList& losses,
                            const QStringList& metrics, const QList<double>& numbers) {
            QByteArray line = "{'event':'epoch','epoch':2,'step':9,'train_loss':0.5" +
                              QByteArray(more) + ",'images_per_s':70.0}";
            QTest::newRow(name) << line.replace('\'', '"') << losses << metrics << numbers;
        };
        row("of earlier versions", ",'test_loss':0.4,'test_accuracy':0.75", {}, {"accuracy"},
            {0.75});
        row("without a test set", "", {}, {}, {});
        row("without metrics", ",'test_loss':0.4", {}, {}, {});
        row("several of each",
            ",'test_loss':0.4,'test_odd.accuracy':0.5,'test_digit.accuracy':0.25,'test_mae':8.0,"
            "'test_losses':{'odd':0.1,'digit':0.3}",
            {"odd", "digit"}, {"odd.accuracy", "digit.accuracy", "mae"}, {0.1, 0.3, 0.5, 0.25, 8});
        row("what JSON cannot hold", ",'test_loss':null,'test_mae':null,'test_losses':{'a':null}",
            {"a"}, {"mae"}, {notANumber, notANumber});
        row("losses that are no object", ",'test_loss':0.4,'test_losses':[1,2]", {}, {"losses"},
            {notANumber});
    }
    void readsEpochLines() {
        QFETCH(QByteArray, line);
        QFETCH(QStringList, losses);
        QFETCH(QStringList, metrics);
        QFETCH(QList<double>, numbers);
        RunEvent event = epochWith(1, {1, 2, 3}, {1, 2, 3});
        ChannelNames names{{"old"}, {"old"}};
        QVERIFY(readEpochLine(line.toStdString(), event, &names));
        QCOMPARE(event.kind, EventKind::EpochDone);
        QCOMPARE(event.epoch, int64_t{2});
        QCOMPARE(event.step, int64_t{9});
        QCOMPARE(event.trainLoss, 0.5);
        QCOMPARE(event.imagesPerSecond, 70.0);
        QStringList lossNames, metricNames;
        for (const std::string& name : names.losses) lossNames << qt(name);
        for (const std::string& name : names.metrics) metricNames << qt(name);
        QCOMPARE(lossNames, losses);
        QCOMPARE(metricNames, metrics);
        QCOMPARE(event.lossCount, static_cast<int>(losses.size()));
        QCOMPARE(event.metricCount, static_cast<int>(metrics.size()));
        for (int i = 0; i < static_cast<int>(numbers.size()); ++i) {
            const double found = i < event.lossCount
                                     ? event.testLosses[static_cast<size_t>(i)]
                                     : event.metrics[static_cast<size_t>(i - event.lossCount)];
            QVERIFY(found == numbers[i] || (std::isnan(found) && std::isnan(numbers[i])));
        }
        RunEvent unnamed;
        QVERIFY(readEpochLine(line.toStdString(), unnamed));
        QCOMPARE(unnamed.metricCount, event.metricCount);
    }

    void scoresHaveTheirNames() {
        const Channels channels = channelsNamed(
            {"digit", "steer"}, {{"digit.accuracy", "accuracy"}, {"steer.angle", "angle"}});
        const RunEvent event = epochWith(0.0512, {0.05, 0.0024}, {0.981, 4.25});
        const auto scores = namedScores(event, channels);
        const std::vector<std::pair<std::string, double>> wanted{
            {"test_loss", 0.0512}, {"test_digit.accuracy", 0.981}, {"test_steer.angle", 4.25}};
        QVERIFY(scores == wanted);
        QCOMPARE(qt(scoreText(event, channels, ", ")),
                 QString("0.0512 (digit 0.0500, steer 0.0024), digit.accuracy 98.10 %, "
                         "steer.angle 4.25°"));
    }

    void aNetworkWithOneLossNamesNoParts() {
        const Channels channels = channelsNamed({"loss"}, {{"accuracy", "accuracy"}});
        QCOMPARE(qt(scoreText(epochWith(0.5, {}, {0.75}), channels, "  ")),
                 QString("0.5000  accuracy 75.00 %"));
        QCOMPARE(qt(scoreText(epochWith(notANumber, {}, {0.75}), channels, "  ")), QString("nan"));
    }

    void aRunWithTwoHeadsComesBackFromItsLog() {
        QTemporaryDir folder;
        RunRequest request;
        request.epochs = 2;
        request.folder = folder.filePath("run").toStdString();
        const Project project = twoHeads();
        auto data = openData(project, {});
        QVERIFY(data.ok());
        auto opened = TrainingRun::openInMemory(project, *data, request);
        QVERIFY2(opened.ok(), opened.ok() ? "" : opened.error().text().c_str());
        TrainingRun& run = **opened;
        run.trainer().post({Command::Kind::Start});
        run.trainer().waitUntilIdle();
        QCOMPARE(run.trainer().state(), TrainerState::Finished);
        run.writer().flush();

        const auto history = readRunHistory(run.folder().path());
        QVERIFY(history.ok());
        QCOMPARE(history->names,
                 (ChannelNames{{"digit", "parity"}, {"digit.accuracy", "parity.accuracy"}}));
        QCOMPARE(static_cast<int64_t>(history->records.size()), run.trainer().totalSteps());
        for (const StepRecord& record : history->records) {
            QCOMPARE(record.lossCount, 2);
            const double sum = record.losses[0] + 0.5 * record.losses[1];
            QVERIFY(std::abs(record.loss - sum) <= 1e-6 * sum);
        }
        QCOMPARE(history->epochs.size(), size_t{2});
        for (const RunEvent& epoch : history->epochs) {
            QCOMPARE(epoch.metricCount, 2);
            QVERIFY(epoch.metrics[0] >= 0 && epoch.metrics[1] <= 1);
            const double sum = epoch.testLosses[0] + 0.5 * epoch.testLosses[1];
            QVERIFY(std::abs(epoch.testLoss - sum) <= 1e-6 * sum);
            // What is written of an event is what is read of it.
            RunEvent again;
            QVERIFY(readEpochLine(eventLine(run, epoch), again));
            QCOMPARE(again.testLosses, epoch.testLosses);
            QCOMPARE(again.metrics, epoch.metrics);
        }
        std::istringstream lines(test::readBytes(run.folder().logPath()));
        std::string line, last;
        while (std::getline(lines, line)) last = line;
        const auto done = nlohmann::json::parse(last);
        QCOMPARE(qt(done["event"].get<std::string>()), QString("done"));
        QCOMPARE(done["test_parity.accuracy"].get<double>(), history->epochs.back().metrics[1]);
        QVERIFY(!done.contains("test_loss"));
    }
};

QTEST_GUILESS_MAIN(TestRunLog)
#include "tst_run_log.moc"
