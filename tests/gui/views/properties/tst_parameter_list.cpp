// SPDX-License-Identifier: Apache-2.0
// What feeds a node's ports, chosen in its form. Truth: the document afterwards, and after undo.
#include <QtTest>
#include <QtWidgets>

#include "core/graph/graph_text.h"
#include "core/graph/parameter_use.h"
#include "core/io/safetensors.h"
#include "core/tensor/element.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/document/document.h"
#include "gui/theme/theme.h"
#include "gui/views/properties/parameter_dialog.h"
#include "gui/views/properties/parameter_list.h"
#include "gui/widgets/action_book.h"
#include "gui/widgets/menu_box.h"
#include "tests/support/patience.h"

namespace vitrine::gui {

namespace {

constexpr int patienceMs = 30'000 * test::slowness;

struct Bench {
    Theme theme{ThemeKind::Dark};
    Document document;
    RunController run{document};
    Selection selection;
    ActionBook actions{theme};
    ParameterList list{ViewContext{document, run, selection, theme, actions}, nullptr};

    Bench(const char* text, const char* node) {
        const auto graph = graphFromText(text);
        if (!graph) qFatal("%s", graph.error().text().c_str());
        Transaction made;
        for (const Node& each : graph->nodes()) made.push_back(edit::InsertNode{each});
        for (const Edge& each : graph->edges()) made.push_back(edit::InsertEdge{each});
        if (const auto done = document.edit(QStringLiteral("make"), made); !done)
            qFatal("%s", done.error().message.c_str());
        QObject::connect(&document, &Document::graphChanged, &list, [this, node] { show(node); });
        show(node);
        list.resize(360, 300);
        list.setVisible(true);
    }
    ~Bench() { run.shutDown(); }

    void show(const char* node) {
        if (const Node* found = document.graph().find(node)) list.show(*found);
    }
    MenuBox* box(const char* port) const {
        return list.findChild<MenuBox*>(QStringLiteral("properties.parameter.%1").arg(port));
    }
    /// Opens the menu as a click does and takes an entry of it, or of the menu within.
    void choose(const char* port, const char* words) {
        QMenu* menu = box(port)->menu();
        Q_EMIT menu->aboutToShow();
        QList<QAction*> open = menu->actions();
        while (!open.isEmpty()) {
            QAction* action = open.takeFirst();
            if (action->menu()) open += action->menu()->actions();
            if (action->text() != QString::fromUtf8(words)) continue;
            action->trigger();
            return;
        }
        qFatal("the menu of %s has no %s", port, words);
    }
    ParameterDialog* dialog() const { return list.findChild<ParameterDialog*>(); }
    const Graph& graph() const { return document.graph(); }
};

template <class Widget>
Widget* in(const QWidget* dialog, const char* name) {
    auto* found = dialog->findChild<Widget*>(QString::fromLatin1(name));
    if (!found) qFatal("there is no %s", name);
    return found;
}

void press(const QWidget* dialog, QDialogButtonBox::StandardButton which) {
    QTest::mouseClick(dialog->findChild<QDialogButtonBox*>()->button(which), Qt::LeftButton);
}

}  // namespace

class TestParameterList : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void freezesAndThaws() {
        Bench bench("x[3] -> linear(out_features=2) as f", "f");
        QCOMPARE(bench.box("weight")->text(), QStringLiteral("trained"));
        bench.choose("weight", "Frozen");
        QCOMPARE(bench.graph().findParameter("f.weight")->kind, ParameterKind::Frozen);
        QCOMPARE(bench.box("weight")->text(), QStringLiteral("frozen"));
        bench.choose("weight", "Trained");
        QVERIFY(bench.graph().parameters().empty());
        bench.document.undoStack().undo();
        QVERIFY(bench.graph().findParameter("f.weight"));
        bench.document.undoStack().undo();
        QVERIFY(bench.graph().parameters().empty());
    }

    void takesAnEdgeAndGoesBack() {
        Bench bench("x[3] -> linear(out_features=2) as f", "f");
        bench.choose("weight", "An edge");
        QVERIFY(bench.graph().find("f")->wired.contains("weight"));
        QCOMPARE(bench.box("weight")->text(), QStringLiteral("edge, not connected"));
        QVERIFY(bench.document.shapes().errorOf("f"));
        QVERIFY(bench.document
                    .edit(QStringLiteral("wire"), {edit::InsertEdge{{{"x", "x"}, {"f", "weight"}}}})
                    .ok());
        QCOMPARE(bench.box("weight")->text(), QStringLiteral("edge from x"));
        bench.choose("weight", "Trained");
        QVERIFY(bench.graph().find("f")->wired.empty());
        QVERIFY(!bench.graph().edgeInto({"f", "weight"}));
        QVERIFY(!bench.document.shapes().errorOf("f"));
    }

    void sharesWhatFits() {
        Bench bench(
            "x[3] -> linear(out_features=3) as f -> linear(out_features=3) as g -> "
            "linear(out_features=9) as h",
            "g");
        bench.choose("weight", "f.weight");
        QCOMPARE(bench.graph().find("g")->parameterId("weight"), std::string("f.weight"));
        QCOMPARE(bench.box("weight")->text(), QStringLiteral("f.weight, trained"));
        bench.choose("weight", "g.weight (its own)");
        QVERIFY(bench.graph().find("g")->parameters.empty());
    }

