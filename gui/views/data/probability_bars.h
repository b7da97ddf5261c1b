// SPDX-License-Identifier: GPL-3.0-or-later
// ProbabilityBars: what a network takes an image for, as one bar a class.
#pragma once

#include <QStringList>
#include <QWidget>

#include <vector>

namespace vitrine::gui {

class Theme;

class ProbabilityBars : public QWidget {
    Q_OBJECT
  public:
    /// More classes than this are sorted, and only the likeliest shown.
    static constexpr int mostBars = 12;

    explicit ProbabilityBars(Theme& theme, QWidget* parent = nullptr);
    void setClassNames(const QStringList& names);
    /// Empty: no answer yet.
    void setProbabilities(std::vector<float> probabilities);
    const std::vector<float>& probabilities() const { return m_probabilities; }
    /// −1: no answer yet, or one that is no number.
    int likeliest() const;
    bool isNotANumber() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

  private:
    QString nameOf(int label) const;
    std::vector<int> shown() const;
    int rowHeightFor(size_t rows) const;
    Theme& m_theme;
    QStringList m_names;
    std::vector<float> m_probabilities;
};

}  // namespace vitrine::gui
