// SPDX-License-Identifier: Apache-2.0
// Save, open, equal: every field of a project that anything accepts, at both ends of its range,
// with its default, empty, longest, beyond ASCII and with commas. Walks the registries: fields that
// are added are rows by themselves. Truth: the value that was set.
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "core/data/dataset.h"
#include "core/data/transform.h"
#include "core/graph/special_nodes.h"
#include "core/io/project.h"
#include "core/io/project_path.h"
#include "core/io/settings.h"
#include "core/opdef/registry.h"
#include "core/optim/extra.h"
#include "core/optim/optimizer.h"

using namespace vitrine;

namespace {

using Change = std::function<void(Project&)>;
struct Case {
    std::string name;
    Change change;
};

const std::vector<std::string>& texts() {
    static const std::vector<std::string> all{"",
                                              "a",
                                              "größer, 1,5; 一二三 \U0001F600",
                                              "\"\\/\b\f\n\r\t\x7f\x01",
                                              "/a/b",
                                              "1e400",
                                              "null",
                                              "true",
                                              "-Infinity",
                                              std::string(100'000, 'x'),
                                              std::string("a\0b", 3)};
    return all;
}

std::vector<double> reals(double minimum, double maximum) {
    std::vector<double> all{minimum, maximum, (minimum + maximum) / 2 + 0.1};
    all.push_back(std::nextafter(minimum, maximum));
    all.push_back(std::nextafter(maximum, minimum));
    return all;
}

/// Values that the field may accept; those that it refuses are no rows.
std::vector<FieldValue> candidates(const FieldSpec& spec) {
    constexpr auto least = std::numeric_limits<int64_t>::min(),
                   most = std::numeric_limits<int64_t>::max();
    const bool isOpen = spec.minimum == 0 && spec.maximum == 0;
    const auto low = isOpen ? least : static_cast<int64_t>(spec.minimum),
               high = isOpen ? most : static_cast<int64_t>(spec.maximum);
    std::vector<FieldValue> all{Attrs(std::span(&spec, 1)).values().front()};
    using List = std::vector<int64_t>;
    for (int64_t value : {low, high, int64_t{0}, int64_t{-1}}) {
        all.insert(all.end(), {value, List{value, low}, List{value}, List(1000, value)});
        all.push_back(static_cast<double>(value));
    }
    all.push_back(List{});
    for (bool value : {false, true}) all.push_back(value);
    for (double value : isOpen ? reals(-1e308, 1e308) : reals(spec.minimum, spec.maximum))
        all.push_back(value);
    all.push_back(5e-324);
    all.push_back(-0.0);
    for (std::string_view choice : spec.choices) all.push_back(std::string(choice));
    for (const std::string& text : texts()) all.push_back(text);
    return all;
}

void addFields(std::vector<Case>& cases, const std::string& of, std::span<const FieldSpec> specs,
               const std::function<Change(const Attrs&)>& put) {
    for (const FieldSpec& spec : specs) {
        int number = 0;
        for (const FieldValue& value : candidates(spec)) {
            Attrs attrs(specs);
            if (!attrs.set(spec.id, value)) continue;
            cases.push_back({fmt::format("{}.{} {}", of, spec.id, number++), put(attrs)});
        }
    }
}

std::vector<Case> fieldCases() {
    std::vector<Case> cases;
    const auto insert = [](const OpDescriptor* op, const Attrs& attrs, Graph& graph) {
        Node node = makeNode("swept", op->id).value();
        node.attrs = attrs;
        return graph.insertNode(std::move(node), 0).ok();
    };
    for (std::string_view id : nodeOperatorIds()) {
        const OpDescriptor* op = findNodeOperator(id);
        addFields(cases, std::string(id), op->fields, [&, op](const Attrs& attrs) -> Change {
            // Shapes and columns of inputs have limits of their own.
            Graph alone;
            if (op->kind == NodeKind::Input && !insert(op, attrs, alone)) return [](Project&) {};
            return [=](Project& project) {
                if (!insert(op, attrs, project.graph)) qFatal("a node of any operator fits");
            };
        });
    }
    for (const OptimizerDescriptor* optimizer : allOptimizers())
        addFields(cases, std::string(optimizer->id), optimizer->fields,
                  [optimizer](const Attrs& attrs) {
                      return [=](Project& project) {
                          project.training.optimizer = {std::string(optimizer->id), attrs};
                      };
                  });
    for (const ScheduleDescriptor* schedule : allSchedules())
        addFields(cases, std::string(schedule->id), schedule->fields,
                  [schedule](const Attrs& attrs) -> Change {
                      if (!checkFields(*schedule, attrs)) return [](Project&) {};
                      return [=](Project& project) {
                          project.training.schedule = {std::string(schedule->id), attrs};
                      };
                  });
    for (const TransformDescriptor* transform : allTransforms())
        addFields(cases, std::string(transform->id), transform->fields,
                  [transform](const Attrs& attrs) {
                      return [=](Project& project) {
                          const ChosenThing one{std::string(transform->id), attrs};
                          project.data.trainingTransforms = {one, one};
                          project.data.evaluationTransforms = {one};
                      };
                  });
    for (const DataFormatDescriptor* format : allDataFormats())
        addFields(cases, std::string(format->id), format->fields, [format](const Attrs& attrs) {
            return [=](Project& project) {
                project.data.format = format->id;
                project.data.fields = dataFields(attrs);
            };
        });
    return cases;
}

template <class Setting, class Member>
void addNumbers(std::vector<Case>& cases, const Setting& setting,
                const std::vector<decltype(setting.minimum)>& values, Member&& member) {
    for (const auto value : values)
        if (checkSetting(setting, value))
            cases.push_back({fmt::format("{} {}", setting.id, value),
                             [=](Project& project) { member(project) = value; }});
}

std::vector<Case> settingCases() {
    std::vector<Case> cases;
    const auto whole = [&](const WholeSetting& setting, int64_t TrainingSettings::*member) {
        addNumbers(cases, setting, {setting.minimum, setting.maximum, 3},
                   [=](Project& p) -> int64_t& { return p.training.*member; });
    };
    whole(epochsSetting, &TrainingSettings::epochs);
    whole(batchSetting, &TrainingSettings::batch);
    whole(seedSetting, &TrainingSettings::seed);
    whole(accumulateSetting, &TrainingSettings::accumulate);
    for (const ExtraDescriptor* extra : allExtras())
        cases.push_back({fmt::format("extra {}", extra->id), [=](Project& p) {
                             p.training.extras = {{std::string(extra->id), Attrs(extra->fields)}};
                         }});
    cases.push_back({"groups", [](Project& p) {
                         Attrs group(groupFields);
                         p.training.groups = {group, group.with("lr", 0.1).with("frozen", true)};
                     }});
    cases.push_back({"sampling", [](Project& p) { p.data.sampling = Sampling::Balanced; }});
    cases.push_back({"changes", [](Project& p) {
                         p.data.changes = {{.example = "train/größer/1,5.png", .label = "一"},
                                           {.example = "test 17", .isExcluded = true},
                                           {.example = "", .label = "a", .isExcluded = true}};
                     }});
    cases.push_back({"stopping", [](Project& p) {
                         p.training.stopping.with("patience", int64_t{7}).with("keep_best", true);
                     }});
    const auto real = [&](const RealSetting& setting, auto member) {
        addNumbers(cases, setting, reals(setting.minimum, setting.maximum), member);
    };
    real(learningRateSetting, [](Project& p) -> double& { return p.training.learningRate; });
    real(clipNormSetting, [](Project& p) -> double& { return p.training.clipNorm; });
    for (const double number : reals(meanSetting.minimum, meanSetting.maximum)) {
        cases.push_back({fmt::format("mean {}", number),
                         [=](Project& p) { p.data.normalisation.mean = number; }});
        cases.push_back({fmt::format("means {}", number), [=](Project& p) {
                             p.data.normalisation.mean = PerChannel({0.5, number, 0});
                         }});
    }
    for (const double number : reals(stdSetting.minimum, stdSetting.maximum))
        cases.push_back({fmt::format("std {}", number), [=](Project& p) {
                             p.data.normalisation.std = PerChannel({number, number});
                         }});
    for (const ClippingWords& words : clippingWords)
        cases.push_back({fmt::format("clip_by {}", words.id),
                         [=](Project& p) { p.training.clipping = words.clipping; }});
    for (const RecomputeWords& words : recomputeWords)
        cases.push_back({fmt::format("recompute {}", words.id), [=](Project& p) {
                             p.training.recompute = words.recompute;
                             if (words.recompute == Recompute::Budget)
                                 p.training.memoryBudget = 200'000'000;
                         }});
    real(testAccuracySetting, [](Project& p) -> double& {
        p.goals = {{"accuracy", 0}};
        return p.goals[0].value;
    });
    real(goalSetting("test_steer.mae"), [](Project& p) -> double& {
        p.goals = {{"accuracy", 0.5}, {"steer.mae", 0}};
        return p.goals[1].value;
    });
    return cases;
}

std::vector<Case> textCases() {
    std::vector<Case> cases;
    for (const std::string& text : texts()) {
        const auto add = [&](const char* what, Change change) {
            cases.push_back({fmt::format("{} {}", what, cases.size()), std::move(change)});
        };
        if (isProjectName(text)) add("name", [=](Project& p) { p.name = text; });
        add("file name", [=](Project& p) { p.name = projectNameFor(text); });
        if (text.empty() || storedFolder(text, "/made/up/p.vitrine"))
            add("folder", [=](Project& p) { p.data.folder = text; });
        Project project;
        if (project.graph.insertNode(makeNode("a", "relu").value(), 0) &&
            project.graph.setTitle("a", text))
            add("title", [=](Project& p) {
                if (!p.graph.setTitle("input", text)) qFatal("a title fits any node");
            });
    }
    cases.push_back({"longest name", [](Project& p) { p.name = std::string(255, 'n'); }});
    cases.push_back({"longest folder", [](Project& p) { p.data.folder = std::string(4095, 'f'); }});
    cases.push_back({"fields of an unknown format", [](Project& p) {
                         p.data.format = "tomorrow's, größer";
                         p.data.fields = {{"ä", 1.5},
                                          {"", true},
                                          {"n", std::string()},
                                          {"l", std::vector<int64_t>{}},
                                          {"i", INT64_MIN}};
                     }});
    cases.push_back({"a node that is made again", [](Project& p) {
                         if (!p.graph.setMadeAgain("input", true)) qFatal("any node can be so");
                     }});
    for (const double place : {-1e7, 0.1, 1e7})
        cases.push_back({fmt::format("position {}", place), [=](Project& p) {
                             if (!p.graph.setPosition("input", {place, -place}))
                                 qFatal("the place is on the canvas");
                         }});
    return cases;
}

bool areEqual(const std::vector<ChosenThing>& a, const std::vector<ChosenThing>& b) {
    return std::ranges::equal(a, b, [](const ChosenThing& one, const ChosenThing& other) {
        return one.id == other.id && one.attrs == other.attrs;
    });
}

void compare(const Project& again, const Project& project) {
    QCOMPARE(again.name, project.name);
    QVERIFY(again.graph == project.graph);
    QCOMPARE(again.data.format, project.data.format);
    QVERIFY(again.data.fields == project.data.fields);
    QCOMPARE(again.data.folder, project.data.folder);
    QVERIFY(again.data.normalisation.mean == project.data.normalisation.mean);
    QVERIFY(again.data.normalisation.std == project.data.normalisation.std);
    QVERIFY(areEqual(again.data.trainingTransforms, project.data.trainingTransforms));
    QVERIFY(areEqual(again.data.evaluationTransforms, project.data.evaluationTransforms));
    QVERIFY(again.data.sampling == project.data.sampling);
    QVERIFY(again.data.changes == project.data.changes);
    const TrainingSettings &a = again.training, &b = project.training;
    QVERIFY(a.epochs == b.epochs && a.batch == b.batch && a.seed == b.seed);
    QVERIFY(a.learningRate == b.learningRate && a.clipNorm == b.clipNorm);
    QVERIFY(a.clipping == b.clipping);
    QVERIFY(a.optimizer.id == b.optimizer.id && a.optimizer.attrs == b.optimizer.attrs);
    QVERIFY(a.schedule.id == b.schedule.id && a.schedule.attrs == b.schedule.attrs);
    QVERIFY(again.goals == project.goals && a.metrics == b.metrics);
}

}  // namespace

class TestProjectFields : public QObject {
    Q_OBJECT

