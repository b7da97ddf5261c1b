// SPDX-License-Identifier: Apache-2.0
// What the numbers of a run are called, and which metrics it has. Truth: written down by hand for
// each network.
#include "core/train/channels.h"

#include <QtTest/QtTest>

#include <limits>

#include "core/graph/graph_text.h"
#include "core/probe/records.h"

using namespace vitrine;

namespace {

QString qt(const std::string& text) { return QString::fromStdString(text); }

Graph read(const std::string& text) {
    Result<Graph> graph = graphFromText(text);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    return std::move(graph).value();
}

/// `name metric loss` of each.
QStringList metricsOf(const Channels& channels) {
    QStringList texts;
    for (const MetricChannel& channel : channels.metrics)
        texts << QString("%1 %2 %3")
                     .arg(qt(channel.name), qt(std::string(channel.metric->id)))
                     .arg(channel.loss);
    return texts;
}

const std::string classifier =
    "x[4] -> linear(out_features=10) as fc -> cross_entropy(labels) as loss";
const std::string twoHeads =
    "parity<2(column=parity)\n"
    "x[4] -> linear(out_features=10) as a -> cross_entropy(labels) as digit\n"
    "x -> linear(out_features=2) as b -> cross_entropy(parity weight=0.3) as odd";
const std::string driving =
    "wanted[2](column=steer)\n"
    "x[4] -> linear(out_features=10) as a -> cross_entropy(labels) as sign\n"
    "x -> linear(out_features=2) as b -> mse(wanted) as steer";

using Choice = std::optional<std::vector<MetricChoice>>;

}  // namespace

Q_DECLARE_METATYPE(Choice)

class TestChannels : public QObject {
    Q_OBJECT

