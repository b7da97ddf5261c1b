// SPDX-License-Identifier: Apache-2.0
// What nodes of a run are called after they were renamed, went, or exchanged names.
#include "core/session/run_names.h"

#include <QtTest>

#include "core/exec/tape_places.h"
#include "core/graph/graph_text.h"
#include "core/graph/lower.h"

using namespace vitrine;

namespace {

Graph network() {
    auto graph = graphFromText(
        "labels<4; x[4] -> linear(out_features=4) as a -> tanh as b -> linear(out_features=4) as c "
        "-> cross_entropy(labels)");
    if (!graph) qFatal("%s", graph.error().text().c_str());
    return std::move(graph).value();
}

std::shared_ptr<const Tape> tapeOf(const Graph& graph) {
    auto program = lower(graph, {.batch = 2});
    if (!program) qFatal("%s", program.error().text().c_str());
    StateLayout states;
    states.add(*program);
    return std::make_shared<const Tape>(compileTape(std::move(program).value(), states, {}));
}

/// Nodes that entries come from, each once; then names of states.
QStringList namesIn(const Tape& tape) {
    QStringList names;
    for (const TapeEntry& entry : tape.entries)
        for (const std::string& origin : entry.instr.origins)
            if (!names.contains(QString::fromStdString(origin)))
                names << QString::fromStdString(origin);
    for (const TapeState& state : tape.states) names << QString::fromStdString(state.name);
    return names;
}

StopRequest stopsAt(std::vector<Breakpoint> points) { return {.breakpoints = std::move(points)}; }

}  // namespace

class TestRunNames : public QObject {
    Q_OBJECT

    const Graph m_start = network();
    const std::shared_ptr<const Tape> m_tape = tapeOf(m_start);

  private slots:
    void nothingRenamedIsTheTapeItself() {
        RunNames names;
        QVERIFY(!names.follow(m_start, m_start));
        QCOMPARE(names.called(m_tape), m_tape);
        QVERIFY(!names.called(nullptr));
    }

    void namesFollowByKey() {
        Graph now = m_start;
        for (const auto& [from, to] : {std::pair("a", "t"), {"c", "a"}, {"t", "c"}, {"b", "act"}})
            QVERIFY(now.rename(from, to).ok());
        RunNames names;
        QVERIFY(names.follow(m_start, now));
        QVERIFY(!names.follow(m_start, now));
        const auto called = names.called(m_tape);
        QCOMPARE(names.called(m_tape), called);
        QStringList wanted = namesIn(*m_tape);
        for (QString& name : wanted) {
            if (name == "b") name = "act";
            if (name.startsWith('a') && name != "act")
                name[0] = 'c';
            else if (name == "c" || name.startsWith("c."))
                name[0] = 'a';
        }
        QCOMPARE(namesIn(*called), wanted);
        QVERIFY(names.follow(m_start, m_start));
        QCOMPARE(names.called(m_tape), m_tape);
    }

    void oneThatIsGoneGivesItsNameAway() {
        Graph now = m_start;
        QVERIFY(now.eraseEdge({{"a", "y"}, {"b", "x"}}).ok());
        QVERIFY(now.eraseEdge({{"b", "y"}, {"c", "x"}}).ok());
        QVERIFY(now.eraseNode("b").ok());
        RunNames names;
        QVERIFY(!names.follow(m_start, now));
        QVERIFY(now.rename("a", "b").ok());
        QVERIFY(names.follow(m_start, now));
        const QStringList called = namesIn(*names.called(m_tape));
        QVERIFY2(called.contains("b (before)") && called.contains("b.weight"),
                 qPrintable(called.join(' ')));
    }

    void breakpointsGoByTheNamesOfTheStart() {
        Graph now = m_start;
        QVERIFY(now.rename("a", "stem").ok());
        QVERIFY(now.insertNode(makeNode("a", "relu").value(), 0).ok());
        RunNames names;
        QVERIFY(names.follow(m_start, now));
        const StopRequest stops =
            names.asAtStart(stopsAt({{"stem", true}, {"a", false}, {"b", false}}));
        QVERIFY(stops.breakpoints == (std::vector<Breakpoint>{{"a", true}, {"b", false}}));
    }
};

QTEST_APPLESS_MAIN(TestRunNames)
#include "tst_run_names.moc"
