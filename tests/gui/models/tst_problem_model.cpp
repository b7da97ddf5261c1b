// SPDX-License-Identifier: Apache-2.0
// The list of problems.
#include <QAbstractItemModelTester>
#include <QtTest>

#include "gui/models/problem_model.h"

using namespace vitrine;
using namespace vitrine::gui;

class TestProblemModel : public QObject {
    Q_OBJECT

  private:
    static Error about(const std::string& node, const std::string& message) {
        return {"P10", message, {.node = node, .field = {}, .file = {}, .line = 0}, {}, {}};
    }

  private Q_SLOTS:
    void newestThatHappenedComesFirstThenWhatStands() {
        ProblemModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::Fatal);
        model.setStanding({about("a", "stands")});
        model.add(about("b", "first"));
        model.add(about("c", "second"));
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.index(0).data().toString(), QString("second"));
        QCOMPARE(model.index(2).data().toString(), QString("stands"));
        QCOMPARE(model.index(2).data(ProblemModel::NodeRole).toString(), QString("a"));
        model.clearHappened();
        QCOMPARE(model.rowCount(), 1);
        model.setStanding({});
        QCOMPARE(model.rowCount(), 0);
    }

    void warningsComeLastAndSayWhatTheyAre_data() {
        QTest::addColumn<int>("row");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("node");
        QTest::addColumn<bool>("isWarning");
        QTest::newRow("happened") << 0 << "happened"
                                  << "a" << false;
        QTest::newRow("stands") << 1 << "stands"
                                << "b" << false;
        QTest::newRow("first warning") << 2 << "Warning: first"
                                       << "c" << true;
        QTest::newRow("second warning") << 3 << "Warning: second"
                                        << "d" << true;
    }
    void warningsComeLastAndSayWhatTheyAre() {
        QFETCH(int, row);
        ProblemModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::Fatal);
        model.setStanding({about("b", "stands")}, {about("c", "first"), about("d", "second")});
        model.add(about("a", "happened"));
        QCOMPARE(model.rowCount(), 4);
        const QModelIndex index = model.index(row);
        QTEST(index.data().toString(), "text");
        QTEST(index.data(ProblemModel::NodeRole).toString(), "node");
        QTEST(index.data(ProblemModel::WarningRole).toBool(), "isWarning");
        model.setStanding({});
        QCOMPARE(model.rowCount(), 1);
    }
};

QTEST_GUILESS_MAIN(TestProblemModel)
#include "tst_problem_model.moc"
