// SPDX-License-Identifier: GPL-3.0-or-later
// Jobs in a row, pictures, tables.
#include "gui/widgets/plot_export.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QFileDialog>
#include <QMenu>
#include <QPicture>
#include <QSvgGenerator>

#include <cstdio>
#include <utility>

#include "gui/models/course_table.h"
#include "gui/widgets/step_plot.h"

namespace vitrine::gui {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("PlotExport", text); }

struct Format {
    const char* ending;
    const char* text;
};
constexpr Format formats[] = {{"png", QT_TRANSLATE_NOOP("PlotExport", "Save picture as PNG…")},
                              {"svg", QT_TRANSLATE_NOOP("PlotExport", "Save picture as SVG…")},
                              {"csv", QT_TRANSLATE_NOOP("PlotExport", "Save numbers as CSV…")}};

Result<void> written(const ExportJob& job) {
    AtomicFile file(job.file.toStdString());
    if (auto opened = file.open(0); !opened) return opened;
    if (auto done = job.write(file); !done) return done;
    return file.commit();
}

/// What a plot draws, as commands, a part a turn.
struct Recording {
    QSize size;
    int dotsPerInch = 96;
    std::vector<QPicture> parts;
};

void play(const Recording& recording, QPaintDevice& device) {
    QPainter painter(&device);
    painter.setRenderHint(QPainter::Antialiasing);
    for (const QPicture& part : recording.parts) painter.drawPicture(0, 0, part);
}

void writePng(const Recording& recording, QBuffer& buffer) {
    constexpr int scale = 2;
    QImage image(scale * recording.size, QImage::Format_RGB32);
    image.setDevicePixelRatio(scale);
    play(recording, image);
    image.save(&buffer, "PNG");
}

void writeSvg(const Recording& recording, QBuffer& buffer) {
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(recording.dotsPerInch);
    generator.setSize(recording.size);
    generator.setViewBox(QRect(QPoint(), recording.size));
    play(recording, generator);
}

}  // namespace

PlotExport::PlotExport(QObject* parent) : QObject(parent) {
    m_turn.setObjectName(QStringLiteral("PlotExport.turn"));
    m_turn.setSingleShot(true);
    connect(&m_turn, &QTimer::timeout, this, &PlotExport::goOn);
    connect(&m_work, &BackgroundWork::finished, this, [this] { finish(m_work.take()); });
}

PlotExport::~PlotExport() {
    const auto tell = [](const Result<void>& result) {
        if (!result) std::fprintf(stderr, "%s\n", result.error().text().c_str());
    };
    if (m_work.isRunning()) {
        m_work.waitForFinished();
        tell(m_work.take());
        m_jobs.pop_front();
    }
    for (const ExportJob& job : m_jobs) {
        while (!job.prepare()) continue;
        tell(written(job));
    }
}

void PlotExport::start(ExportJob job) {
    m_jobs.push_back(std::move(job));
    if (m_jobs.size() == 1) m_turn.start(0);
}

void PlotExport::goOn() {
    try {
        if (!m_jobs.front().prepare()) return m_turn.start(0);
    } catch (...) {
        return finish(caughtError("copying what is to be saved"));
    }
    // All of it goes along: what has been copied is large, and freed over there.
    ExportJob job = std::exchange(m_jobs.front(), {.file = m_jobs.front().file});
    m_work.run("saving a file", [job = std::move(job)] { return written(job); });
}

void PlotExport::finish(const Result<void>& result) {
    const QString file = m_jobs.front().file;
    m_jobs.pop_front();
    if (!m_jobs.empty()) m_turn.start(0);
    if (result)
        saved(file);
    else
        failed(result.error());
}

ExportJob pictureJob(StepPlot& plot, const QString& file) {
    auto recording = std::make_shared<Recording>();
    recording->size = plot.size();
    recording->dotsPerInch = plot.logicalDpiX();
    const bool isSvg = file.endsWith(QLatin1String(".svg"), Qt::CaseInsensitive);
    const auto prepare = [&plot, recording] {
        QPicture part;
        if (!plot.recordPart(static_cast<int>(recording->parts.size()), part)) return true;
        recording->parts.push_back(part);
        return false;
    };
    const auto write = [recording, isSvg](AtomicFile& out) {
        QByteArray bytes;
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::WriteOnly);
        if (isSvg)
            writeSvg(*recording, buffer);
        else
            writePng(*recording, buffer);
        return out.write(bytes.constData(), bytes.size());
    };
    return {file, prepare, write};
}

ExportJob tableJob(std::shared_ptr<const RunCourse> course, const QString& file) {
    auto table = std::make_shared<CourseTable>(std::move(course));
    return {file, [table] { return table->copySome(); },
            [table](AtomicFile& out) {
                return table->write([&out](std::string_view text) {
                    return out.write(text.data(), static_cast<int64_t>(text.size()));
                });
            }};
}

void addExportActions(QMenu& menu, StepPlot& plot, PlotExport& exports,
                      std::function<std::shared_ptr<const RunCourse>()> course) {
    for (const Format& format : formats) {
        const QString ending = QLatin1String(format.ending);
        menu.addAction(tr(format.text), &plot, [&plot, &exports, course, ending] {
            QFileDialog dialog(&plot, tr("Save"), {}, QStringLiteral("*.%1").arg(ending));
            dialog.setObjectName(QStringLiteral("plotExport"));
            dialog.setAcceptMode(QFileDialog::AcceptSave);
            dialog.setDefaultSuffix(ending);
            if (dialog.exec() != QDialog::Accepted) return;
            const QString file = dialog.selectedFiles().value(0);
            exports.start(ending == QLatin1String("csv") ? tableJob(course(), file)
                                                         : pictureJob(plot, file));
        });
    }
}

}  // namespace vitrine::gui
