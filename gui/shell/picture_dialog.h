// SPDX-License-Identifier: GPL-3.0-or-later
// PictureDialog: how a picture of the network is to be, with a look at it.
#pragma once

#include <QDialog>

#include "gui/graph_editor/graph_picture.h"

class QComboBox;
class QLabel;

namespace vitrine::gui {

/// Window thread. After Accepted, bytes() is what goes into file().
class PictureDialog : public QDialog {
    Q_OBJECT
  public:
    PictureDialog(Document& document, const Theme& theme, QWidget* parent);

    const QByteArray& bytes() const { return m_bytes; }
    QString file() const { return m_file; }

  Q_SIGNALS:
    void failed(const vitrine::Error& error);

  private:
    QWidget* buildChoices(const Theme& theme);
    PictureChoices choices() const;
    void showPicture(const PictureChoices& choices);
    void save();

    Document& m_document;
    std::unique_ptr<GraphPicture> m_picture;
    ThemeKind m_shown = ThemeKind::Light;
    QComboBox *m_format = nullptr, *m_scale = nullptr, *m_theme = nullptr;
    QLabel *m_preview = nullptr, *m_facts = nullptr;
    QByteArray m_bytes;
    QString m_file;
};

}  // namespace vitrine::gui
