#!/usr/bin/env bash
# Whether a folder runs on systems that are older than this one: reads the versions of symbols that
# every program and library in it needs, and whose libraries they are.
# Usage: installer/check_archive.sh FOLDER
set -euo pipefail
export LC_ALL=C
cd "$1"

# Every file by its name; of programs and libraries what they need, as objdump has it.
facts() {
    local file
    find . \( -type f -o -type l \) -printf 'name %f\n'
    find . -type f | sort | while IFS= read -r file; do
        [[ $(head --bytes 4 "$file" | tr -d '\0') == $'\x7fELF' ]] || continue
        printf 'file %s\n' "$file"
        objdump --private-headers "$file"
    done
}

facts | awk '
    BEGIN {
        # Ubuntu 22.04 has these, and every later system.
        limit["GLIBC"] = "2.35"; limit["GLIBCXX"] = "3.4.30"; limit["CXXABI"] = "1.3.13"
        # Of the system: the C library, the compiler, and libexpat.
        system_libraries = "^(ld-linux-x86-64[.]so[.]2|lib(c|m|dl|pthread|rt|resolv)[.]so[.][0-9]+|" \
            "libstdc[+][+][.]so[.]6|libgcc_s[.]so[.]1|libexpat[.]so[.]1)$"
        # Not ours to pass on.
        nvidia = "^lib(cuda|cublas|cudart|cudnn|cufft|curand|cusolver|cusparse|nccl|nvrtc|nvJitLink|nvidia)"
    }
    function fault(words) { faults[++count] = words }
    function is_above(a, b,    i, n, as, bs) {
        n = split(a, as, "."); split(b, bs, ".")
        for (i = 1; i <= n; i++) if (as[i] + 0 != bs[i] + 0) return as[i] + 0 > bs[i] + 0
        return 0
    }
    function note(family, version) {
        if (greatest[family] == "" || is_above(version, greatest[family])) {
            greatest[family] = version; where[family] = file
        }
        if (family in limit && is_above(version, limit[family]))
            fault(file " needs " family "_" version ", wanted at most " limit[family])
    }
    $1 == "name" { there[$2] = 1; if ($2 ~ nvidia) fault($2 " is a library of NVIDIA"); next }
    $1 == "file" { file = $2; files++; inside = 0; next }
    $1 == "NEEDED" { needs[file "\t" $2] = 1; next }
    $1 == "RPATH" || $1 == "RUNPATH" {
        if ($2 !~ /^\$ORIGIN(\/|$)/ || $2 ~ /:/) fault(file " looks for libraries in " $2)
        next
    }
    /required from/ { inside = 1; next }
    inside && NF == 4 {
        if (match($4, /_[0-9]+([.][0-9]+)*$/)) note(substr($4, 1, RSTART - 1), substr($4, RSTART + 1))
        else if ($4 ~ /^GLIBC_/) fault(file " needs " $4)
        next
    }
    { inside = 0 }
    END {
        for (need in needs) {
            split(need, pair, "\t")
            if (pair[2] ~ nvidia) fault(pair[1] " needs " pair[2] ", a library of NVIDIA")
            else if (!(pair[2] in there) && pair[2] !~ system_libraries)
                fault(pair[1] " needs " pair[2] ", which is not in the folder")
        }
        if (!files) fault("there are no programs")
        for (family in limit)
            printf "%-8s at most %-7s found %-7s in %s\n", family, limit[family], greatest[family], where[family]
        printf "%d programs and libraries, %d faults\n", files, count
        for (i = 1; i <= count; i++) print faults[i] > "/dev/stderr"
        exit count > 0
    }'
