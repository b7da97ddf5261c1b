// SPDX-License-Identifier: GPL-3.0-or-later
// Theme: the colours, fonts and icons of the window, dark or light. Nobody names a colour
// elsewhere.
#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QObject>
#include <QString>

#include <string_view>

class QApplication;

namespace vitrine::gui {

enum class ThemeKind { Dark, Light };

/// Colours by what they mean.
struct Tokens {
    QColor window, panel, raised;
    QColor line, grid;
    QColor text, quiet, disabled;
    QColor accent, accentText;  ///< selection and focus; text on it
    QColor good, warn, bad;
};

/// Spacing in steps of 4 px, rows of 24 px.
inline constexpr int space = 4, rowHeight = 24, nodeRadius = 6, controlRadius = 4;

class Theme : public QObject {
    Q_OBJECT
  public:
    explicit Theme(ThemeKind kind, QObject* parent = nullptr);

    ThemeKind kind() const { return m_kind; }
    bool isDark() const { return m_kind == ThemeKind::Dark; }
    const Tokens& tokens() const { return m_tokens; }
    /// Sets palette, style and style sheet of the application, then signals `changed`.
    void setKind(ThemeKind kind);
    void applyTo(QApplication& application);

    /// Hue of an operator's category (`convolution`, `activation`, …).
    QColor category(std::string_view category) const;
    /// Line colours that stay apart for the colour-blind; repeats after eight.
    QColor series(int index) const;
    /// Two-signed data, −1 … 1: blue, grey, orange. Not a number: `bad`.
    QRgb diverging(double x) const;
    /// One-signed data, 0 … 1 (viridis). Not a number: `bad`.
    QRgb sequential(double x) const;

    /// The system's font with tabular figures, and a fixed-width one for shapes, tape and code.
    QFont font() const;
    QFont mono() const;
    /// `resources/icons/<name>.svg` in the colour of text (disabled: in that colour).
    QIcon icon(const QString& name) const;
    QIcon icon(const QString& name, const QColor& colour) const;
    /// Icon of an operator's category.
    QIcon categoryIcon(std::string_view category) const;

  Q_SIGNALS:
    void changed();

  private:
    QString styleSheet() const;
    ThemeKind m_kind;
    Tokens m_tokens;
};

}  // namespace vitrine::gui
