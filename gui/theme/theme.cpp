// SPDX-License-Identifier: GPL-3.0-or-later
// The tokens of both themes, and what follows from them.
#include "gui/theme/theme.h"

#include <QApplication>
#include <QFontDatabase>
#include <QPalette>
#include <QStyleFactory>

#include <array>
#include <cmath>

namespace vitrine::gui {

namespace {

Tokens darkTokens() {
    return {.window = 0x16181d,
            .panel = 0x1d2026,
            .raised = 0x262a32,
            .line = 0x333842,
            .grid = 0x272b33,
            .text = 0xe8eaee,
            .quiet = 0x9aa3b2,
            .disabled = 0x5c6472,
            .accent = 0x4cc2ff,
            .accentText = 0x0b1016,
            .good = 0x5fd38d,
            .warn = 0xffb454,
            .bad = 0xff6b6b};
}

Tokens lightTokens() {
    return {.window = 0xf4f5f7,
            .panel = 0xffffff,
            .raised = 0xeceef2,
            .line = 0xd5d9e0,
            .grid = 0xe6e9ee,
            .text = 0x1a1d23,
            .quiet = 0x596273,
            .disabled = 0xa3abb8,
            .accent = 0x0067b8,
            .accentText = 0xffffff,
            .good = 0x1a7f45,
            .warn = 0x9a6200,
            .bad = 0xc62828};
}

struct CategoryHue {
    std::string_view category;
    QRgb colour;
    const char* icon;
};
constexpr std::array categoryHues = {
    CategoryHue{"convolution", 0xff56b4e9, "convolution"},
    CategoryHue{"pooling", 0xff009e73, "pooling"},
    CategoryHue{"normalisation", 0xffcc79a7, "normalisation"},
    CategoryHue{"activation", 0xffe69f00, "activation"},
    CategoryHue{"linear", 0xff0072b2, "dense"},
    CategoryHue{"math", 0xffb0b6c0, "math"},
    CategoryHue{"shape", 0xff999999, "shape"},
    CategoryHue{"regularisation", 0xffd55e00, "regularisation"},
    CategoryHue{"loss", 0xfff0e442, "loss"},
    CategoryHue{"document", 0xffffffff, "data"},
    CategoryHue{"placeholder", 0xff8f98a8, "placeholder"},
};

const CategoryHue& hueOf(std::string_view category) {
    for (const CategoryHue& hue : categoryHues)
        if (hue.category == category) return hue;
    return categoryHues[6];  // shape: grey
}

struct Rgb {
    double r, g, b;
};

/// Piecewise linear over equally spaced colours.
template <size_t N>
QRgb between(const std::array<Rgb, N>& stops, double x) {
    const double place = std::clamp(x, 0.0, 1.0) * static_cast<double>(N - 1);
    const size_t i = std::min(static_cast<size_t>(place), N - 2);
    const double t = place - static_cast<double>(i);
    const auto mix = [&](double Rgb::*part) {
        return static_cast<int>(
            std::lround(stops[i].*part + t * (stops[i + 1].*part - stops[i].*part)));
    };
    return qRgb(mix(&Rgb::r), mix(&Rgb::g), mix(&Rgb::b));
}

}  // namespace

Theme::Theme(ThemeKind kind, QObject* parent)
    : QObject(parent),
      m_kind(kind),
      m_tokens(kind == ThemeKind::Dark ? darkTokens() : lightTokens()) {}

void Theme::setKind(ThemeKind kind) {
    m_kind = kind;
    m_tokens = isDark() ? darkTokens() : lightTokens();
    if (auto* application = qobject_cast<QApplication*>(QCoreApplication::instance()))
        applyTo(*application);
    changed();
}

void Theme::applyTo(QApplication& application) {
    // The style is the same for both themes, and changing it polishes every widget once more.
    if (application.styleSheet().isEmpty())
        QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    const Tokens& t = m_tokens;
    QPalette palette;
    const auto set = [&](QPalette::ColorRole role, const QColor& colour, const QColor& disabled) {
        palette.setColor(QPalette::Active, role, colour);
        palette.setColor(QPalette::Inactive, role, colour);
        palette.setColor(QPalette::Disabled, role, disabled);
    };
    set(QPalette::Window, t.window, t.window);
    set(QPalette::WindowText, t.text, t.disabled);
    set(QPalette::Base, t.panel, t.panel);
    set(QPalette::AlternateBase, t.raised, t.raised);
    set(QPalette::ToolTipBase, t.raised, t.raised);
    set(QPalette::ToolTipText, t.text, t.text);
    set(QPalette::PlaceholderText, t.quiet, t.disabled);
    set(QPalette::Text, t.text, t.disabled);
    set(QPalette::Button, t.raised, t.raised);
    set(QPalette::ButtonText, t.text, t.disabled);
    set(QPalette::BrightText, t.bad, t.bad);
    set(QPalette::Highlight, t.accent, t.line);
    set(QPalette::HighlightedText, t.accentText, t.text);
    set(QPalette::Link, t.accent, t.disabled);
    set(QPalette::LinkVisited, t.accent, t.disabled);
    set(QPalette::Light, t.raised, t.raised);
    set(QPalette::Midlight, t.line, t.line);
    set(QPalette::Mid, t.line, t.line);
    set(QPalette::Dark, t.line, t.line);
    set(QPalette::Shadow, t.window, t.window);
    QApplication::setPalette(palette);
    QApplication::setFont(font());
    application.setStyleSheet(styleSheet());
}

QColor Theme::category(std::string_view category) const {
    const QColor hue(hueOf(category).colour);
    // White and yellow would vanish on a light ground.
    if (isDark()) return hue;
    if (category == "document") return m_tokens.quiet;
    return category == "loss" ? hue.darker(150) : hue.darker(112);
}

QIcon Theme::categoryIcon(std::string_view name) const {
    return icon(QString::fromLatin1(hueOf(name).icon), category(name));
}

QColor Theme::series(int index) const {
    static constexpr std::array<QRgb, 8> dark = {0xff4cc2ff, 0xffe69f00, 0xff5fd38d, 0xffcc79a7,
                                                 0xfff0e442, 0xffd55e00, 0xff8f9dff, 0xffb0b6c0};
    static constexpr std::array<QRgb, 8> light = {0xff0067b8, 0xffb06f00, 0xff1a7f45, 0xffa23d79,
                                                  0xff7a7000, 0xffb84a00, 0xff4b56c8, 0xff596273};
    return QColor((isDark() ? dark : light)[static_cast<size_t>(index) % dark.size()]);
}

QRgb Theme::diverging(double x) const {
    static constexpr std::array<Rgb, 5> dark = {
        Rgb{86, 180, 255}, {47, 104, 160}, {52, 56, 64}, {176, 96, 20}, {255, 176, 84}};
    static constexpr std::array<Rgb, 5> light = {
        Rgb{0, 84, 160}, {110, 168, 214}, {236, 238, 242}, {236, 172, 104}, {184, 92, 0}};
    if (std::isnan(x)) return m_tokens.bad.rgb();
    return between(isDark() ? dark : light, (x + 1) / 2);
}

QRgb Theme::sequential(double x) const {
    // Viridis at nine equally spaced places (van der Walt and Smith, 2015).
    static constexpr std::array<Rgb, 9> viridis = {Rgb{68, 1, 84}, {71, 44, 122},  {59, 81, 139},
                                                   {44, 113, 142}, {33, 144, 141}, {39, 173, 129},
                                                   {92, 200, 99},  {170, 220, 50}, {253, 231, 37}};
    if (std::isnan(x)) return m_tokens.bad.rgb();
    return between(viridis, x);
}

QFont Theme::font() const {
    QFont font = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    font.setPointSizeF(9.5);
    return font;
}

QFont Theme::mono() const {
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPointSizeF(9);
    return font;
}

}  // namespace vitrine::gui
