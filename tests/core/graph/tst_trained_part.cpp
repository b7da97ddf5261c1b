// SPDX-License-Identifier: Apache-2.0
// Strays: which nodes are left out, what is told of them, and that the program of the others is,
// to the bit, that of the graph without them. Truth: the graph as it was before they were put in.
#include <QtTest/QtTest>

#include <random>

#include "core/graph/graph_text.h"
#include "core/graph/lower.h"
#include "core/graph/trained_part.h"
#include "core/opdef/program_text.h"
#include "core/train/model.h"
#include "tests/support/random_graph.h"

using namespace vitrine;

namespace {

Graph read(std::string_view text) {
    Result<Graph> graph = graphFromText(text);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    return std::move(graph).value();
}

QString qt(const std::string& text) { return QString::fromStdString(text); }

QStringList namesOf(const Graph& graph) {
    QStringList names;
    for (const Node& node : graph.nodes()) names << qt(node.id);
    return names;
}

/// Puts strays of every kind at random places of the document's order.
class Litterer {
  public:
    Litterer(Graph& graph, uint64_t seed) : m_graph(graph), m_random(seed) {}

    void litter() {
        const std::string own = m_graph.nodes()[below(m_graph.nodes().size())].id;
        add("lone", "conv2d");
        add("head", "linear");
        add("behind", "relu");
        wire("head.y", "behind.x");
        add("half", "add");
        const OpDescriptor& op = *m_graph.find(own)->op;
        if (!op.outputs.empty() && !takesIndices(op.outputs[0]))
            wire(own + "." + std::string(op.outputs[0].id), "half.a");
        add("images2", "input");
        add("act", "sigmoid");
        wire("images2.x", "act.x");
        add("labels2", "target");
        add("loss2", "cross_entropy");
    }

  private:
    size_t below(size_t bound) { return m_random() % bound; }
    void add(const char* id, const char* op) {
        const auto node = makeNode(id, op);
        if (!node || !m_graph.insertNode(*node, below(m_graph.nodes().size() + 1)).ok())
            qFatal("%s", id);
    }
    void wire(const std::string& from, const std::string& to) {
        const auto ref = [](const std::string& text) {
            const size_t dot = text.find('.');
            return PortRef{text.substr(0, dot), text.substr(dot + 1)};
        };
        const auto done = m_graph.insertEdge({ref(from), ref(to)}, 0);
        if (!done) qFatal("%s", done.error().text().c_str());
    }

    Graph& m_graph;
    std::mt19937_64 m_random;
};

/// The whole training step and its evaluation, as text with every state and every attribute.
QString programsOf(const Graph& graph, int64_t batch) {
    ModelOptions options{.batch = batch};
    options.recipe.optimizer = findOptimizer("sgd");
    options.recipe.optimizerFields = Attrs(options.recipe.optimizer->fields);
    QString text;
    for (const Mode mode : {Mode::Train, Mode::Evaluate}) {
        const auto program = buildProgram(graph, {mode, batch}, options);
        text += qt(program ? programText(*program) : program.error().text());
        if (program)
            for (const StateBinding& state : program->states) text += qt("\n" + state.name);
    }
    const auto alone = lower(graph, {.training = false, .withLoss = false});
    return text + qt(alone ? programText(*alone) : alone.error().text());
}

}  // namespace

class TestTrainedPart : public QObject {
    Q_OBJECT

  private slots:
    void leavesOut_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("strays");
        QTest::addColumn<QStringList>("told");
        const auto row = [](const char* name, const QString& text, const QString& strays,
                            const QStringList& told) {
            QTest::newRow(name) << text << strays.split(' ', Qt::SkipEmptyParts) << told;
        };
        const QString chain = "x[4] -> linear(out_features=3) as fc -> cross_entropy(labels)\n";
        row("nothing", chain, "", {});
        row("a lone node", chain + "relu as r", "r",
            {"relu 'r': port 'x' is not connected: it is left out"});
        row("a chain without a beginning", chain + "relu as a -> relu as b -> relu as c", "a b c",
            {"relu 'a': port 'x' is not connected: it is left out, and 2 nodes behind it"});
        row("a branch that lacks something", chain + "fc -> add as s", "s",
            {"add 's': port 'b' is not connected: it is left out"});
        row("a branch that does not fit", chain + "fc -> batch_norm2d as bn -> relu as r", "bn r",
            {"batch_norm2d 'bn': x needs shape [N, C, H, W], got [N, 3]: it is left out, and the "
             "node behind it"});
        row("a complete branch is no stray", chain + "fc -> relu as r", "", {});
        row("another input", chain + "y[5] -> relu as r", "y r",
            {"input 'y' does not lead to the loss, and another input does: it is left out, and "
             "the node behind it"});
        row("another target", chain + "t<3", "t",
            {"target 't' does not lead to the loss, and another target does: it is left out"});
        row("another loss", chain + "cross_entropy as l2", "l2",
            {"cross_entropy 'l2': port 'logits' is not connected: it is left out"});
        row("what the loss needs is none", "x[4] -> add as s -> cross_entropy(labels)", "", {});
        row("a loss without labels is needed", "x[4] -> cross_entropy as l", "", {});
        row("before there is a loss", "x[4] -> relu as a\nrelu as r", "r",
            {"relu 'r': port 'x' is not connected: it is left out"});
        row("a broken chain with a loss", "x[4] -> relu\nrelu as r -> cross_entropy(labels)", "",
            {});
        row("before there is an input", "relu as r", "", {});
    }
    void leavesOut() {
        QFETCH(QString, text);
        QFETCH(QStringList, strays);
        QFETCH(QStringList, told);
        const Graph graph = read(text.toStdString());
        const TrainedPart part(graph);
        QStringList left = namesOf(graph), saying;
        for (const QString& name : namesOf(part.graph())) left.removeAll(name);
        QCOMPARE(left, strays);
        for (const Error& warning : part.warnings()) saying << qt(warning.message);
        QCOMPARE(saying, told);
    }

    void programsAreThoseOfTheGraphWithoutThem_data() {
        QTest::addColumn<uint64_t>("seed");
        for (uint64_t seed = 1; seed <= 60; ++seed)
            QTest::addRow("seed %d", static_cast<int>(seed)) << seed;
    }
    void programsAreThoseOfTheGraphWithoutThem() {
        QFETCH(uint64_t, seed);
        const test::RandomGraph made = test::randomGraph(seed);
        const Graph clean = read(made.text);
        Graph littered = clean;
        Litterer(littered, seed).litter();
        QCOMPARE(littered.nodes().size(), clean.nodes().size() + 8);
        QVERIFY(TrainedPart(littered).graph() == clean);
        QCOMPARE(programsOf(littered, made.batch), programsOf(clean, made.batch));
    }
};

QTEST_APPLESS_MAIN(TestTrainedPart)
#include "tst_trained_part.moc"
