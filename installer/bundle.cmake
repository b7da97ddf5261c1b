# What a folder that runs anywhere has besides the programs: all libraries but those that no system
# is without, Qt's plugins, and the licences of all of it. The files are Debian's, unchanged.
include("${CMAKE_CURRENT_LIST_DIR}/libraries.cmake")
# What has to be the system's: the C library and its parts, the compiler's, and libexpat, which
# Fontconfig brings everywhere.
set(system "^ld-linux" "^lib(c|m|dl|pthread|rt|resolv|util)\\.so" "^libstdc\\+\\+\\.so" "^libgcc_s\\.so" "^libexpat\\.so")

# Windows of X11 and none at all, icons, pictures, and what types letters with accents.
set(wanted platforms/libqxcb.so platforms/libqoffscreen.so iconengines/libqsvgicon.so imageformats/libqsvg.so
    platforminputcontexts/libcomposeplatforminputcontextplugin.so
    platforminputcontexts/libibusplatforminputcontextplugin.so)
set(modules "")
if(IS_DIRECTORY "${plugins}")
    foreach(plugin IN LISTS wanted)
        get_filename_component(folder "${plugin}" DIRECTORY)
        vitrine_copy_library("${plugins}/${plugin}" "${libraries}/plugins/${folder}")
        list(APPEND modules "${plugins}/${plugin}")
    endforeach()
    file(WRITE "${prefix}/bin/qt.conf" "[Paths]\nPrefix = ..\nPlugins = lib/vitrine/plugins\n")
endif()
vitrine_libraries(all "${programs}" "${modules}" "${system}")
foreach(library IN LISTS all)
    vitrine_copy_library("${library}" "${libraries}")
endforeach()
vitrine_list_licences("${documents}" ${all} ${modules})
