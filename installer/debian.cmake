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
