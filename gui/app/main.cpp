// SPDX-License-Identifier: GPL-3.0-or-later
// vitrine [PROJECT] [--train | --run-to NODE] [--stop-at-nan] [--theme dark|light] [--show VIEW]…
//         [--device cuda:N] [--precision NAME] [--size WxH]
//         [--grab FILE.png --after SECONDS [--do ACTION]…] [--start-times]
#include <QCommandLineParser>
#include <QCoreApplication>
#include <QIcon>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "core/base/process.h"
#include "core/base/version.h"
#include "core/session/precision.h"
#include "gui/shell/application.h"
#include "gui/shell/dock_layout.h"
#include "gui/shell/end_signals.h"
#include "gui/shell/main_window.h"
#include "gui/shell/screen_picture.h"
#include "gui/shell/start_watch.h"
#include "gui/widgets/action_book.h"

namespace {

using namespace vitrine::gui;

struct Options {
    QString project, theme, grab, runTo, device, precision;
    QStringList views;    ///< brought to the front
    QStringList actions;  ///< triggered shortly before the picture
    double after = 0;
    QSize size;
    bool train = false, stopAtNonFinite = false, startTimes = false;
};

constexpr double mostSeconds = 86400;

[[noreturn]] void refuse(const char* option, const QString& found, const char* wanted) {
    std::fprintf(stderr, "L01: %s is '%s', wanted %s\nNothing was done.\n", option,
                 found.toUtf8().constData(), wanted);
    std::exit(2);
}

QSize sizeOf(const QString& text) {
    const QStringList parts = text.split('x');
    const QSize size(parts.value(0).toInt(), parts.value(1).toInt());
    if (parts.size() != 2 || size.isEmpty()) refuse("--size", text, "WIDTHxHEIGHT in pixels");
    return size;
}

void takeDevice(const QCommandLineParser& parser, Options& options) {
    static const QRegularExpression gpu("^cuda(:[0-9]{1,3})?$");
    options.device = parser.value("device");
    options.precision = parser.value("precision");
    const bool isKnown = gpu.match(options.device).hasMatch();
    if (!options.device.isEmpty() && options.device != "cpu" && !isKnown)
        refuse("--device", options.device, "cpu, cuda or cuda:N");
    if (options.device == "cuda") options.device = QStringLiteral("cuda:0");
    if (options.device == "cpu") options.device.clear();
    QStringList known;
    for (const std::string& name : vitrine::trainingPrecisions())
        known << QString::fromStdString(name);
    if (!options.precision.isEmpty() && !known.contains(options.precision))
        refuse("--precision", options.precision, qPrintable(known.join(", ")));
}

/// Ends the program where only words were asked for, or the options are wrong.
Options optionsOf(const QStringList& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QCoreApplication::translate("main", "Workbench for convolutional networks"));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(
        "project", "Project file or its folder, or an ONNX model to import", "[PROJECT]");
    parser.addOptions(
        {{"train", "Start training at once"},
         {"run-to", "Start training and stop before a node is computed", "node"},
         {"stop-at-nan", "Stop at the entry that makes the first value that is not finite"},
         {"device", "Where runs compute: cpu, cuda, cuda:1", "device"},
         {"precision", "What runs on a GPU round the factors of products to, such as bf16",
          "precision"},
         {"theme", "dark or light", "theme"},
         {"show", "Bring a view to the front; may be given several times", "view"},
         {"size", "Size of the window, WIDTHxHEIGHT", "size"},
         {"grab",
          "Write a picture of the window, and of what is open over it, to a PNG file and quit",
          "file"},
         {"do",
          "Trigger an action shortly before the picture is taken, such as train.choose_device; may "
          "be given several times",
          "action"},
         {"after", "Seconds before the picture is taken", "seconds", "1"},
         {"start-times",
          "Print when the window was first seen and when it could be used, and quit"}});
    if (!parser.parse(arguments)) {
        std::fprintf(stderr, "L01: %s\nNothing was done.\n",
                     parser.errorText().toUtf8().constData());
        std::exit(2);
    }
    parser.process(arguments);
    Options options;
    options.project = parser.positionalArguments().value(0);
    options.train = parser.isSet("train");
    options.runTo = parser.value("run-to");
    options.stopAtNonFinite = parser.isSet("stop-at-nan");
    options.theme = parser.value("theme");
    options.views = parser.values("show");
    options.grab = parser.value("grab");
    options.actions = parser.values("do");
    takeDevice(parser, options);
    options.startTimes = parser.isSet("start-times");
    bool isNumber = false;
    options.after = parser.value("after").toDouble(&isNumber);
    if (!isNumber || options.after < 0 || options.after > mostSeconds)
        refuse("--after", parser.value("after"), "seconds from 0 to 86400");
    if (parser.isSet("size")) options.size = sizeOf(parser.value("size"));
    if (parser.isSet("theme") && options.theme != "dark" && options.theme != "light")
        refuse("--theme", options.theme, "dark or light");
    return options;
}

