// SPDX-License-Identifier: Apache-2.0
// Data are chosen in the window, kept by every way of saving, asked for where they are missing, and
// nowhere does it speak of the command line.
#include <QDir>
#include <QtTest>
#include <QtWidgets>

#include <regex>

#include "core/io/safetensors.h"
#include "gui/bridge/window_words.h"
#include "tests/gui/support/dialog_answers.h"
#include "tests/gui/support/small_project.h"
#include "tests/gui/support/window_fixture.h"
#include "tests/support/cli_fixtures.h"
#include "tests/support/patience.h"
#include "tests/support/source_tree.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

class TestDataChoice : public QObject {
    Q_OBJECT

  private:
    static constexpr int patienceMs = 20'000 * slowness;
    std::unique_ptr<WindowFixture> m_fixture;
    QTemporaryDir m_projects, m_elsewhere;
    QString m_project, m_images;

    WindowFixture& fixture() { return *m_fixture; }
    RunController& run() { return m_fixture->bench().run; }
    Document& document() { return m_fixture->bench().document; }
    void openWindow() {
        m_fixture = std::make_unique<WindowFixture>(ThemeKind::Dark, false);
        fixture().show();
    }
    bool hasImages(int64_t count) {
        return QTest::qWaitFor([&] { return run().data() && run().data()->train.count == count; },
                               patienceMs);
    }
    void key(Qt::Key key) {
        fixture().window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&fixture().window()));
        QTest::keyClick(&fixture().window(), key);
    }
    bool waitFor(RunPhase phase) {
        return QTest::qWaitFor([&] { return run().phase() == phase; }, patienceMs);
    }
    /// As another program's file manager does it.
    void drop(const QStringList& paths) {
        QMimeData dragged;
        QList<QUrl> urls;
        for (const QString& path : paths) urls << QUrl::fromLocalFile(path);
        dragged.setUrls(urls);
        QWidget* under = fixture().find<QWidget>("canvas");
        const QPoint at = under->mapTo(&fixture().window(), under->rect().center());
        QDragEnterEvent enter(at, Qt::CopyAction, &dragged, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&fixture().window(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent event(at, Qt::CopyAction, &dragged, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&fixture().window(), &event);
        QCoreApplication::processEvents();
    }
    static void give(std::vector<DialogAnswers::Answer> answers, const std::function<void()>& act) {
        const DialogAnswers person(std::move(answers));
        act();
        QTRY_VERIFY_WITH_TIMEOUT(person.areAllGiven(), patienceMs);
    }
    /// Of the preview of what was chosen.
    static DialogAnswers::Answer use() { return DialogAnswers::clickWhenReady("preview.use"); }
    QString folderNow() {
        const Project& project = document().project();
        return QDir::cleanPath(
            QString::fromStdString(resolvedFolder(project.data.folder, project.file)));
    }

  private Q_SLOTS:
    void init() {
        for (const QTemporaryDir* folder : {&m_projects, &m_elsewhere}) {
            QDir(folder->path()).removeRecursively();
            QVERIFY(QDir().mkpath(folder->path()));
        }
        m_images = m_elsewhere.filePath("images");
        QVERIFY(QDir().mkpath(m_images));
        writeIdxFolder(m_images.toStdString());
        m_project = saveInto(m_projects.path(), "small", smallProject(smallNetwork, 2, 16));
        openWindow();
        QVERIFY(fixture().window().open(m_project));
    }
    void cleanup() { m_fixture.reset(); }

    void aDroppedFolderIsTheData() {
        give({use()}, [&] { drop({m_images}); });
        QCOMPARE(document().project().data.format, std::string("idx"));
        QVERIFY(hasImages(64));
        document().undoStack().undo();
        QVERIFY2(hasImages(512), "one undo");
    }

    void aDroppedFileStandsForItsFolder() {
        give({use()}, [&] { drop({m_images + "/train-images-idx3-ubyte"}); });
        QVERIFY(hasImages(64));
    }

    void aDroppedTableIsTakenItself() {
        const QString table = m_elsewhere.filePath("one.csv");
        writeBytes(table.toStdString(), "a,b,label\n1,2,x\n3,4,y\n5,6,x\n7,8,y\n");
        writeBytes(m_elsewhere.filePath("two.csv").toStdString(), "c,label\n1,x\n");
        give({use()}, [&] { drop({table}); });
        QCOMPARE(document().project().data.format, std::string("table"));
        QCOMPARE(folderNow(), table);
    }

    /// Recognising goes on on a thread of its own: of what is dropped meanwhile the last counts.
    void theLastThatIsDroppedCounts() {
        give({use()}, [&] {
            drop({m_elsewhere.path()});
            drop({m_images});
        });
        QVERIFY(hasImages(64));
    }

    void whatIsNotWantedChangesNothing() {
        give({DialogAnswers::click("preview.cancel")}, [&] { drop({m_images}); });
        give({DialogAnswers::escape()}, [&] { drop({m_images}); });
        QVERIFY(!document().isModified());
        QVERIFY(hasImages(512));
    }

    void whatHoldsNoDataIsToldAndChangesNothing() {
        std::vector<Error> errors;
        connect(&run(), &RunController::failed, this,
                [&](const Error& error) { errors.push_back(error); });
        drop({m_elsewhere.path()});
        QTRY_COMPARE_WITH_TIMEOUT(errors.size(), size_t{1}, patienceMs);
        QVERIFY2(errors[0].message.find("holds no data") != std::string::npos,
                 errors[0].message.c_str());
        for (const char* word : {"Image folders", "IDX", "MedMNIST", "unpack"})
            QVERIFY2(errors[0].next.find(word) != std::string::npos, errors[0].next.c_str());
        QVERIFY(!document().isModified());
    }

    void whatCannotBeDroppedIsToldByName() {
        std::vector<Error> errors;
        connect(&run(), &RunController::failed, this,
                [&](const Error& error) { errors.push_back(error); });
        const QString weights = m_elsewhere.filePath("weights.safetensors");
        QVERIFY(saveSafetensors(weights.toStdString(), {}, {}).ok());
        drop({weights});
        drop({m_elsewhere.filePath("gone")});
        drop({m_project, m_images});
        drop({m_elsewhere.filePath("gone.vitrine")});
        QCOMPARE(errors.size(), size_t{4});
        QCOMPARE(errors[0].message,
                 std::string("'weights.safetensors' holds weights (0 tensors, 0 numbers) and no "
                             "network to show"));
        QVERIFY(errors[1].message.starts_with("There is nothing at '"));
        QCOMPARE(errors[2].message, std::string("2 things were dropped at once"));
        QVERIFY(errors[3].message.starts_with("There is nothing at '"));
        QVERIFY(!document().isModified());
    }

    void aDroppedProjectIsOpened() {
        const QString other = saveInto(m_elsewhere.path(), "other", smallProject(smallNetwork));
        drop({other});
        QCOMPARE(document().file(), other);
        drop({m_projects.path()});
        QCOMPARE(document().file(), m_project);
    }

    /// Save, go on with a run, and the copy of a session that was killed: all of them open again.
    void whatTheWindowAcceptsItSavesAndOpens() {
        give({DialogAnswers::type(m_images), use()}, [&] { fixture().trigger("data.choose"); });
        QVERIFY(hasImages(64));
        QCOMPARE(folderNow(), m_images);
        fixture().trigger("file.save");
        key(Qt::Key_Space);
        QVERIFY(waitFor(RunPhase::Finished));
        const QString runFolder = QString::fromStdString(run().run()->folder());
        m_fixture.reset();

        openWindow();
        QVERIFY(fixture().window().open(m_project));
        QVERIFY(hasImages(64));
        QTRY_VERIFY_WITH_TIMEOUT(run().pastRun().has_value(), patienceMs);
        run().resume(runFolder);
        QVERIFY(waitFor(RunPhase::Finished));
        QVERIFY(document()
                    .recover(QByteArray::fromStdString(projectText(document().project())),
                             document().file())
                    .ok());
        QVERIFY(hasImages(64));
        QVERIFY(!run().dataError());
    }

    void missingDataAreAskedFor() {
        give({DialogAnswers::type(m_images), use()}, [&] { fixture().trigger("data.choose"); });
        fixture().trigger("file.save");
        m_fixture.reset();
        const QString moved = m_elsewhere.filePath("moved");
        QVERIFY(QDir().rename(m_images, moved));

        openWindow();
        QVERIFY2(fixture().window().open(m_project), "the project itself always opens");
        auto* banner = fixture().find<QWidget>("dataBanner");
        QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), patienceMs);
        const QString said = fixture().find<QLabel>("data.sentence")->text();
        QVERIFY2(said.contains("images") && !said.contains("--"), qPrintable(said));
        QCOMPARE(fixture().find<QPushButton>("data.locate")->text(), QStringLiteral("Locate …"));
        give({DialogAnswers::type(moved), use()}, [&] {
            QTest::mouseClick(fixture().find<QPushButton>("data.locate"), Qt::LeftButton);
        });
        QVERIFY(hasImages(64));
        QVERIFY(!banner->isVisible());
    }

    void theDataOfARunAreAskedForToo() {
        give({DialogAnswers::type(m_images), use()}, [&] { fixture().trigger("data.choose"); });
        QVERIFY(hasImages(64));
        key(Qt::Key_Space);
        QVERIFY(waitFor(RunPhase::Finished));
        const QString runFolder = QString::fromStdString(run().run()->folder());
        m_fixture.reset();
        const QString moved = m_elsewhere.filePath("moved");
        QVERIFY(QDir().rename(m_images, moved));

        openWindow();
        QVERIFY(fixture().window().open(m_project));
        const auto locate = [](QWidget& dialog) {
            for (QAbstractButton* button : dialog.findChildren<QAbstractButton*>())
                if (button->text().contains("Locate")) QTest::mouseClick(button, Qt::LeftButton);
        };
        const DialogAnswers person({locate, DialogAnswers::type(moved)});
        run().resume(runFolder);
        QVERIFY(waitFor(RunPhase::Finished));
        QVERIFY(person.areAllGiven());
    }

    void dataThatWereFoundBeforeAreNotAskedForAgain() {
        give({DialogAnswers::type(m_images), use()}, [&] { fixture().trigger("data.choose"); });
        QVERIFY(hasImages(64));
        key(Qt::Key_Space);
        QVERIFY(waitFor(RunPhase::Finished));
        const QString runFolder = QString::fromStdString(run().run()->folder());
        m_fixture.reset();
        const QString moved = m_elsewhere.filePath("moved");
        QVERIFY(QDir().rename(m_images, moved));

        openWindow();
        QVERIFY(fixture().window().open(m_project));
        give({DialogAnswers::type(moved), use()}, [&] { fixture().trigger("data.choose"); });
        QVERIFY(hasImages(64));
        run().resume(runFolder);
        QVERIFY(waitFor(RunPhase::Finished));
        QVERIFY(!run().refusal());
        QVERIFY2(!run().differsFromDocument(), "only the data's place is another");
        QFile settings(runFolder + "/run.json");
        QVERIFY(settings.open(QIODevice::ReadOnly));
        QVERIFY2(settings.readAll().contains(moved.toUtf8()), "it is found there next time");
    }

    void newMakesNoDataForNothing() {
        QVERIFY(hasImages(512));
        fixture().trigger("file.new");
        QTest::qWait(600);
        QVERIFY(!run().data());
        QVERIFY(!run().isLoading());
        QVERIFY(!run().dataError());
        QCOMPARE(fixture().find<QLabel>("status.saved")->text(), QString("new"));
    }

    /// Every sentence of the core that names an option.
    void noWordOfTheCommandLine() {
        const std::regex literal(R"re("([^"\n]*--[a-z][^"\n]*)")re");
        int found = 0;
        for (const auto& [path, text] : sourceFiles()) {
            if (!path.starts_with("core/") || path.starts_with("core/cli/")) continue;
            for (std::sregex_iterator match(text.begin(), text.end(), literal), end; match != end;
                 ++match) {
                Error error{"X", "message", {}, {}, (*match)[1].str()};
                const std::string words = inWindowWords(error).next;
                QVERIFY2(words.find("--") == std::string::npos, (path + ": " + words).c_str());
                ++found;
            }
        }
        QVERIFY2(found >= 10, "they are found at all");
    }
};

QTEST_MAIN(TestDataChoice)
#include "tst_data_choice.moc"
