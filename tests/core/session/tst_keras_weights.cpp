// SPDX-License-Identifier: Apache-2.0
// Keras' weights in a network of the same layers: kernels are turned, rows behind a flattening are
// put in order, and the network gives what Keras gives. Truth: network.txt beside the files, which
// make_keras.py wrote with Keras.
#include <QtTest/QtTest>

#include <cmath>

#include "core/graph/graph_text.h"
#include "core/session/predict_network.h"
#include "core/session/weights.h"
#include "core/session/weights_project.h"

using namespace vitrine;

namespace {

QString fixture(const QString& name) {
    return QStringLiteral(VITRINE_SOURCE_DIR "/tests/core/io/weights/files/") + name;
}

Project networkOfKeras() {
    const auto graph = graphFromText(
        "x[2,4,4] -> conv2d(out_channels=3 kernel=1,2) -> batch_norm2d(eps=0.001)"
        " -> conv2d(out_channels=6 kernel=2,2 groups=3)"
        " -> conv_transpose2d(out_channels=2 kernel=1,2) -> conv2d(out_channels=2 kernel=1,1)"
        " -> flatten -> linear(out_features=2) as out");
    if (!graph) qFatal("%s", graph.error().text().c_str());
    Project project;
    project.graph = *graph;
    return project;
}

}  // namespace

class KerasWeightsTest : public QObject {
    Q_OBJECT

  private slots:
    void knowsWhatIsFlattened() {
        const auto flattened = wishesFor(networkOfKeras().graph).flattened;
        QCOMPARE(flattened.size(), size_t{1});
        QVERIFY((flattened.begin()->second == FlattenedExtents{2, 3, 3}));
    }

    /// dense, dense_1, … dense_11: all of one shape, each filled with its number.
    void countsLayersByTheirNumbers() {
        std::string text = "x[3]";
        for (int i = 0; i < 12; ++i) text += fmt::format(" -> linear(out_features=3) as l{}", i);
        const auto graph = graphFromText(text);
        QVERIFY2(graph.ok(), graph ? "" : graph.error().text().c_str());
        Project project;
        project.graph = *graph;
        const auto states = statesOf(project);
        QVERIFY2(states.ok(), states ? "" : states.error().text().c_str());
        const auto loaded = readWeightsFor(fixture("many.weights.h5").toStdString(), *states);
        QVERIFY2(loaded.ok(), loaded ? "" : loaded.error().text().c_str());
        QCOMPARE(loaded.value().states.tensors.size(), size_t{24});
        for (const SnapshotTensor& tensor : loaded.value().states.tensors) {
            float number = 0;
            std::memcpy(&number, tensor.bytes.data(), sizeof number);
            const std::string layer = tensor.name.substr(0, tensor.name.find('.'));
            QCOMPARE(layer, fmt::format("l{}", number));
        }
    }

    void givesWhatKerasGives_data() {
        QTest::addColumn<QString>("file");
        QTest::newRow("archive") << "network.keras";
        QTest::newRow("weights") << "network.weights.h5";
    }
    void givesWhatKerasGives() {
        QFETCH(QString, file);
        auto network = PredictNetwork::compile(networkOfKeras(), {.batch = 1, .columns = {}});
        QVERIFY2(network.ok(), network ? "" : network.error().text().c_str());
        const auto loaded = (*network)->loadStates(fixture(file).toStdString());
        QVERIFY2(loaded.ok(), loaded ? "" : loaded.error().text().c_str());
        QCOMPARE(loaded.value().size(), size_t{1});  // names are Keras' own: told as a guess
        std::vector<float> image(32);
        for (int row = 0; row < 4; ++row)
            for (int column = 0; column < 4; ++column)
                for (int channel = 0; channel < 2; ++channel)
                    image[static_cast<size_t>(channel * 16 + row * 4 + column)] =
                        static_cast<float>((row * 8 + column * 2 + channel) % 7 - 3) / 8;
        const auto bytes = std::as_bytes(std::span(image));
        const std::vector<std::vector<std::byte>> values{
            std::vector<std::byte>(bytes.begin(), bytes.end())};
        QVERIFY((*network)->write(values).ok());
        for (int entry = 0; entry < (*network)->executor().entries(); ++entry)
            (*network)->executor().runEntry(entry);
        QFile truth(fixture("network.txt"));
        QVERIFY(truth.open(QIODevice::ReadOnly));
        const QList<QByteArray> wanted = truth.readAll().trimmed().split(' ');
        const std::vector<float> found = (*network)->outputs()[0].elements;
        QCOMPARE(static_cast<qsizetype>(found.size()), wanted.size());
        for (size_t i = 0; i < found.size(); ++i) {
            const double number = wanted[static_cast<qsizetype>(i)].toDouble();
            QVERIFY2(std::abs(found[i] - number) <= 1e-5 * std::abs(number),
                     qPrintable(QString("%1, wanted %2").arg(found[i]).arg(number)));
        }
    }
};

QTEST_GUILESS_MAIN(KerasWeightsTest)
#include "tst_keras_weights.moc"
