// SPDX-License-Identifier: Apache-2.0
// The whole way of a model of another program: dropped, opened, asked about a picture, stepped
// through, and trained further on a folder of pictures. Truth: the numbers that the model was made
// with here, and arithmetic on them.
#include <QtTest>
#include <QtWidgets>

#include <algorithm>
#include <cstring>

#include "gui/shell/import_dialog.h"
#include "gui/views/data/data_panel.h"
#include "gui/views/data/draw_canvas.h"
#include "gui/views/data/draw_page.h"
#include "gui/views/data/picture_bar.h"
#include "gui/views/data/probability_bars.h"
#include "tests/gui/support/dialog_answers.h"
#include "tests/gui/support/picture_folders.h"
#include "tests/gui/support/window_fixture.h"
#include "tests/support/onnx_maker.h"
#include "tests/support/patience.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

namespace {

constexpr int patienceMs = 20'000 * slowness;

/// Of a 1 × 1 convolution that keeps red, green and blue.
const std::vector<float> channels{1, 0, 0, 0, 1, 0, 0, 0, 1};
/// One answer for each colour, a fourth for none, and 2 and more times that: five classes.
const std::vector<float> answers{4, 0, 0, 0, 4, 0, 0, 0, 4, -4, -4, -4, -8, -8, -8};

/// image [N, 3, 16, 16] → the mean of each colour → scores of five classes.
std::string colours() {
    const std::string graph = onnxGraph(
        {.nodes = {onnxNode(
                       {.op = "Conv",
                        .inputs = {"image", "conv.weight"},
                        .outputs = {"c"},
                        .attributes = {onnxAttribute("kernel_shape", std::vector<int64_t>{1, 1})},
                        .name = "conv"}),
                   onnxNode("Relu", {"c"}, {"r"}), onnxNode("GlobalAveragePool", {"r"}, {"p"}),
                   onnxNode("Flatten", {"p"}, {"f"}),
                   onnxNode({.op = "Gemm",
                             .inputs = {"f", "fc.weight", "fc.bias"},
                             .outputs = {"scores"},
                             .attributes = {onnxAttribute("transB", int64_t{1})},
                             .name = "fc"})},
         .initializers = {onnxFloats("conv.weight", {3, 3, 1, 1}, channels),
                          onnxFloats("fc.weight", {5, 3}, answers),
                          onnxFloats("fc.bias", {5}, std::vector<float>(5, 0.0F))},
         .inputs = {onnxValue("image", OnnxFloat, {"N", 3, 16, 16})},
         .outputs = {onnxValue("scores", OnnxFloat, {"N", 5})}});
    return onnxModel(
        {.graph = graph,
         .metadata = {{"names", "{0: 'red', 1: 'green', 2: 'blue', 3: 'dark', 4: 'black'}"}}});
}

std::vector<float> floatsOf(std::span<const std::byte> bytes) {
    std::vector<float> numbers(bytes.size() / sizeof(float));
    std::memcpy(numbers.data(), bytes.data(), bytes.size());
    return numbers;
}

}  // namespace

class TestFineTuning : public QObject {
    Q_OBJECT

  private:
    std::unique_ptr<WindowFixture> m_fixture;
    QTemporaryDir m_folder;

    WindowFixture& fixture() { return *m_fixture; }
    Document& document() { return m_fixture->bench().document; }
    RunController& run() { return m_fixture->bench().run; }

