// SPDX-License-Identifier: Apache-2.0
// Bypass and Replace by: what a node that is not understood stood between stays wired. Truth: the
// edges of the document.
#include "gui/graph_editor/stand_in.h"

#include "core/graph/placeholder.h"
#include "core/graph/shapes.h"
#include "core/graph/special_nodes.h"
#include "tests/gui/support/canvas_bench.h"

namespace vitrine::gui {

namespace {

Node twist(std::vector<std::string> inputs, std::vector<std::string> outputs) {
    const auto op = placeholderOp({.op = "com.acme:Twist",
                                   .inputs = std::move(inputs),
                                   .outputs = std::move(outputs),
                                   .fields = {{std::string(whyRefused)}},
                                   .namesFields = true});
    if (!op) qFatal("%s", op.error().message.c_str());
    Node node;
    node.id = "w";
    node.op = *op;
    node.attrs = Attrs(node.op->fields);
    node.attrs.with(whyRefused, std::string("no such operator (com.acme 1)"));
    node.position = {0, 2.5 * rowPitch};
    return node;
}

/// x → conv2d c → w → relu r and sigmoid s.
struct Bench : test::CanvasBench {
    explicit Bench(std::vector<std::string> inputs = {"in0"},
                   std::vector<std::string> outputs = {"out0"})
        : CanvasBench(
              "x[1,8,8] -> conv2d(out_channels=2 kernel=3) as c -> relu as r; c -> sigmoid "
              "as s") {
        Transaction edits{edit::InsertNode{twist(std::move(inputs), std::move(outputs))},
                          edit::EraseEdge{{{"c", "y"}, {"r", "x"}}},
                          edit::EraseEdge{{{"c", "y"}, {"s", "x"}}},
                          edit::InsertEdge{{{"c", "y"}, {"w", "in0"}}},
                          edit::InsertEdge{{{"w", "out0"}, {"r", "x"}}},
                          edit::InsertEdge{{{"w", "out0"}, {"s", "x"}}}};
        const auto done = document.edit(QStringLiteral("twist"), edits);
        if (!done) qFatal("%s", done.error().message.c_str());
        document.undoStack().clear();
        selection.selectNodes({"w"});
        QCoreApplication::processEvents();
    }
    bool isEnabled(const char* action) const { return actions.find(action)->isEnabled(); }
};

}  // namespace

class TestStandIn : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void saysWhatTheImportSaid() {
        const Bench bench;
        QCOMPARE(bench.document.shapes().errorOf("w")->message,
                 std::string("com.acme:Twist 'w': no such operator (com.acme 1)"));
    }

    void bypassJoinsAllThatItFed() {
        Bench bench;
        const Graph before = bench.graph();
        bench.key(Qt::Key_B);
        QVERIFY(!bench.graph().find("w"));
        QVERIFY(bench.hasEdge({{"c", "y"}, {"r", "x"}}));
        QVERIFY(bench.hasEdge({{"c", "y"}, {"s", "x"}}));
        QVERIFY(!bench.document.shapes().errorOf("r"));
        bench.verifyOneEntry(before);
    }

    void bypassIsRefusedWhereItWouldGuess() {
        Bench bench({"in0", "in1"});
        QVERIFY(bench.document
                    .edit(QStringLiteral("more"), {edit::InsertEdge{{{"x", "x"}, {"w", "in1"}}}})
                    .ok());
        const auto bypass = bypassOf(bench.graph(), "w");
        QVERIFY(!bypass);
        QVERIFY2(bypass.error().message.find("2 edges in and 1 used output") != std::string::npos,
                 bypass.error().message.c_str());
    }

    void bypassIsForWhatIsNotUnderstood() {
        Bench bench;
        QVERIFY(bench.isEnabled("canvas.bypass") && bench.isEnabled("canvas.replace"));
        bench.selection.selectNodes({"c"});
        QVERIFY(!bench.isEnabled("canvas.bypass") && bench.isEnabled("canvas.replace"));
        bench.selection.selectNodes({"c", "w"});
        QVERIFY(!bench.isEnabled("canvas.bypass") && !bench.isEnabled("canvas.replace"));
        bench.selection.selectNodes({});
        QVERIFY(!bench.isEnabled("canvas.bypass") && !bench.isEnabled("canvas.replace"));
    }

