// SPDX-License-Identifier: Apache-2.0
// Templates: each is built as small as it goes and learns from one step; at full size its shapes
// fit, its parameters are as many as in torchvision, and a step of it is planned. Truth:
// tests/golden/templates.tsv, whose note says what made it, and the formulas beside the rows.
#include <QtTest/QtTest>

#include <cmath>
#include <cstring>
#include <set>

#include "core/base/rng.h"
#include "core/graph/shapes.h"
#include "core/metrics/metric.h"
#include "core/session/new_project.h"
#include "core/tensor/element.h"
#include "tests/support/prepared_step.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

constexpr double eighth = 0.125;
/// Past this no template may need more to be legal.
constexpr int64_t largestSmall = 64;

const TemplateDescriptor& named(const QString& id) {
    const TemplateDescriptor* found = findTemplate(id.toStdString());
    if (!found) qFatal("no template %s", qPrintable(id));
    return *found;
}

/// One row a template.
void addRows() {
    QTest::addColumn<QString>("id");
    for (const TemplateDescriptor* each : allTemplates())
        QTest::newRow(std::string(each->id).c_str())
            << QString::fromUtf8(each->id.data(), static_cast<qsizetype>(each->id.size()));
}

/// Narrow, with few classes, height and width `extent` where it has them.
Attrs narrow(const TemplateDescriptor& of, int64_t extent) {
    Attrs attrs(of.fields);
    attrs.with("width_multiplier", eighth);
    if (attrs.has("classes")) attrs.with("classes", std::min<int64_t>(4, attrs.integer("classes")));
    if (attrs.has("letters")) attrs.with("letters", int64_t{1});
    for (const FieldSpec& spec : of.fields)
        if (spec.id == "height" || spec.id == "width" || spec.id == "length")
            attrs.with(spec.id, std::max(extent, static_cast<int64_t>(spec.minimum)));
    return attrs;
}

/// As small as its fields and shapes allow: fields say no where extents are no multiples.
std::optional<Project> smallest(const TemplateDescriptor& of) {
    for (int64_t extent = 1; extent <= largestSmall; ++extent) {
        Result<Project> made = projectOf(of, narrow(of, extent));
        if (made) return std::move(made).value();
        if (made.error().code != "P11") return std::nullopt;
    }
    return std::nullopt;
}

void fillWithShares(Executor& executor) {
    Rng rng(1, RngStream::Test, 3);
    for (const DataInput& input : executor.tape().data) {
        const TensorType& type = executor.tape().value(input.value).type;
        for (int64_t i = 0; i < type.shape.elements(); ++i)
            writeElement(storageOf(executor, input.value), type.dtype, i,
                         isFloat(type.dtype) ? rng.uniform() : rng.below(2));
    }
}

/// Everything that a step takes; tapes write over their inputs.
void feedStep(Executor& executor, int64_t number) {
    fillWithShares(executor);
    const Tape& tape = executor.tape();
    const auto write = [&](const char* name, std::initializer_list<double> numbers) {
        const ValueId value = tape.input(name);
        if (value == noValue) return;
        for (size_t i = 0; i < numbers.size(); ++i)
            writeElement(storageOf(executor, value), tape.value(value).type.dtype,
                         static_cast<int64_t>(i), numbers.begin()[i]);
    };
    write("lr", {0.01});
    write("step", {static_cast<double>(number)});
    write("rng_key", {5, static_cast<double>(number - 1)});
}

bool isFinite(const StateLayout::Item& item, PreparedStep& step) {
    const std::byte* at = step.memory->host() + item.offset;
    for (int64_t i = 0; i < item.shape.elements(); ++i)
        if (!std::isfinite(readElement(at, item.dtype, i))) return false;
    return true;
}

std::vector<std::byte> bytesOf(const StateLayout::Item& item, PreparedStep& step) {
    const std::byte* at = step.memory->host() + item.offset;
    return {at, at + item.bytes()};
}

/// `id`, fields as `name=value,…`, parameters.
struct GoldenRow {
    std::string id, fields;
    int64_t parameters = 0;
};
std::vector<GoldenRow> goldenRows() {
    QFile file(VITRINE_SOURCE_DIR "/tests/golden/templates.tsv");
    if (!file.open(QIODevice::ReadOnly)) qFatal("templates.tsv is not there");
    std::vector<GoldenRow> rows;
    for (const QByteArray& line : file.readAll().split('\n')) {
        const QList<QByteArray> cells = line.split('\t');
        if (cells.size() == 3)
            rows.push_back({cells[0].toStdString(), cells[1].toStdString(), cells[2].toLongLong()});
    }
    return rows;
}

