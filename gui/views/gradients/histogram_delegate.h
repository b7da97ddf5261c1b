// SPDX-License-Identifier: GPL-3.0-or-later
// Paints rows of a GradientModel: name, picture, size with bar, verdict.
#pragma once

#include <QStyledItemDelegate>
#include <QTimer>

#include <optional>
#include <unordered_map>

#include "gui/models/gradient_model.h"
#include "gui/views/gradients/histogram_image.h"

namespace vitrine::gui {

class HistogramDelegate : public QStyledItemDelegate {
    Q_OBJECT
  public:
    HistogramDelegate(const GradientModel& model, Theme& theme, QObject* parent = nullptr);

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

    /// Where the picture stands in its cell.
    static QRect pictureArea(const QRect& cell);
    QColor colourOf(Verdict verdict) const;
    static QString iconOf(Verdict verdict);

  Q_SIGNALS:
    /// Some pictures are older than their rows, since one painting makes only so many anew.
    void fellBehind();

  private:
    void paintPicture(QPainter& painter, const QRect& cell, const GradientModel::Row& row) const;
    void paintSize(QPainter& painter, const QRect& cell, const GradientModel::Row& row) const;
    void paintVerdict(QPainter& painter, const QRect& cell, const QModelIndex& index) const;

    /// A picture as it was after some number of samples; as wide as it may ever have to be.
    struct Cached {
        int64_t samples = -1;
        int samplesPerColumn = 0;
        size_t columns = 0;
        BinRange bins;
        QImage image;
    };
    void update(Cached& cached, const GradientModel::Row& row, const BinRange& bins) const;
    bool mayMakeAnew() const;

    const GradientModel& m_model;
    Theme& m_theme;
    mutable ShareColours m_colours;
    mutable std::unordered_map<const void*, Cached> m_cache;  ///< by row; emptied with the model
    mutable QTimer m_nextTurn;
    mutable int m_madeAnew = 0;  ///< in this turn
    mutable bool m_isBehind = false;
};

}  // namespace vitrine::gui
