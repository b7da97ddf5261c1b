// SPDX-License-Identifier: Apache-2.0
// The layer table. Truth: LeNet-5's counts, worked out by hand.
#include <QAbstractItemModelTester>
#include <QtTest>

#include "core/graph/graph_text.h"
#include "core/graph/shapes.h"
#include "gui/models/layer_model.h"

using namespace vitrine;
using namespace vitrine::gui;

class TestLayerModel : public QObject {
    Q_OBJECT

  private:
    static Graph parsed(const char* text) {
        auto graph = graphFromText(text);
        if (!graph) qFatal("%s", graph.error().text().c_str());
        return std::move(graph).value();
    }

  private Q_SLOTS:
    void countsWhatALayerCosts() {
        const Graph graph = parsed(
            "x[1,28,28] -> conv2d(out_channels=6 kernel=5 padding=2) as conv -> relu as act"
            " -> flatten as flat -> linear(out_features=10) as fc -> cross_entropy(labels)");
        const auto rows = layerRows(graph, shapesOf(graph), nullptr);
        QCOMPARE(rows.size(), graph.nodes().size());
        LayerModel model;
        model.setRows(rows);
        const LayerRow& conv = model.rows()[static_cast<size_t>(model.rowOf("conv"))];
        QCOMPARE(conv.parameters, int64_t{6 * 25 + 6});
        QCOMPARE(conv.activationBytes, 4.0 * 6 * 28 * 28);
        // 25 multiply-adds an output and the bias.
        QVERIFY(conv.flops >= 2.0 * 25 * 6 * 28 * 28 && conv.flops <= 2.0 * 26 * 6 * 28 * 28);
        const LayerRow& fc = model.rows()[static_cast<size_t>(model.rowOf("fc"))];
        QCOMPARE(fc.parameters, int64_t{4704 * 10 + 10});
        QCOMPARE(model.total().parameters, conv.parameters + fc.parameters);
    }

    void sharedParametersCountOnce() {
        const Graph graph = parsed(
            "x[4,8,8] -> conv2d(out_channels=4 kernel=3 padding=1 bias=false) as a"
            " -> conv2d(weight=@a.weight out_channels=4 kernel=3 padding=1 bias=false) as b");
        LayerModel model;
        model.setRows(layerRows(graph, shapesOf(graph), nullptr));
        QCOMPARE(model.total().parameters, int64_t{4 * 4 * 9});
    }

    // The same numbers as the sentences of U16.
    void whatIsNotTrainedIsLeftOutOfTheSums() {
        const Graph graph = parsed(
            "x[1,4,4] -> flatten as f -> linear(out_features=10) as fc"
            " -> cross_entropy(labels)\n"
            "f -> linear(out_features=50) as side -> linear(out_features=20) as end\n"
            "conv2d as lost");
        LayerModel model;
        model.setRows(layerRows(graph, shapesOf(graph), nullptr));
        QCOMPARE(model.total().parameters, int64_t{16 * 10 + 10});
        QCOMPARE(model.layersLeftOut(), 3);
        QCOMPARE(model.leftOut().parameters, int64_t{16 * 50 + 50 + 50 * 20 + 20});
        const QModelIndex shown = model.index(model.rowOf("end"), LayerModel::Parameters);
        QVERIFY(shown.data().toString().startsWith('('));
        QVERIFY(shown.data(Qt::ToolTipRole).toString().contains("not trained"));
        const Graph unfinished =
            parsed("x[1,4,4] -> flatten -> linear(out_features=10)\nconv2d as lost");
        model.setRows(layerRows(unfinished, shapesOf(unfinished), nullptr));
        QCOMPARE(model.total().parameters, int64_t{16 * 10 + 10});
        QCOMPARE(model.layersLeftOut(), 1);
    }

    // It counts where it is trained, although another node comes first.
    void aSharedParameterCountsWhereItIsTrained() {
        const Graph graph = parsed(
            "x[4,4,4] -> conv2d(out_channels=4 kernel=3 bias=false) as a\n"
            "x -> conv2d(weight=@a.weight out_channels=4 kernel=3 bias=false) as b -> flatten"
            " -> linear(out_features=10 bias=false) -> cross_entropy(labels)");
        LayerModel model;
        model.setRows(layerRows(graph, shapesOf(graph), nullptr));
        QCOMPARE(model.total().parameters, int64_t{4 * 4 * 9 + 16 * 10});
        QCOMPARE(model.leftOut().parameters, int64_t{0});
    }

    void unknownShapesAreShownAsSuch() {
        const Graph graph = parsed("x[1,4,4] -> conv2d(out_channels=2 kernel=9) as c -> relu as r");
        LayerModel model;
        model.setRows(layerRows(graph, shapesOf(graph), nullptr));
        const int row = model.rowOf("r");
        QCOMPARE(model.index(row, LayerModel::Output).data().toString(), QString("?"));
        QVERIFY(model.index(row, LayerModel::Flops).data().toString().isEmpty());
    }

    void keepsTheRulesOfModels() {
        LayerModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::Fatal);
        const Graph graph = parsed("x[1,4,4] -> relu -> flatten -> linear(out_features=3)");
        model.setRows(layerRows(graph, shapesOf(graph), nullptr));
        model.setRows({});
        QCOMPARE(model.rowCount(), 0);
    }

    void tellsOfRowsThatDiffer() {
        const Graph graph =
            parsed("x[1,4,4] -> relu as r -> flatten -> linear(out_features=3) as l");
        const Graph wider =
            parsed("x[1,4,4] -> relu as r -> flatten -> linear(out_features=5) as l");
        LayerModel model;
        model.setRows(layerRows(graph, shapesOf(graph), nullptr));
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
        model.setRows(layerRows(wider, shapesOf(wider), nullptr));
        QCOMPARE(resets.size(), 0);
        QCOMPARE(changes.size(), 1);
        QCOMPARE(changes[0][0].toModelIndex().row(), model.rowOf("l"));
        QCOMPARE(model.rows()[static_cast<size_t>(model.rowOf("l"))].parameters,
                 int64_t{16 * 5 + 5});
        const Graph shorter = parsed("x[1,4,4] -> relu as r -> flatten");
        model.setRows(layerRows(shorter, shapesOf(shorter), nullptr));
        QCOMPARE(resets.size(), 1);
    }
};

QTEST_GUILESS_MAIN(TestLayerModel)
#include "tst_layer_model.moc"