Attrs fieldsOf(const TemplateDescriptor& of, const std::string& text) {
    Attrs attrs(of.fields);
    for (const QString& part : QString::fromStdString(text).split(';', Qt::SkipEmptyParts)) {
        const std::string field = part.section('=', 0, 0).toStdString();
        for (const FieldSpec& spec : of.fields)
            if (spec.id == field) {
                auto value = fieldFromText(spec, part.section('=', 1).toStdString());
                if (!value || !attrs.set(field, *value)) qFatal("%s", qPrintable(part));
            }
        if (!attrs.has(field)) qFatal("%s", qPrintable(part));
    }
    return attrs;
}

}  // namespace

class TemplatesTest : public QObject {
    Q_OBJECT

  private slots:
    void saysWhatItIs_data() { addRows(); }
    void saysWhatItIs() {
        QFETCH(QString, id);
        const TemplateDescriptor& of = named(id);
        QVERIFY(!of.title.empty() && !of.source.empty() && of.summary.ends_with('.'));
        std::set<std::string_view> ids;
        Attrs attrs(of.fields);
        for (size_t i = 0; i < of.fields.size(); ++i) {
            const FieldSpec& spec = of.fields[i];
            QVERIFY(ids.insert(spec.id).second);
            QVERIFY2(!spec.help.empty(), std::string(spec.id).c_str());
            QVERIFY2(attrs.set(spec.id, attrs.values()[i]).ok(), std::string(spec.id).c_str());
        }
        QVERIFY(attrs.has("channels") && attrs.has("width_multiplier"));
        const TrainingSettings training = projectOf(of, attrs).value().training;
        QVERIFY(training.learningRate > 0 && training.batch > 0);
        for (const MetricChoice& metric : training.metrics.value_or(std::vector<MetricChoice>()))
            QVERIFY(findMetric(metric.metric));
    }

    void learnsAsSmallAsItGoes_data() { addRows(); }
    void learnsAsSmallAsItGoes() {
        QFETCH(QString, id);
        const std::optional<Project> project = smallest(named(id));
        QVERIFY(project);
        const Program program = trainingProgram(project->graph, 4);
        StateLayout states;
        states.add(program);
        PreparedStep step = prepareStep(program, states, {}, 5);
        std::vector<std::vector<std::byte>> before;
        for (const StateLayout::Item& item : states.items()) before.push_back(bytesOf(item, step));
        for (const int64_t number : {1, 2}) {
            feedStep(*step.executor, number);
            step.executor->runAll();
            QVERIFY(std::isfinite(step.executor->scalar("loss")));
            for (const StateLayout::Item& item : states.items())
                QVERIFY2(isFinite(item, step), item.name.c_str());
        }
        // Behind the second step even what lies behind a layer scale that started at zero; biases
        // in front of a normalisation stay.
        int parameters = 0, changed = 0;
        for (size_t i = 0; i < before.size(); ++i) {
            const StateLayout::Item& item = states.items()[i];
            parameters += item.kind == StateKind::Parameter;
            changed += item.kind == StateKind::Parameter && bytesOf(item, step) != before[i];
        }
        QVERIFY2(4 * changed > 3 * parameters,
                 qPrintable(QString("%1 of %2 changed").arg(changed).arg(parameters)));
    }

    void refusesWhatIsSmaller_data() {
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("field");
        for (const TemplateDescriptor* each : allTemplates())
            for (const FieldSpec& spec : each->fields)
                if ((spec.id == "height" || spec.id == "width") && spec.minimum > 1)
                    QTest::addRow("%s %s", std::string(each->id).c_str(),
                                  std::string(spec.id).c_str())
                        << QString::fromStdString(std::string(each->id))
                        << QString::fromStdString(std::string(spec.id));
    }
    void refusesWhatIsSmaller() {
        QFETCH(QString, id);
        QFETCH(QString, field);
        const TemplateDescriptor& of = named(id);
        Attrs attrs = narrow(of, 1);
        const std::string name = field.toStdString();
        // Past the range, which a person cannot do: the layers themselves have no room then.
        attrs.with(name, attrs.integer(name) - 1);
        const Result<Project> made = projectOf(of, attrs);
        QVERIFY(!made);
    }