  private slots:
    void knowsTheNumbersOfARun_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<Choice>("choice");
        QTest::addColumn<QStringList>("losses");
        QTest::addColumn<QStringList>("metrics");
        const auto row = [](const char* name, const std::string& network, const Choice& choice,
                            const QStringList& losses, const QStringList& metrics) {
            QTest::newRow(name) << qt(network) << choice << losses << metrics;
        };
        row("a classifier", classifier, {}, {"loss"}, {"accuracy accuracy 0"});
        row("two heads", twoHeads, {}, {"digit", "odd"},
            {"digit.accuracy accuracy 0", "odd.accuracy accuracy 1"});
        row("classes and numbers", driving, {}, {"sign", "steer"},
            {"accuracy accuracy 0", "mae mae 1"});
        row("an autoencoder", "x[6] -> linear(out_features=6) -> mse(x) as loss", {}, {"loss"},
            {"mae mae 0"});
        row("none chosen", twoHeads, std::vector<MetricChoice>{}, {"digit", "odd"}, {});
        row("chosen", driving, std::vector<MetricChoice>{{"angle", "steer"}, {"rmse", "steer"}},
            {"sign", "steer"}, {"angle angle 1", "rmse rmse 1"});
        row("one of two heads", twoHeads, std::vector<MetricChoice>{{"accuracy", "odd"}},
            {"digit", "odd"}, {"accuracy accuracy 1"});
        row("in the order of the choice", twoHeads,
            std::vector<MetricChoice>{{"accuracy", "odd"}, {"accuracy", "digit"}}, {"digit", "odd"},
            {"odd.accuracy accuracy 1", "digit.accuracy accuracy 0"});
        row("what fits nothing is left out", driving,
            std::vector<MetricChoice>{
                {"angle", "sign"}, {"mae", "gone"}, {"luck", "steer"}, {"mae", "steer"}},
            {"sign", "steer"}, {"mae mae 1"});
        row("a network that does not fit", "x[4] -> batch_norm2d -> mse(x)", {}, {}, {});
        row("a network without loss", "x[4] -> relu", {}, {}, {});
    }
    void knowsTheNumbersOfARun() {
        QFETCH(QString, network);
        QFETCH(Choice, choice);
        QFETCH(QStringList, losses);
        QFETCH(QStringList, metrics);
        const Graph graph = read(network.toStdString());
        const Channels channels = channelsOf(TrainedPart(graph), choice);
        QStringList lossIds;
        for (const std::string& loss : channels.losses) lossIds << qt(loss);
        QCOMPARE(lossIds, losses);
        QCOMPARE(metricsOf(channels), metrics);
    }

    void namesLossesWhereThereAreSeveral() {
        const Graph one = read(classifier), two = read(twoHeads);
        QCOMPARE(namesOf(channelsOf(TrainedPart(one), {})), (ChannelNames{{}, {"accuracy"}}));
        const Channels channels = channelsOf(TrainedPart(two), {});
        QCOMPARE(namesOf(channels),
                 (ChannelNames{{"digit", "odd"}, {"digit.accuracy", "odd.accuracy"}}));
        QCOMPARE(channels.metric("odd.accuracy"), 1);
        QCOMPARE(channels.metric("accuracy"), -1);
    }

    void saysWhatCannotBeMeasured_data() {
        QTest::addColumn<QString>("metric");
        QTest::addColumn<QString>("loss");
        QTest::addColumn<QString>("node");  // empty: none is named
        QTest::addColumn<QString>("message");
        QTest::newRow("no such loss") << "mae"
                                      << "gone"
                                      << ""
                                      << "metric 'mae' is to be of loss 'gone', and there is no "
                                         "such loss";
        QTest::newRow("a node that is no loss")
            << "mae"
            << "b"
            << "b"
            << "metric 'mae' is to be of loss 'b', and there is no such loss";
        QTest::newRow("another kind") << "angle"
                                      << "sign"
                                      << "sign"
                                      << "metric 'angle' says nothing of loss 'sign', which "
                                         "compares [N, 10] with [N]";
    }
    void saysWhatCannotBeMeasured() {
        QFETCH(QString, metric);
        QFETCH(QString, loss);
        QFETCH(QString, node);
        QFETCH(QString, message);
        const Graph graph = read(driving);
        const std::vector<Error> problems = metricProblems(
            TrainedPart(graph),
            {{"mae", "steer"}, {metric.toStdString(), loss.toStdString()}, {"accuracy", "sign"}});
        QCOMPARE(problems.size(), size_t{1});
        const Error& problem = problems.front();
        QCOMPARE(problem.code, std::string("U21"));
        QCOMPARE(qt(problem.message), message);
        QCOMPARE(qt(problem.place.node), node);
        QCOMPARE(problem.place.field, std::string("metrics"));
        QVERIFY(!problem.kept.empty() && !problem.next.empty());
    }

    void noMoreThanRecordsHaveRoomFor() {
        const Graph graph = read(driving);
        const std::vector<MetricChoice> many(mostChannels + 1, {"mae", "steer"});
        QCOMPARE(channelsOf(TrainedPart(graph), many).metrics.size(), mostChannels);
        const std::vector<Error> problems = metricProblems(TrainedPart(graph), many);
        QCOMPARE(problems.size(), size_t{1});
        QCOMPARE(qt(problems[0].message), QString("13 metrics are chosen, and a run records 12"));
        QVERIFY(metricProblems(TrainedPart(graph),
                               std::vector<MetricChoice>(mostChannels, {"mae", "steer"}))
                    .empty());
    }

    void readsTheMetricOfAName() {
        QCOMPARE(metricOfChannel("accuracy"), findMetric("accuracy"));
        QCOMPARE(metricOfChannel("my.head.mae"), findMetric("mae"));
        QVERIFY(metricOfChannel("luck") == nullptr && metricOfChannel("mae.") == nullptr);
        QVERIFY(metricOfChannel("") == nullptr);
    }

    void writesValuesAsPeopleReadThem() {
        const auto text = [](const char* id, double value) {
            return qt(metricText(*findMetric(id), value));
        };
        QCOMPARE(text("accuracy", 0.972), QString("97.20 %"));
        QCOMPARE(text("accuracy", 1), QString("100.00 %"));
        QCOMPARE(text("angle", 4.3149), QString("4.31°"));
        QCOMPARE(text("mae", 0.012345), QString("0.01235"));
        QCOMPARE(text("rmse", 12345.6), QString("1.235e+04"));
        QCOMPARE(text("accuracy", std::numeric_limits<double>::quiet_NaN()), QString("nan"));
    }
};

QTEST_APPLESS_MAIN(TestChannels)
#include "tst_channels.moc"
