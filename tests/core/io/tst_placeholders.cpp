// SPDX-License-Identifier: Apache-2.0
// Projects with operators that this program does not know: they open, and are written again byte
// for byte. Truth: the texts stand here, in the form that this program writes.
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/graph/edit.h"
#include "core/graph/placeholder.h"
#include "core/graph/shapes.h"
#include "core/io/project.h"
#include "core/session/fragment.h"

using namespace vitrine;

namespace {

QString qt(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

constexpr auto input =
    R"({"id": "x", "op": "input", "fields": {"shape": [1, 8, 8]}, "position": [0, 0]})";
constexpr auto relu = R"({"id": "r", "op": "relu", "position": [0, 200]})";

std::string joined(const std::vector<std::string>& entries) {
    std::string text;
    for (const std::string& entry : entries)
        text += (text.empty() ? "" : ",\n") + ("      " + entry);
    return text;
}

std::string edge(std::string_view from, std::string_view to) {
    return fmt::format(R"({{"from": "{}", "to": "{}"}})", from, to);
}

/// A project as this program writes it.
std::string projectOf(const std::vector<std::string>& nodes,
                      const std::vector<std::string>& edges) {
    return "{\n  \"format\": \"vitrine-project\",\n  \"version\": 2,\n  \"name\": \"foreign\",\n"
           "  \"graph\": {\n    \"nodes\": [\n" +
           joined(nodes) + "\n    ],\n    \"edges\": [\n" + joined(edges) + R"(
    ]
  },
  "data": {
    "format": "strokes",
    "fields": {"train": 60000, "test": 10000, "distortion": 1.0, "noise": 0.02},
    "mean": 0.1307,
    "std": 0.3081
  },
  "training": {
    "epochs": 5,
    "batch": 64,
    "seed": 1,
    "lr": 0.05,
    "optimizer": {"id": "sgd", "fields": {"momentum": 0.9, "weight_decay": 0.0005, "nesterov": true}},
    "schedule": {"id": "one_cycle", "fields": {"warmup_share": 0.3, "start_divisor": 25.0, "final_divisor": 10000.0}},
    "clip_norm": 0.0
  }
}
)";
}

/// Between an input and relu.
std::string projectWith(const std::string& node) {
    return projectOf({input, node, relu}, {edge("x.x", "w.x"), edge("w.y", "r.x")});
}

Project opened(const std::string& text) {
    auto project = projectFromText(text);
    if (!project) qFatal("%s", project.error().text().c_str());
    return std::move(project).value();
}

QStringList portsOf(std::span<const PortSpec> ports) {
    QStringList names;
    for (const PortSpec& port : ports) names << qt(port.id);
    return names;
}

}  // namespace

class TestPlaceholders : public QObject {
    Q_OBJECT

  private slots:
    void comeBackByteForByte_data();
    void comeBackByteForByte();
    void haveThePortsThatEdgesName();
    void fieldsHaveTheTypesOfTheirValues();
    void twoReadingsAreEqual();
    void portsWithoutEdgesAreKept();
    void entriesThatAreTheirOwnNamePorts();
    void anOperatorThatIsKnownHasItsOwnPorts();
    void copiesKeepTheirPorts();
    void refusals_data();
    void refusals();
    void manyOfOneKindAreFine();
    void refusesManyKinds();
    void theyAreToldOfWhenShapesAreWorkedOut();
};

void TestPlaceholders::comeBackByteForByte_data() {
    QTest::addColumn<QString>("node");
    const auto row = [](const char* name, const char* node) { QTest::newRow(name) << qt(node); };
    row("bare", R"({"id": "w", "op": "warp", "position": [0, 100]})");
    row("no field but a list of them",
        R"({"id": "w", "op": "warp", "fields": {}, "position": [0, 100]})");
    row("fields of every type",
        R"({"id": "w", "op": "warp", "fields": {"steps": 3, "angle": 0.1, "whole": 2.0, )"
        R"("small": 1e-05, "fast": true, "mode": "cubic", "sizes": [1, 2], "none": []}, )"
        R"("position": [0, 100]})");
    row("values of JSON",
        R"({"id": "w", "op": "warp", "fields": {"nothing": null, "reals": [0.5, 1.5], )"
        R"("nested": {"a": [1, {"b": "c\"d"}], "e": null}, "mixed": [1, "two"], )"
        R"("large": 18446744073709551615}, "position": [0, 100]})");
    row("a text that looks like JSON",
        R"({"id": "w", "op": "warp", "fields": {"text": "[0.5, 1.5]", "json": [0.5, 1.5]}, )"
        R"("position": [0, 100]})");
    row("all the rest",
        R"({"id": "w", "op": "acme:warp/2", "key": "first", "title": "Warp – it", )"
        R"("fields": {"z": 1, "a": 2}, "parameters": {"bias": "shared", "weight": "r.weight"}, )"
        R"("position": [0.5, 100]})");
}

