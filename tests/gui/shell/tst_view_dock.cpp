// SPDX-License-Identifier: Apache-2.0
// A check that fails in a view: its content goes, everything else stays. The views here fail on
// purpose.
#include <QtTest>
#include <QtWidgets>

#include "core/base/check.h"
#include "gui/shell/application.h"
#include "gui/shell/view_dock.h"
#include "tests/gui/support/window_fixture.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

namespace {

void fail() { VITRINE_CHECK(false, "a view that fails on purpose"); }

bool failsInTheMaking = false;

/// Fails at a click, in a timer, in painting, and when the document says something.
class FailingView : public QPushButton {
  public:
    FailingView(const ViewContext& context, QWidget* parent) : QPushButton(parent) {
        if (failsInTheMaking) fail();
        connect(this, &QPushButton::clicked, this, [] { fail(); });
        follow(&context.document, &Document::settingsChanged, this, [] { fail(); });
        follow(&context.document, &Document::graphChanged, this, &FailingView::count);
    }
    void count() { ++graphChanges; }
    void paintEvent(QPaintEvent* event) override {
        if (failsInPainting) fail();
        QPushButton::paintEvent(event);
    }
    void dialog() {
        auto* later = new QTimer(this);
        later->setSingleShot(true);
        connect(later, &QTimer::timeout, this, [this] { click(); });
        later->start(30);
        QTimer::singleShot(300, qApp, [] {
            if (QWidget* modal = QApplication::activeModalWidget()) modal->close();
        });
        QDialog dialog(this);
        dialog.exec();
        hasComeBack = true;
    }
    int graphChanges = 0;
    bool failsInPainting = false;
    static inline bool hasComeBack = false;
};

const ViewDescriptor failing{
    .id = "failing",
    .title = "Failing",
    .icon = "data",
    .place = DockPlace::Right,
    .order = 0,
    .shortcut = "",
    .tip = "",
    .create = [](const ViewContext& context, QWidget* parent) -> QWidget* {
        return new FailingView(context, parent);
    },
};

}  // namespace

#if defined(__SANITIZE_ADDRESS__)
/// What Qt holds while it delivers an event is lost where an exception passes through it.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libQt6Core.so\nleak:libQt6Gui.so\nleak:libQt6Widgets.so\n";
}
#endif

class TestViewDock : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init() {
        failsInTheMaking = false;
        m_fixture = std::make_unique<WindowFixture>();
        m_fixture->show();
        m_dock = new ViewDock(failing, m_fixture->bench().context(), &m_fixture->window());
        m_fixture->window().addDockWidget(Qt::RightDockWidgetArea, m_dock);
        m_dock->show();
        QCoreApplication::processEvents();
    }
    void cleanup() { m_fixture.reset(); }

    void aClickThatFailsClosesTheContent() {
        QTest::mouseClick(view(), Qt::LeftButton);
        QVERIFY(isClosed());
        QVERIFY(why().contains(QStringLiteral("a view that fails on purpose")));
        QVERIFY(!why().contains(QStringLiteral(VITRINE_SOURCE_DIR)));
    }

    void paintingThatFailsClosesTheContent() {
        view()->failsInPainting = true;
        view()->update();
        QVERIFY(isClosed());
    }

    /// The edit is done and can be taken back; other views and the list of undo know of it.
    void whatTheDocumentSaysFailsOnlyInTheView() {
        Document& document = m_fixture->bench().document;
        TrainingSettings training = document.project().training;
        const int64_t before = training.epochs;
        training.epochs = before + 3;
        int told = 0;
        connect(&document, &Document::settingsChanged, this, [&] { ++told; });
        document.setTraining(QStringLiteral("Epochs"), training);
        QCOMPARE(told, 1);
        QCOMPARE(document.project().training.epochs, before + 3);
        QVERIFY(isClosed());
        document.undoStack().undo();
        QCOMPARE(document.project().training.epochs, before);
        QCOMPARE(told, 2);
    }

    void showAgainMakesTheViewAnew() {
        const QPointer<FailingView> old = view();
        QTest::mouseClick(old, Qt::LeftButton);
        QVERIFY(isClosed());
        QTRY_VERIFY(old.isNull());
        QTest::mouseClick(m_dock->findChild<QPushButton*>(QStringLiteral("showAgain")),
                          Qt::LeftButton);
        QVERIFY(view() && view()->isVisible());
        QVERIFY(!m_dock->hasGivenUp());
        QTRY_VERIFY(!m_dock->findChild<QWidget*>(QStringLiteral("showAgain")));
    }

    void aViewThatCannotBeMadeSaysSoToo() {
        QTest::mouseClick(view(), Qt::LeftButton);
        QVERIFY(isClosed());
        failsInTheMaking = true;
        QTest::mouseClick(m_dock->findChild<QPushButton*>(QStringLiteral("showAgain")),
                          Qt::LeftButton);
        QVERIFY(isClosed());
    }

    /// The view is not taken away under its own dialog.
    void aViewThatWaitsForADialogComesBackFirst() {
        FailingView::hasComeBack = false;
        const QPointer<FailingView> old = view();
        QTimer::singleShot(0, old, [old] { old->dialog(); });
        QTRY_VERIFY(FailingView::hasComeBack);
        QVERIFY(isClosed());
        QTRY_VERIFY(old.isNull());
    }

    void theWindowsOwnChecksAreToldAndDoNotEndIt() {
        std::optional<Error> told;
        auto& application = static_cast<Application&>(*qApp);
        application.setTrouble([&](const Error& error) { told = error; });
        QTimer::singleShot(0, &m_fixture->window(), [] { fail(); });
        QTRY_VERIFY(told);
        QCOMPARE(told->code, std::string("internal"));
        application.setTrouble({});
        QVERIFY(!m_dock->hasGivenUp());
    }

  private:
    FailingView* view() { return static_cast<FailingView*>(m_dock->widget()); }
    bool isClosed() {
        return QTest::qWaitFor([this] { return !why().isEmpty(); }, 5000) && m_dock->hasGivenUp();
    }
    QString why() {
        const auto* label = m_dock->findChild<QLabel*>(QStringLiteral("closedWhy"));
        return label ? label->text() : QString();
    }

    std::unique_ptr<WindowFixture> m_fixture;
    ViewDock* m_dock = nullptr;
};

int main(int argc, char** argv) {
    Application application(argc, argv);
    TestViewDock test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_view_dock.moc"
