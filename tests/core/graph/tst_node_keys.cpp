// SPDX-License-Identifier: Apache-2.0
// Keys of nodes: who gets which, what leaves them as they are, and what follows from them. Truth:
// the rules as they stand here; start values and streams of version 1 are those of FNV-1a over
// names, which is written out anew.
#include <QtTest>

#include <cmath>
#include <cstring>
#include <set>

#include "core/base/rng.h"
#include "core/exec/state_layout.h"
#include "core/graph/edit.h"
#include "core/graph/fingerprint.h"
#include "core/graph/graph_text.h"
#include "core/graph/lower.h"
#include "core/graph/names.h"
#include "tests/support/bytes_memory.h"
#include "tests/support/random_edits.h"

using namespace vitrine;

namespace {

Graph graphOf(const char* text) {
    auto graph = graphFromText(text);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    return std::move(graph).value();
}

Node node(const char* id, std::string key = {}) {
    Node made = makeNode(id, "relu").value();
    made.key = std::move(key);
    return made;
}

QString keyOf(const Graph& graph, const char* id) {
    return QString::fromStdString(graph.find(id)->key);
}

bool hasOneKeyEach(const Graph& graph) {
    std::set<std::string> keys;
    for (const Node& node : graph.nodes())
        if (node.key.empty() || !keys.insert(node.key).second || graph.findByKey(node.key) != &node)
            return false;
    return true;
}

QStringList stateKeys(const Graph& graph) {
    const auto program = lower(graph, {.batch = 2, .withLoss = false});
    if (!program) qFatal("%s", program.error().text().c_str());
    QStringList keys;
    for (const StateBinding& state : program->states)
        keys << QString::fromStdString(state.name + " " + state.key);
    return keys;
}

/// States of a network as they start, by key.
std::map<std::string, std::vector<std::byte>> startOf(const Graph& graph, uint64_t seed) {
    const auto program = lower(graph, {.batch = 2});
    if (!program) qFatal("%s", program.error().text().c_str());
    StateLayout layout;
    layout.add(*program);
    test::BytesMemory memory(layout.sizeBytes());
    initialiseStates(layout, memory, seed);
    std::map<std::string, std::vector<std::byte>> states;
    for (const StateLayout::Item& item : layout.items())
        states[item.key] = {memory.bytes.begin() + item.offset,
                            memory.bytes.begin() + item.offset + item.bytes()};
    return states;
}

int64_t streamOf(const Graph& graph) {
    const auto program = lower(graph, {.batch = 2});
    for (const Instr& instr : program->instrs)
        if (instr.op->id == "dropout_mask") return instr.attrs.integer("stream");
    return -1;
}

constexpr auto network =
    "x[1,6,6] -> conv2d(out_channels=2 kernel=3) as c -> flatten -> dropout as d"
    " -> linear(out_features=10) as f -> cross_entropy(labels)";

}  // namespace

class TestNodeKeys : public QObject {
    Q_OBJECT

  private slots:
    void isTheIdThatANodeIsBornWith() {
        const Graph graph = graphOf(network);
        for (const Node& node : graph.nodes()) QCOMPARE(node.key, node.id);
    }

    void staysWhenTheNodeIsRenamed() {
        Graph graph = graphOf(network);
        QVERIFY(graph.rename("c", "stem").ok());
        QCOMPARE(keyOf(graph, "stem"), "c");
        QCOMPARE(graph.findByKey("c"), graph.find("stem"));
        QVERIFY(!graph.findByKey("stem"));
    }

    void aTakenOneGetsANumber() {
        Graph graph = graphOf("x[4] -> relu as a");
        QVERIFY(graph.rename("a", "b").ok());
        QVERIFY(graph.insertNode(node("a"), edit::atEnd).ok());
        QCOMPARE(keyOf(graph, "a"), "a_2");
        QVERIFY(graph.rename("a", "c").ok());
        QVERIFY(graph.insertNode(node("a"), edit::atEnd).ok());
        QCOMPARE(keyOf(graph, "a"), "a_3");
        QVERIFY(graph.insertNode(node("a_2"), edit::atEnd).ok());
        QCOMPARE(keyOf(graph, "a_2"), "a_2_2");
        QVERIFY(hasOneKeyEach(graph));
    }

