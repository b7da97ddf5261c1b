// SPDX-License-Identifier: Apache-2.0
// A network is fitted to other data. Truth: the shape pass, and the fields that it was drawn with.
#include <QtTest>

#include "core/graph/graph_text.h"
#include "core/graph/shapes.h"
#include "core/session/data_check.h"
#include "core/session/network_fit.h"
#include "core/templates/template.h"
#include "tests/support/example_sets.h"

using namespace vitrine;

class TestNetworkFit : public QObject {
    Q_OBJECT

    static std::vector<Column> pictures(Shape shape, std::vector<std::string> classes) {
        return {{.name = "image", .dtype = DType::U8, .shape = shape},
                {.name = "label", .dtype = DType::I32, .shape = {}, .classes = std::move(classes)}};
    }
    static Graph graphOf(const char* text) {
        auto graph = graphFromText(text);
        if (!graph) qFatal("%s", graph.error().message.c_str());
        return *std::move(graph);
    }
    static bool takes(const Graph& graph, const std::vector<Column>& columns) {
        Dataset data;
        data.columns = columns;
        return checkDataFit(graph, data).ok();
    }
    static Graph fitted(Graph graph, const NetworkFit& fit) {
        if (!perform(graph, fit.edits)) qFatal("it cannot be done");
        return graph;
    }

  private Q_SLOTS:
    void inputsAndAnswersFollowTheData() {
        const Graph graph = graphOf(
            "x[1,28,28] -> conv2d(out_channels=4 kernel=5) -> relu -> flatten -> "
            "linear(out_features=10) as fc -> relu -> "
            "cross_entropy(labels)");
        const auto columns = pictures({3, 32, 20}, {"a", "b", "c"});
        const NetworkFit fit = fitOf(graph, columns);
        QCOMPARE(fit.words.size(), fit.edits.size());
        const Graph after = fitted(graph, fit);
        const ShapeReport shapes = shapesOf(after);
        QVERIFY2(shapes.ok(), shapes.ok() ? "" : shapes.errors[0].message.c_str());
        QVERIFY(takes(after, columns));
        QCOMPARE(after.find("fc")->attrs.integer("out_features"), 3);
        QVERIFY2(fitOf(after, columns).edits.empty(), "what fits stays");
    }

    /// Weights of an imported model: those of the layer that answers are of other classes.
    void givenNumbersOfTheAnswersGo() {
        Graph graph = graphOf(
            "x[1,2,2] -> flatten -> linear(out_features=3) as hidden -> relu -> "
            "linear(out_features=5) as fc -> cross_entropy(labels)");
        const auto give = [&](const char* id, Shape shape) {
            Parameter entry{.id = id, .type = ValueShape{shape, DType::F32}};
            entry.file = ParameterFile{"/models/net.onnx", id};
            if (!graph.putParameter(id, std::move(entry))) qFatal("%s", id);
        };
        give("hidden.weight", {3, 4});
        give("fc.weight", {5, 3});
        const NetworkFit fit = fitOf(graph, pictures({1, 2, 2}, {"a", "b"}));
        QCOMPARE(fit.words.size(), fit.edits.size());
        const Graph after = fitted(graph, fit);
        const ShapeReport shapes = shapesOf(after);
        QVERIFY2(shapes.ok(), shapes.ok() ? "" : shapes.errors[0].message.c_str());
        QVERIFY(after.findParameter("hidden.weight")->file);
        QVERIFY(!after.findParameter("fc.weight") || !after.findParameter("fc.weight")->file);
        QVERIFY2(fitOf(after, pictures({1, 2, 2}, {"a", "b"})).edits.empty(), "once is enough");
    }

    void otherLayersStay() {
        const Graph graph = graphOf(
            "x[1,28,28] -> flatten -> linear(out_features=10) as hidden -> relu -> "
            "linear(out_features=10) as out -> cross_entropy(labels)");
        const Graph after = fitted(graph, fitOf(graph, pictures({1, 28, 28}, {"a", "b"})));
        QCOMPARE(after.find("hidden")->attrs.integer("out_features"), 10);
        QCOMPARE(after.find("out")->attrs.integer("out_features"), 2);
    }

    void weightsOfOtherClassesGo() {
        const Graph graph = graphOf(
            "x[1,4,4] -> flatten -> linear(out_features=3) -> "
            "weighted_cross_entropy(labels class_weights=1,2,3) as loss");
        const Graph after = fitted(graph, fitOf(graph, pictures({1, 4, 4}, {"a", "b"})));
        QCOMPARE(after.find("loss")->attrs.text("class_weights"), std::string());
        QVERIFY(shapesOf(after).ok());
    }

    void aColumnOfAnotherNameIsTaken() {
        const Graph graph =
            graphOf("x[1,4,4] -> flatten -> linear(out_features=2) -> cross_entropy(labels)");
        auto columns = pictures({1, 4, 4}, {"a", "b"});
        columns[0].name = "photo";
        columns[1].name = "kind";
        const Graph after = fitted(graph, fitOf(graph, columns));
        QVERIFY(takes(after, columns));
    }

    void dataWithoutClassesChangeNoAnswers() {
        const Graph graph =
            graphOf("x[1,4,4] -> flatten -> linear(out_features=2) -> cross_entropy(labels)");
        const NetworkFit fit =
            fitOf(graph, {{.name = "image", .dtype = DType::U8, .shape = {1, 4, 4}}});
        QVERIFY(fit.edits.empty());
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

    void masksOfClassNumbersComeInAsTheyAre() {
        const TemplateDescriptor* unet = findTemplate("unet");
        const Graph graph = unet->build(Attrs(unet->fields)).value();
        std::vector<Column> columns = pictures({1, 32, 32}, {"a", "b"});
        columns.push_back({.name = "mask",
                           .dtype = DType::U8,
                           .shape = {1, 32, 32},
                           .classes = {"ground", "thing"}});
        const NetworkFit fit = fitOf(graph, columns);
        QCOMPARE(fit.edits.size(), size_t{1});
        QCOMPARE(columnEdits(graph, columns).size(), size_t{1});
        QCOMPARE(fitted(graph, fit).find("mask")->attrs.text("scaling"), std::string("raw"));
        columns[2].classes.clear();  // marks from 0 to 255
        QVERIFY(fitOf(graph, columns).edits.empty());
    }
};

QTEST_GUILESS_MAIN(TestNetworkFit)
#include "tst_network_fit.moc"
