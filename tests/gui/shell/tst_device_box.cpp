// SPDX-License-Identifier: Apache-2.0
// Where the next run computes, and how exactly: what there is to choose, what is chosen, and why
// there is no GPU.
// Truth: the list that is given, and what the controller then has.
#include "gui/shell/device_box.h"

#include <QMenu>
#include <QStandardItemModel>
#include <QtTest/QtTest>

#include "tests/gui/support/window_fixture.h"

namespace vitrine::gui {

class DeviceBoxTest : public QObject {
    Q_OBJECT

  private slots:
    void init() { m_fixture = std::make_unique<test::WindowFixture>(); }
    void cleanup() { m_fixture.reset(); }

    void withoutGpuItSaysWhy() {
        DeviceBox& box = boxOf();
        box.showGpus({.gpus = {}, .reason = "there is no driver"});
        const int last = box.count() - 1;
        QCOMPARE(box.itemText(last), QStringLiteral("No GPU\nthere is no driver"));
        QCOMPARE(box.itemData(last, Qt::ToolTipRole).toString(),
                 QStringLiteral("there is no driver"));
        const auto* entries = qobject_cast<QStandardItemModel*>(box.model());
        QVERIFY(!entries->item(last)->isEnabled());
        QVERIFY(box.currentIndex() >= 0 && box.currentIndex() < last);

        // A longer one ends where the list would become too wide, and the tip has all of it.
        const std::string reason(300, 'm');
        box.showGpus({.gpus = {}, .reason = reason});
        QVERIFY(box.itemText(last).startsWith("No GPU\nmmm"));
        QVERIFY(box.itemText(last).size() < 100);
        QCOMPARE(box.itemData(last, Qt::ToolTipRole).toString(), QString::fromStdString(reason));
    }

    /// A menu has one line an entry: the reason is one of its own, and neither can be chosen.
    void theMenuSaysWhyThereIsNone() {
        m_fixture->show();
        boxOf().showGpus({.gpus = {}, .reason = "there is no driver"});
        m_fixture->trigger("train.choose_device");
        auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        QVERIFY(menu);
        const QList<QAction*> entries = menu->actions();
        QCOMPARE(entries.size(), boxOf().count() + 1);
        QCOMPARE(entries[entries.size() - 2]->text(), QStringLiteral("No GPU"));
        QCOMPARE(entries.last()->text(), QStringLiteral("there is no driver"));
        for (const QAction* entry : {entries[entries.size() - 2], entries.last()})
            QVERIFY(!entry->isEnabled());
        menu->close();
    }

    void aGpuIsChosenByItsName() {
        DeviceBox& box = boxOf();
        RunController& run = m_fixture->bench().run;
        box.showGpus({.gpus = {{"cuda:0", "A card", int64_t{8} << 30, int64_t{7} << 30},
                               {"cuda:1", "Another", int64_t{8} << 30, int64_t{1} << 30}},
                      .reason = {}});
        const int second = box.findData(QStringLiteral("cuda:1"));
        QVERIFY(second > 0);
        QCOMPARE(box.itemText(second), QStringLiteral("GPU Another, 1.07\u202fGB free"));
        QCOMPARE(box.itemData(second, Qt::ToolTipRole).toString(),
                 QStringLiteral("Another, cuda:1: 1.07\u202fGB of 8.59\u202fGB free"));
        box.setCurrentIndex(second);
        Q_EMIT box.activated(second);
        QCOMPARE(run.device(), QStringLiteral("cuda:1"));
        QCOMPARE(box.currentIndex(), second);

        const int threads = box.findData(1);
        box.setCurrentIndex(threads);
        Q_EMIT box.activated(threads);
        QVERIFY(run.device().isEmpty());
        QCOMPARE(run.threads(), 1);
    }

    /// A new list takes the place of the one before.
    void whatIsFoundReplacesWhatWas() {
        DeviceBox& box = boxOf();
        box.showGpus({.gpus = {}, .reason = "none"});
        const int entries = box.count();
        box.showGpus({.gpus = {{"cuda:0", "A card", 1, 1}}, .reason = {}});
        QCOMPARE(box.count(), entries);
        QCOMPARE(box.itemText(entries - 1), QStringLiteral("GPU A card, 1\u202f"
                                                           "B free"));
        // One that is there still stays where it is, with what is free now.
        box.showGpus(
            {.gpus = {{"cuda:0", "A card", 8, 2}, {"cuda:1", "B card", 9, 9}}, .reason = {}});
        QCOMPARE(box.count(), entries + 1);
        QCOMPARE(box.itemText(entries - 1), QStringLiteral("GPU A card, 2\u202f"
                                                           "B free"));
    }

    void precisionIsChosenWhereAGpuIs() {
        m_fixture->show();
        DeviceBox& box = boxOf();
        RunController& run = m_fixture->bench().run;
        QAction* choose = m_fixture->bench().actions.find("train.choose_precision");
        auto& precision = *m_fixture->find<QComboBox>("train.precision");
        box.showGpus({.gpus = {{"cuda:0", "A card", 8, 8}}, .reason = {}});
        QVERIFY(!precision.isVisible() && !choose->isEnabled());

        box.setFocus();
        QTest::keyClick(&box, Qt::Key_End);
        QCOMPARE(run.device(), QStringLiteral("cuda:0"));
        QTRY_VERIFY(precision.isVisible());
        QVERIFY(choose->isEnabled());
        QCOMPARE(precision.currentText(), QStringLiteral("fp32"));
        for (int i = 0; i < precision.count(); ++i)
            QVERIFY2(!precision.itemData(i, Qt::ToolTipRole).toString().isEmpty(),
                     qPrintable(precision.itemText(i)));
        precision.setFocus();
        QTest::keyClick(&precision, Qt::Key_B);  // as text: bf16
        QCOMPARE(run.precision(), QStringLiteral("bf16"));

        box.setFocus();
        QTest::keyClick(&box, Qt::Key_Home);
        QVERIFY(run.device().isEmpty());
        QTRY_VERIFY(!precision.isVisible());
        QVERIFY(!choose->isEnabled());
    }

    /// Keys open what is to be chosen as a menu, whose entries are the box's.
    void bothAreChosenByKeysFromAnywhere() {
        m_fixture->show();
        RunController& run = m_fixture->bench().run;
        boxOf().showGpus({.gpus = {{"cuda:0", "A card", 8, 8}}, .reason = {}});
        const auto press = [&](Qt::Key key, const QList<Qt::Key>& then) {
            QTest::keyClick(&m_fixture->window(), key, Qt::ControlModifier | Qt::AltModifier);
            auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
            QVERIFY(menu);
            for (const Qt::Key next : then) QTest::keyClick(menu, next);
            QTRY_VERIFY(!QApplication::activePopupWidget());
        };
        press(Qt::Key_G, {Qt::Key_Down, Qt::Key_Return});
        QCOMPARE(run.device(), QStringLiteral("cuda:0"));
        press(Qt::Key_F, {Qt::Key_Down, Qt::Key_Return});
        QCOMPARE(run.precision(), QStringLiteral("tf32"));
        press(Qt::Key_F, {Qt::Key_Escape});
        QCOMPARE(run.precision(), QStringLiteral("tf32"));
    }

  private:
    DeviceBox& boxOf() { return *m_fixture->find<DeviceBox>("train.device"); }
    std::unique_ptr<test::WindowFixture> m_fixture;
};

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::DeviceBoxTest)
#include "tst_device_box.moc"