    /// As a file manager does it, onto the canvas.
    void drop(const QString& path) {
        QMimeData dragged;
        dragged.setUrls({QUrl::fromLocalFile(path)});
        QDragEnterEvent enter(QPoint(700, 300), Qt::CopyAction, &dragged, Qt::LeftButton,
                              Qt::NoModifier);
        QCoreApplication::sendEvent(&fixture().window(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(700, 300), Qt::CopyAction, &dragged, Qt::LeftButton,
                        Qt::NoModifier);
        QCoreApplication::sendEvent(&fixture().window(), &drop);
    }
    void open() {
        QFile file(m_folder.filePath("colours.onnx"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const std::string bytes = colours();
        file.write(bytes.data(), qint64(bytes.size()));
        file.close();
        drop(file.fileName());
        QTRY_VERIFY_WITH_TIMEOUT(fixture().window().findChild<ImportDialog*>(), patienceMs);
        auto* dialog = fixture().window().findChild<ImportDialog*>();
        auto* open = dialog->findChild<QPushButton*>("import.open");
        QTRY_VERIFY_WITH_TIMEOUT(open->isEnabled(), patienceMs);
        QTest::mouseClick(open, Qt::LeftButton);
        QTRY_VERIFY(document().graph().find("loss"));
        QTRY_VERIFY_WITH_TIMEOUT(entryOf("conv.weight") && entryOf("conv.weight")->data,
                                 patienceMs);
    }
    /// By the weight's name in the file; null: no entry is of it.
    const Parameter* entryOf(const char* weight) {
        for (const auto& [id, entry] : document().graph().parameters())
            if (entry.file && entry.file->tensor == weight) return &entry;
        return nullptr;
    }
    /// The first of an operator; null: there is none.
    const Node* nodeOf(std::string_view op) {
        for (const Node& node : document().graph().nodes())
            if (node.op->id == op) return &node;
        return nullptr;
    }
    DrawPage& drawPage() {
        fixture().trigger("view.data");
        auto* panel = fixture().window().findChild<DataPanel*>();
        panel->setCurrentWidget(&panel->draw());
        return panel->draw();
    }
    QString picture(const char* name, const QColor& colour) {
        QImage image(32, 24, QImage::Format_RGB888);
        image.fill(colour);
        const QString path = m_folder.filePath(QLatin1String(name));
        if (!image.save(path)) qFatal("a test can write its folder");
        return path;
    }
    bool waitFor(RunPhase phase) {
        return QTest::qWaitFor([&] { return run().phase() == phase; }, patienceMs);
    }

  private Q_SLOTS:
    void init() {
        m_fixture = std::make_unique<WindowFixture>();
        fixture().show();
        open();
    }
    void cleanup() { m_fixture.reset(); }

    /// Pixels from 0 to 1: red gives 4 for the first class, 0, 0, −4, −8 for the others.
    void answersAboutAPicture() {
        DrawPage& page = drawPage();
        page.pictures().normalisationChosen({.mean = 0, .std = 1});
        page.pictures().open(picture("red.png", Qt::red));
        const auto first = [&] {
            const std::vector<float>& shares = page.bars().probabilities();
            return shares.size() == 5 ? static_cast<double>(shares[0]) : 0;
        };
        const double sum = 1 + 2 * std::exp(-4.0) + std::exp(-8.0) + std::exp(-12.0);
        QTRY_VERIFY2_WITH_TIMEOUT(std::abs(first() - 1 / sum) < 1e-5,
                                  qPrintable(QString::number(first())), patienceMs);
        page.pictures().normalisationChosen({.mean = 0, .std = 0.5});
        QTRY_VERIFY_WITH_TIMEOUT(std::abs(first() - 1 / sum) > 1e-4, patienceMs);
        page.pictures().normalisationChosen({.mean = 0, .std = 1});
        QTRY_VERIFY_WITH_TIMEOUT(std::abs(first() - 1 / sum) < 1e-5, patienceMs);
        QCOMPARE(page.bars().likeliest(), 0);
        QTRY_COMPARE_WITH_TIMEOUT(page.bars().accessibleDescription(), QStringLiteral("red"),
                                  patienceMs);
        QCOMPARE(page.findChild<QLabel*>("drawNote")->text(),
                 QStringLiteral("Weights as they are in colours.onnx"));
        page.pictures().open(picture("green.png", QColor(0, 255, 0)));
        QTRY_COMPARE_WITH_TIMEOUT(page.bars().likeliest(), 1, patienceMs);
    }

    void isSteppedThroughForAPicture() {
        DrawPage& page = drawPage();
        page.pictures().open(picture("red.png", Qt::red));
        QTRY_COMPARE_WITH_TIMEOUT(page.canvas().drawing().pixels()[0], 1.0F, patienceMs);
        QTest::mouseClick(page.findChild<QToolButton*>("drawStep"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(run().prediction().isOpen(), patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(run().standsAt(), patienceMs);
        run().stepEntry();
        QTRY_VERIFY_WITH_TIMEOUT(run().standsAt(), patienceMs);
        QVERIFY(run().canAnswer());
        run().leavePrediction();
    }

    void learnsPicturesOfAFolder() {
        const QString folder = m_folder.filePath("animals");
        writeClass(folder, "cat", 12, 20, {24, 20});
        writeClass(folder, "dog", 12, 200, {24, 20});
        const std::vector<float> before = floatsOf(entryOf("conv.weight")->data->bytes);
        QCOMPARE(before, channels);
        {
            const DialogAnswers person({DialogAnswers::clickWhenReady("preview.use")});
            drop(folder);
            QTRY_VERIFY_WITH_TIMEOUT(person.areAllGiven(), patienceMs);
        }
        // The model's size stays; the layer that answers is a new one.
        QCOMPARE(document().graph().find("image")->attrs.list("shape"),
                 (std::vector<int64_t>{3, 16, 16}));
        const Node* answering = nodeOf("linear");
        QVERIFY(answering);
        QCOMPARE(answering->attrs.integer("out_features"), 2);
        QVERIFY(entryOf("conv.weight") && !entryOf("fc.weight") && !entryOf("fc.bias"));
        QVERIFY2(document().shapes().ok(), document().shapes().errors.empty()
                                               ? ""
                                               : document().shapes().errors[0].message.c_str());
        // So small a rate leaves every number next to where it starts.
        TrainingSettings training = document().project().training;
        training.epochs = 1;
        training.batch = 4;
        training.learningRate = 1e-30;
        document().setTraining("train", training);
        run().train();
        QVERIFY(waitFor(RunPhase::Finished));
        const std::string id = entryOf("conv.weight")->id;
        const auto trained = [&]() -> const SnapshotTensor* {
            if (!run().states()) return nullptr;
            const auto& tensors = run().states()->tensors;
            const auto found = std::ranges::find(tensors, id, &SnapshotTensor::name);
            return found == tensors.end() ? nullptr : &*found;
        };
        QTRY_VERIFY_WITH_TIMEOUT(trained(), patienceMs);
        const std::vector<float> after = floatsOf(trained()->bytes);
        QCOMPARE(after.size(), channels.size());
        for (size_t i = 0; i < after.size(); ++i)
            QVERIFY(std::abs(after[i] - channels[i]) < 1e-20F);
        QVERIFY(run().trainedSteps() > 0);
    }
};

QTEST_MAIN(TestFineTuning)
#include "tst_fine_tuning.moc"
