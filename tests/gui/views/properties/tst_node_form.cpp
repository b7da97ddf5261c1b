// SPDX-License-Identifier: Apache-2.0
// The form of one node. Truth: the node's own fields, and the document after something was typed.
#include <QtTest>
#include <QtWidgets>

#include "core/graph/graph_text.h"
#include "core/graph/placeholder.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/document/document.h"
#include "gui/theme/theme.h"
#include "gui/views/properties/node_form.h"
#include "gui/widgets/action_book.h"

namespace vitrine::gui {

namespace {

PlaceholderParts warpParts() {
    return {.op = "warp",
            .inputs = {"x"},
            .outputs = {"y"},
            .fields = {{"angle", FieldType::Real},
                       {"fast", FieldType::Bool},
                       {"grid", FieldType::Text, true}},
            .namesFields = true};
}

Node nodeOf(PlaceholderParts parts) {
    const auto op = placeholderOp(std::move(parts));
    if (!op) qFatal("%s", op.error().message.c_str());
    Node node;
    node.id = "w";
    node.op = *op;
    node.attrs = Attrs(node.op->fields);
    return node;
}

/// A document with one placeholder, and its form.
struct Bench {
    Theme theme{ThemeKind::Dark};
    Document document;
    RunController run{document};
    Selection selection;
    ActionBook actions{theme};
    NodeForm form{ViewContext{document, run, selection, theme, actions}, nullptr};

    Bench() {
        Node node = nodeOf(warpParts());
        node.attrs.with("angle", 0.5).with("fast", true).with("grid", std::string("[0.5, 1]"));
        insert(std::move(node));
        form.show(QStringLiteral("w"));
        form.setVisible(true);
    }
    ~Bench() { run.shutDown(); }

    void insert(Node node) {
        const auto done = document.edit(QStringLiteral("add"), {edit::InsertNode{std::move(node)}});
        if (!done) qFatal("%s", done.error().message.c_str());
    }
    template <class Editor>
    Editor* editor(const char* field) const {
        return form.findChild<Editor*>(QStringLiteral("properties.field.%1").arg(field));
    }
    QString textOf(const char* label) const {
        return form.findChild<QLabel*>(QString::fromLatin1(label))->text();
    }
};

}  // namespace

class TestNodeForm : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void showsAPlaceholdersFields();
    void leavesThemAsTheyAre();
    void itsNameCanBeChanged();
    void anotherOperatorOfThatNameHasItsOwnFields();
    void extentsOfAnImportStandThereAlone();
    void aNodeIsMadeAgainByACheckBoxAndUndoKeepsItAgain();
    void longTextsBeginWhereTheyBegin();
    void fitsIntoItsDock();
    void weightsStandBelowTheFields();
};

void TestNodeForm::showsAPlaceholdersFields() {
    const Bench bench;
    QCOMPARE(bench.textOf("properties.heading"), QStringLiteral("warp"));
    QVERIFY(bench.textOf("properties.summary").contains("does not know"));
    QVERIFY(bench.textOf("properties.error").contains("does not know the operator 'warp'"));
    QCOMPARE(bench.editor<QLineEdit>("angle")->text(), QStringLiteral("0.5"));
    QVERIFY(bench.editor<QCheckBox>("fast")->isChecked());
    QCOMPARE(bench.editor<QLineEdit>("grid")->text(), QStringLiteral("[0.5, 1]"));
}

void TestNodeForm::leavesThemAsTheyAre() {
    const Bench bench;
    const Graph before = bench.document.graph();
    auto* angle = bench.editor<QLineEdit>("angle");
    QTest::keyClicks(angle, "7");
    QTest::keyClick(angle, Qt::Key_Return);
    QTest::mouseClick(bench.editor<QCheckBox>("fast"), Qt::LeftButton);
    QCOMPARE(angle->text(), QStringLiteral("0.5"));
    QVERIFY(bench.editor<QCheckBox>("fast")->isChecked());
    QVERIFY(bench.document.graph() == before);
}

void TestNodeForm::itsNameCanBeChanged() {
    Bench bench;
    auto* name = bench.form.findChild<QLineEdit*>(QStringLiteral("properties.name"));
    name->selectAll();
    QTest::keyClicks(name, "bent");
    QTest::keyClick(name, Qt::Key_Return);
    QVERIFY(bench.document.graph().find("bent"));
}

void TestNodeForm::anotherOperatorOfThatNameHasItsOwnFields() {
    Bench bench;
    QVERIFY(bench.document.edit(QStringLiteral("remove"), {edit::EraseNode{"w"}}).ok());
    PlaceholderParts parts = warpParts();
    parts.fields = {{"depth", FieldType::Int}};
    bench.insert(nodeOf(parts));
    bench.form.show(QStringLiteral("w"));
    QVERIFY(bench.editor<QLineEdit>("depth"));
}

