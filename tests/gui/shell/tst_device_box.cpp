// SPDX-License-Identifier: Apache-2.0
// Where the next run computes: what there is to choose, what is chosen, and why there is no GPU.
// Truth: the list that is given, and what the controller then has.
#include "gui/shell/device_box.h"

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
        QCOMPARE(box.itemText(last), QStringLiteral("No GPU"));
        QCOMPARE(box.itemData(last, Qt::ToolTipRole).toString(),
                 QStringLiteral("there is no driver"));
        const auto* entries = qobject_cast<QStandardItemModel*>(box.model());
        QVERIFY(!entries->item(last)->isEnabled());
        QVERIFY(box.currentIndex() >= 0 && box.currentIndex() < last);
    }

    void aGpuIsChosenByItsName() {
        DeviceBox& box = boxOf();
        RunController& run = m_fixture->bench().run;
        box.showGpus({.gpus = {{"cuda:0", "A card", int64_t{8} << 30, int64_t{7} << 30},
                               {"cuda:1", "Another", int64_t{8} << 30, int64_t{1} << 30}},
                      .reason = {}});
        const int second = box.findData(QStringLiteral("cuda:1"));
        QVERIFY(second > 0);
        QCOMPARE(box.itemText(second), QStringLiteral("GPU Another"));
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
        QCOMPARE(box.itemText(entries - 1), QStringLiteral("GPU A card"));
    }

  private:
    DeviceBox& boxOf() { return *m_fixture->find<DeviceBox>("train.device"); }
    std::unique_ptr<test::WindowFixture> m_fixture;
};

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::DeviceBoxTest)
#include "tst_device_box.moc"
