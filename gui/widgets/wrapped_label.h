// SPDX-License-Identifier: GPL-3.0-or-later
// WrappedLabel: words that wrap in whatever width there is, long paths and names as well.
#pragma once

#include <QLabel>

namespace vitrine::gui {

/// A QLabel asks for the width of its longest word, and a page with one becomes that wide. This one
/// breaks such a word. Plain text; window thread.
class WrappedLabel : public QLabel {
    Q_OBJECT
  public:
    explicit WrappedLabel(QWidget* parent = nullptr);

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    /// Gives the height; paints where there is a painter.
    qreal layOut(qreal width, QPainter* painter) const;
};

}  // namespace vitrine::gui