    void aConstantForAPortThatTakesValues() {
        Bench bench("x[3] -> mul as m", "m");
        QCOMPARE(bench.box("b")->text(), QStringLiteral("edge, not connected"));
        bench.choose("b", "Constant or weights of its own …");
        ParameterDialog* dialog = bench.dialog();
        QVERIFY(dialog);
        press(dialog, QDialogButtonBox::Ok);
        QVERIFY(in<QLabel>(dialog, "parameter.reason")->text().contains("no numbers"));
        QTest::keyClicks(in<QPlainTextEdit>(dialog, "parameter.numbers"), "1, 2.5 x");
        press(dialog, QDialogButtonBox::Ok);
        QVERIFY(in<QLabel>(dialog, "parameter.reason")->text().contains("no number of type f32"));
        QTest::keyClick(in<QPlainTextEdit>(dialog, "parameter.numbers"), Qt::Key_Backspace);
        QTest::keyClicks(in<QPlainTextEdit>(dialog, "parameter.numbers"), "-3");
        press(dialog, QDialogButtonBox::Ok);
        const Parameter* made = bench.graph().findParameter("m.b");
        QVERIFY(made);
        QCOMPARE(made->kind, ParameterKind::Constant);
        QCOMPARE(made->type->shape, (Shape{3}));
        QCOMPARE(readElement(made->data->bytes.data(), DType::F32, 2), -3.0);
        QVERIFY(bench.document.shapes().ok());
        QCOMPARE(bench.box("b")->text(), QStringLiteral("constant · 3 numbers"));

        bench.choose("b", "An edge");
        QVERIFY(bench.graph().parameters().empty());
        QVERIFY(bench.graph().find("m")->parameters.empty());
        bench.document.undoStack().undo();
        QVERIFY(bench.graph().findParameter("m.b"));
    }

    /// Names and numbers of a file are read by threads; the window does not wait for them.
    void aTensorOfAFileIsChosen() {
        const QTemporaryDir folder;
        const std::string file = folder.filePath("w.safetensors").toStdString();
        const std::vector<float> one{1, 2}, other{3, 4};
        const TensorView tensors[] = {
            {"one", DType::F32, Shape{2}, std::as_bytes(std::span(one))},
            {"other", DType::F32, Shape{2}, std::as_bytes(std::span(other))}};
        QVERIFY(saveSafetensors(file, tensors, {}).ok());
        Bench bench("x[3] -> linear(out_features=2) as f", "f");
        const auto second = [&] {
            const Parameter* bias = bench.graph().findParameter("f.bias");
            return bias && bias->data ? readElement(bias->data->bytes.data(), DType::F32, 1) : 0;
        };
        const Parameter entry{.id = "f.bias",
                              .file = ParameterFile{file, "one"},
                              .trouble = std::string(fileNotReadYet)};
        QVERIFY(bench.document.edit("Read", {edit::PutParameter{"f.bias", entry}}).ok());
        QCOMPARE(bench.box("bias")->text(), QStringLiteral("trained · reading its file …"));
        QTRY_COMPARE_WITH_TIMEOUT(second(), 2.0, patienceMs);
        QCOMPARE(bench.box("bias")->text(), QStringLiteral("trained · starts from a file"));

        bench.choose("bias", "What it starts with …");
        ParameterDialog* dialog = bench.dialog();
        auto* tensor = in<QComboBox>(dialog, "parameter.tensor");
        QVERIFY(!tensor->isEnabled());
        press(dialog, QDialogButtonBox::Ok);
        QVERIFY(in<QLabel>(dialog, "parameter.reason")->text().contains("still being read"));
        QTRY_VERIFY_WITH_TIMEOUT(tensor->isEnabled(), patienceMs);
        QCOMPARE(tensor->currentData().toString(), QStringLiteral("one"));
        QCOMPARE(in<QPushButton>(dialog, "parameter.file")->text(),
                 QStringLiteral("w.safetensors"));
        tensor->setCurrentIndex(tensor->findData(QStringLiteral("other")));
        press(dialog, QDialogButtonBox::Ok);
        QTRY_COMPARE_WITH_TIMEOUT(second(), 4.0, patienceMs);
        QVERIFY(bench.document.shapes().ok());
    }

    void numbersThatDoNotFillAShapeAreRefused() {
        Bench bench("x[3] -> linear(out_features=2) as f", "f");
        bench.choose("bias", "What it starts with …");
        ParameterDialog* dialog = bench.dialog();
        auto* source = in<QComboBox>(dialog, "parameter.source");
        source->setCurrentIndex(0);
        QVERIFY(!in<QLineEdit>(dialog, "parameter.shape")->isEnabled());
        QCOMPARE(in<QLineEdit>(dialog, "parameter.shape")->text(), QStringLiteral("2"));
        QTest::keyClicks(in<QPlainTextEdit>(dialog, "parameter.numbers"), "1 2 3");
        press(dialog, QDialogButtonBox::Ok);
        QVERIFY(in<QLabel>(dialog, "parameter.reason")->text().contains("do not fill"));
        press(dialog, QDialogButtonBox::Cancel);
        QVERIFY(bench.graph().parameters().empty());
    }
};

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::TestParameterList)
#include "tst_parameter_list.moc"
