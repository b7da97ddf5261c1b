// SPDX-License-Identifier: GPL-3.0-or-later
// Two pictures, words, choices and a curve, one below the other.
#include "gui/views/data/sample_details.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

#include "gui/models/number_text.h"
#include "gui/theme/theme.h"
#include "gui/views/data/loss_curve.h"
#include "gui/views/data/mask_bar.h"

namespace vitrine::gui {

SampleDetails::SampleDetails(Theme& theme, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_name(new QLabel),
      m_words(new QLabel),
      m_curve(new LossCurve(theme)),
      m_mask(new MaskBar(theme)) {
    setObjectName(QStringLiteral("sampleDetails"));
    setAccessibleName(tr("The chosen example"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(2 * space, 2 * space, 2 * space, space);
    column->setSpacing(space);
    column->addLayout(buildPictures());
    column->addWidget(m_mask);
    m_name->setObjectName(QStringLiteral("sampleName"));
    m_words->setObjectName(QStringLiteral("sampleWords"));
    m_words->setProperty("quiet", true);
    for (QLabel* label : {m_name, m_words}) {
        label->setWordWrap(true);
        label->setMinimumWidth(1);
        label->setTextFormat(Qt::PlainText);
        column->addWidget(label);
    }
    m_askAverage = new QToolButton;
    m_askAverage->setObjectName(QStringLiteral("sampleAverage"));
    m_askAverage->setText(tr("Average picture"));
    m_askAverage->setToolTip(
        tr("The mean of all pictures that are listed: of a class, of what "
           "the network takes for one"));
    connect(m_askAverage, &QToolButton::clicked, this, &SampleDetails::averageAsked);
    column->addWidget(m_askAverage);
    column->addWidget(buildEdits());
    column->addWidget(m_curve);
    column->addStretch(1);
    for (SamplePictures* pictures : {&m_asStored, &m_asSeen})
        connect(pictures, &SamplePictures::made, this, &SampleDetails::showPictures);
    setExamples({}, {}, {});
}

QLayout* SampleDetails::buildPictures() {
    auto* grid = new QGridLayout;
    grid->setSpacing(space);
    m_stored = new QLabel;
    m_seen = new QLabel;
    m_stored->setAccessibleName(tr("As it is stored"));
    m_seen->setAccessibleName(tr("As the network takes it"));
    m_storedName = new QLabel(tr("stored"));
    m_seenName = new QLabel(tr("as seen"));
    int at = 0;
    for (auto [picture, words] :
         {std::pair(m_stored, m_storedName), std::pair(m_seen, m_seenName)}) {
        picture->setAlignment(Qt::AlignCenter);
        words->setAlignment(Qt::AlignCenter);
        words->setProperty("quiet", true);
        grid->addWidget(picture, 0, at);
        grid->addWidget(words, 1, at);
        grid->setColumnStretch(at++, 1);
    }
    m_stored->setObjectName(QStringLiteral("sampleStored"));
    m_seen->setObjectName(QStringLiteral("sampleSeen"));
    return grid;
}

QWidget* SampleDetails::buildEdits() {
    m_edits = new QWidget;
    auto* row = new QGridLayout(m_edits);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space);
    m_class = new QComboBox;
    m_class->setObjectName(QStringLiteral("sampleClass"));
    m_class->setAccessibleName(tr("Class of the chosen examples"));
    m_class->setToolTip(
        tr("Gives the chosen examples another class; their files stay as they are"));
    m_class->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_class->setMinimumContentsLength(6);
    m_exclude = new QToolButton;
    m_exclude->setObjectName(QStringLiteral("sampleExclude"));
    m_exclude->setText(tr("Exclude"));
    m_exclude->setCheckable(true);
    m_exclude->setToolTip(tr("Leaves the chosen examples out of training and measuring"));
    m_back = new QToolButton;
    m_back->setObjectName(QStringLiteral("sampleTakeBack"));
    m_back->setText(tr("Take back"));
    m_back->setToolTip(tr("The chosen examples are as in the data again"));
    row->addWidget(m_class, 0, 0, 1, 2);
    row->addWidget(m_exclude, 1, 0);
    row->addWidget(m_back, 1, 1);
    for (QToolButton* button : {m_exclude, m_back})
        button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(m_class, &QComboBox::activated, this,
            [this](int number) { editAsked(m_places, {.label = number}); });
    connect(m_exclude, &QToolButton::clicked, this,
            [this](bool on) { editAsked(m_places, {.isExcluded = on}); });
    connect(m_back, &QToolButton::clicked, this, [this] { takeBackAsked(m_places); });
    return m_edits;
}

void SampleDetails::setExamples(const SampleSource& source, std::vector<int64_t> places,
                                const PictureLook& look) {
    m_source = source;
    m_places = std::move(places);
    if (!source.table) m_places.clear();
    PictureLook stored = look, seen = look;
    stored.isSeen = false;
    seen.isSeen = true;
    m_asStored.setLook(stored, source.table);
    m_asSeen.setLook(seen, source.table);
    fillClasses();
    showPictures();
    showWords();
    showEdits();
    m_curve->setCourse(m_places.empty() ? std::vector<LossAtEpoch>()
                                        : source.answers.courseOf(*source.table, m_places.front()));
    m_curve->setVisible(!m_places.empty());
}

void SampleDetails::setAverage(const QImage& picture, const QString& words) {
    m_average = picture;
    m_averageWords = words;
    if (!m_places.empty()) return;
    showPictures();
    showWords();
}

/// Small ones with sharp pixels.
QPixmap SampleDetails::scaled(const QImage& picture) const {
    const qreal ratio = devicePixelRatioF();
    const int side = static_cast<int>(pictureSide * ratio);
    const bool isLarge = picture.width() > side || picture.height() > side;
    QPixmap pixels = QPixmap::fromImage(
        picture.scaled(side, side, Qt::KeepAspectRatio,
                       isLarge ? Qt::SmoothTransformation : Qt::FastTransformation));
    pixels.setDevicePixelRatio(ratio);
    return pixels;
}

void SampleDetails::showPictures() {
    const bool isOne = !m_places.empty() && m_asStored.look().image >= 0;
    const bool isAverage = m_places.empty() && !m_average.isNull();
    const auto put = [&](QLabel* label, QLabel* name, const QImage& picture, bool isThere) {
        label->setPixmap(picture.isNull() ? QPixmap() : scaled(picture));
        label->setMinimumHeight(isThere ? pictureSide : 0);
        label->setVisible(isThere);
        name->setVisible(isThere);
    };
    m_storedName->setText(isAverage ? tr("average") : tr("stored"));
    put(m_stored, m_storedName, isOne ? m_asStored.at(m_places.front()) : m_average,
        isOne || isAverage);
    put(m_seen, m_seenName, isOne ? m_asSeen.at(m_places.front()) : QImage(), isOne);
}

void SampleDetails::showWords() {
    if (m_places.empty()) {
        m_name->setText(m_averageWords.isEmpty() ? tr("Choose an example to see more of it.")
                                                 : m_averageWords);
        m_words->clear();
        return;
    }
    const SampleTable& table = *m_source.table;
    const int64_t place = m_places.front();
    const QString name = QString::fromStdString(table.nameOf(place));
    m_name->setText(m_places.size() == 1
                        ? name
                        : tr("%1 examples, the first: %2")
                              .arg(exactText(static_cast<int64_t>(m_places.size())), name));
    QStringList lines;
    const SampleChange change = table.changeOf(place);
    if (change.label) lines << tr("in the data: %1").arg(table.className(table.ownClass(place)));
    if (change.isExcluded) lines << tr("excluded");
    const Answer answer = m_source.answers.of(table, place);
    if (answer.predicted == noAnswer)
        lines << tr("the network's outputs are not numbers");
    else if (answer.predicted != notAsked)
        lines << tr("taken for %1 with %2")
                     .arg(table.className(answer.predicted),
                          percentText(static_cast<double>(answer.probability), 1));
    else
        lines << tr("the network has not been asked");
    if (!std::isnan(answer.loss))
        lines << tr("loss %1").arg(realText(static_cast<double>(answer.loss)));
    m_words->setText(lines.join(QLatin1Char('\n')));
}

void SampleDetails::fillClasses() {
    const auto dataset = m_source.table ? m_source.table->data() : nullptr;
    const int classes = m_source.table ? m_source.table->classCount() : 0;
    if (dataset == m_classesOf && m_class->count() == classes) return;
    m_classesOf = dataset;
    m_class->clear();
    QStringList names;
    for (int number = 0; number < classes; ++number) names << m_source.table->className(number);
    m_class->addItems(names);
}

void SampleDetails::showEdits() {
    m_edits->setVisible(!m_places.empty());
    m_askAverage->setVisible(m_places.empty());
    m_class->setVisible(m_class->count() > 0);
    if (m_places.empty()) return;
    const SampleTable& table = *m_source.table;
    const int32_t first = table.classOf(m_places.front());
    const bool isSame =
        std::ranges::all_of(m_places, [&](int64_t place) { return table.classOf(place) == first; });
    m_class->setCurrentIndex(isSame && first < m_class->count() ? first : -1);
    m_exclude->setChecked(std::ranges::all_of(
        m_places, [&](int64_t place) { return table.changeOf(place).isExcluded; }));
    m_back->setEnabled(std::ranges::any_of(
        m_places, [&](int64_t place) { return table.changeOf(place) != SampleChange(); }));
}

}  // namespace vitrine::gui
