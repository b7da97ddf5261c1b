// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures and tables of plots.
#include "gui/widgets/plot_export.h"

#include <QBuffer>
#include <QFileDialog>
#include <QMenu>
#include <QSvgGenerator>

#include <qcustomplot.h>

#include "core/base/file.h"

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

}  // namespace

QByteArray plotAsPng(QCustomPlot& plot) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    plot.toPixmap(plot.width(), plot.height(), 2).save(&buffer, "PNG");
    return bytes;
}

QByteArray plotAsSvg(QCustomPlot& plot) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(plot.size());
    generator.setViewBox(plot.rect());
    QCPPainter painter(&generator);
    painter.setMode(QCPPainter::pmVectorized);
    painter.fillRect(plot.rect(), plot.palette().base());
    plot.toPainter(&painter, plot.width(), plot.height());
    painter.end();
    return bytes;
}

Result<void> exportPlot(QCustomPlot& plot, const std::function<QByteArray()>& table,
                        const QString& file) {
    const bool isPng = file.endsWith(QLatin1String(".png"), Qt::CaseInsensitive);
    const bool isSvg = file.endsWith(QLatin1String(".svg"), Qt::CaseInsensitive);
    const QByteArray bytes = isPng ? plotAsPng(plot) : isSvg ? plotAsSvg(plot) : table();
    return saveAtomically(file.toStdString(),
                          std::string_view(bytes.constData(), static_cast<size_t>(bytes.size())));
}

void addExportActions(QMenu& menu, QCustomPlot& plot, std::function<QByteArray()> table,
                      std::function<void(const QString&)> told) {
    for (const Format& format : formats) {
        const QString ending = QLatin1String(format.ending);
        menu.addAction(tr(format.text), &plot, [&plot, table, told, ending] {
            QFileDialog dialog(&plot, tr("Save"), {}, QStringLiteral("*.%1").arg(ending));
            dialog.setObjectName(QStringLiteral("plotExport"));
            dialog.setAcceptMode(QFileDialog::AcceptSave);
            dialog.setDefaultSuffix(ending);
            if (dialog.exec() != QDialog::Accepted) return;
            const QString file = dialog.selectedFiles().value(0);
            const auto written = exportPlot(plot, table, file);
            told(written.ok() ? tr("Saved %1.").arg(file)
                              : QString::fromStdString(written.error().message));
        });
    }
}

}  // namespace vitrine::gui