  private slots:
    void comesBack_data() {
        QTest::addColumn<Case>("entry");
        for (const auto& cases : {fieldCases(), settingCases(), textCases()})
            for (const Case& entry : cases) QTest::newRow(entry.name.c_str()) << entry;
    }
    void comesBack() {
        QFETCH(Case, entry);
        Project project = loadProject(VITRINE_SOURCE_DIR "/projects/digits_lenet").value();
        entry.change(project);
        const std::string text = projectText(project);
        const Result<Project> again = projectFromText(text);
        QVERIFY2(again.ok(), again ? "" : again.error().message.c_str());
        compare(*again, project);
        QVERIFY(projectText(*again) == text);
    }

    void throughAFile() {
        QTemporaryDir folder;
        Project project = loadProject(VITRINE_SOURCE_DIR "/projects/mnist_lenet").value();
        project.name = texts()[2].substr(0, 6);
        project.data.folder = "/größer, 1,5/一";
        const std::string file = folder.filePath("größer, 1,5.vitrine").toStdString();
        QVERIFY(saveProject(project, file).ok());
        const Result<Project> again = loadProject(file);
        QVERIFY(again.ok());
        compare(*again, project);
    }

    void nodesWithoutPlacesAreTold() {
        Project project = loadProject(VITRINE_SOURCE_DIR "/projects/digits_lenet").value();
        QVERIFY(project.unplaced.empty());
        std::string text = projectText(project);
        const std::string place = ", \"position\": [0, 0]";
        text.erase(text.find(place), place.size());
        const Result<Project> again = projectFromText(text);
        QVERIFY(again.ok());
        QCOMPARE(again->unplaced, std::vector<std::string>{"input"});
    }

    void namesOfFilesBecomeNames_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("name");
        QTest::newRow("plain") << QByteArray("net 1,5 größer") << QByteArray("net 1,5 größer");
        QTest::newRow("empty, of '.vitrine'") << QByteArray("") << QByteArray("untitled");
        QTest::newRow("a line") << QByteArray("a\nb\x7f") << QByteArray("a_b_");
        QTest::newRow("a cut letter") << QByteArray(254, 'a') + "ö" << QByteArray(254, 'a');
    }
    void namesOfFilesBecomeNames() {
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, name);
        QCOMPARE(QByteArray::fromStdString(projectNameFor(file.toStdString())), name);
        QVERIFY(isProjectName(name.toStdString()));
    }
};

QTEST_APPLESS_MAIN(TestProjectFields)
#include "tst_project_fields.moc"
