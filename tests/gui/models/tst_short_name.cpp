// SPDX-License-Identifier: Apache-2.0
// Long names of nodes in little room: what differs between layers stays. Truth: written by hand.
#include "gui/models/short_name.h"

#include <QtTest>

#include <set>

namespace vitrine::gui {

namespace {

QString inLetters(const QString& name, qsizetype room) {
    return shortName(name, [room](const QString& text) { return text.size() <= room; });
}

}  // namespace

class ShortNameTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void numbersAndTheLastWordStay_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("room");
        QTest::addColumn<QString>("shown");
        const auto row = [](const char* name, int room, const char* shown) {
            QTest::newRow(name) << QString(name) << room << QString::fromUtf8(shown);
        };
        row("conv1", 14, "conv1");
        row("features_1_block_0_0", 14, "f…_1_block_0_0");
        row("features_12_block_2_fc1", 17, "fe…_12_blo…_2_fc1");
        row("layer1_0_downsample_0", 15, "l…1_0_downsa…_0");
        row("node_max_pool2d", 14, "no…_max_pool2d");
        row("encoder.attention.query", 14, "en….att….query");
        row("globalaveragepooling", 10, "globalave…");
        row("1234567890123456", 8, "…0123456");
    }
    void numbersAndTheLastWordStay() {
        QFETCH(QString, name);
        QFETCH(int, room);
        QTEST(inLetters(name, room), "shown");
        QVERIFY(inLetters(name, room).size() <= room);
    }

    void layersOfANetworkStayApart() {
        std::set<QString> shown;
        int names = 0;
        for (int stage = 0; stage < 17; ++stage)
            for (int part = 0; part < 4; ++part, ++names)
                shown.insert(
                    inLetters(QStringLiteral("features_%1_block_%2_0").arg(stage).arg(part), 14));
        QCOMPARE(static_cast<int>(shown.size()), names);
    }

    void noRoomIsASign() { QCOMPARE(inLetters(QStringLiteral("conv"), 0), QStringLiteral("…")); }
};

}  // namespace vitrine::gui

QTEST_APPLESS_MAIN(vitrine::gui::ShortNameTest)
#include "tst_short_name.moc"