void TestNodeForm::extentsOfAnImportStandThereAlone() {
    Bench bench;
    bench.insert(*makeNode("x", "input"));
    bench.form.show(QStringLiteral("x"));
    QCoreApplication::processEvents();  // layouts show what is new in them
    QVERIFY(!bench.editor<QLineEdit>("extents")->isVisible());
    QVERIFY(bench.editor<QLineEdit>("column")->isVisible());
    const edit::SetField names{"x", "extents", std::string("1, height, width")};
    QVERIFY(bench.document.edit(QStringLiteral("name"), {names}).ok());
    bench.form.show(QStringLiteral("x"));
    QVERIFY(bench.editor<QLineEdit>("extents")->isVisible());
    QCOMPARE(bench.editor<QLineEdit>("extents")->text(), QStringLiteral("1, height, width"));
}

void TestNodeForm::aNodeIsMadeAgainByACheckBoxAndUndoKeepsItAgain() {
    Bench bench;
    bench.insert(*makeNode("r", "relu"));
    bench.form.show(QStringLiteral("r"));
    auto* box = bench.form.findChild<QCheckBox*>(QStringLiteral("properties.recompute"));
    QVERIFY(box && !box->isChecked());
    box->click();
    QVERIFY(bench.document.graph().find("r")->isMadeAgain);
    bench.document.undoStack().undo();
    bench.form.show(QStringLiteral("r"));
    QVERIFY(!bench.document.graph().find("r")->isMadeAgain);
    QVERIFY(!box->isChecked());
    bench.insert(*makeNode("x", "input"));
    bench.form.show(QStringLiteral("x"));
    QVERIFY(!bench.form.findChild<QCheckBox*>(QStringLiteral("properties.recompute")));
}

void TestNodeForm::longTextsBeginWhereTheyBegin() {
    Bench bench;
    const std::string why = "attribute mode is 'cubic', wanted nearest or linear, (ONNX 19)";
    PlaceholderParts parts = warpParts();
    parts.fields = {{std::string(whyRefused)}};
    Node node = nodeOf(parts);
    node.id = "v";
    node.attrs.with(whyRefused, why);
    bench.insert(std::move(node));
    bench.form.show(QStringLiteral("v"));
    const auto* line = bench.editor<QLineEdit>(std::string(whyRefused).c_str());
    QCOMPARE(line->text().toStdString(), why);
    QCOMPARE(line->cursorPosition(), 0);
    QCOMPARE(line->toolTip().toStdString(), why);
    // Its operator may be a well-known one.
    QVERIFY(bench.textOf("properties.summary").contains("could not be read"));
}

/// At the width that its dock has at first, of which a scroll bar takes a part.
void TestNodeForm::fitsIntoItsDock() {
    Bench bench;
    bench.theme.applyTo(*qobject_cast<QApplication*>(QCoreApplication::instance()));
    constexpr int dock = 300;
    QScrollArea area;
    area.setWidgetResizable(true);
    area.setFrameShape(QFrame::NoFrame);
    area.setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    area.resize(dock, 400);
    area.setWidget(&bench.form);
    const auto givenBack = qScopeGuard([&] { area.takeWidget(); });
    area.show();
    const auto ops = {"conv2d", "conv_transpose2d", "batch_norm2d",
                      "linear", "max_pool2d",       "input"};
    for (const char* op : ops) {
        bench.insert(*makeNode(std::string("n_") + op, op));
        bench.form.show(QStringLiteral("n_") + op);
        QCoreApplication::processEvents();
        QVERIFY2(bench.form.width() <= area.viewport()->width(),
                 qPrintable(QStringLiteral("%1: %2 of %3")
                                .arg(op)
                                .arg(bench.form.width())
                                .arg(area.viewport()->width())));
    }
}

/// At once: a node of another operator may take the place of the one that is shown.
void TestNodeForm::weightsStandBelowTheFields() {
    Bench bench;
    bench.insert(*makeNode("c", "conv2d"));
    bench.form.resize(400, 700);
    bench.form.show(QStringLiteral("c"));
    QCoreApplication::processEvents();
    const auto leftOf = [&](const QString& name) {
        const auto* widget = bench.form.findChild<QWidget*>(name);
        return widget ? widget->mapTo(&bench.form, QPoint()).x() : -1;
    };
    const int fields = leftOf(QStringLiteral("properties.field.auto_padding"));
    QVERIFY(fields > 0);
    QCOMPARE(leftOf(QStringLiteral("properties.parameter.weight")), fields);
}

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::TestNodeForm)
#include "tst_node_form.moc"