void TestPlaceholders::comeBackByteForByte() {
    QFETCH(QString, node);
    const std::string text = projectWith(node.toStdString());
    const Project project = opened(text);
    QVERIFY(isPlaceholder(*project.graph.find("w")));
    QCOMPARE(qt(projectText(project)), qt(text));
    QTemporaryDir folder;
    const std::string file = folder.filePath("foreign.vitrine").toStdString();
    QVERIFY(saveProject(project, file).ok());
    const auto again = loadProject(file);
    QVERIFY(again.ok());
    QVERIFY(again->graph == project.graph);
}

void TestPlaceholders::haveThePortsThatEdgesName() {
    const Project project = opened(projectOf(
        {input, R"({"id": "w", "op": "warp", "position": [0, 100]})", relu,
         R"({"id": "s", "op": "relu", "position": [0, 300]})"},
        {edge("x.x", "w.guide"), edge("x.x", "w.x0"), edge("w.mask", "r.x"), edge("w.y", "s.x")}));
    const Node& node = *project.graph.find("w");
    QCOMPARE(portsOf(node.op->inputs), QStringList({"guide", "x0"}));
    QCOMPARE(portsOf(node.op->outputs), QStringList({"mask", "y"}));
}

void TestPlaceholders::fieldsHaveTheTypesOfTheirValues() {
    const Project project =
        opened(projectWith(R"({"id": "w", "op": "warp", "fields": {"i": 3, "r": 3.5, "b": true, )"
                           R"("t": "a", "l": [1], "j": {"a": 1}}, "position": [0, 100]})"));
    const Node& node = *project.graph.find("w");
    QCOMPARE(node.attrs.integer("i"), 3);
    QCOMPARE(node.attrs.real("r"), 3.5);
    QCOMPARE(node.attrs.flag("b"), true);
    QCOMPARE(qt(node.attrs.text("t")), "a");
    QVERIFY(node.attrs.list("l") == std::vector<int64_t>{1});
    QCOMPARE(qt(node.attrs.text("j")), R"({"a": 1})");
}

void TestPlaceholders::twoReadingsAreEqual() {
    const std::string text = projectWith(
        R"({"id": "w", "op": "warp", "fields": {"i": 3, "j": {"a": 1}}, "position": [0, 100]})");
    QVERIFY(opened(text).graph == opened(text).graph);
    const std::string other = projectWith(
        R"({"id": "w", "op": "warp", "fields": {"i": 4, "j": {"a": 1}}, "position": [0, 100]})");
    QVERIFY(!(opened(text).graph == opened(other).graph));
}

/// Who takes an edge away, saves and opens again can draw it anew.
void TestPlaceholders::portsWithoutEdgesAreKept() {
    Project project = opened(projectWith(R"({"id": "w", "op": "warp", "position": [0, 100]})"));
    QVERIFY(project.graph.eraseEdge({{"x", "x"}, {"w", "x"}}).ok());
    const std::string text = projectText(project);
    QVERIFY2(
        qt(text).contains(R"("position": [0, 100], "ports": {"inputs": ["x"], "outputs": ["y"]}})"),
        text.c_str());
    Project again = opened(text);
    QVERIFY(again.graph == project.graph);
    QCOMPARE(qt(projectText(again)), qt(text));
    QVERIFY(again.graph.insertEdge({{"x", "x"}, {"w", "x"}}, 0).ok());
    QCOMPARE(qt(projectText(again)),
             qt(projectWith(R"({"id": "w", "op": "warp", "position": [0, 100]})")));
}

/// The weights of an imported model's node, which its project does not name a second time.
void TestPlaceholders::entriesThatAreTheirOwnNamePorts() {
    QString text = qt(projectWith(R"({"id": "w", "op": "warp", "position": [0, 100]})"));
    const QString end = "    ]\n  },\n  \"data\"";
    QCOMPARE(text.count(end), 1);
    text.replace(end,
                 "    ],\n    \"parameters\": [\n"
                 "      {\"id\": \"r.none\", \"kind\": \"frozen\"},\n"
                 "      {\"id\": \"w.in1\", \"kind\": \"frozen\"},\n"
                 "      {\"id\": \"w.x\", \"kind\": \"frozen\"}\n" +
                     end);
    const Project project = opened(text.toStdString());
    const Node& node = *project.graph.find("w");
    QCOMPARE(portsOf(node.op->inputs), QStringList({"x", "in1"}));
    QVERIFY(node.op->inputs[1].role == PortRole::Parameter);
}

void TestPlaceholders::anOperatorThatIsKnownHasItsOwnPorts() {
    const Project project = opened(projectOf(
        {input, R"({"id": "r", "op": "relu", "position": [0, 0], "ports": {"inputs": ["z"]}})"},
        {edge("x.x", "r.x")}));
    QCOMPARE(portsOf(project.graph.find("r")->op->inputs), QStringList("x"));
}

