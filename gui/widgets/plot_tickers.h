// SPDX-License-Identifier: GPL-3.0-or-later
// Where axes of a plot have their numbers, and how those are written.
#pragma once

#include <qcustomplot.h>

namespace vitrine::gui {

/// Of values. A logarithmic axis has powers of ten, with 2 and 5 between them where there is room,
/// and evenly spaced numbers where it shows less than a third of a decade. Shares are written as
/// `97.5 %`, on either kind of axis.
class ValueTicker : public QCPAxisTicker {
  public:
    ValueTicker(bool isLog, bool isShare);

  protected:
    QVector<double> createTickVector(double tickStep, const QCPRange& range) override;
    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override;

  private:
    bool m_isLog, m_isShare;
};

/// Of steps, whole numbers. A number that would reach past the left end of `axis`, where its name
/// stands, is left out.
class StepTicker : public QCPAxisTicker {
  public:
    explicit StepTicker(const QCPAxis& axis) : m_axis(axis) {}

  protected:
    double getTickStep(const QCPRange& range) override;
    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override;

  private:
    const QCPAxis& m_axis;
};

}  // namespace vitrine::gui