/// Help and version are words: they need no display, and nothing of what else was asked.
void answerWithoutDisplay(int& argc, char** argv) {
    const auto asksForWords = [](std::string_view argument) {
        return argument == "-h" || argument == "--help" || argument == "--help-all" ||
               argument == "-v" || argument == "--version";
    };
    char** const asked = std::find_if(argv + 1, argv + argc, asksForWords);
    if (asked == argv + argc) return;
    const QCoreApplication words(argc, argv);
    optionsOf({QString::fromLocal8Bit(argv[0]), QString::fromLocal8Bit(*asked)});
}

/// For window managers that do not look into the desktop entry.
void setWindowIcon() {
    QIcon icon(QStringLiteral(":/resources/desktop/vitrine.svg"));
    for (const int small : {16, 22, 24})
        icon.addFile(QStringLiteral(":/resources/desktop/vitrine-small.svg"), {small, small});
    QApplication::setWindowIcon(icon);
}

/// A picture must not depend on what this person has arranged, nor leave anything behind.
UserFolders foldersFor(const Options& options, const QTemporaryDir& temporary) {
    if (options.grab.isEmpty() && !options.startTimes) return UserFolders::standard();
    return {temporary.filePath("settings.ini"), temporary.path(), true};
}

void grabLater(MainWindow& window, const Workbench& bench, const Options& options) {
    if (options.grab.isEmpty()) return;
    constexpr int opensInMs = 500;  // what an action opens
    const int afterMs = static_cast<int>(options.after * 1000);
    QTimer::singleShot(std::max(0, afterMs - opensInMs), &window, [&bench, options] {
        for (const QString& id : options.actions)
            if (QAction* action = bench.actions.find(qPrintable(id))) action->trigger();
    });
    QTimer::singleShot(afterMs, &window, [&window, options] {
        const bool written = screenPicture(window).save(options.grab, "PNG");
        if (!written) std::fprintf(stderr, "G02: cannot write the picture\n");
        QCoreApplication::exit(written ? 0 : 1);
    });
}

}  // namespace

int main(int argc, char** argv) {
    vitrine::openStandardDescriptors();
    vitrine::ignoreWriteSignals();
    QCoreApplication::setApplicationName("vitrine");
    const std::string_view version = vitrine::programVersion();
    QCoreApplication::setApplicationVersion(
        QString::fromUtf8(version.data(), static_cast<qsizetype>(version.size())));
    answerWithoutDisplay(argc, argv);
    Application application(argc, argv);
    QApplication::setDesktopFileName("vitrine");
    setWindowIcon();
    const Options options = optionsOf(Application::arguments());
    Theme theme(ThemeKind::Dark);
    theme.applyTo(application);
    QTemporaryDir temporary;
    Workbench bench(theme, foldersFor(options, temporary));
    MainWindow window(bench);
    application.setTrouble([&bench](const vitrine::Error& error) { bench.run.failed(error); });
    const EndSignals endSignals(bench);
    if (!options.theme.isEmpty())
        theme.setKind(options.theme == "light" ? ThemeKind::Light : ThemeKind::Dark);
    if (options.size.isValid()) window.resize(options.size);
    if (options.startTimes) new StartWatch(window);
    window.show();
    if (!options.project.isEmpty()) window.open(options.project);
    for (const QString& view : options.views) window.docks().raise(view);
    if (options.stopAtNonFinite) bench.run.setNonFiniteWatch(vitrine::NonFiniteWatch::Loss);
    bench.run.setDevice(options.device);
    if (!options.precision.isEmpty()) bench.run.setPrecision(options.precision);
    if (options.train) bench.run.train();
    if (!options.runTo.isEmpty()) bench.run.runToNode(options.runTo);
    grabLater(window, bench, options);
    return QApplication::exec();
}
