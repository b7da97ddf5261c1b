// SPDX-License-Identifier: Apache-2.0
// README's table of operators and resources/operators.md are what the registry says. Where this
// fails: resources/make_operator_tables.sh.
#include <QFile>
#include <QtTest/QtTest>

#include "tests/support/cli_program.h"

using namespace vitrine::test;

namespace {

QString contents(const QString& path) {
    QFile file(VITRINE_SOURCE_DIR + ("/" + path));
    if (!file.open(QIODevice::ReadOnly)) qFatal("%s is missing", qPrintable(path));
    return QString::fromUtf8(file.readAll());
}

/// The first table of a text, to the end of its last line.
QString tableIn(const QString& text) {
    const qsizetype from = text.indexOf(QStringLiteral("| category | operators |\n"));
    return from < 0 ? QString() : text.mid(from, text.indexOf("\n\n", from) + 1 - from);
}

}  // namespace

class OperatorTablesTest : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() {
        const CliResult result = runCli({"ops", "--markdown"}, QDir::tempPath());
        QCOMPARE(result.status, 0);
        m_page = QString::fromUtf8(result.out);
        QVERIFY(tableIn(m_page).count('\n') > 10);
    }

    void thePageIsThatOfTheRegistry() {
        const QStringList page = contents("resources/operators.md").split('\n'),
                          wanted = m_page.split('\n');
        for (qsizetype i = 0; i < std::min(page.size(), wanted.size()); ++i)
            QCOMPARE(page[i], wanted[i]);
        QCOMPARE(page.size(), wanted.size());
    }

    void readmeHasItsTable() { QCOMPARE(tableIn(contents("README.md")), tableIn(m_page)); }

  private:
    QString m_page;
};

QTEST_GUILESS_MAIN(OperatorTablesTest)
#include "tst_operator_tables.moc"
