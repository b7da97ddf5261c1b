// SPDX-License-Identifier: Apache-2.0
// What a project keeps of a folder, and where that leads when things are moved. Truth: the rows;
// where folders exist, the file system.
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <filesystem>

#include "core/io/project_path.h"

using namespace vitrine;

namespace {

namespace fs = std::filesystem;

QString qt(const std::string& text) { return QString::fromStdString(text); }

}  // namespace

class TestProjectPath : public QObject {
    Q_OBJECT

  private slots:
    void keepsWhatCanMoveWithTheProject_data() {
        QTest::addColumn<QString>("chosen");
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("kept");
        const auto row = [](const char* chosen, const char* file, const char* kept) {
            QTest::addRow("%s of %s", chosen, file) << chosen << file << kept;
        };
        row("/made/up/net/data", "/made/up/net/net.vitrine", "data");
        row("/made/up/net/data/", "/made/up/net/net.vitrine", "data");
        row("/made/up/net/a/../b", "/made/up/net/net.vitrine", "b");
        row("/made/up/net", "/made/up/net/net.vitrine", ".");
        row("/made/up/mnist", "/made/up/net/net.vitrine", "../mnist");
        row("/made/up/mnist/raw", "/made/up/net/net.vitrine", "../mnist/raw");
        row("/made/up", "/made/up/net/net.vitrine", "..");
        row("/other/up/mnist", "/made/up/net/net.vitrine", "/other/up/mnist");
        row("/made/up/net2/x", "/made/up/net/net.vitrine", "../net2/x");
        row("/data", "/net/net.vitrine", "/data");
        row("/data", "/net.vitrine", "data");
        row("/data", "", "/data");
        row("data", "", "data");
        row("../far/../../data", "/made/up/net/net.vitrine", "../far/../../data");
        row("/made/up/net/Zahlen, größer", "/made/up/net/net.vitrine", "Zahlen, größer");
    }
    void keepsWhatCanMoveWithTheProject() {
        QFETCH(QString, chosen);
        QFETCH(QString, file);
        QFETCH(QString, kept);
        const auto stored = storedFolder(chosen.toStdString(), file.toStdString());
        QVERIFY(stored.ok());
        QCOMPARE(qt(*stored), kept);
        const fs::path there = resolvedFolder(*stored, file.toStdString());
        if (there.is_absolute() && chosen.startsWith('/'))
            QCOMPARE(qt((there.lexically_normal() / "").lexically_normal().string()),
                     qt((fs::path(chosen.toStdString()) / "").lexically_normal().string()));
    }

    /// `..` of a linked folder is that of the folder behind the link.
    void neverKeepsAWayThatLeadsElsewhere() {
        QTemporaryDir folder;
        const fs::path root = fs::canonical(folder.path().toStdString());
        for (const char* made : {"real/deep/net", "links", "real/deep/data", "links/data"})
            fs::create_directories(root / made);
        fs::create_directory_symlink(root / "real/deep/net", root / "links/net");
        const std::string file = root / "links/net/net.vitrine";
        for (const char* data : {"links/data", "real/deep/data"}) {
            const auto stored = storedFolder((root / data).string(), file);
            QVERIFY(stored.ok());
            QVERIFY2(fs::equivalent(resolvedFolder(*stored, file), root / data), stored->c_str());
        }
        QCOMPARE(qt(*storedFolder((root / "real/deep/data").string(), file)), QString("../data"));
    }

    void refusesWhatCannotBeAPath_data() {
        QTest::addColumn<QByteArray>("folder");
        QTest::addColumn<bool>("good");
        QTest::newRow("empty") << QByteArray("") << false;
        QTest::newRow("NUL") << QByteArray("a\0b", 3) << false;
        QTest::newRow("not UTF-8") << QByteArray("a\xff") << false;
        QTest::newRow("a lone surrogate") << QByteArray("\xed\xa0\x80") << false;
        QTest::newRow("4,096 bytes") << QByteArray(4096, 'x') << false;
        QTest::newRow("4,095 bytes") << QByteArray(4095, 'x') << true;
        QTest::newRow("lines") << QByteArray("a\nb\tc") << true;
        QTest::newRow("a backslash, a colon, a quote") << QByteArray("C:\\\"x\"") << true;
    }
    void refusesWhatCannotBeAPath() {
        QFETCH(QByteArray, folder);
        QFETCH(bool, good);
        for (const char* file : {"", "/made/up/net.vitrine"}) {
            const auto stored = storedFolder(folder.toStdString(), file);
            QCOMPARE(stored.ok(), good);
            if (!good) QCOMPARE(qt(stored.error().code), QString("P08"));
        }
    }

    void aMovedProjectKeepsItsData_data() {
        QTest::addColumn<QString>("stored");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("kept");
        const auto row = [](const char* stored, const char* to, const char* kept) {
            QTest::addRow("%s to %s", stored, to) << stored << to << kept;
        };
        row("", "/b/c/net.vitrine", "");
        row("data", "/made/up/a/other.vitrine", "data");
        row("data", "/made/up/b/net.vitrine", "../a/data");
        row("data", "/else/where/net.vitrine", "/made/up/a/data");
        row("../data", "/made/up/net.vitrine", "data");
        row("/abs", "/made/up/net.vitrine", "/abs");
    }
    void aMovedProjectKeepsItsData() {
        QFETCH(QString, stored);
        QFETCH(QString, to);
        QFETCH(QString, kept);
        QCOMPARE(qt(movedFolder(stored.toStdString(), "/made/up/a/net.vitrine", to.toStdString())),
                 kept);
    }
};

QTEST_APPLESS_MAIN(TestProjectPath)
#include "tst_project_path.moc"
