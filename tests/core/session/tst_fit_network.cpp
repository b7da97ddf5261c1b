// SPDX-License-Identifier: Apache-2.0
// Networks that are made to take data. Truth: the columns, and that the shapes fit behind it.
#include <QtTest/QtTest>

#include "core/graph/shapes.h"
#include "core/session/data_check.h"
#include "core/session/fit_network.h"
#include "core/session/new_project.h"
#include "tests/support/example_sets.h"

using namespace vitrine;

namespace {

Graph networkOf(std::string_view network) {
    const TemplateDescriptor* of = findTemplate(network);
    return projectOf(*of, Attrs(of->fields)).value().graph;
}

/// As data with these columns.
DataFacts factsOf(const std::vector<Column>& columns) {
    DataFacts facts{.trainCount = 100, .testCount = 10, .columns = {}};
    for (const Column& column : columns) facts.columns.push_back({.column = column});
    return facts;
}

}  // namespace

class TestFitNetwork : public QObject {
    Q_OBJECT

  private slots:
    void fitsClassifiers_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<int>("channels");
        QTest::addColumn<int>("side");
        QTest::addColumn<int>("classes");
        QTest::newRow("LeNet") << "bench_lenet" << 3 << 40 << 7;
        QTest::newRow("ResNet-20") << "resnet20" << 1 << 48 << 3;
        QTest::newRow("MobileNetV2") << "bench_mobilenet" << 3 << 64 << 100;
        QTest::newRow("transformer") << "vit_small" << 3 << 64 << 5;
        QTest::newRow("SqueezeNet, which ends in a convolution") << "squeezenet" << 3 << 96 << 4;
    }
    void fitsClassifiers() {
        QFETCH(QString, network);
        QFETCH(int, channels);
        QFETCH(int, side);
        QFETCH(int, classes);
        Graph graph = networkOf(network.toStdString());
        const std::vector<Column> columns = test::imageColumns({channels, side, side}, classes);
        QVERIFY(!checkDataFit(graph, factsOf(columns)));
        const Transaction edits = fitting(graph, columns);
        QVERIFY(perform(graph, edits).ok());
        const auto fits = checkDataFit(graph, factsOf(columns));
        QVERIFY2(fits.ok(), fits ? "" : fits.error().message.c_str());
        QVERIFY(fitting(graph, columns).empty());
        const ShapeReport shapes = shapesOf(graph);
        QVERIFY2(shapes.ok(), shapes.ok() ? "" : shapes.errors.front().message.c_str());
    }

    void leavesAloneWhatFits() {
        const Graph graph = networkOf("bench_resnet20");
        QVERIFY(fitting(graph, test::imageColumns({3, 32, 32}, 10)).empty());
    }

    void leavesAloneWhatItDoesNotKnow() {
        const Graph graph = networkOf("bench_resnet20");
        std::vector<Column> columns = test::imageColumns({1, 8, 8}, 4);
        columns[0].name = "picture";
        columns[1].name = "kind";
        QVERIFY(fitting(graph, columns).empty());
    }

    void choosesFieldsOfTemplates() {
        const TemplateDescriptor* of = findTemplate("resnet20");
        const Attrs fields = fieldsFor(Attrs(of->fields), test::imageColumns({1, 30, 44}, 6));
        QCOMPARE(fields.integer("channels"), 1);
        QCOMPARE(fields.integer("height"), 30);
        QCOMPARE(fields.integer("width"), 44);
        QCOMPARE(fields.integer("classes"), 6);
    }

    void leavesFieldsThatCannotBeSo() {
        const TemplateDescriptor* of = findTemplate("alexnet");  // takes 63 pixels at least
        const Attrs usual(of->fields);
        const Attrs fields = fieldsFor(usual, test::imageColumns({1, 30, 30}, 6));
        QCOMPARE(fields.integer("height"), usual.integer("height"));
        QCOMPARE(fields.integer("classes"), 6);
    }
};

QTEST_GUILESS_MAIN(TestFitNetwork)
#include "tst_fit_network.moc"
