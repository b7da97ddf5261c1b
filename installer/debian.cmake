# What a Debian package has besides the programs. It uses the system's libraries; a name of a library
# that Debian 13 does not have any more comes along, and the plugin of Graphviz that is linked lies where
# no loader looks.
include("${CMAKE_CURRENT_LIST_DIR}/libraries.cmake")
vitrine_libraries(all "${programs}" "" "^$")
set(own "")
foreach(library IN LISTS all)
    if(library MATCHES "/libfmt\\.so[^/]*$")
        vitrine_copy_library("${library}" "${libraries}")
        list(APPEND own "${library}")
    elseif(library MATCHES "/(${CMAKE_LIBRARY_ARCHITECTURE}/)?graphviz/([^/]*)$")
        file(MAKE_DIRECTORY "${libraries}")
        file(CREATE_LINK "../${CMAKE_LIBRARY_ARCHITECTURE}/graphviz/${CMAKE_MATCH_2}" "${libraries}/${CMAKE_MATCH_2}" SYMBOLIC)
    endif()
endforeach()
vitrine_list_licences("${documents}" ${own})

# Policy wants a list of changes in the package; ours stands in the page that comes with it.
string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)  # of the source, where SOURCE_DATE_EPOCH is set
file(WRITE "${documents}/changelog" "vitrine (${version}) unstable; urgency=medium

  * What there is and what it does: README.md beside this file.

 -- The Vitrine developers <vitrine@localhost>  ${now}
")
execute_process(COMMAND gzip --best --no-name --force "${documents}/changelog" COMMAND_ERROR_IS_FATAL ANY)