    void hasAsManyParameters_data() {
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("fields");
        QTest::addColumn<qint64>("parameters");
        std::set<std::string> covered;
        for (const GoldenRow& row : goldenRows()) {
            QTest::addRow("%s %s", row.id.c_str(), row.fields.c_str())
                << QString::fromStdString(row.id) << QString::fromStdString(row.fields)
                << qint64{row.parameters};
            covered.insert(row.id);
        }
        for (const TemplateDescriptor* each : allTemplates())
            QVERIFY2(covered.contains(std::string(each->id)), std::string(each->id).c_str());
    }
    void hasAsManyParameters() {
        QFETCH(QString, id);
        QFETCH(QString, fields);
        QFETCH(qint64, parameters);
        const TemplateDescriptor& of = named(id);
        const auto made = projectOf(of, fieldsOf(of, fields.toStdString()));
        QVERIFY2(made.ok(), made ? "" : made.error().text().c_str());
        int64_t sum = 0;
        std::set<std::string> counted;
        const ShapeReport shapes = shapesOf(made->graph);
        for (const NodeShapes& node : shapes.nodes)
            for (const NodeParameter& parameter : node.parameters)
                if (parameter.isTrained() && counted.insert(parameter.id).second)
                    sum += parameter.type.shape.elements();
        QCOMPARE(qint64{sum}, parameters);
    }

    void isPlannedAtFullSize_data() { addRows(); }
    void isPlannedAtFullSize() {
        QFETCH(QString, id);
        const TemplateDescriptor& of = named(id);
        const Attrs attrs(of.fields);
        const auto project = projectOf(of, attrs);
        QVERIFY2(project.ok(), project ? "" : project.error().text().c_str());
        const auto facts = networkFacts(*project);
        QVERIFY2(facts.ok(), facts ? "" : facts.error().text().c_str());
        // A parameter and its gradient are there together when it is updated, and so are momenta.
        QVERIFY(facts->stepBytes > 2 * 4 * facts->parameters);
        QVERIFY(facts->stepBytes < int64_t{1} << 36);
        if (attrs.has("classes")) {
            // Behind the batch, or of each step of a line behind the steps.
            const int64_t count = attrs.integer("classes");
            const std::string classes =
                attrs.has("letters") ? fmt::format(", {}]", count) : fmt::format("[N, {}", count);
            QVERIFY2(std::ranges::any_of(facts->outputs,
                                         [&](const std::string& output) {
                                             return output.find(classes) != std::string::npos;
                                         }),
                     facts->outputs.front().c_str());
        }
        qInfo("%s: %lld nodes, %lld parameters, %.0f MB for a step of %lld", qPrintable(id),
              static_cast<long long>(facts->nodes), static_cast<long long>(facts->parameters),
              static_cast<double>(facts->stepBytes) / 1e6, static_cast<long long>(facts->batch));
    }

    void isSavedWithoutPlaces_data() { addRows(); }
    void isSavedWithoutPlaces() {
        QFETCH(QString, id);
        const std::optional<Project> project = smallest(named(id));
        QVERIFY(project);
        const std::string text = projectText(*project);
        const auto again = projectFromText(text);
        QVERIFY2(again.ok(), again ? "" : again.error().text().c_str());
        QVERIFY(again->graph == project->graph);
        QCOMPARE(again->unplaced, project->unplaced);
        QCOMPARE(again->unplaced.size(), again->graph.nodes().size());
        QCOMPARE(projectText(*again), text);
    }

    void choosesDrawnDataThatFit_data() {
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("format");
        QTest::newRow("digits") << "lenet5"
                                << "strokes";
        QTest::newRow("digits to be drawn") << "variational_autoencoder"
                                            << "strokes";
        QTest::newRow("masks") << "unet"
                               << "scribbles";
        QTest::newRow("masks of several classes") << "unet_classes"
                                                  << "";
        QTest::newRow("photographs") << "resnet18"
                                     << "";
        QTest::newRow("sequences") << "wavenet"
                                   << "";
    }
    void choosesDrawnDataThatFit() {
        QFETCH(QString, id);
        QFETCH(QString, format);
        const TemplateDescriptor& of = named(id);
        const Project project = projectOf(of, Attrs(of.fields)).value();
        QCOMPARE(QString::fromStdString(project.data.format), format);
    }

    void saysWhichFieldsDoNotGoTogether() {
        const TemplateDescriptor& of = named("vit_small");
        const auto made = projectOf(of, Attrs(of.fields).with("height", int64_t{100}));
        QVERIFY(!made);
        QCOMPARE(made.error().code, std::string("P11"));
        QCOMPARE(made.error().place.field, std::string("height"));
        QCOMPARE(made.error().message, std::string("height 100 is no multiple of the patch, 16"));
        const TemplateDescriptor& wide = named("vgg11");
        const auto layer =
            projectOf(wide, Attrs(wide.fields).with("width_multiplier", 200.0));  // past its range
        QVERIFY(!layer);
        QCOMPARE(layer.error().code, std::string("P11"));
        QVERIFY(layer.error().message.starts_with("conv2d 'conv4_1': field 'out_channels'"));
    }
};

QTEST_GUILESS_MAIN(TemplatesTest)
#include "tst_templates.moc"
