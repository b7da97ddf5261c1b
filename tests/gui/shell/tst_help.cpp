// SPDX-License-Identifier: Apache-2.0
// The Help menu: what its pages say is true of this program, and what a desktop opens with it is
// answered.
#include <QtTest>
#include <QtWidgets>

#include "core/base/version.h"
#include "core/io/safetensors.h"
#include "gui/shell/foreign_file.h"
#include "gui/shell/help_pages.h"
#include "gui/shell/program_parts.h"
#include "tests/gui/support/small_project.h"
#include "tests/gui/support/window_fixture.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

class TestHelp : public QObject {
    Q_OBJECT

  private:
    std::unique_ptr<WindowFixture> m_fixture;
    WindowFixture& fixture() { return *m_fixture; }

    QString path(const char* name) { return fixture().folder() + '/' + name; }
    QTextBrowser* page(const char* name) { return fixture().find<QTextBrowser>(name); }
    static void write(const QString& path, const char* text) {
        QVERIFY(QDir().mkpath(QFileInfo(path).path()));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }
    static void writeWeights(const QString& path) {
        QVERIFY(QDir().mkpath(QFileInfo(path).path()));
        const std::vector<float> numbers(6);
        const TensorView tensor{"fc.weight", DType::F32, {2, 3}, std::as_bytes(std::span(numbers))};
        QVERIFY(saveSafetensors(path.toStdString(), std::span(&tensor, 1), {}).ok());
    }
    /// Pictures of a document that could not be shown.
    static QStringList picturesWithout(QTextDocument* document) {
        QStringList missing;
        for (QTextBlock block = document->begin(); block.isValid(); block = block.next())
            for (auto part = block.begin(); !part.atEnd(); ++part) {
                const QTextImageFormat format = part.fragment().charFormat().toImageFormat();
                if (!format.isValid()) continue;
                const QVariant found =
                    document->resource(QTextDocument::ImageResource, QUrl(format.name()));
                if (found.value<QImage>().isNull()) missing << format.name();
            }
        return missing;
    }

  private Q_SLOTS:
    void init() {
        m_fixture = std::make_unique<WindowFixture>();
        m_fixture->show();
    }
    void cleanup() { m_fixture.reset(); }

    void theTourIsTheReadmesWithItsPictures() {
        fixture().trigger("help.tour");
        auto* tour = page("help.tour");
        QTRY_VERIFY(tour->isVisible());
        const QString text = tour->toPlainText();
        QVERIFY2(text.contains("Press Space"), qPrintable(text.left(200)));
        QVERIFY2(!text.contains("vitrine-cli train projects"), "that is the next section");
        QVERIFY2(tourMarkdown().count("](resources/pictures/") >= 3, "it shows what it speaks of");
        const QStringList missing = picturesWithout(tour->document());
        QVERIFY2(missing.isEmpty(), qPrintable(missing.join(' ')));
    }

    void everyShortcutIsListedAndFound() {
        fixture().trigger("help.shortcuts");
        auto* shortcuts = page("help.shortcuts");
        QTRY_VERIFY(shortcuts->isVisible());
        const QString all = shortcuts->toPlainText();
        int listed = 0;
        for (const ActionBook::Entry& entry : fixture().bench().actions.entries())
            for (const QKeySequence& keys : entry.action->shortcuts()) {
                QVERIFY2(all.contains(keys.toString(QKeySequence::NativeText)),
                         qPrintable(entry.action->objectName()));
                ++listed;
            }
        QVERIFY(listed > 40);
        auto* words = fixture().find<QLineEdit>("help.words");
        QTRY_VERIFY(words->hasFocus());
        QTest::keyClicks(words, "palette command");
        QVERIFY(shortcuts->toPlainText().contains("Find any command by its name"));
        QVERIFY(!shortcuts->toPlainText().contains("Take back the last change"));
        QTest::keyClicks(words, " nonsense");
        QVERIFY(shortcuts->toPlainText().contains("No shortcut has all of these words"));
    }

    void keysTurnThePagesOfTheHelpWindow() {
        fixture().trigger("help.tour");
        auto* help = fixture().find<QDialog>("help");
        QVERIFY(QTest::qWaitForWindowActive(help));
        auto* pages = fixture().find<QTabWidget>("help.pages");
        QTest::keyClick(help, Qt::Key_F1, Qt::ControlModifier);
        QCOMPARE(pages->currentIndex(), 1);
        QTest::keyClick(help, Qt::Key_F1, Qt::ShiftModifier);
        QCOMPARE(pages->currentIndex(), 2);
        QTest::keyClick(help, Qt::Key_F1);
        QCOMPARE(pages->currentIndex(), 0);
    }