    void isNeverLongerThanAKeyMayBe() {
        const std::string longest(100, 'n');
        Graph graph;
        QVERIFY(graph.insertNode(node(longest.c_str()), 0).ok());
        QVERIFY(graph.rename(longest, "short").ok());
        QVERIFY(graph.insertNode(node(longest.c_str()), 0).ok());
        QCOMPARE(graph.find(longest)->key, std::string(98, 'n') + "_2");
    }

    void refusesOneThatIsTakenOrNoWord() {
        Graph graph = graphOf("x[4] -> relu as a");
        const Graph before = graph;
        const auto taken = graph.insertNode(node("b", "a"), 0);
        QVERIFY(!taken.ok());
        QCOMPARE(QString::fromStdString(taken.error().text()),
                 "P10: relu 'b': the key 'a' is taken by node 'a'");
        const auto noWord = graph.insertNode(node("b", "no word"), 0);
        QVERIFY(!noWord.ok());
        QCOMPARE(noWord.error().code, std::string("U10"));
        QVERIFY(graph == before);
        QVERIFY(!Graph::fromParts({node("a", "k"), node("b", "k")}, {}).ok());
    }

    void thoseOfAFileComeBeforeThoseThatAreMade() {
        const auto graph = Graph::fromParts({node("a"), node("b", "a")}, {});
        QVERIFY(graph.ok());
        QCOMPARE(keyOf(*graph, "b"), "a");
        QCOMPARE(keyOf(*graph, "a"), "a_2");
    }

    void comesBackWithTheNode() {
        Graph graph = graphOf("x[4] -> relu as a -> relu as b");
        QVERIFY(graph.rename("a", "c").ok());
        const Graph before = graph;
        const auto inverse = perform(graph, removal(graph, {"c"}));
        QVERIFY(inverse.ok());
        QVERIFY(!graph.findByKey("a"));
        QVERIFY(perform(graph, *inverse).ok());
        QVERIFY(graph == before);
        QCOMPARE(keyOf(graph, "c"), "a");
    }

    void twoNodesMayExchangeNames() {
        Graph graph = graphOf("x[4] -> relu as a -> relu as b");
        for (const auto& [from, to] : {std::pair("a", "t"), {"b", "a"}, {"t", "b"}})
            QVERIFY(graph.rename(from, to).ok());
        QCOMPARE(keyOf(graph, "a"), "b");
        QCOMPARE(keyOf(graph, "b"), "a");
        QVERIFY(hasOneKeyEach(graph));
    }

    void eachHasOneThroughRandomEdits_data() {
        QTest::addColumn<uint>("seed");
        for (uint seed = 1; seed <= 20; ++seed) QTest::addRow("seed %u", seed) << seed;
    }
    void eachHasOneThroughRandomEdits() {
        QFETCH(uint, seed);
        std::mt19937 random(seed);
        Graph graph = graphOf(network);
        const Graph first = graph;
        std::vector<Transaction> inverses;
        for (int i = 0; i < 300; ++i) {
            auto inverse = perform(graph, test::randomEdit(graph, random));
            if (inverse) inverses.push_back(std::move(inverse).value());
            QVERIFY(hasOneKeyEach(graph));
        }
        for (; !inverses.empty(); inverses.pop_back()) {
            QVERIFY(perform(graph, inverses.back()).ok());
            QVERIFY(hasOneKeyEach(graph));
        }
        QVERIFY(graph == first);
    }