    void replaceKeepsWiresAndPlace() {
        Bench bench;
        const Graph before = bench.graph();
        bench.key(Qt::Key_R);
        auto* field = bench.editor.findChild<QLineEdit*>("nodeSearchField");
        QVERIFY(field->isVisible());
        QVERIFY(field->placeholderText().startsWith("Replace by"));
        QTest::keyClicks(field, "tanh");
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(bench.selection.nodes().size(), 1);
        const std::string id = bench.selection.nodes().front().toStdString();
        QCOMPARE(id, std::string("w"));  // its name is the model's
        const Node* made = bench.graph().find(id);
        QCOMPARE(made->op->id, std::string_view("tanh"));
        QVERIFY(made->position == before.find("w")->position);
        QVERIFY(bench.hasEdge({{"c", "y"}, {id, "x"}}));
        QVERIFY(bench.hasEdge({{id, "y"}, {"r", "x"}}));
        QVERIFY(bench.hasEdge({{id, "y"}, {"s", "x"}}));
        bench.verifyOneEntry(before);
    }

    void replaceCountsWiresThatHaveNoPort() {
        Bench bench({"in0", "in1"}, {"out0", "out1"});
        QVERIFY(bench.document
                    .edit(QStringLiteral("more"), {edit::InsertEdge{{{"x", "x"}, {"w", "in1"}}}})
                    .ok());
        const auto standIn = standInOf(bench.graph(), "w", "tanh");
        QVERIFY(standIn);
        QCOMPARE(standIn->lost, 1);
        const auto sum = standInOf(bench.graph(), "w", "add");
        QVERIFY(sum);
        QCOMPARE(sum->lost, 0);
    }

    /// Two operators that take a weight of [2, 1, 3, 3].
    void replaceKeepsFieldsAndWeights() {
        Bench bench;
        auto numbers = TensorData::of(DType::F32, Shape{2, 1, 3, 3},
                                      std::vector<std::byte>(18 * sizeof(float), std::byte{1}));
        const Parameter weight =
            withData({.id = "c.weight", .kind = ParameterKind::Frozen}, std::move(numbers));
        QVERIFY(
            bench.document.edit(QStringLiteral("numbers"), {edit::PutParameter{"c.weight", weight}})
                .ok());
        const auto standIn = standInOf(bench.graph(), "c", "standardized_conv2d");
        QVERIFY2(standIn.ok(), standIn ? "" : standIn.error().message.c_str());
        QCOMPARE(standIn->lost, 0);
        QCOMPARE(standIn->lostWeights, 0);
        Graph after = bench.graph();
        QVERIFY(perform(after, standIn->edits).ok());
        QCOMPARE(after.find(standIn->node)->attrs.integer("out_channels"), int64_t{2});
        const Parameter* kept = after.findParameter(standIn->node + ".weight");
        QVERIFY(kept);
        QVERIFY(kept->data == weight.data && kept->kind == ParameterKind::Frozen);
        QVERIFY(!after.findParameter("c.weight"));
    }