    void aboutNamesVersionsAndLicences() {
        fixture().trigger("help.about");
        auto* about = page("help.about");
        QTRY_VERIFY(about->isVisible());
        const QString text = about->toPlainText();
        QVERIFY(text.contains(QString::fromLatin1(qVersion())));
        QVERIFY2(text.contains("CUDA: "), "what is there of it, or why not");
        QVERIFY(programParts().size() >= 8);
        for (const ProgramPart& part : programParts()) {
            const QString name = part.name;
            QVERIFY2(text.contains(name), qPrintable(name));
            QVERIFY2(!part.licence.isEmpty() && !part.use.isEmpty(), qPrintable(name));
            QVERIFY2(!part.version.isEmpty() && part.version[0].isDigit(), qPrintable(name));
            QVERIFY2(text.contains(part.licence), qPrintable(name));
        }
        QFile readme(QStringLiteral(VITRINE_SOURCE_DIR "/README.md"));
        QVERIFY(readme.open(QIODevice::ReadOnly));
        const QString page = QString::fromUtf8(readme.readAll());
        const QString licences = page.mid(page.indexOf(QStringLiteral("\n## Licences")));
        for (const ProgramPart& part : programParts())
            QVERIFY2(licences.contains(part.name), qPrintable("README: " + part.name));
        about->anchorClicked(QUrl("licence:GPL-3.0-or-later.txt"));
        QVERIFY(about->toPlainText().contains("GNU GENERAL PUBLIC LICENSE"));
        about->anchorClicked(QUrl("about:"));
        QCOMPARE(about->toPlainText(), text);
        QTest::mouseClick(fixture().find<QPushButton>("help.copy"), Qt::LeftButton);
        QVERIFY(QGuiApplication::clipboard()->text().contains(qVersion()));
    }

    void pagesFollowTheTheme() {
        fixture().trigger("help.about");
        auto* about = page("help.about");
        const QString dark = about->toHtml();
        fixture().trigger("window.theme");
        QVERIFY(about->toHtml() != dark);
    }

    void examplesAreListedAndOpened() {
        auto* examples = fixture().find<QMenu>("help.examples");
        QVERIFY(examples->isEnabled());
        examples->aboutToShow();
        QStringList names;
        for (QAction* action : examples->actions()) names << action->text();
        QVERIFY2(names.contains("digits_lenet"), qPrintable(names.join(' ')));
        examples->actions()[names.indexOf("digits_lenet")]->trigger();
        QCOMPARE(fixture().bench().document.title(), QString("digits_lenet"));
    }

    void whatIsNoProjectIsNamed_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("message");
        QTest::addColumn<QString>("next");
        QTest::newRow("loose weights") << "loose.safetensors"
                                       << "'loose.safetensors' holds weights (1 tensor, 6 numbers)"
                                       << "Go on with a run";
        QTest::newRow("weights of a run") << "run/weights.safetensors"
                                          << "'weights.safetensors' holds weights"
                                          << "/run";
        QTest::newRow("checkpoint") << "run/checkpoints/step-1.safetensors"
                                    << "'step-1.safetensors' holds weights"
                                    << "/run";
    }
    void whatIsNoProjectIsNamed() {
        QFETCH(QString, name);
        QFETCH(QString, message);
        QFETCH(QString, next);
        write(path("run/run.json"), "{}");
        const QString file = path(name.toLatin1().constData());
        writeWeights(file);
        std::vector<Error> errors;
        connect(&fixture().bench().run, &RunController::failed, this,
                [&](const Error& error) { errors.push_back(error); });
        QVERIFY(fixture().window().open(
            saveInto(fixture().folder(), "small", smallProject(smallNetwork))));
        const QString before = fixture().bench().document.file();
        QVERIFY(!fixture().window().open(file));
        QCOMPARE(errors.size(), size_t{1});
        const auto found = QString::fromStdString(errors[0].message);
        QVERIFY2(found.startsWith(message), qPrintable(found));
        QVERIFY2(QString::fromStdString(errors[0].next).contains(next), errors[0].next.c_str());
        QCOMPARE(fixture().bench().document.file(), before);
    }

    void damagedWeightsAreToldAsSuch() {
        write(path("cut.safetensors"), "\x10");
        const auto refused = refusedForeignFile(path("cut.safetensors"));
        QVERIFY(refused);
        QVERIFY2(refused->message.find("network to show") == std::string::npos,
                 refused->message.c_str());
        QVERIFY(!refusedForeignFile(path("none.onnx")) && !isForeignModel(path("none.onnx")));
        write(path("net.onnx.bak"), "\x08\x07\x12\x04test\x3a\x03\x12\x01g");
        QVERIFY(isForeignModel(path("net.onnx.bak")));
        QVERIFY(!refusedForeignFile(fixture().folder()));
    }
};

QTEST_MAIN(TestHelp)
#include "tst_help.moc"
