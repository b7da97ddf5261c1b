// SPDX-License-Identifier: Apache-2.0
// New, open, save and save as with their dialogs, as a person answers them.
#include <QtTest>
#include <QtWidgets>

#include "tests/gui/support/dialog_answers.h"
#include "tests/gui/support/small_project.h"
#include "tests/gui/support/window_fixture.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

class TestFileActions : public QObject {
    Q_OBJECT

  private:
    std::unique_ptr<WindowFixture> m_fixture;
    QTemporaryDir m_folder;

    WindowFixture& fixture() { return *m_fixture; }
    Document& document() { return m_fixture->bench().document; }
    QString path(const char* name) const { return m_folder.filePath(QLatin1String(name)); }
    QString saved(const char* name) {
        return saveInto(m_folder.path(), QLatin1String(name), smallProject(smallNetwork));
    }
    void change(const char* title) {
        QVERIFY(document().edit("title", {edit::SetTitle{"fc", title}}).ok());
    }
    static std::string titleIn(const QString& file) {
        Document read;
        return read.open(file) ? read.graph().find("fc")->title : std::string("cannot be read");
    }

    void doWith(const char* action, std::vector<DialogAnswers::Answer> answers) {
        const DialogAnswers person(std::move(answers));
        fixture().trigger(action);
        QVERIFY(person.areAllGiven());
    }
    static auto type(const QString& name) { return DialogAnswers::type(name); }
    static auto press(QMessageBox::StandardButton button) { return DialogAnswers::press(button); }
    static auto escape() { return DialogAnswers::escape(); }

  private Q_SLOTS:
    void init() {
        m_fixture = std::make_unique<WindowFixture>();
        m_fixture->show();
        QVERIFY(fixture().window().open(saved("mine")));
    }
    void cleanup() { m_fixture.reset(); }

    void savesWhereItCameFrom() {
        change("head");
        doWith("file.save", {});
        QVERIFY(!document().isModified());
        QCOMPARE(titleIn(path("mine.vitrine")), std::string("head"));
    }

    void savesUnderANewNameWithItsEnding() {
        change("head");
        doWith("file.save_as", {type(path("other"))});
        QCOMPARE(document().file(), path("other.vitrine"));
        QCOMPARE(titleIn(path("other.vitrine")), std::string("head"));
        QVERIFY(titleIn(path("mine.vitrine")) != "head");
    }

    void asksBeforeItWritesOverAnotherProject() {
        saved("precious");
        change("head");
        const auto name = type(path("precious"));  // without the ending
        doWith("file.save_as", {name, press(QMessageBox::No), escape()});
        QVERIFY(titleIn(path("precious.vitrine")) != "head");
        QCOMPARE(document().file(), path("mine.vitrine"));
        QVERIFY(document().isModified());
        doWith("file.save_as", {name, press(QMessageBox::Yes)});
        QCOMPARE(titleIn(path("precious.vitrine")), std::string("head"));
    }

    void opensWhatIsChosen() {
        saved("second");
        doWith("file.open", {type(path("second.vitrine"))});
        QCOMPARE(document().file(), path("second.vitrine"));
    }

    void asksAboutUnsavedWorkBeforeOpening() {
        saved("second");
        change("head");
        doWith("file.open", {press(QMessageBox::Cancel)});
        QCOMPARE(document().file(), path("mine.vitrine"));
        QVERIFY(document().isModified());
        doWith("file.open", {press(QMessageBox::Save), type(path("second.vitrine"))});
        QCOMPARE(titleIn(path("mine.vitrine")), std::string("head"));
        QCOMPARE(document().file(), path("second.vitrine"));
    }

    void newStartsEmptyOrStays() {
        change("head");
        doWith("file.new", {press(QMessageBox::Cancel)});
        QVERIFY(document().graph().find("fc"));
        doWith("file.new", {press(QMessageBox::Discard)});
        QVERIFY(document().graph().nodes().empty());
        QVERIFY(document().file().isEmpty());
        QVERIFY(titleIn(path("mine.vitrine")) != "head");
    }

    void neverSavedAsksForAName() {
        doWith("file.new", {});
        doWith("file.save", {escape()});
        QVERIFY(document().file().isEmpty());
        doWith("file.save", {type(path("fresh"))});
        QCOMPARE(document().file(), path("fresh.vitrine"));
    }

    void damagedFilesAreToldAndChangeNothing() {
        QFile file(path("damaged.vitrine"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{ this is no project");
        file.close();
        const Graph before = document().graph();
        QSignalSpy failed(&fixture().bench().run, &RunController::failed);
        doWith("file.open", {type(path("damaged.vitrine"))});
        QCOMPARE(failed.size(), 1);
        QVERIFY(document().graph() == before);
        QCOMPARE(document().file(), path("mine.vitrine"));
    }

    void recentFilesComeBack() {
        saved("second");
        QVERIFY(fixture().window().open(path("second.vitrine")));
        auto* recent = fixture().find<QMenu>("file.recent");
        recent->aboutToShow();
        QStringList names;
        for (const QAction* action : recent->actions()) names << action->text();
        QCOMPARE(names, QStringList({"second", "mine"}));
        recent->actions()[1]->trigger();
        QCOMPARE(document().file(), path("mine.vitrine"));
    }
};

int main(int argc, char** argv) {
    QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
    QApplication application(argc, argv);
    TestFileActions test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_file_actions.moc"