    /// A Conv of a model that was not read where it stood: 2 filters of 3 × 3, padded, no bias.
    void replaceReadsWhatTheModelSays() {
        Bench bench;
        const auto op = placeholderOp({.op = "Conv",
                                       .inputs = {"in0"},
                                       .outputs = {"out0"},
                                       .parameters = {"in1"},
                                       .fields = {{"pads", FieldType::IntList},
                                                  {std::string(whyRefused)},
                                                  {std::string(operatorSet), FieldType::Int}},
                                       .namesFields = true});
        QVERIFY(op.ok());
        Node conv;
        conv.id = "features_3";
        conv.op = *op;
        conv.attrs = Attrs(conv.op->fields);
        conv.attrs.with("pads", std::vector<int64_t>{1, 1, 1, 1}).with(operatorSet, int64_t{17});
        const Parameter numbers =
            withData({.id = "features_3.in1", .kind = ParameterKind::Constant},
                     TensorData::of(DType::F32, Shape{2, 2, 3, 3}, std::vector<std::byte>(144)));
        QVERIFY(bench.document
                    .edit(QStringLiteral("conv"),
                          {edit::InsertNode{conv}, edit::PutParameter{numbers.id, numbers},
                           edit::InsertEdge{{{"c", "y"}, {"features_3", "in0"}}}})
                    .ok());
        const auto standIn = standInOf(bench.graph(), "features_3", "conv2d");
        QVERIFY2(standIn.ok(), standIn ? "" : standIn.error().message.c_str());
        QCOMPARE(standIn->node, std::string("features_3"));
        QCOMPARE(standIn->lost + standIn->lostWeights, 0);
        Graph after = bench.graph();
        QVERIFY(perform(after, standIn->edits).ok());
        const Attrs& fields = after.find("features_3")->attrs;
        QCOMPARE(fields.integer("out_channels"), int64_t{2});
        QCOMPARE(fields.list("padding"), (std::vector<int64_t>{1, 1, 1, 1}));
        QVERIFY(!fields.flag("bias"));
        const Parameter* kept = after.findParameter("features_3.weight");
        QVERIFY(kept && kept->data == numbers.data && kept->kind == ParameterKind::Trained);
        QVERIFY(shapesOf(after).errorOf("features_3") == nullptr);
    }

    void replaceSaysWhichWeightsFitNothing() {
        Bench bench;
        auto numbers =
            TensorData::of(DType::F32, Shape{2}, std::vector<std::byte>(2 * sizeof(float)));
        const Parameter bias = withData({.id = "c.bias"}, std::move(numbers));
        QVERIFY(bench.document.edit(QStringLiteral("numbers"), {edit::PutParameter{"c.bias", bias}})
                    .ok());
        const auto standIn = standInOf(bench.graph(), "c", "relu");
        QVERIFY(standIn);
        QCOMPARE(standIn->lostWeights, 1);
        Graph after = bench.graph();
        QVERIFY(perform(after, standIn->edits).ok());
        QVERIFY(after.parameters().empty());
    }

    void weightsThatAreSharedStayShared() {
        Bench bench;
        auto numbers = TensorData::of(DType::F32, Shape{2, 1, 3, 3},
                                      std::vector<std::byte>(18 * sizeof(float)));
        QVERIFY(bench.document
                    .edit(QStringLiteral("share"),
                          {edit::PutParameter{"both", withData({.id = "both"}, std::move(numbers))},
                           edit::SetFeed{"c", "weight", "both"}})
                    .ok());
        const auto standIn = standInOf(bench.graph(), "c", "standardized_conv2d");
        QVERIFY(standIn);
        Graph after = bench.graph();
        QVERIFY(perform(after, standIn->edits).ok());
        QCOMPARE(after.find(standIn->node)->parameterId("weight"), std::string("both"));
        QVERIFY(after.findParameter("both"));
    }

    void anEscapeChangesNothing() {
        Bench bench;
        const Graph before = bench.graph();
        bench.key(Qt::Key_R);
        QTest::keyClick(bench.editor.findChild<QLineEdit*>("nodeSearchField"), Qt::Key_Escape);
        QVERIFY(bench.graph() == before);
        // What is added next takes nobody's place.
        bench.key(Qt::Key_Tab);
        auto* field = bench.editor.findChild<QLineEdit*>("nodeSearchField");
        QVERIFY(field->placeholderText().startsWith("Add"));
        QTest::keyClicks(field, "tanh");
        QTest::keyClick(field, Qt::Key_Return);
        QVERIFY(bench.graph().find("w"));
    }
};

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::TestStandIn)
#include "tst_stand_in.moc"
