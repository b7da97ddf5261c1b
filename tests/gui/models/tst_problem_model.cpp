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

    static QStringList said(const ProblemModel& model) {
        QStringList rows;
        for (int row = 0; row < model.rowCount(); ++row) rows << model.index(row).data().toString();
        return rows;
    }

  private Q_SLOTS:
    void whatHappenedComesFirstAndWarningsLast() {
        ProblemModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::Fatal);
        model.set(ProblemSource::SetUp, {{about("c", "warns"), true}, {about("d", "refuses")}});
        model.set(ProblemSource::Graph, {{about("a", "stands")}});
        model.add(ProblemSource::Run, {about("b", "first")});
        model.add(ProblemSource::Run, {about("b", "second"), true});
        QCOMPARE(said(model), (QStringList{"Warning: Second.", "First.", "Stands.", "Refuses.",
                                           "Warning: Warns."}));
        QCOMPARE(model.index(2).data(ProblemModel::NodeRole).toString(), QString("a"));
        QVERIFY(model.index(1).data(ProblemModel::EventRole).toBool());
        QVERIFY(!model.index(2).data(ProblemModel::EventRole).toBool());
    }

    void aSourceReplacesItsOwnRows() {
        ProblemModel model;
        model.set(ProblemSource::Graph, {{about("a", "one")}, {about("b", "two")}});
        model.set(ProblemSource::Data, {{about("", "three")}});
        model.set(ProblemSource::Graph, {{about("b", "two")}});
        QCOMPARE(said(model), (QStringList{"Two.", "Three."}));
        model.clear(ProblemSource::Graph);
        model.clear(ProblemSource::Data);
        QCOMPARE(model.rowCount(), 0);
    }

    void whatIsSaidTwiceIsOneRow() {
        ProblemModel model;
        model.set(ProblemSource::Graph, {{about("a", "said")}});
        model.set(ProblemSource::Plan, {{about("a", "said")}});
        model.add(ProblemSource::Run, {about("a", "said")});
        model.add(ProblemSource::Run, {about("a", "said")});
        QCOMPARE(said(model), QStringList{"Said."});
        model.clear(ProblemSource::Run);
        model.clear(ProblemSource::Graph);
        QCOMPARE(said(model), QStringList{"Said."});  // the plan still says so
    }

    void onlyWhatHappenedCanBeDismissed() {
        ProblemModel model;
        model.set(ProblemSource::Graph, {{about("a", "stands")}});
        model.add(ProblemSource::Files, {about("", "happened")});
        model.dismiss(1);
        model.dismiss(7);
        QCOMPARE(model.rowCount(), 2);
        model.dismiss(0);
        QCOMPARE(said(model), QStringList{"Stands."});
    }

    void nothingIsToldWhereNothingChanges() {
        ProblemModel model;
        model.set(ProblemSource::Graph, {{about("a", "said")}});
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        model.set(ProblemSource::Graph, {{about("a", "said")}});
        model.removeIf(ProblemSource::Graph, [](const Problem&) { return false; });
        QCOMPARE(resets.size(), 0);
        model.set(ProblemSource::Graph, {{about("b", "said")}});
        QCOMPARE(resets.size(), 1);
    }

    void theNodeIsNotNamedTwice() {
        ProblemModel model;
        model.set(ProblemSource::Graph, {{about("c1", "conv2d 'c1': port 'x' is not connected")},
                                         {about("c2", "the network gives 'c2': something")}});
        QCOMPARE(model.index(0).data(ProblemModel::SentenceRole).toString(),
                 QString("Port 'x' is not connected."));
        QCOMPARE(model.index(1).data(ProblemModel::SentenceRole).toString(),
                 QString("The network gives 'c2': something."));
    }
};

QTEST_GUILESS_MAIN(TestProblemModel)
#include "tst_problem_model.moc"
