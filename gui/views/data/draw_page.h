// SPDX-License-Identifier: GPL-3.0-or-later
// DrawPage: one draws or chooses a picture, the network says what it is and what its convolutions
// see in it.
#pragma once

#include <QStringList>
#include <QWidget>

#include <memory>

#include "core/session/predictor.h"
#include "gui/models/drawing.h"
#include "gui/widgets/empty_state.h"

class QHBoxLayout;
class QLabel;
class QSlider;
class QToolButton;

namespace vitrine::gui {

class ActivationMosaic;
class DrawCanvas;
class PictureBar;
class ProbabilityBars;
class Theme;

/// Window thread. Knows no engine: it says what is drawn and is told the answer.
class DrawPage : public QWidget {
    Q_OBJECT
  public:
    explicit DrawPage(Theme& theme, QWidget* parent = nullptr);

    /// Of the network's input; without elements there is nothing to draw on, and setWhyNot() says
    /// why.
    void setExtent(const ImageExtent& extent);
    void setWhyNot(const QString& what, const QString& how) { m_empty->setText(what, how); }
    void setClassNames(const QStringList& names);
    /// Of the model that the weights come from: where neither data nor a file have names.
    void setModelNames(const QStringList& names);
    /// Where outputs of classes find their names; may be null.
    void setData(std::shared_ptr<const Dataset> dataset) { m_data = std::move(dataset); }
    /// Puts an image on the canvas; one of another size is refused with a sentence.
    void setImage(std::vector<float> pixels, const ImageExtent& extent);
    /// Where weights come from that no run has trained yet: see originOf.
    void setOrigin(const QString& origin) { m_origin = origin; }
    /// Another project: a blank canvas, and nothing has been answered.
    void forget();
    void showAnswer(const Prediction& prediction);
    /// Why there is no answer.
    void showTrouble(const QString& message);

    DrawCanvas& canvas() { return *m_canvas; }
    ProbabilityBars& bars() { return *m_bars; }
    PictureBar& pictures() { return *m_pictures; }

  Q_SIGNALS:
    /// Another picture: [C, H, W], 0 … 1.
    void drawn(const std::vector<float>& pixels);
    /// Somebody wants to see how the answer to it comes about.
    void stepAskedFor();

  protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

  private:
    void showNames();
    void showNothing();
    void showOutputs(const Prediction& prediction);
    QString noteOf(const Prediction& prediction) const;
    QWidget* buildTools();
    QToolButton* addTool(QHBoxLayout& row, const QString& icon, const QString& name,
                         const QString& text);
    void addBrush(QHBoxLayout& row);
    void addInks(QHBoxLayout& row);
    void chooseInk();
    void showInk();

    Theme& m_theme;
    DrawCanvas* m_canvas;
    PictureBar* m_pictures;
    ProbabilityBars* m_bars;
    ActivationMosaic* m_activations;
    QLabel* m_note;
    QToolButton* m_ink = nullptr;
    QSlider* m_brush = nullptr;
    QColor m_colour = Qt::white;
    /// Of the data; of a file, where the data have none; of the model, where nobody chose a file.
    QStringList m_names, m_chosenNames, m_modelNames;
    QString m_origin;
    QLabel *m_picture, *m_words;  ///< of outputs that are no classes, or further ones
    std::shared_ptr<const Dataset> m_data;
    EmptyState* m_empty;
};

}  // namespace vitrine::gui