    /// A text says nothing of keys.
    void areTheIdsOfAGraphThatIsReadFromText() {
        Graph graph = graphOf(network);
        QVERIFY(graph.rename("c", "stem").ok());
        const Graph again = graphOf(graphToText(graph).c_str());
        QCOMPARE(keyOf(again, "stem"), "stem");
        QCOMPARE(graphToText(again), graphToText(graph));
    }

    void areNoPartOfTheFingerprint() {
        Graph graph = graphOf(network);
        const std::string before = graphFingerprint(graph);
        QVERIFY(graph.rename("c", "stem").ok());
        QCOMPARE(graphFingerprint(graph), before);
    }

    void standInTheKeysOfParameters() {
        Graph graph = graphOf(
            "x[4] -> linear(out_features=4) as a -> linear(out_features=4 weight=@a.weight) as b");
        QVERIFY(graph.rename("a", "first").ok());
        QVERIFY(graph.rename("b", "second").ok());
        QCOMPARE(stateKeys(graph),
                 QStringList({"first.weight a.weight", "first.bias a.bias", "second.bias b.bias"}));
    }

    /// `a.weight` is nobody's once `a` is called otherwise: it must not be taken for a node's own.
    void aParameterOfNobodyHasAKeyOfItsOwn() {
        Graph graph =
            graphOf("x[4] -> linear(out_features=4) as a -> linear(out_features=4 weight=@t) as b");
        QCOMPARE(graph.parameterKey("t"), std::string("t"));
        QCOMPARE(graph.parameterKey("gone.weight"), std::string("gone.weight"));
        QVERIFY(graph.rename("a", "first").ok());
        QVERIFY(graph.setFeed("b", "weight", "a.weight").ok());
        QVERIFY(graph.putParameter("a.weight", Parameter{.id = "a.weight"}).ok());
        QCOMPARE(stateKeys(graph), QStringList({"first.weight a.weight", "first.bias a.bias",
                                                "a.weight @a.weight", "b.bias b.bias"}));
    }

    void aStrayThatWasRenamedStillOwnsWhatOthersShare() {
        Graph graph = graphOf(
            "labels<4; x[4] -> linear(out_features=4 weight=@lost.weight) as f -> "
            "cross_entropy(labels)\nlinear(out_features=4) as lost");
        const auto start = startOf(graph, 3);
        QVERIFY(graph.rename("lost", "found").ok());
        QVERIFY(startOf(graph, 3) == start);
    }

    /// Projects of version 1 start with the bits that they had.
    void startValuesFollowFromKeysAsTheyDidFromNames() {
        const auto states = startOf(graphOf(network), 11);
        uint64_t hash = 0xcbf29ce484222325u;
        for (const char c : std::string_view("c.weight"))
            hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
        Rng rng(11, RngStream::Initialise, hash);
        const double bound = std::sqrt(6.0 / 9);
        const std::vector<std::byte>& weight = states.at("c.weight");
        QCOMPARE(weight.size(), size_t{2 * 9 * sizeof(float)});
        for (size_t i = 0; i < 18; ++i) {
            float found = 0;
            std::memcpy(&found, weight.data() + i * sizeof found, sizeof found);
            QCOMPARE(found, static_cast<float>(rng.uniform(-bound, bound)));
        }
    }
    void streamsFollowFromKeysAsTheyDidFromNames() {
        constexpr uint32_t start = 2166136261u;
        QCOMPARE(streamOf(graphOf(network)), int64_t{(start ^ 'd') * 16777619u});
    }

    void aNameChangesNeitherStartsNorStreams() {
        Graph graph = graphOf(network);
        const auto start = startOf(graph, 5);
        const int64_t stream = streamOf(graph);
        for (const auto& [from, to] : {std::pair("c", "t"), {"f", "c"}, {"t", "f"}, {"d", "drop"}})
            QVERIFY(graph.rename(from, to).ok());
        QVERIFY(startOf(graph, 5) == start);
        QCOMPARE(streamOf(graph), stream);
    }
};

QTEST_APPLESS_MAIN(TestNodeKeys)
#include "tst_node_keys.moc"
