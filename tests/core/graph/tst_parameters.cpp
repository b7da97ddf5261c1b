// SPDX-License-Identifier: Apache-2.0
// Parameters as objects: what feeds a port, of which kind it is, with which numbers it starts.
// Truth: hand-worked numbers and the rules as they stand here.
#include <QtTest>

#include <cstring>

#include "core/exec/state_layout.h"
#include "core/graph/edit.h"
#include "core/graph/fingerprint.h"
#include "core/graph/graph_text.h"
#include "core/graph/shapes.h"
#include "core/io/graph_json.h"
#include "core/io/parameter_file.h"
#include "core/io/parameter_json.h"
#include "core/io/safetensors.h"
#include "core/optim/optimizer.h"
#include "core/tensor/element.h"
#include "core/train/model.h"
#include "tests/support/bytes_memory.h"
#include "tests/support/interpreter.h"

using namespace vitrine;

namespace {

Graph graphOf(const char* text) {
    auto graph = graphFromText(text);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    return std::move(graph).value();
}

std::shared_ptr<const TensorData> floats(const Shape& shape, const std::vector<float>& numbers) {
    std::vector<std::byte> bytes(numbers.size() * sizeof(float));
    std::memcpy(bytes.data(), numbers.data(), bytes.size());
    return TensorData::of(DType::F32, shape, std::move(bytes));
}

Parameter constant(const char* id, const Shape& shape, const std::vector<float>& numbers) {
    return withData({.id = id, .kind = ParameterKind::Constant}, floats(shape, numbers));
}

void put(Graph& graph, Parameter parameter) {
    const std::string id = parameter.id;
    const auto done = graph.putParameter(id, std::move(parameter));
    if (!done) qFatal("%s", done.error().text().c_str());
}

/// w = p · q, and y = w x with it: no weight of its own.
Graph computedWeight() {
    Graph graph = graphOf(
        "mul(a=@p b=@q) as w\n"
        "x[3] -> linear(out_features=2 bias=false weight=<w) as f");
    put(graph, withData({.id = "p"}, floats({2, 3}, {1, 2, 3, 4, 5, 6})));
    put(graph, constant("q", {3}, {10, 0.5f, -1}));
    return graph;
}

/// What the only output is for an input, in float64.
std::vector<double> valueOf(const Graph& graph, const std::vector<double>& x) {
    const auto program =
        lower(graph, {.batch = 1, .training = false, .withLoss = false, .floatType = DType::F64});
    if (!program) qFatal("%s", program.error().text().c_str());
    StateLayout states;
    states.add(*program);
    test::BytesMemory start(states.sizeBytes());
    initialiseStates(states, start, 1);
    test::Interpreter interpreter(*program);
    for (const StateBinding& state : program->states) {
        const StateLayout::Item* item = states.find(state.name);
        std::vector<double> numbers(static_cast<size_t>(item->shape.elements()));
        std::memcpy(numbers.data(), start.host() + item->offset, numbers.size() * sizeof(double));
        interpreter.set(state.in, numbers);
    }
    interpreter.set(program->data.front().value, x);
    if (const auto run = interpreter.run(); !run) qFatal("%s", run.error().text().c_str());
    return interpreter.get(program->outputs.front().value);
}

QString errorOf(const Graph& graph) {
    const ShapeReport report = shapesOf(graph);
    return report.ok() ? QString() : QString::fromStdString(report.errors.front().message);
}

Graph throughJson(const Graph& graph) {
    Json json = {{"nodes", nodesToJson(graph.nodes(), graph.edges())}, {"edges", Json::array()}};
    for (const Edge& edge : graph.edges()) json["edges"].push_back(edgeToJson(edge));
    json["parameters"] = parametersToJson(graph, {});
    auto read = graphFromJson(jsonFromText(json.dump()));
    if (!read) qFatal("%s", read.error().text().c_str());
    return std::move(read).value();
}

Graph network() {
    return graphOf(
        "labels<3\n"
        "x[1,4,4] -> conv2d(out_channels=2 kernel=3 padding=1) as c -> batch_norm2d as b -> relu "
        "-> flatten -> linear(out_features=3) as f -> cross_entropy(labels)");
}

Program trainingProgram(const Graph& graph) {
    ModelOptions options{.batch = 4};
    options.recipe.optimizer = findOptimizer("adam");
    options.recipe.optimizerFields = Attrs(options.recipe.optimizer->fields);
    auto program = buildProgram(graph, {Mode::Train, 4}, options);
    if (!program) qFatal("%s", program.error().text().c_str());
    return std::move(program).value();
}

}  // namespace

