// SPDX-License-Identifier: Apache-2.0
// Every operator that one draws with has its line in the palette with an icon and a tip, and a form
// with words, formula and an editor for each field. Truth: the registry.
#include <QtTest>
#include <QtWidgets>
#include <algorithm>

#include "core/opdef/registry.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/document/document.h"
#include "gui/theme/theme.h"
#include "gui/views/palette/operator_tree.h"
#include "gui/views/properties/node_form.h"
#include "gui/widgets/action_book.h"

namespace vitrine::gui {

namespace {

QString fromView(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

/// A document with one node, and its form.
struct Bench {
    Theme theme{ThemeKind::Dark};
    Document document;
    RunController run{document};
    Selection selection;
    ActionBook actions{theme};
    NodeForm form{ViewContext{document, run, selection, theme, actions}, nullptr};
    ~Bench() { run.shutDown(); }

    QString textOf(const char* label) const {
        return form.findChild<QLabel*>(QString::fromLatin1(label))->text();
    }
};

/// Whether anything is painted at the size of a line.
bool isPainted(const QIcon& icon) {
    const QImage image = icon.pixmap(16, 16).toImage().convertToFormat(QImage::Format_ARGB32);
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            if (qAlpha(image.pixel(x, y)) > 0) return true;
    return false;
}

QTreeWidgetItem* lineOf(const OperatorTree& tree, const OpDescriptor& op) {
    for (int i = 0; i < tree.topLevelItemCount(); ++i)
        for (int k = 0; k < tree.topLevelItem(i)->childCount(); ++k)
            if (QTreeWidgetItem* line = tree.topLevelItem(i)->child(k);
                line->data(0, Qt::UserRole).toString() == fromView(op.id))
                return line;
    return nullptr;
}

}  // namespace

class TestEveryOperator : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void hasALineWithIconAndTip_data() { addRows(); }
    void hasALineWithIconAndTip();
    void hasAFormWithAllFields_data() { addRows(); }
    void hasAFormWithAllFields();
    void thereAreNoOtherLines();

  private:
    static void addRows();
    Theme m_theme{ThemeKind::Light};
    OperatorTree m_tree{m_theme, nullptr};
};

void TestEveryOperator::addRows() {
    QTest::addColumn<const OpDescriptor*>("op");
    for (const OpDescriptor* op : allOperators())
        if (op->inPalette()) QTest::newRow(qPrintable(fromView(op->id))) << op;
}

void TestEveryOperator::hasALineWithIconAndTip() {
    QFETCH(const OpDescriptor*, op);
    const QTreeWidgetItem* line = lineOf(m_tree, *op);
    QVERIFY(line);
    QCOMPARE(line->text(0), fromView(op->title));
    QVERIFY(isPainted(line->icon(0)));
    QVERIFY(line->toolTip(0).contains(fromView(op->summary).toHtmlEscaped()));
    m_tree.search(fromView(op->id));
    QCOMPARE(m_tree.currentOperator(), fromView(op->id));
    m_tree.search({});
}

void TestEveryOperator::hasAFormWithAllFields() {
    QFETCH(const OpDescriptor*, op);
    Bench bench;
    Node node;
    node.id = "n";
    node.op = op;
    node.attrs = Attrs(op->fields);
    QVERIFY(bench.document.edit(QStringLiteral("add"), {edit::InsertNode{std::move(node)}}).ok());
    bench.form.show(QStringLiteral("n"));
    QCOMPARE(bench.textOf("properties.summary"), fromView(op->summary));
    QCOMPARE(bench.textOf("properties.formula"), fromView(op->formula));
    QVERIFY(!op->formula.empty());
    for (const FieldSpec& field : op->fields) {
        const auto* editor = bench.form.findChild<QWidget*>(QStringLiteral("properties.field.") +
                                                            fromView(field.id));
        QVERIFY2(editor, std::string(field.id).c_str());
        QVERIFY2(!editor->accessibleName().isEmpty(), std::string(field.id).c_str());
    }
}

void TestEveryOperator::thereAreNoOtherLines() {
    int lines = 0;
    for (int i = 0; i < m_tree.topLevelItemCount(); ++i)
        lines += m_tree.topLevelItem(i)->childCount();
    const auto drawn = std::ranges::count_if(allOperators(), &OpDescriptor::inPalette);
    // What comes in and goes out has lines of its own, and is no operator.
    const auto ends = m_tree.topLevelItem(0)->childCount();
    QCOMPARE(static_cast<std::ptrdiff_t>(lines - ends), drawn);
}

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::TestEveryOperator)
#include "tst_every_operator.moc"
