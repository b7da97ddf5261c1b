// SPDX-License-Identifier: Apache-2.0
// Which nodes of networks of many kinds are inputs, losses and outputs, and what outputs are
// called. Truth: read off the graph texts by hand.
#include <fmt/format.h>

#include <QtTest/QtTest>

#include "core/graph/graph_text.h"
#include "core/graph/roles.h"
#include "core/graph/special_nodes.h"

using namespace vitrine;

namespace {

Graph read(std::string_view text) {
    Result<Graph> graph = graphFromText(text);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    return std::move(graph).value();
}

QString qt(const std::string& text) { return QString::fromStdString(text); }

QString idOf(const Graph& graph, int index) {
    return index < 0 ? "nothing" : qt(graph.nodes()[static_cast<size_t>(index)].id);
}

constexpr auto twoHeads =
    "x[3,8,8] -> flatten as flat -> linear(out_features=10) as digit\n"
    "digit -> cross_entropy(labels) as digit_loss\n"
    "parity<2(column=parity)\n"
    "flat -> linear(out_features=2) as odd -> cross_entropy(parity weight=0.3) as odd_loss";
constexpr auto autoencoder =
    "x[6] -> linear(out_features=2) as code -> linear(out_features=6) as back -> mse(x) as loss";
constexpr auto siamese =
    "a[4](column=left)\nb[4](column=right)\nfar[3](column=distance)\n"
    "a -> linear(out_features=3) as ea\n"
    "b -> linear(out_features=3 weight=@ea.weight bias=@ea.bias) as eb\n"
    "ea -> sub(eb) as d -> mse(far) as loss";

}  // namespace

class TestRoles : public QObject {
    Q_OBJECT

