// SPDX-License-Identifier: GPL-3.0-or-later
// ValuePicture: the planes of a value as heat maps side by side, with a colour bar.
#pragma once

#include <QImage>
#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

#include "gui/models/value_elements.h"

namespace vitrine::gui {

class Theme;

/// Window thread. One element is one rectangle of one colour, however large.
class ValuePicture : public QWidget {
    Q_OBJECT
  public:
    explicit ValuePicture(Theme& theme, QWidget* parent = nullptr);

    /// Not null.
    void setSnapshot(std::shared_ptr<const ValueSnapshot> snapshot);
    /// An element to be outlined.
    void setMarked(std::optional<PicturePlace> place);
    /// The element at a point of the widget.
    std::optional<PicturePlace> placeAt(const QPointF& point) const;
    QRectF rectOf(const PicturePlace& place) const;
    /// Where the words beside the colour bar are, and what they are: high, low, and 0 between.
    struct BarLabel {
        QRectF rect;
        QString text;
    };
    std::vector<BarLabel> barLabels() const;
    /// `[3, 0, 12, 5] = 0.1307`
    QString tipOf(const PicturePlace& place) const;
    QSize minimumSizeHint() const override { return {160, 120}; }

  Q_SIGNALS:
    void hovered(const QString& text);
    /// By a person.
    void placeChosen(const vitrine::gui::PicturePlace& place);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool event(QEvent* event) override;

  private:
    void colourElements();
    void arrange();
    bool isEmpty() const { return m_snapshot->elements.empty(); }
    void labelBar();
    QRectF planeRect(int64_t plane) const;
    void paintBar(QPainter& painter) const;

    Theme& m_theme;
    std::shared_ptr<const ValueSnapshot> m_snapshot = std::make_shared<ValueSnapshot>();
    ColourScale m_scale;
    QImage m_elements;        ///< one pixel an element, the planes below one another
    double m_labelWidth = 0;  ///< of the widest label of the colour bar
    int64_t m_across = 1;
    QSizeF m_cell{1, 1};
    QPointF m_origin;
    std::optional<PicturePlace> m_marked;
};

}  // namespace vitrine::gui