class TestParameters : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void edgesFeedWeightsAndParametersFeedValues() {
        // w = [[10, 1, −3], [40, 2.5, −6]]
        const std::vector<double> y = valueOf(computedWeight(), {1, 2, 3});
        QCOMPARE(y, (std::vector<double>{10 + 2 - 9, 40 + 5 - 18}));
    }

    void aRepeatedPortTakesParametersBetweenEdges() {
        Graph graph = graphOf("x[1] -> concat(x1=@q axis=1) as c -> add(c) as s");
        put(graph, constant("q", {1, 2}, {5, 7}));
        QCOMPARE(valueOf(graph, {3}), (std::vector<double>{6, 10, 14}));
    }

    void gradientsReachWhatIsTrainedAlone() {
        Graph graph = computedWeight();
        const auto loss =
            graphFromText("labels<2\n" + graphToText(graph) + "f -> cross_entropy(labels) as loss");
        QVERIFY2(loss.ok(), loss ? "" : loss.error().text().c_str());
        Graph whole = *loss;
        for (const auto& [id, parameter] : graph.parameters()) put(whole, parameter);
        const Program program = trainingProgram(whole);
        QCOMPARE(program.state("p")->kind, StateKind::Parameter);
        QVERIFY(program.state("p")->out != noValue);
        QCOMPARE(program.states.size(), size_t(4));  // p with Adam's two moments, and q
        QCOMPARE(program.state("q")->kind, StateKind::Constant);
        QCOMPARE(program.state("q")->out, noValue);
        for (const StateBinding& state : program.states)
            QVERIFY2(!state.name.starts_with("q/"), state.name.c_str());
    }

    void frozenOnesGetNoGradientAndNoSlots() {
        Graph graph = network();
        const size_t statesBefore = trainingProgram(graph).states.size();
        put(graph, {.id = "c.weight", .kind = ParameterKind::Frozen});
        put(graph, {.id = "b.running_mean", .kind = ParameterKind::Frozen});
        const Program program = trainingProgram(graph);
        QCOMPARE(program.states.size(), statesBefore - 2);  // Adam keeps two numbers a weight
        for (const char* frozen : {"c.weight", "b.running_mean"}) {
            QCOMPARE(program.state(frozen)->kind, StateKind::Frozen);
            QCOMPARE(program.state(frozen)->out, noValue);
        }
        QVERIFY(program.state("c.bias")->out != noValue);
        QVERIFY(program.state("b.running_var")->out != noValue);
        for (const Instr& instr : program.instrs) QVERIFY(instr.op->id != "conv_weights");
    }

    void aNetworkOfFrozenWeightsAloneIsNotTrained() {
        Graph graph = network();
        QVERIFY(perform(graph, freezing(graph, {"c", "b", "f"}, true)).ok());
        ModelOptions options{.batch = 4};
        options.recipe.optimizer = findOptimizer("sgd");
        options.recipe.optimizerFields = Attrs(options.recipe.optimizer->fields);
        const auto program = buildProgram(graph, {Mode::Train, 4}, options);
        QVERIFY(!program.ok());
        QCOMPARE(program.error().message,
                 std::string("every parameter that reaches the loss is frozen"));
    }

    void aStatisticOverAnEdgeIsUpdatedNowhere() {
        Graph graph = graphOf(
            "add(a=@m b=@m) as mean\n"
            "labels<2\n"
            "x[2,3,3] -> batch_norm2d(running_mean=<mean) as b -> global_avg_pool2d -> flatten "
            "-> cross_entropy(labels)");
        put(graph, constant("m", {2}, {0.5f, -1}));
        const Program program = trainingProgram(graph);
        QVERIFY(!program.state("b.running_mean"));
        QVERIFY(program.state("b.running_var")->out != noValue);
    }

    void startsWithItsNumbersInTheNetworksType() {
        Graph graph = network();
        put(graph, withData({.id = "f.bias"}, floats({3}, {1.5f, -2, 0.1f})));
        put(graph, {.id = "c.weight", .init = InitKind::Ones});
        const auto program = lower(graph, {.batch = 2, .floatType = DType::F64});
        QVERIFY(program.ok());
        StateLayout states;
        states.add(*program);
        test::BytesMemory start(states.sizeBytes());
        initialiseStates(states, start, 7);
        const auto number = [&](const char* state, int64_t index) {
            return readElement(start.host() + states.find(state)->offset, DType::F64, index);
        };
        QCOMPARE(number("f.bias", 0), 1.5);
        QCOMPARE(number("f.bias", 2), static_cast<double>(0.1f));
        QCOMPARE(number("c.weight", 0), 1.0);
    }

    void refusals_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, const char* text, const char* words) {
            QTest::newRow(name) << text << words;
        };
        row("no entry", "x[3] -> add(b=@t)", "port 'b' takes parameter 't', which has no entry");
        row("weight of another shape", "x[3] -> linear(out_features=4 weight=<x)",
            "weight is [N, 3] over its edge, wanted [4, 3]");
        row("no entry for a weight", "x[3] -> linear(out_features=4 bias=@nothere) as f",
            "linear 'f': port 'bias' takes parameter 'nothere', which has no entry and is no "
            "node's own");
        row("of a port that no node has",
            "x[3] -> linear(out_features=3 bias=false) as a -> linear(out_features=3 "
            "bias=@a.bias) as b",
            "linear 'b': port 'bias' takes parameter 'a.bias', which has no entry");
        row("weight not connected", "x[3] -> linear(out_features=4) as f", "");
    }
    void refusals() {
        QFETCH(QString, text);
        QFETCH(QString, words);
        Graph graph = graphOf(text.toUtf8().constData());
        if (words.isEmpty()) {
            QVERIFY(graph.setFeed("f", "weight", {}, true).ok());
            words = QStringLiteral("port 'weight' is not connected");
        }
        QVERIFY2(errorOf(graph).contains(words), qPrintable(errorOf(graph)));
    }

    void kindsAndShapesMustFitTheirPorts() {
        Graph graph = network();
        put(graph, {.id = "c.weight", .kind = ParameterKind::Statistic});
        QVERIFY(
            errorOf(graph).contains("weight is trained, and parameter 'c.weight' is a statistic"));
        put(graph, constant("c.weight", {3}, {1, 2, 3}));
        QVERIFY2(errorOf(graph).contains("'c.weight' is of shape [3], weight wants [2, 1, 3, 3]"),
                 qPrintable(errorOf(graph)));
    }

    void whatNoParameterCanBe() {
        Graph graph = network();
        const auto message = [&](Parameter parameter) {
            const std::string id = parameter.id;
            const auto done = graph.putParameter(id, std::move(parameter));
            return done ? QString() : QString::fromStdString(done.error().message);
        };
        QVERIFY(message({.id = "a b"}).contains("a parameter's id is 'a b'"));
        QVERIFY(message({.id = "__metadata__"}).contains("other than __metadata__"));
        QVERIFY(message({.id = "k", .kind = ParameterKind::Constant})
                    .contains("a constant without numbers"));
        QVERIFY(message({.id = "k", .type = ValueShape{Shape{2}, DType::I32}})
                    .contains("trained and of type i32"));
        QVERIFY(message({.id = "k", .type = ValueShape{Shape{0}, DType::F32}})
                    .contains("its shape is [0]"));
        QVERIFY(message({.id = "k", .type = ValueShape{Shape{2}, DType::Bool}})
                    .contains("of type bool"));
        const std::vector<float> many(mostValuesInProject + 1);
        QVERIFY(message(constant("k", {mostValuesInProject + 1}, many)).contains("262,145 numbers"));
        QVERIFY(graph.parameters().empty());
        QVERIFY(!graph.putParameter("nobody", std::nullopt).ok());
    }

    void edgesAndParametersDoNotMeetAtOnePort() {
        Graph graph = computedWeight();
        QVERIFY(!graph.setFeed("f", "x", "q").ok());  // connected
        QVERIFY(!graph.setFeed("f", "weight", {}).ok());
        QVERIFY(!graph.insertEdge({{"x", "x"}, {"w", "a"}}, edit::atEnd).ok());
        QVERIFY(!graph.setFeed("w", "a", {}, true).ok());  // takes an edge as it is
        QVERIFY(!graph.setFeed("w", "nothing", "q").ok());
        Graph losses = network();
        QVERIFY(!losses.setFeed("cross_entropy", "labels", "q").ok());
    }

    void aFileKeepsThem() {
        Graph graph = computedWeight();
        put(graph,
            {.id = "f.other", .kind = ParameterKind::Frozen, .init = InitKind::XavierNormal});
        put(graph, constant("odd", {4}, {0.1f, -0.0f, INFINITY, 1e-30f}));
        const Graph read = throughJson(graph);
        QVERIFY(read == graph);
        QVERIFY(read.find("f")->wired.contains("weight"));
        const Graph again = throughJson(read);
        QVERIFY(again == read);
        QCOMPARE(valueOf(read, {1, 2, 3}), valueOf(graph, {1, 2, 3}));
    }

    void damagedEntriesAreNamed_data() {
        QTest::addColumn<QString>("entry");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* entry, const char* words) {
            QTest::newRow(words) << entry << words;
        };
        row(R"({"kind": "frozen"})", "id");
        row(R"({"id": "p", "kind": "cold"})", "'kind' is 'cold'");
        row(R"({"id": "p", "kind": "frozen", "dtype": "f32"})", "without 'shape'");
        row(R"({"id": "p", "kind": "frozen", "shape": [2]})", "dtype");
        row(R"({"id": "p", "kind": "frozen", "dtype": "f16", "shape": [2]})", "'dtype' is 'f16'");
        row(R"({"id": "p", "kind": "frozen", "dtype": "f32", "shape": [-2]})", "no positive");
        row(R"({"id": "p", "kind": "frozen", "dtype": "f32", "shape": [9223372036854775807, 9]})",
            "too large");
        row(R"({"id": "p", "kind": "constant", "dtype": "f32", "shape": [2], "values": [1]})",
            "no list of 2 numbers");
        row(R"({"id": "p", "kind": "constant", "dtype": "i32", "shape": [1], "values": [1.5]})",
            "entry 0 of 'values' is no number of type i32");
        row(R"({"id": "p", "kind": "constant", "dtype": "f32", "shape": [1], "values": [1e39]})",
            "entry 0 of 'values' is no number of type f32");
        row(R"({"id": "p", "kind": "constant", "dtype": "f32", "shape": [1], "values": ["x"]})",
            "entry 0 of 'values' is no number");
        row(R"({"id": "p", "kind": "constant", "values": [1]})", "go with 'dtype'");
        row(R"({"id": "p", "kind": "trained", "init": "magic"})", "'init' is 'magic'");
        row(R"({"id": "p", "kind": "constant", "file": "a.safetensors"})", "tensor");
        row(R"({"id": "p", "kind": "frozen", "more": 1})", "more");
    }
    void damagedEntriesAreNamed() {
        QFETCH(QString, entry);
        QFETCH(QString, words);
        Json json = {{"nodes", Json::array()}, {"edges", Json::array()}};
        json["parameters"].push_back(jsonFromText(entry.toStdString()));
        const auto graph = graphFromJson(json);
        QVERIFY(!graph.ok());
        QVERIFY2(QString::fromStdString(graph.error().message).contains(words),
                 graph.error().message.c_str());
    }

    void numbersOfAFileComeBackWithTheProject() {
        const QTemporaryDir folder;
        const std::string file = folder.filePath("w.safetensors").toStdString();
        const auto data = floats({2, 3}, {1, 2, 3, 4, 5, 6});
        const TensorView view{"deep.weight", DType::F32, data->shape, data->bytes};
        QVERIFY(saveSafetensors(file, std::span(&view, 1), {}).ok());
        Graph graph = computedWeight();
        Parameter entry{.id = "p", .file = ParameterFile{file, "deep.weight"}};
        put(graph, withNumbersOfFile(entry));
        QVERIFY(graph.findParameter("p")->data);

        const std::string project = folder.filePath("net.vitrine").toStdString();
        const Json json = parameterToJson(*graph.findParameter("p"), project);
        QCOMPARE(json["file"].get<std::string>(), std::string("w.safetensors"));
        QVERIFY(!json.contains("values"));
        Graph other = computedWeight();
        put(other, parameterFromJson(json, 0).value());
        QVERIFY(errorOf(other).contains("has no numbers yet: its file is being read"));
        readNumbersOfFiles(other, project);
        QCOMPARE(valueOf(other, {1, 2, 3}), valueOf(computedWeight(), {1, 2, 3}));

        QVERIFY(QFile::remove(QString::fromStdString(file)));
        readNumbersOfFiles(other, project);
        QVERIFY2(errorOf(other).contains("w.safetensors"), qPrintable(errorOf(other)));
    }

    void followRenamesAndGoWithTheirNode() {
        Graph graph = network();
        put(graph, {.id = "c.weight", .kind = ParameterKind::Frozen});
        const Graph before = graph;
        auto back = perform(graph, Transaction{edit::Rename{"c", "stem"}});
        QVERIFY(back.ok());
        QVERIFY(graph.findParameter("stem.weight") && !graph.findParameter("c.weight"));
        QCOMPARE(trainingProgram(graph).state("stem.weight")->kind, StateKind::Frozen);
        QCOMPARE(graphFingerprint(graph), graphFingerprint(before));
        QVERIFY(perform(graph, *back).ok());
        QVERIFY(graph == before);

        back = perform(graph, removal(graph, {"c"}));
        QVERIFY(back.ok());
        QVERIFY(graph.parameters().empty());
        QVERIFY(perform(graph, *back).ok());
        QVERIFY(graph == before);
    }

    void nodesAreFrozenAndThawed() {
        Graph graph = network();
        const Graph before = graph;
        put(graph, constant("f.bias", {3}, {1, 2, 3}));
        const Graph withConstant = graph;
        QVERIFY(perform(graph, freezing(graph, {"c", "b", "f", "relu", "x"}, true)).ok());
        const auto kind = [&](const char* id) { return graph.findParameter(id)->kind; };
        for (const char* id : {"c.weight", "c.bias", "b.weight", "b.running_var", "f.weight"})
            QVERIFY2(kind(id) == ParameterKind::Frozen, id);
        QVERIFY(kind("f.bias") == ParameterKind::Constant);
        QVERIFY(freezing(graph, {"c", "b", "f"}, true).empty());
        QVERIFY(perform(graph, freezing(graph, {"c", "b", "f"}, false)).ok());
        QVERIFY(graph == withConstant);
        QVERIFY(freezing(before, {"c", "b", "f"}, false).empty());
    }

    /// A name that is mistyped is told at its node, and nothing else suffers.
    void aNameOfNothingIsToldAndTheRestOpens() {
        const char* text =
            "x[3] -> linear(out_features=3) as a\n"
            "x -> linear(out_features=3 weight=@a.weight bias=@nothere) as b";
        const Graph graph = throughJson(graphOf(text));
        const ShapeReport report = shapesOf(graph);
        QCOMPARE(report.errors.size(), size_t(1));
        QCOMPARE(report.errors.front().place.node, std::string("b"));
        QCOMPARE(report.errors.front().code, std::string("P10"));
        QVERIFY(report.nodes[static_cast<size_t>(graph.indexOf("a"))].isKnown);
        Graph mended = graph;
        put(mended, {.id = "nothere"});
        QVERIFY2(errorOf(mended).isEmpty(), qPrintable(errorOf(mended)));
    }

    void whatIsSharedStaysWhenItsOwnerGoes() {
        Graph graph = graphOf(
            "x[3] -> linear(out_features=3) as a\n"
            "x -> linear(out_features=3 weight=@a.weight) as b");
        const Graph before = graph;
        auto back = perform(graph, removal(graph, {"a"}));
        QVERIFY(back.ok());
        QVERIFY2(errorOf(graph).isEmpty(), qPrintable(errorOf(graph)));
        QVERIFY(graph.findParameter("a.weight"));
        // Made trained again, it is what it was, and stays: nobody owns it.
        QVERIFY(perform(graph, freezing(graph, {"b"}, true)).ok());
        QVERIFY(perform(graph, freezing(graph, {"b"}, false)).ok());
        QVERIFY2(errorOf(graph).isEmpty(), qPrintable(errorOf(graph)));
        QVERIFY(perform(graph, *back).ok());
        QVERIFY(graph == before);
        // One after the other as both at once: nothing is left over.
        QVERIFY(perform(graph, removal(graph, {"a"})).ok());
        QVERIFY(perform(graph, removal(graph, {"b"})).ok());
        QVERIFY(graph.parameters().empty());
        graph = before;
        QVERIFY(perform(graph, removal(graph, {"a", "b"})).ok());
        QVERIFY(graph.parameters().empty());
    }

    void stayWhereOthersUseThem() {
        Graph graph = graphOf(
            "x[3] -> linear(out_features=3) as a -> linear(out_features=3 "
            "weight=@a.weight) as b");
        put(graph, {.id = "a.weight", .kind = ParameterKind::Frozen});
        QVERIFY(perform(graph, removal(graph, {"a"})).ok());
        QVERIFY(graph.findParameter("a.weight"));
    }

    void theFingerprintCountsThem() {
        const Graph plain = network();
        Graph frozen = plain, numbers = plain, others = plain;
        put(frozen, {.id = "c.weight", .kind = ParameterKind::Frozen});
        put(numbers, withData({.id = "f.bias"}, floats({3}, {1, 2, 3})));
        put(others, withData({.id = "f.bias"}, floats({3}, {1, 2, 4})));
        std::set<std::string> prints;
        for (const Graph* graph :
             {&plain, &std::as_const(frozen), &std::as_const(numbers), &std::as_const(others)})
            prints.insert(graphFingerprint(*graph));
        QCOMPARE(prints.size(), size_t(4));
    }

    void theTextSaysWhatFeeds() {
        const Graph graph = computedWeight();
        const auto read = graphFromText(graphToText(graph));
        QVERIFY2(read.ok(), read ? "" : read.error().text().c_str());
        QCOMPARE(graphToText(*read), graphToText(graph));
        QVERIFY(read->find("f")->wired.contains("weight"));
        QCOMPARE(read->find("w")->parameters, graph.find("w")->parameters);
    }
};

QTEST_GUILESS_MAIN(TestParameters)
#include "tst_parameters.moc"
