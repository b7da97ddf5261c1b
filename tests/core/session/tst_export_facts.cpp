// SPDX-License-Identifier: Apache-2.0
// Where exports of others went wrong: FACTS P1, P5, P7, P8, P19, P21 and PB18. Truth: for numbers,
// float64 by hand or PyTorch 2.15, as those rows have them; what is written is opened again by this
// program's reader. What ONNX Runtime makes of it is judged by export_judges.py.
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <cmath>
#include <cstring>
#include <filesystem>

#include "core/base/file.h"
#include "core/graph/graph_text.h"
#include "core/io/safetensors.h"
#include "core/onnx/model.h"
#include "core/session/export_model.h"
#include "core/session/inference.h"
#include "core/session/model_network.h"

using namespace vitrine;

namespace {

namespace fs = std::filesystem;
using Floats = std::vector<float>;

ForeignNetwork networkOf(std::string_view text) {
    Project project;
    project.name = "exported";
    auto graph = graphFromText(text);
    if (!graph) qFatal("%s", graph.error().text().c_str());
    project.graph = std::move(graph).value();
    auto network = networkOfProject(std::move(project));
    if (!network) qFatal("%s", network.error().text().c_str());
    return std::move(network).value();
}

std::vector<std::byte> bytesOf(const Floats& numbers) {
    const auto bytes = std::as_bytes(std::span(numbers));
    return {bytes.begin(), bytes.end()};
}

constexpr const char* convolutional =
    "input[1,8,8] -> conv2d(out_channels=2 kernel=3) as conv -> relu as act -> flatten as flat"
    " -> linear(out_features=64) as fc -> output as answer";

}  // namespace

class ExportFactsTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::string path(const char* name) const {
        return m_folder.filePath(QLatin1String(name)).toStdString();
    }
    /// The operators of what was written, in running order.
    QStringList operators(const std::string& file) const {
        QStringList types;
        const auto model = onnx::readModel(file);
        if (!model) return types;
        for (const onnx::Node& node : model->graph->nodes)
            types << QString::fromUtf8(node.opType.data(), qsizetype(node.opType.size()));
        return types;
    }
    /// What the first output of a model is.
    Floats answer(const std::string& file, const Floats& numbers,
                  std::vector<int64_t> shape) const {
        auto network = networkOfModel(file, {});
        if (!network) qFatal("%s", network.error().text().c_str());
        auto asked = Inference::create(std::move(network).value(),
                                       {.threads = 1, .math = Math::Direct, .weights = {}});
        if (!asked) qFatal("%s", asked.error().text().c_str());
        const std::string name = (*asked)->inputs().front().wish.name;
        const NamedTensor array{name, TensorData::of(DType::F32, Shape(shape), bytesOf(numbers))};
        const auto answers = (*asked)->run(std::span(&array, 1));
        if (!answers) qFatal("%s", answers.error().text().c_str());
        const TensorData& first = *answers->front().data;
        Floats found(static_cast<size_t>(first.shape.elements()));
        std::memcpy(found.data(), first.bytes.data(), found.size() * sizeof(float));
        return found;
    }

  private slots:
    void numbersStayRight_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<QList<qint64>>("shape");
        QTest::addColumn<QList<float>>("given");
        QTest::addColumn<QList<double>>("wanted");
        QTest::addColumn<QString>("has");
        QTest::addColumn<QString>("hasNot");
        // With the padding, which a dropped field would count, 1.5 and 2.5.
        QTest::newRow("P1: padding that does not count")
            << "input[1,1,2] -> avg_pool2d(kernel=1,2 stride=1,2 padding=0,1 "
               "count_include_pad=false) as pool -> output as answer"
            << QList<qint64>{1, 1, 1, 2} << QList<float>{3, 5} << QList<double>{3, 5}
            << "AveragePool"
            << "";
        // Runtimes differ about LpPool (P7), which is why it is written as what it means.
        QTest::newRow("P1: an exponent that is not the usual one")
            << "input[1,2,2] -> lp_pool2d(kernel=2 p=3) as pool -> output as answer"
            << QList<qint64>{1, 1, 2, 2} << QList<float>{-1, 2, 2, -2}
            << QList<double>{std::cbrt(25.0)} << ""
            << "LpPool";
        // ln σ(x) = −ln(1 + e^−x): −20.0000000021 at −20, where Log of Sigmoid is −∞.
        QTest::newRow("P5: log-sigmoid by Softplus")
            << "input[4] -> neg as minus -> softplus as soft -> neg as log -> output as answer"
            << QList<qint64>{1, 4} << QList<float>{-20, -100, 0, 20}
            << QList<double>{-20.000000002061153, -100, -0.6931471805599453, -2.0611536181902037e-9}
            << "Softplus"
            << "Sigmoid";
        // Windows begin at 3 of 4: one number, three of the padding, of which 4 count.
        QTest::newRow("P7: a window that ends past the padding")
            << "input[1,4,4] -> avg_pool2d(kernel=3 stride=2 padding=1 ceil_mode=true) as pool"
               " -> flatten as flat -> output as answer"
            << QList<qint64>{1, 1, 4, 4} << QList<float>(16, 1.0f)
            << QList<double>{4 / 9.0, 6 / 9.0, 2 / 6.0, 6 / 9.0, 1, 3 / 6.0, 2 / 6.0, 3 / 6.0, 0.25}
            << "AveragePool"
            << "";
        QTest::newRow("P8: one pixel by half pixels, as PyTorch has it")
            << "input[1,3,3] -> resize(size=1,1 mode=linear sampling=half_pixel) as one"
               " -> output as answer"
            << QList<qint64>{1, 1, 3, 3} << QList<float>{1, 2, 4, 3, 8, 1, 0, 5, 7}
            << QList<double>{8} << "Resize"
            << "";
        QTest::newRow("P8: one pixel by what ONNX calls PyTorch's half pixels")
            << "input[1,3,3] -> resize(size=1,1 mode=linear sampling=pytorch_half_pixel) as one"
               " -> output as answer"
            << QList<qint64>{1, 1, 3, 3} << QList<float>{1, 2, 4, 3, 8, 1, 0, 5, 7}
            << QList<double>{1} << "Resize"
            << "";
        // e^x − 1 and ln(1 + e^x) of small ones, where exp(x) − 1 is 0 and log(1 + exp(x)) is 0.
        QTest::newRow("P21: exp(x) - 1 without cancellation")
            << "input[3] -> elu as act -> output as answer" << QList<qint64>{1, 3}
            << QList<float>{-1e-10f, -1e-7f, -1e-20f}
            << QList<double>{std::expm1(double(-1e-10f)), std::expm1(double(-1e-7f)),
                             double(-1e-20f)}
            << "Elu"
            << "Exp";
        QTest::newRow("P21: ln(1 + e^x) without cancellation")
            << "input[3] -> softplus as act -> output as answer" << QList<qint64>{1, 3}
            << QList<float>{-25, -60, 110}
            << QList<double>{std::log1p(std::exp(-25.0)), std::exp(-60.0), 110} << "Softplus"
            << "Exp";
    }
    void numbersStayRight() {
        QFETCH(QString, network);
        QFETCH(QList<qint64>, shape);
        QFETCH(QList<float>, given);
        QFETCH(QList<double>, wanted);
        QFETCH(QString, has);
        QFETCH(QString, hasNot);
        const std::string file = path("facts.onnx");
        const auto report = exportModel(networkOf(network.toStdString()), file, {});
        QVERIFY2(report.ok(), report ? "" : report.error().text().c_str());
        QVERIFY2(has.isEmpty() || operators(file).contains(has),
                 qPrintable(operators(file).join(' ')));
        QVERIFY2(hasNot.isEmpty() || !operators(file).contains(hasNot),
                 qPrintable(operators(file).join(' ')));
        const Floats found = answer(file, Floats(given.begin(), given.end()),
                                    std::vector<int64_t>(shape.begin(), shape.end()));
        QCOMPARE(qsizetype(found.size()), wanted.size());
        for (qsizetype k = 0; k < wanted.size(); ++k) {
            const double apart = std::abs(double(found[size_t(k)]) - wanted[k]);
            QVERIFY2(apart <= 1e-6 * std::abs(wanted[k]),
                     qPrintable(QString("%1: %2, wanted %3")
                                    .arg(k)
                                    .arg(double(found[size_t(k)]), 0, 'g', 9)
                                    .arg(wanted[k], 0, 'g', 9)));
        }
    }

    /// As many channels as columns: slopes that lie along the last axis would be the columns'.
    /// OpenVINO takes [C] along the channels, ONNX Runtime along the last axis; [C, 1, 1] is one.
    void slopesAreTheChannelsP7() {
        const Floats slopes{0.5f, 0.25f};
        const std::vector<std::byte> bytes = bytesOf(slopes);
        const TensorView tensor{"act.slope", DType::F32, Shape{2}, bytes};
        QVERIFY(saveSafetensors(path("slopes.safetensors"), std::span(&tensor, 1), {}).ok());
        const auto report =
            exportModel(networkOf("input[2,2,2] -> prelu as act -> output as answer"),
                        path("slopes.onnx"), {.weights = path("slopes.safetensors")});
        QVERIFY2(report.ok(), report ? "" : report.error().text().c_str());
        const Floats wanted{-0.5f, -1, -1.5f, -2, -1.25f, -1.5f, -1.75f, -2};
        QCOMPARE(answer(path("slopes.onnx"), {-1, -2, -3, -4, -5, -6, -7, -8}, {1, 2, 2, 2}),
                 wanted);
        // What stands as the second operand of PRelu is made [C, 1, 1] first.
        QCOMPARE(operators(path("slopes.onnx")), (QStringList{"Reshape", "PRelu"}));
    }

    /// Convolutions and poolings take bfloat16 since operator set 22; before, float16 and float32
    /// are offered.
    void bfloat16NeedsAnOperatorSetThatHasItP19() {
        const ForeignNetwork network = networkOf(convolutional);
        const auto refused = exportModel(network, path("b.onnx"), {.floats = DType::BF16});
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, std::string("E04"));
        QCOMPARE(refused.error().next,
                 std::string("Take operator set 22 or later, or f16 or f32."));
        QVERIFY(!fs::exists(path("b.onnx")));
        for (const auto& [opset, floats] : {std::pair(int64_t{22}, DType::BF16),
                                            {usualOpset, DType::F16},
                                            {usualOpset, DType::F32}}) {
            const auto report =
                exportModel(network, path("b.onnx"), {.opset = opset, .floats = floats});
            QVERIFY2(report.ok(), report ? "" : report.error().text().c_str());
            QVERIFY2(report->inputs.front().ends_with(" " + std::string(name(floats))),
                     report->inputs.front().c_str());
        }
    }

    /// Again under the same name, under another, and without a file beside it: each is whole, and
    /// none has grown.
    void savingAgainNeverAppendsP18() {
        const ForeignNetwork network = networkOf(convolutional);
        const auto bytesAt = [&](const char* file) -> int64_t {
            return fs::exists(path(file)) ? int64_t(fs::file_size(path(file))) : -1;
        };
        QVERIFY(exportModel(network, path("a.onnx"), {.isExternal = true}).ok());
        const int64_t first = bytesAt("a.onnx.data");
        QVERIFY(first > 0);
        for (int again = 0; again < 2; ++again)
            QVERIFY(exportModel(network, path("a.onnx"), {.isExternal = true}).ok());
        QCOMPARE(bytesAt("a.onnx.data"), first);
        QVERIFY(exportModel(network, path("other.onnx"), {.isExternal = true}).ok());
        QCOMPARE(bytesAt("other.onnx.data"), first);
        const auto plain = exportModel(network, path("plain.onnx"), {});
        QVERIFY(plain.ok() && plain->bytes > first);
        QCOMPARE(bytesAt("plain.onnx.data"), int64_t{-1});
        const Floats ones(64, 1.0f);
        QCOMPARE(answer(path("a.onnx"), ones, {1, 1, 8, 8}),
                 answer(path("plain.onnx"), ones, {1, 1, 8, 8}));
    }
};

QTEST_GUILESS_MAIN(ExportFactsTest)
#include "tst_export_facts.moc"
