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
};

QTEST_GUILESS_MAIN(TestProblemModel)
#include "tst_problem_model.moc"