void TestPlaceholders::copiesKeepTheirPorts() {
    const Project project = opened(
        projectWith(R"({"id": "w", "op": "warp", "fields": {"j": [0.5]}, "position": [0, 100]})"));
    const auto alone = Graph::fromParts({*project.graph.find("w")}, {});
    QVERIFY(alone.ok());
    const auto pasted = fragmentFromText(fragmentText(*alone));
    QVERIFY(pasted.ok());
    QVERIFY(pasted->find("w")->op == project.graph.find("w")->op);
    QVERIFY(pasted->find("w")->attrs == project.graph.find("w")->attrs);
}

void TestPlaceholders::refusals_data() {
    QTest::addColumn<QString>("node");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const std::string& rest, const char* code,
                        const char* says) {
        QTest::newRow(name) << qt(R"({"id": "w", )" + rest + R"(, "position": [0, 100]})") << code
                            << says;
    };
    row("no name of an operator", R"("op": "wa rp")", "P10",
        "node 'w': operator 'wa rp' is unknown");
    row("no operator", R"("op": "")", "P10", "node 'w': operator '' is unknown");
    row("fields of another form", R"("op": "warp", "fields": [1])", "P11",
        "node 'w': fields is not {");
    row("a field without a name", R"("op": "warp", "fields": {"": 1})", "P10",
        "node 'w': a field is called ''");
    row("parameters of another form", R"("op": "warp", "parameters": 3)", "P11",
        "warp 'w': parameters is not {");
    row("a parameter on a port of an edge", R"("op": "warp", "parameters": {"x": "p"})", "P10",
        "warp 'w': port 'x' takes an edge, not a parameter");
    row("ports of another form", R"("op": "warp", "ports": {"inputs": "x"})", "P11",
        "node 'w': ports is not {");
    row("another side", R"("op": "warp", "ports": {"sides": []})", "P11",
        "node 'w': 'ports.sides' is unknown");
    row("another member", R"("op": "warp", "colour": 3)", "P11", "colour' is unknown");
    std::string fields = R"("f0": 0)";
    for (int i = 1; i <= 256; ++i) fields += fmt::format(R"(, "f{}": 0)", i);
    row("many fields", R"("op": "warp", "fields": {)" + fields + "}", "P10",
        "node 'w': it has 257 fields, wanted at most 256");
}

void TestPlaceholders::refusals() {
    QFETCH(QString, node);
    QFETCH(QString, code);
    QFETCH(QString, says);
    const auto project = projectFromText(projectWith(node.toStdString()));
    QVERIFY(!project.ok());
    QCOMPARE(qt(project.error().code), code);
    QVERIFY2(qt(project.error().message).contains(says), project.error().message.c_str());
}

void TestPlaceholders::manyOfOneKindAreFine() {
    std::vector<std::string> nodes{input};
    for (int i = 0; i < 2000; ++i)
        nodes.push_back(fmt::format(
            R"({{"id": "w{}", "op": "warp", "fields": {{"i": {}}}, "position": [0, 0]}})", i, i));
    const std::string text = projectOf(nodes, {edge("x.x", "w0.x")});
    const Project project = opened(text);
    QVERIFY(project.graph.find("w1")->op == project.graph.find("w1999")->op);
    QCOMPARE(qt(projectText(project)), qt(text));
}

void TestPlaceholders::refusesManyKinds() {
    std::vector<std::string> nodes{input}, edges{edge("x.x", "r.x")};
    nodes.push_back(relu);
    for (int i = 0; i <= 256; ++i)
        nodes.push_back(fmt::format(R"({{"id": "w{0}", "op": "many{0}", "position": [0, 0]}})", i));
    const auto project = projectFromText(projectOf(nodes, edges));
    QVERIFY(!project.ok());
    QCOMPARE(qt(project.error().code), "P10");
    QCOMPARE(qt(project.error().place.node), "w256");
    QVERIFY(qt(project.error().message).contains("more than 256 different operators"));
    nodes.pop_back();
    QVERIFY(projectFromText(projectOf(nodes, edges)).ok());

    std::vector<std::string> many;
    for (int i = 0; i <= 256; ++i) many.push_back(edge("x.x", fmt::format("w.p{}", i)));
    const auto ports = projectFromText(
        projectOf({input, R"({"id": "w", "op": "warp", "position": [0, 100]})"}, many));
    QVERIFY(!ports.ok());
    QCOMPARE(qt(ports.error().message), "node 'w': it has 257 input ports, wanted at most 256");
}

void TestPlaceholders::theyAreToldOfWhenShapesAreWorkedOut() {
    const Project project =
        opened(projectWith(R"({"id": "w", "op": "conv2dd", "position": [0, 100]})"));
    const ShapeReport report = shapesOf(project.graph);
    QCOMPARE(report.errors.size(), 1U);
    QCOMPARE(qt(report.errors[0].message),
             "conv2dd 'w': this program does not know the operator 'conv2dd', did you mean "
             "'conv2d'?");
}

QTEST_APPLESS_MAIN(TestPlaceholders)
#include "tst_placeholders.moc"
