# What the installers share: which libraries programs and plugins ask for, and whose they are.

# Gives the files of all libraries that `programs` and `modules` need, but for those whose name matches
# `except`.
function(vitrine_libraries result programs modules except)
    file(GET_RUNTIME_DEPENDENCIES EXECUTABLES ${programs} MODULES ${modules}
        DIRECTORIES /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/graphviz
        RESOLVED_DEPENDENCIES_VAR found UNRESOLVED_DEPENDENCIES_VAR missing
        PRE_EXCLUDE_REGEXES ${except})
    if(missing)
        message(FATAL_ERROR "Libraries that were not found: ${missing}")
    endif()
    list(SORT found)
    set(${result} "${found}" PARENT_SCOPE)
endfunction()

# Copies a library under the name that it is asked for by.
function(vitrine_copy_library file folder)
    get_filename_component(name "${file}" NAME)
    file(REAL_PATH "${file}" real)
    file(MAKE_DIRECTORY "${folder}")
    file(COPY_FILE "${real}" "${folder}/${name}")
    file(CHMOD "${folder}/${name}" PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
endfunction()

# Gives a list `FILE|PACKAGE` of the files' packages of Debian. One question for all: dpkg reads its
# whole data for each.
function(vitrine_packages_of result)
    set(asked "")
    foreach(file IN LISTS ARGN)
        file(REAL_PATH "${file}" real)
        string(REGEX REPLACE "^/usr" "" moved "${real}")  # where / and /usr are one, dpkg may know the old path
        list(APPEND asked "${real}" "${moved}")
    endforeach()
    execute_process(COMMAND dpkg-query --search ${asked} OUTPUT_VARIABLE found ERROR_QUIET)
    set(rows "")
    foreach(file IN LISTS ARGN)
        file(REAL_PATH "${file}" real)
        string(REGEX REPLACE "^/usr" "" moved "${real}")
        string(REGEX REPLACE "([+.])" "\\\\\\1" moved "${moved}")
        if(NOT found MATCHES "(^|\n)([^:\n]+)(:[a-z0-9]+)?: (/usr)?${moved}\n")
            message(FATAL_ERROR "No package of Debian has ${real}: its licence is not known.")
        endif()
        list(APPEND rows "${file}|${CMAKE_MATCH_2}")
    endforeach()
    set(${result} "${rows}" PARENT_SCOPE)
endfunction()

# Copies the licence of `package` to `documents`/licences and appends a row to the variable named `table`: what
# it is here, its licence, its source. `sources` has a line `PACKAGE|SOURCE|VERSION` of each.
function(vitrine_add_licence table documents sources what package)
    if(NOT sources MATCHES "(^|\n)${package}\\|([^|\n]+)\\|([^\n]+)")
        message(FATAL_ERROR "dpkg does not know the source of ${package}.")
    endif()
    set(source "https://snapshot.debian.org/package/${CMAKE_MATCH_2}/${CMAKE_MATCH_3}/")
    if(NOT EXISTS "/usr/share/doc/${package}/copyright")
        message(FATAL_ERROR "/usr/share/doc/${package}/copyright is not there: ${what} cannot be passed on without.")
    endif()
    set(copy "licences/${package}.txt")
    file(REAL_PATH "/usr/share/doc/${package}/copyright" licence)
    file(COPY_FILE "${licence}" "${documents}/${copy}")
    file(CHMOD "${documents}/${copy}" PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
    set(${table} "${${table}}${what}  ${copy}  ${source}\n" PARENT_SCOPE)
endfunction()

# Writes LIBRARIES.txt: whose code is in the programs, and whose library each file is.
function(vitrine_list_licences documents)
    set(compiled libcli11-dev libfmt-dev libhdf5-dev libhwy-dev libmatio-dev nlohmann-json3-dev)
    vitrine_packages_of(rows ${ARGN})
    set(packages "${rows}")
    list(TRANSFORM packages REPLACE ".*\\|" "")
    execute_process(COMMAND dpkg-query --show --showformat=\${Package}|\${source:Package}|\${source:Version}\\n
        ${compiled} ${packages} OUTPUT_VARIABLE sources COMMAND_ERROR_IS_FATAL ANY)
    file(MAKE_DIRECTORY "${documents}/licences")
    set(text "What comes from others: licence and source. Libraries are Debian's files, unchanged.\n\nIn the programs\n")
    foreach(package IN LISTS compiled)
        vitrine_add_licence(text "${documents}" "${sources}" "code of ${package}" "${package}")
    endforeach()
    string(APPEND text "\nBeside them\n")
    foreach(row IN LISTS rows)
        string(REGEX MATCH "([^/]+)\\|(.+)$" ignored "${row}")
        vitrine_add_licence(text "${documents}" "${sources}" "${CMAKE_MATCH_1}" "${CMAKE_MATCH_2}")
    endforeach()
    file(WRITE "${documents}/LIBRARIES.txt" "${text}")
endfunction()
