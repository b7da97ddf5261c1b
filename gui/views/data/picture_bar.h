// SPDX-License-Identifier: GPL-3.0-or-later
// PictureBar: a picture file in place of a drawing, how it comes to the input's size and numbers,
// and the names of what the network answers.
#pragma once

#include <QStringList>
#include <QWidget>

#include <vector>

#include "core/base/normalisation.h"
#include "gui/bridge/background.h"
#include "gui/models/image_of.h"

class QComboBox;

namespace vitrine::gui {

class Theme;

/// Names of classes, one a line. Errors: "G01" (it cannot be read), "M04" (it is no such list).
Result<QStringList> classNamesIn(const QString& path);

/// Window thread; pictures are decoded on another one.
class PictureBar : public QWidget {
    Q_OBJECT
  public:
    explicit PictureBar(Theme& theme, QWidget* parent = nullptr);

    /// Of the network's input.
    void setExtent(const ImageExtent& extent);
    /// Which the project has.
    void setNormalisation(const Normalisation& normalisation);
    /// Whether open() may be given a file: by its name.
    static bool takes(const QString& path);
    /// Reads a picture, or a list of names where it ends with `.txt`.
    void open(const QString& path);
    /// Another project: no picture is chosen.
    void forget() { m_path.clear(); }

  Q_SIGNALS:
    /// A picture was read: [C, H, W], 0 … 1.
    void read(const std::vector<float>& pixels, const vitrine::gui::ImageExtent& extent);
    void failed(const QString& sentence);
    void normalisationChosen(const vitrine::Normalisation& normalisation);
    void namesChosen(const QStringList& names);

  private:
    QWidget* buildChoices();
    void addButton(QWidget* row, const QString& icon, const char* name, const QString& tip,
                   void (PictureBar::*ask)());
    void choosePicture();
    void chooseNames();
    void decode();
    void take();
    void tell(const Error& error);

    Theme& m_theme;
    ImageExtent m_extent, m_wanted;  ///< m_wanted: of the picture that is being read
    QString m_path;
    QComboBox *m_fit = nullptr, *m_normalisation = nullptr;
    bool m_isOutdated = false;  ///< what is being read is not wanted any more
    Background<Result<std::vector<float>>> m_reading;
};

}  // namespace vitrine::gui
