// SPDX-License-Identifier: Apache-2.0
// What is thrown in the background or in a slot: an Error, told, and the program goes on.
#include <QtTest>

#include <pthread.h>

#include <new>
#include <stdexcept>
#include <system_error>

#include "gui/bridge/background.h"
#include "gui/shell/application.h"

namespace vitrine::gui {

namespace {

enum class Thrown { BadAlloc, LengthError, SystemError, Logic, Number };

[[noreturn]] void throwIt(Thrown what) {
    switch (what) {
        case Thrown::BadAlloc:
            throw std::bad_alloc();
        case Thrown::LengthError:
            throw std::length_error("vector::_M_default_append");
        case Thrown::SystemError:
            throw std::system_error(
                std::make_error_code(std::errc::resource_unavailable_try_again));
        case Thrown::Logic:
            throw std::logic_error("not so");
        case Thrown::Number:
            break;
    }
    throw 3;
}

void addThrown() {
    QTest::addColumn<int>("what");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, Thrown what, const char* code, const char* says) {
        QTest::newRow(name) << static_cast<int>(what) << QString(code) << QString(says);
    };
    row("bad_alloc", Thrown::BadAlloc, "H02", "MB are free");
    row("length_error", Thrown::LengthError, "H02", "more memory than a program can have");
    row("system_error", Thrown::SystemError, "H02", "Resource temporarily unavailable");
    row("logic_error", Thrown::Logic, "internal", "not so");
    row("number", Thrown::Number, "internal", "error of this program");
}

}  // namespace

class BackgroundTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void workThatThrowsIsAnError_data() { addThrown(); }
    void workThatThrowsIsAnError() {
        QFETCH(int, what);
        QFETCH(QString, code);
        QFETCH(QString, says);
        Background<Result<int>> work;
        QSignalSpy finished(&work, &BackgroundWork::finished);
        work.run("counting", [what]() -> Result<int> { throwIt(static_cast<Thrown>(what)); });
        QTRY_COMPARE(finished.count(), 1);
        const Result<int> result = work.take();
        QVERIFY(!result.ok());
        QCOMPARE(QString::fromStdString(result.error().code), code);
        const QString message = QString::fromStdString(result.error().message);
        QVERIFY2(message.startsWith(QStringLiteral("counting ")), qPrintable(message));
        QVERIFY2(message.contains(says), qPrintable(message));
    }

    void withoutAThreadTheEndIsToldAllTheSame() {
        pthread_attr_t before, large;  // a stack that no address space has room for
        QCOMPARE(pthread_getattr_default_np(&before), 0);
        QCOMPARE(pthread_getattr_default_np(&large), 0);
        QCOMPARE(pthread_attr_setstacksize(&large, size_t{1} << 47), 0);
        QCOMPARE(pthread_setattr_default_np(&large), 0);
        Background<Result<int>> work;
        QSignalSpy finished(&work, &BackgroundWork::finished);
        work.run("counting", []() -> Result<int> { return 3; });
        QCOMPARE(pthread_setattr_default_np(&before), 0);
        QVERIFY(work.isRunning());
        QTRY_COMPARE(finished.count(), 1);
        QCOMPARE(work.take().error().code, std::string("H02"));
        work.run("counting", []() -> Result<int> { return 3; });
        QTRY_COMPARE(finished.count(), 2);
        QCOMPARE(work.take().value(), 3);
    }

    void slotThatThrowsDoesNotEndTheProgram_data() { addThrown(); }
    void slotThatThrowsDoesNotEndTheProgram() {
        QFETCH(int, what);
        QFETCH(QString, code);
        auto& application = *qobject_cast<Application*>(QCoreApplication::instance());
        std::vector<Error> told;
        application.setTrouble([&](const Error& error) { told.push_back(error); });
        bool later = false;
        QTimer::singleShot(0, [what] { throwIt(static_cast<Thrown>(what)); });
        QTimer::singleShot(1, [&] { later = true; });
        QTRY_VERIFY(later);
        application.setTrouble({});
        QCOMPARE(told.size(), size_t{1});
        QCOMPARE(QString::fromStdString(told[0].code), code);
    }

    void librariesKeepToThePoint() { QCOMPARE(std::string(setlocale(LC_NUMERIC, nullptr)), "C"); }
};

}  // namespace vitrine::gui

int main(int argc, char** argv) {
    qputenv("LC_ALL", "");
    qputenv("LC_NUMERIC", "de_DE.UTF-8");
    vitrine::gui::Application application(argc, argv);
    vitrine::gui::BackgroundTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_background.moc"