  private slots:
    void findsInputsLossesAndOutputs_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("inputs");
        QTest::addColumn<QStringList>("losses");  // name, weight, prediction and target
        QTest::addColumn<QStringList>("outputs");
        const auto row = [](const char* name, const std::string& text, const char* inputs,
                            const QStringList& losses, const QStringList& outputs) {
            QTest::newRow(name) << qt(text) << inputs << losses << outputs;
        };
        row("a classifier",
            "x[4] -> linear(out_features=10) as fc -> cross_entropy(labels) as loss", "x labels",
            {"loss 1 fc labels"}, {"fc"});
        row("two heads", twoHeads, "x labels parity",
            {"digit_loss 1 digit labels", "odd_loss 0.3 odd parity"}, {"digit", "odd"});
        row("an autoencoder", autoencoder, "x", {"loss 1 back x"}, {"back"});
        row("a siamese network", siamese, "a b far", {"loss 1 d far"}, {"d"});
        row("a loss between two branches",
            "x[4] -> relu as a\nx -> tanh as b\na -> mse(b weight=2) as loss", "x", {"loss 2 a b"},
            {"a"});
        row("two losses of one value",
            "t[4](column=t)\nx[4] -> relu as a -> mse(x weight=0) as l1\na -> mse(t) as l2", "t x",
            {"l1 0 a x", "l2 1 a t"}, {"a"});
        row("an input that is compared as it is", "t[4](column=t)\nx[4] -> mse(t) as loss", "t x",
            {"loss 1 x t"}, {});
        row("an output of its own", std::string(autoencoder) + "\ncode -> output as latent", "x",
            {"loss 1 back x"}, {"latent", "back"});
        row("an output that a loss compares too",
            std::string(autoencoder) + "\nback -> output as picture", "x", {"loss 1 back x"},
            {"picture"});
        row("an output behind the prediction",
            std::string(autoencoder) + "\nback -> sigmoid -> output as picture", "x",
            {"loss 1 back x"}, {"picture", "back"});
        row("a loss with open ports", "x[4] -> relu as r -> cross_entropy as loss", "x",
            {"loss 1 r nothing"}, {"r"});
        row("open ends", "x[4] -> relu as a -> tanh as b\na -> sigmoid as c", "x", {}, {"b", "c"});
        row("an output instead of open ends",
            "x[4] -> relu as a -> tanh as b\na -> sigmoid as c -> output as y", "x", {}, {"y"});
        row("the input alone", "x[4]", "x", {}, {});
    }
    void findsInputsLossesAndOutputs() {
        QFETCH(QString, text);
        QFETCH(QString, inputs);
        QFETCH(QStringList, losses);
        QFETCH(QStringList, outputs);
        const Graph graph = read(text.toStdString());
        const auto roles = rolesOf(graph, wiringOf(graph), !losses.isEmpty());
        if (losses.isEmpty() && outputs.isEmpty()) {
            QVERIFY(!roles.ok());
            return;
        }
        QVERIFY2(roles.ok(), roles.ok() ? "" : roles.error().text().c_str());
        QStringList inputIds, lossTexts, outputNames;
        for (int index : roles->inputs) inputIds << idOf(graph, index);
        for (const LossRole& loss : roles->losses)
            lossTexts << QString("%1 %2 %3 %4")
                             .arg(idOf(graph, loss.node))
                             .arg(loss.weight)
                             .arg(idOf(graph, loss.prediction.node), idOf(graph, loss.target.node));
        for (const OutputRole& output : roles->outputs) {
            outputNames << qt(output.name);
            QVERIFY(output.source.isConnected());
        }
        QCOMPARE(inputIds.join(' '), inputs);
        QCOMPARE(lossTexts, losses);
        QCOMPARE(outputNames, outputs);
    }

    void outputsKnowWhereTheyComeFrom() {
        const Graph graph = read(std::string(autoencoder) + "\ncode -> output as latent");
        const auto roles = rolesOf(graph, wiringOf(graph), false);
        QVERIFY(roles.ok());
        QCOMPARE(idOf(graph, roles->outputs.at(0).source.node), QString("code"));
        QCOMPARE(idOf(graph, roles->outputs.at(1).source.node), QString("back"));
    }

    void aNodeWithSeveralResultsNamesThePort() {
        const Graph graph = read("x[1,4,4] -> max_pool2d(kernel=2 stride=2) as p");
        const auto roles = rolesOf(graph, wiringOf(graph), false);
        QVERIFY(roles.ok());
        QCOMPARE(roles->outputs.size(), size_t{2});
        QCOMPARE(roles->outputs[0].name, std::string("p.y"));
        QCOMPARE(roles->outputs[1].name, std::string("p.index"));
    }

    void whatIsLeftOutPlaysNoPart() {
        const Graph graph = read(twoHeads);
        std::vector<bool> leftOut(graph.nodes().size());
        for (const char* id : {"parity", "odd", "odd_loss"})
            leftOut[static_cast<size_t>(graph.indexOf(id))] = true;
        const auto roles = rolesOf(graph, wiringOf(graph), true, leftOut);
        QVERIFY(roles.ok());
        QCOMPARE(roles->inputs.size(), size_t{2});
        QCOMPARE(roles->losses.size(), size_t{1});
        QCOMPARE(roles->outputs.size(), size_t{1});
        QCOMPARE(roles->outputs[0].name, std::string("digit"));
    }

    void targetsAloneAreNotNeededForOutputs() {
        const Graph graph = read(twoHeads);
        const std::vector<bool> needed = neededForOutputs(graph, wiringOf(graph));
        QStringList without;
        for (size_t i = 0; i < needed.size(); ++i)
            if (!needed[i]) without << idOf(graph, static_cast<int>(i));
        QCOMPARE(without, (QStringList{"digit_loss", "labels", "parity", "odd_loss"}));
    }

    void saysWhatIsMissing_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("withLoss");
        QTest::addColumn<QString>("message");
        QTest::newRow("no input") << "relu" << true
                                  << "the graph has no input, wanted at least one";
        QTest::newRow("no loss") << "x[4] -> relu" << true
                                 << "the graph has no loss, wanted at least one";
        QTest::newRow("no result")
            << "x[4]" << false << "the graph has no result, wanted at least one";
    }
    void saysWhatIsMissing() {
        QFETCH(QString, text);
        QFETCH(bool, withLoss);
        QFETCH(QString, message);
        const Graph graph = read(text.toStdString());
        const auto roles = rolesOf(graph, wiringOf(graph), withLoss);
        QVERIFY(!roles.ok());
        QCOMPARE(roles.error().code, std::string("P10"));
        QCOMPARE(qt(roles.error().message), message);
        QVERIFY(!roles.error().next.empty());
    }

    void everyInputKnowsItsColumnAndScaling() {
        const Graph graph = read(
            "x[1,4,4]\nm[1,4,4](column=mask scaling=unit)\nr[1,4,4](scaling=raw)\n"
            "t<3(column=kind)\nx -> relu as a");
        const auto of = [&](const char* id) -> const Node& { return *graph.find(id); };
        QCOMPARE(columnOf(of("x")), std::string("image"));
        QCOMPARE(columnOf(of("m")), std::string("mask"));
        QCOMPARE(columnOf(of("t")), std::string("kind"));
        QVERIFY(scalingOf(of("x")) == Scaling::Normalised);
        QVERIFY(scalingOf(of("m")) == Scaling::Unit);
        QVERIFY(scalingOf(of("r")) == Scaling::Raw);
        QVERIFY(scalingOf(of("t")) == Scaling::Raw);
        QVERIFY(isClassInput(of("t")) && isInput(of("t")) && !isClassInput(of("x")));
        QVERIFY(!isInput(of("a")) && !isLoss(of("a")));
    }
};

QTEST_APPLESS_MAIN(TestRoles)
#include "tst_roles.moc"
