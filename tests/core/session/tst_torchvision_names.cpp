// SPDX-License-Identifier: Apache-2.0
// Weights under torchvision's and timm's names: every tensor finds its state, and networks that are
// filled so give what theirs give. Truth: tests/golden/foreign_weights.tsv, whose note says what
// made it; the formula of the numbers stands in foreign_weights.py and here.
#include "core/session/torchvision_names.h"

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>

#include "core/io/safetensors.h"
#include "core/session/new_project.h"
#include "core/session/predict_network.h"
#include "core/session/weights.h"
#include "core/session/weights_project.h"

using namespace vitrine;

namespace {

/// float32 here and float64 there, over the largest output.
constexpr double tolerance = 2e-5;

QList<QStringList> rowsOf(const char* file) {
    QFile lines(QStringLiteral(VITRINE_SOURCE_DIR "/tests/golden/") + file);
    QList<QStringList> rows;
    if (!lines.open(QIODevice::ReadOnly)) return rows;
    for (const QByteArray& line : lines.readAll().split('\n'))
        if (!line.isEmpty()) rows << QString::fromUtf8(line).split('\t');
    return rows;
}

/// Numbers from −0.5 on below 0.5: a hash of the name and the place.
std::vector<double> noise(const std::string& name, int64_t count) {
    uint32_t seed = 0x811C9DC5;
    for (const char letter : name) seed = (seed ^ static_cast<unsigned char>(letter)) * 0x01000193;
    std::vector<double> numbers;
    for (int64_t i = 0; i < count; ++i) {
        uint32_t x = static_cast<uint32_t>(i) * 2654435761u + seed;
        x ^= x >> 16;
        x *= 0x45D9F3B;
        x ^= x >> 16;
        numbers.push_back(x / 4294967296.0 - 0.5);
    }
    return numbers;
}

struct Filled {
    std::string name;
    Shape shape;
    std::vector<float> numbers;
};

Filled filled(const QString& name, const QString& extents) {
    Filled tensor{name.toStdString(), {}, {}};
    if (!extents.isEmpty())
        for (const QString& extent : extents.split(',')) tensor.shape.push(extent.toLongLong());
    const int64_t count = tensor.shape.elements();
    const double fan = tensor.shape.rank() > 1 ? count / static_cast<double>(tensor.shape[0]) : 1;
    for (const double u : noise(tensor.name, count)) {
        double number = 0.4 * u;
        if (tensor.shape.rank() > 1)
            number = u * (2 * std::sqrt(6 / fan));
        else if (name.endsWith("running_var"))
            number = 1 + u;
        else if (name.endsWith("weight"))
            number = 1 + 0.4 * u;
        tensor.numbers.push_back(static_cast<float>(number));
    }
    return tensor;
}

}  // namespace

class TorchvisionNamesTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::map<QString, QList<QStringList>> m_names;  ///< of networks
    QList<QStringList> m_networks;

    static Project projectFor(const QStringList& row) {
        const TemplateDescriptor* of = findTemplate(row[1].toStdString());
        if (!of) qFatal("no template %s", qPrintable(row[1]));
        Attrs attrs(of->fields);
        for (const QString& field : row[2].split(';', Qt::SkipEmptyParts)) {
            const QString id = field.section('=', 0, 0), value = field.section('=', 1);
            const auto spec = std::ranges::find(of->fields, id.toStdString(), &FieldSpec::id);
            const auto read = fieldFromText(*spec, value.toStdString());
            if (!read) qFatal("%s", read.error().text().c_str());
            if (!attrs.set(spec->id, *read)) qFatal("%s", qPrintable(field));
        }
        auto project = projectOf(*of, attrs);
        if (!project) qFatal("%s", project.error().text().c_str());
        return std::move(project).value();
    }

    static WeightFile fileOf(const QList<QStringList>& names) {
        WeightFile file{.path = "w.pt", .tensors = {}, .isInOrder = true};
        for (const QStringList& name : names) {
            StoredTensor tensor{
                .name = name[0].toStdString(), .typeName = "float32", .dtype = DType::F32};
            if (name[0].endsWith("num_batches_tracked")) tensor.dtype = DType::I64;
            for (const QString& extent : name[1].split(',', Qt::SkipEmptyParts))
                tensor.shape.push_back(extent.toLongLong());
            file.tensors.push_back(std::move(tensor));
        }
        return file;
    }

  private slots:
    void initTestCase() {
        for (const QStringList& row : rowsOf("foreign_weights_names.tsv"))
            m_names[row[0]] << QStringList{row[1], row.value(2)};
        m_networks = rowsOf("foreign_weights.tsv");
        QVERIFY(m_networks.size() >= 10);
    }

    void findsEveryTensor_data() {
        QTest::addColumn<QStringList>("row");
        for (const QStringList& row : m_networks) QTest::newRow(qPrintable(row[0])) << row;
    }
    void findsEveryTensor() {
        QFETCH(QStringList, row);
        const auto states = statesOf(projectFor(row));
        QVERIFY2(states.ok(), states ? "" : states.error().text().c_str());
        const WeightFile file = fileOf(m_names[row[0]]);
        const auto match = matchWeights(file, *states);
        QVERIFY(match.ok());
        QVERIFY2(match->isWhole(), tableOf(*match).c_str());
        const char* how =
            row[0].startsWith("timm_") ? "by timm's names of" : "by torchvision's names of";
        QVERIFY2(match->how.starts_with(how), match->how.c_str());
        QVERIFY(!match->isGuess);
        for (const UnusedTensor& unused : match->unused)
            QVERIFY2(unused.tensor->name.ends_with("num_batches_tracked"),
                     unused.tensor->name.c_str());
    }

    /// Those of torchvision's own files, which it renames when it loads them.
    void knowsTheOldNamesOfDenseNet() {
        const auto row = std::ranges::find(m_networks, QStringLiteral("densenet121"),
                                           [](const QStringList& each) { return each[0]; });
        QVERIFY(row != m_networks.end());
        const auto states = statesOf(projectFor(*row));
        QVERIFY(states.ok());
        QList<QStringList> names = m_names[row->at(0)];
        static const QRegularExpression numbered("(denselayer\\d+\\.(?:norm|conv))(\\d)");
        for (QStringList& name : names) name[0].replace(numbered, "\\1.\\2");
        QVERIFY(names.at(7)[0].contains(".norm.1.") || names.at(6)[0].contains(".norm.1."));
        const WeightFile file = fileOf(names);
        const auto match = matchWeights(file, *states);
        QVERIFY(match.ok());
        QVERIFY2(match->isWhole(), tableOf(*match).c_str());
        QCOMPARE(match->how, std::string("by torchvision's names of DenseNet"));
    }

    void givesWhatTorchvisionGives_data() {
        QTest::addColumn<QStringList>("row");
        for (const QStringList& row : m_networks)
            if (row[3] != "0") QTest::newRow(qPrintable(row[0])) << row;
    }
    void givesWhatTorchvisionGives() {
        QFETCH(QStringList, row);
        std::vector<Filled> all;
        for (const QStringList& name : m_names[row[0]])
            if (!name[0].endsWith("num_batches_tracked")) all.push_back(filled(name[0], name[1]));
        std::vector<TensorView> tensors;
        for (const Filled& tensor : all)
            tensors.push_back(
                {tensor.name, DType::F32, tensor.shape, std::as_bytes(std::span(tensor.numbers))});
        const std::string path = m_folder.filePath("w.safetensors").toStdString();
        QVERIFY(saveSafetensors(path, tensors, {}).ok());
        auto network = PredictNetwork::compile(projectFor(row), {.batch = 1, .columns = {}});
        QVERIFY2(network.ok(), network ? "" : network.error().text().c_str());
        const auto loaded = (*network)->loadStates(path);
        QVERIFY2(loaded.ok(), loaded ? "" : loaded.error().text().c_str());
        QVERIFY(loaded.value().empty());
        compareOutputs(**network, row);
    }

  private:
    static void compareOutputs(PredictNetwork& network, const QStringList& row) {
        const int64_t size = row[3].toLongLong();
        std::vector<float> image;
        for (const double u : noise("image", 3 * size * size))
            image.push_back(static_cast<float>(2 * u));
        const auto bytes = std::as_bytes(std::span(image));
        QVERIFY(network.inputs()[0].dtype == DType::F32);
        const std::vector<std::vector<std::byte>> values{
            std::vector<std::byte>(bytes.begin(), bytes.end())};
        QVERIFY(network.write(values).ok());
        for (int entry = 0; entry < network.executor().entries(); ++entry)
            network.executor().runEntry(entry);
        const QStringList wanted = row[4].split(' ');
        const std::vector<float> found = network.outputs()[0].elements;
        QCOMPARE(static_cast<qsizetype>(found.size()), wanted.size());
        double largest = 0;
        for (const QString& number : wanted)
            largest = std::max(largest, std::abs(number.toDouble()));
        for (size_t i = 0; i < found.size(); ++i) {
            const double difference =
                std::abs(found[i] - wanted[static_cast<qsizetype>(i)].toDouble());
            QVERIFY2(difference <= tolerance * largest,
                     qPrintable(QString("output %1 is %2, wanted %3")
                                    .arg(i)
                                    .arg(found[i])
                                    .arg(wanted[static_cast<qsizetype>(i)])));
        }
    }
};

QTEST_GUILESS_MAIN(TorchvisionNamesTest)
#include "tst_torchvision_names.moc"
