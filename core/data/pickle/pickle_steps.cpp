// SPDX-License-Identifier: Apache-2.0
// What each instruction does; the letters are Python's (pickletools).
#include <fmt/format.h>

#include <bit>
#include <charconv>

#include "core/data/pickle/pickle_reader.h"
#include "core/data/pickle/pickle_text.h"

namespace vitrine {

void PickleReader::step(unsigned char code) {
    if (code == 0x80) {  // PROTO
        const uint64_t protocol = takeNumber(1);
        if (protocol > 5)
            fail(refused(fmt::format("it is a pickle of protocol {}, 0 to 5 are read", protocol)));
        return;
    }
    if (code == 0x95) {  // FRAME
        takeNumber(8);
        return;
    }
    if (stepNumber(code) || stepText(code) || stepContainer(code) || stepMemo(code) ||
        stepClass(code))
        return;
    fail(refused(fmt::format(
        "it has an instruction 0x{:02X}{} that is not read, at byte {}", code,
        code > ' ' && code < 0x7F ? fmt::format(" ('{}')", static_cast<char>(code)) : std::string(),
        fmt::group_digits(m_place - 1))));
}

bool PickleReader::stepNumber(unsigned char code) {
    switch (code) {
        case 'N':
            push({});
            return true;
        case 0x88:
            push({.kind = PickleKind::Bool, .integer = 1});
            return true;
        case 0x89:
            push({.kind = PickleKind::Bool});
            return true;
        case 'J':
            pushInteger(static_cast<int32_t>(takeNumber(4)));
            return true;
        case 'K':
            pushInteger(static_cast<int64_t>(takeNumber(1)));
            return true;
        case 'M':
            pushInteger(static_cast<int64_t>(takeNumber(2)));
            return true;
        case 'I':
            pushLineNumber(false);
            return true;
        case 'L':
            pushLineNumber(true);
            return true;
        case 0x8A:
            pushLong(takeText(takeNumber(1)));
            return true;
        case 'F': {
            const std::string_view line = takeLine();
            double number = 0;
            const auto [end, failure] =
                std::from_chars(line.data(), line.data() + line.size(), number);
            if (failure != std::errc() || end != line.data() + line.size())
                fail(damaged("a number is none"));
            push({.kind = PickleKind::Real, .real = number});
            return true;
        }
        case 'G': {  // big-endian
            uint64_t bits = takeNumber(8), turned = 0;
            for (int i = 0; i < 8; ++i, bits >>= 8) turned = turned << 8 | (bits & 0xFF);
            push({.kind = PickleKind::Real, .real = std::bit_cast<double>(turned)});
            return true;
        }
        default:
            return false;
    }
}

bool PickleReader::stepText(unsigned char code) {
    switch (code) {
        case 'S':
            pushMadeText(unquoted(takeLine()));
            return true;
        case 'V':
            pushText(takeLine());
            return true;
        case 'U':
        case 'C':
        case 0x8C:
            pushText(takeText(takeNumber(1)));
            return true;
        case 'T':
        case 'B':
        case 'X':
            pushText(takeText(takeNumber(4)));
            return true;
        case 0x8D:
        case 0x8E:
        case 0x96:
            pushText(takeText(takeNumber(8)));
            return true;
        default:
            return false;
    }
}

bool PickleReader::stepContainer(unsigned char code) {
    switch (code) {
        case '(':
            if (m_marks.size() >= mostValues()) fail(tooMany());
            m_marks.push_back(m_stack.size());
            return true;
        case '0':
            pop();
            return true;
        case '1':
            popToMark();
            return true;
        case '2':
            if (m_stack.size() >= mostValues()) fail(tooMany());
            m_stack.push_back(top());
            return true;
        case ']':
        case ')':
        case 0x8F:  // EMPTY_SET
            pushList({});
            return true;
        case 'l':
        case 't':
        case 0x91:  // FROZENSET
            pushList(popToMark());
            return true;
        case 0x85:
            pushList(popSome(1));
            return true;
        case 0x86:
            pushList(popSome(2));
            return true;
        case 0x87:
            pushList(popSome(3));
            return true;
        case '}':
            push({.kind = PickleKind::Dict});
            return true;
        default:
            return stepExtend(code);
    }
}

bool PickleReader::stepExtend(unsigned char code) {
    const bool isOfDict = code == 's' || code == 'u' || code == 'd';
    constexpr unsigned char addItems = 0x90;
    if (!isOfDict && code != 'a' && code != 'e' && code != addItems) return false;
    const auto items = code == 'a' ? popSome(1) : code == 's' ? popSome(2) : popToMark();
    if (code == 'd') push({.kind = PickleKind::Dict});
    extend(top(), items, isOfDict ? PickleKind::Dict : PickleKind::List);
    return true;
}

bool PickleReader::stepMemo(unsigned char code) {
    const auto lineKey = [&] {
        const std::string_view line = takeLine();
        uint64_t key = 0;
        const auto [end, failure] = std::from_chars(line.data(), line.data() + line.size(), key);
        if (failure != std::errc() || end != line.data() + line.size())
            fail(damaged("a number is none"));
        return key;
    };
    switch (code) {
        case 'p':
            remember(lineKey());
            return true;
        case 'q':
            remember(takeNumber(1));
            return true;
        case 'r':
            remember(takeNumber(4));
            return true;
        case 0x94:
            remember(m_memo.size());
            return true;
        case 'g':
            recall(lineKey());
            return true;
        case 'h':
            recall(takeNumber(1));
            return true;
        case 'j':
            recall(takeNumber(4));
            return true;
        default:
            return false;
    }
}

bool PickleReader::stepClass(unsigned char code) {
    switch (code) {
        case 'c': {
            const std::string_view module = takeLine();
            pushClass(module, takeLine());
            return true;
        }
        case 0x93: {
            const auto names = popSome(2);
            if (!isOver()) pushClass(m_data.at(names[0]).text, m_data.at(names[1]).text);
            return true;
        }
        case 'R':
            reduce();
            return true;
        case 0x81:  // NEWOBJ
            if (m_use != PickleUse::Tensors) return false;
            reduce();
            return true;
        case 'Q':  // BINPERSID
            if (m_use != PickleUse::Tensors) return false;
            pushStorage(pop());
            return true;
        case 'b':
            build();
            return true;
        default:
            return false;
    }
}

}  // namespace vitrine
