// SPDX-License-Identifier: GPL-3.0-or-later
// Terms and what they look at.
#include "gui/models/tape_filter.h"

#include <QStringList>

#include <algorithm>
#include <array>

#include "gui/models/tape_model.h"
#include "gui/models/tape_text.h"

namespace vitrine::gui {

namespace {

template <class Text>
QString ofValues(const Tape& tape, const TapeEntry& entry, Text text) {
    QStringList texts;
    for (ValueId value : entry.instr.operands()) texts << text(tape, value);
    for (ValueId value : entry.instr.out) texts << text(tape, value);
    return texts.join(QLatin1Char(' '));
}

QString layoutOf(const Tape& tape, ValueId value) { return layoutText(tape.value(value).type); }

QString typeOf(const Tape& tape, ValueId value) { return dtypeText(tape.value(value).type.dtype); }

struct Key {
    const char* name;
    QString (*text)(const Tape&, const TapeEntry&);
};
constexpr std::array keys = {
    Key{"op", [](const Tape&, const TapeEntry& entry) { return operatorText(entry); }},
    Key{"phase", [](const Tape&, const TapeEntry& entry) { return phaseText(entry.instr.phase); }},
    Key{"node", [](const Tape&, const TapeEntry& entry) { return nodesText(entry); }},
    Key{"value",
        [](const Tape& tape, const TapeEntry& entry) { return ofValues(tape, entry, valueName); }},
    Key{"layout",
        [](const Tape& tape, const TapeEntry& entry) { return ofValues(tape, entry, layoutOf); }},
    Key{"type",
        [](const Tape& tape, const TapeEntry& entry) { return ofValues(tape, entry, typeOf); }},
};
constexpr size_t keysOfWords = 4;  ///< op, phase, node, value

const Key* keyNamed(const QString& name) {
    const auto found = std::find_if(keys.begin(), keys.end(), [&](const Key& key) {
        return name.compare(QLatin1String(key.name), Qt::CaseInsensitive) == 0;
    });
    return found == keys.end() ? nullptr : found;
}

bool holds(const Tape& tape, const TapeEntry& entry, const QString& key, const QString& word) {
    if (const Key* one = keyNamed(key))
        return one->text(tape, entry).contains(word, Qt::CaseInsensitive);
    return std::any_of(keys.begin(), keys.begin() + keysOfWords, [&](const Key& any) {
        return any.text(tape, entry).contains(word, Qt::CaseInsensitive);
    });
}

}  // namespace

TapeFilter TapeFilter::fromText(const QString& text) {
    TapeFilter filter;
    for (QString part : text.simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        Term term;
        term.negated = part.size() > 1 && part.startsWith(QLatin1Char('-'));
        if (term.negated) part.remove(0, 1);
        const qsizetype colon = part.indexOf(QLatin1Char(':'));
        term.key = colon > 0 ? part.left(colon) : QString();
        term.word = colon > 0 ? part.mid(colon + 1) : part;
        if (colon > 0 && !keyNamed(term.key)) {
            filter.m_unknown = term.key;
            continue;
        }
        // `op:` alone is a term that is still being typed.
        if (!term.word.isEmpty()) filter.m_terms.push_back(term);
    }
    return filter;
}

bool TapeFilter::matches(const Tape& tape, const TapeEntry& entry) const {
    return std::all_of(m_terms.begin(), m_terms.end(), [&](const Term& term) {
        return holds(tape, entry, term.key, term.word) != term.negated;
    });
}

}  // namespace vitrine::gui
