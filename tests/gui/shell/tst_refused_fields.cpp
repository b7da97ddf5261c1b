// SPDX-License-Identifier: Apache-2.0
// What is refused stays to be mended, and never stands where a number in use would stand. With the
// keys and clicks of a person, in every field of the window that takes text.
#include <QtTest/QtTest>
#include <QtWidgets/QtWidgets>

#include "gui/bridge/selection.h"
#include "tests/gui/support/small_project.h"
#include "tests/gui/support/window_fixture.h"

namespace vitrine::gui {

class RefusedFieldsTest : public QObject {
    Q_OBJECT

    std::unique_ptr<test::WindowFixture> m_fixture;

    QLineEdit* field(const QString& name) {
        return m_fixture->find<QLineEdit>(name.toLatin1().constData());
    }
    void type(const QString& name, const QString& text) {
        QLineEdit* line = field(name);
        line->setFocus(Qt::MouseFocusReason);
        line->selectAll();
        QTest::keyClicks(line, text);
    }
    QStringList reasons() const {
        QStringList shown;
        for (const QLabel* label : m_fixture->window().findChildren<QLabel*>())
            if (label->isVisible() && !label->text().isEmpty() &&
                (label->property("bad").toBool() || label->objectName() == "field.bubble"))
                shown << label->text();
        return shown;
    }

  private Q_SLOTS:
    void initTestCase() {
        m_fixture = std::make_unique<test::WindowFixture>();
        m_fixture->show({1360, 860});
        QVERIFY(m_fixture->window().open(
            test::saveInto(m_fixture->folder(), "small", test::smallProject(test::smallNetwork))));
    }
    void cleanupTestCase() { m_fixture.reset(); }

    void goesBack_data() {
        QTest::addColumn<QString>("node");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("typed");
        const auto row = [](const char* node, const char* name, const char* typed) {
            QTest::addRow("%s %s", name, typed) << QString(node) << QString(name) << QString(typed);
        };
        row("", "train.batch", "10000000");
        row("", "train.seed", "abc");
        row("", "train.rate", "-1");
        row("", "properties.batch", "10000000");
        row("", "properties.seed", "abc");
        row("", "properties.rate", "-1");
        row("", "properties.epochs", "0");
        row("", "properties.clip", "much");
        row("", "properties.optimizer.momentum", "x");
        row("conv1", "properties.field.kernel", "x");
        row("conv1", "properties.field.out_channels", "-4");
        row("conv1", "properties.name", "not a name");
        row("conv1", "properties.name", "fc");
    }
    void goesBack() {
        QFETCH(QString, node);
        QFETCH(QString, name);
        QFETCH(QString, typed);
        delete m_fixture->window().findChild<QLabel*>("field.bubble");  // of the row before
        m_fixture->bench().selection.selectNodes(node.isEmpty() ? QStringList()
                                                                : QStringList{node});
        const QString used = field(name)->text();
        QVERIFY(used != typed);
        const Project before = m_fixture->bench().document.project();

        type(name, typed);
        QTest::keyClick(field(name), Qt::Key_Return);
        QCOMPARE(field(name)->text(), typed);  // to be mended
        QVERIFY(field(name)->property("refused").toBool());
        QCOMPARE(reasons().size(), 1);
        QTest::keyClick(field(name), Qt::Key_Escape);
        QCOMPARE(field(name)->text(), used);
        QVERIFY(!field(name)->property("refused").toBool());
        QCOMPARE(reasons(), QStringList());

        // Undone by hand, key by key.
        type(name, typed);
        QTest::keyClick(field(name), Qt::Key_Return);
        for (int i = 0; i < 100 && field(name)->text() != used; ++i)
            QTest::keyClick(field(name), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(field(name)->text(), used);
        QVERIFY(!field(name)->property("refused").toBool());
        QCOMPARE(reasons(), QStringList());

        type(name, typed);
        QTest::keyClick(field(name), Qt::Key_Return);
        auto* elsewhere = field(name == "train.seed" ? "train.batch" : "train.seed");
        QTest::mouseClick(elsewhere, Qt::LeftButton);
        elsewhere->setFocus(Qt::MouseFocusReason);
        QCOMPARE(field(name)->text(), used);
        QVERIFY(!field(name)->property("refused").toBool());
        const auto* bubble = m_fixture->window().findChild<QLabel*>("field.bubble");
        QVERIFY(bubble && bubble->isVisible());
        const QPoint at = field(name)->mapTo(&m_fixture->window(), QPoint(0, 0));
        QVERIFY(std::abs(bubble->y() - at.y()) < 160);
        QVERIFY(bubble->geometry().right() >= at.x());
        QCOMPARE(m_fixture->bench().document.project().training.batch, before.training.batch);
        QVERIFY(m_fixture->bench().document.graph() == before.graph);
    }

    /// Where nothing is typed, Ctrl+Z is the window's, wherever the focus is.
    void undoInAFieldIsTheDocumentsOwn() {
        const auto batch = [&] { return m_fixture->bench().document.project().training.batch; };
        const int64_t before = batch();
        for (const char* typed : {"24", "48"}) {
            type("train.batch", typed);
            QTest::keyClick(field("train.batch"), Qt::Key_Return);
        }
        QCOMPARE(batch(), int64_t{48});
        QTest::keyClick(field("train.batch"), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(batch(), int64_t{24});
        QCOMPARE(field("train.batch")->text(), QString("24"));
        type("train.batch", "77");
        QTest::keyClick(field("train.batch"), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(batch(), int64_t{24});  // what was typed goes first
        type("train.batch", "77");
        QTest::keyClick(field("train.batch"), Qt::Key_Return);
        QCOMPARE(batch(), int64_t{77});
        for (int i = 0; i < 2; ++i)
            QTest::keyClick(field("train.batch"), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(batch(), before);
    }

    void aValueThatWasChangedMeanwhileIsWhatComesBack() {
        type("train.rate", "nonsense");
        QTest::keyClick(field("train.rate"), Qt::Key_Return);
        TrainingSettings training = m_fixture->bench().document.project().training;
        training.learningRate = 0.125;
        m_fixture->bench().document.setTraining("Change rate", training);
        QCOMPARE(field("train.rate")->text(), QString("nonsense"));
        QTest::keyClick(field("train.rate"), Qt::Key_Escape);
        QCOMPARE(field("train.rate")->text(), QString("0.125"));
    }

    void whatIsStaleIsGoneAfterSelecting() {
        m_fixture->bench().selection.selectNodes({});
        type("properties.seed", "abc");
        QTest::keyClick(field("properties.seed"), Qt::Key_Return);
        m_fixture->bench().selection.selectNodes({"conv1"});
        m_fixture->bench().selection.selectNodes({});
        QCOMPARE(field("properties.seed")->text(),
                 QString::number(m_fixture->bench().document.project().training.seed));
        for (const QLabel* label : m_fixture->window().findChildren<QLabel*>())
            QVERIFY(!label->isVisible() || !label->property("bad").toBool());
    }

    void sevenDigitsOfABatchAreSeen() {
        QLineEdit* batch = field("train.batch");
        QVERIFY(batch->width() - batch->fontMetrics().horizontalAdvance("1000000") >= 12);
    }
};

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::RefusedFieldsTest)
#include "tst_refused_fields.moc"
