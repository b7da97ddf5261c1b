# What `cmake --install` puts where, in three components:
#   program   both programs and those that they start, desktop entry, icons, MIME types, manual pages, examples, documents
#   debian    what a Debian package has besides: its copyright file and libraries of our own release
#   bundle    what a folder that runs anywhere has besides: every library, Qt's plugins, licences
# The programs find libraries beside themselves, in ../lib/vitrine, before those of the system.
include(GNUInstallDirs)
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)  # what is installed is built by name; tests are not
set(VITRINE_LIBRARIES lib/vitrine)
set(VITRINE_DOCUMENTS "${CMAKE_INSTALL_DATADIR}/doc/vitrine")
set(VITRINE_INSTALLER "${CMAKE_SOURCE_DIR}/installer")

set(programs vitrine-cli)
if(VITRINE_GUI)
    list(APPEND programs vitrine)
endif()
# RPATH, not RUNPATH: it holds for the libraries of libraries too, which are left as they are.
foreach(program IN LISTS programs ITEMS vitrine-decode vitrine-device)
    target_link_options(${program} PRIVATE -Wl,--disable-new-dtags)
endforeach()
set_target_properties(${programs} PROPERTIES INSTALL_RPATH "\$ORIGIN/../${VITRINE_LIBRARIES}")
install(TARGETS ${programs} RUNTIME COMPONENT program)
set_target_properties(vitrine-decode vitrine-device PROPERTIES INSTALL_RPATH "\$ORIGIN")
install(TARGETS vitrine-decode vitrine-device RUNTIME DESTINATION ${VITRINE_LIBRARIES} COMPONENT program)
if(TARGET vitrine_cuda)
    install(TARGETS vitrine_cuda LIBRARY DESTINATION ${VITRINE_LIBRARIES} COMPONENT program)
endif()

set(resources "${CMAKE_SOURCE_DIR}/resources")
install(DIRECTORY "${CMAKE_SOURCE_DIR}/projects" DESTINATION "${CMAKE_INSTALL_DATADIR}/vitrine"
    COMPONENT program FILES_MATCHING PATTERN "*.vitrine" PATTERN "README.md" PATTERN "runs" EXCLUDE)
install(FILES "${CMAKE_SOURCE_DIR}/README.md" DESTINATION "${VITRINE_DOCUMENTS}" COMPONENT program)
install(DIRECTORY "${resources}/pictures" DESTINATION "${VITRINE_DOCUMENTS}/resources" COMPONENT program
    FILES_MATCHING PATTERN "*.png")
install(FILES "${CMAKE_SOURCE_DIR}/LICENSES/Apache-2.0.txt" "${CMAKE_SOURCE_DIR}/LICENSES/GPL-3.0-or-later.txt"
    DESTINATION "${VITRINE_DOCUMENTS}/licences" COMPONENT program)
install(FILES "${VITRINE_INSTALLER}/copyright" DESTINATION "${VITRINE_DOCUMENTS}" COMPONENT program)

set(pages vitrine-cli.1)
if(VITRINE_GUI)
    list(APPEND pages vitrine.1)
    install(FILES "${resources}/desktop/vitrine.desktop" DESTINATION "${CMAKE_INSTALL_DATADIR}/applications" COMPONENT program)
    install(FILES "${resources}/desktop/vitrine.metainfo.xml" DESTINATION "${CMAKE_INSTALL_DATADIR}/metainfo"
        RENAME localhost.vitrine.vitrine.metainfo.xml COMPONENT program)
    install(FILES "${resources}/desktop/vitrine.mime.xml" DESTINATION "${CMAKE_INSTALL_DATADIR}/mime/packages"
        RENAME vitrine.xml COMPONENT program)
    set(icons "${CMAKE_INSTALL_DATADIR}/icons/hicolor")
    install(FILES "${resources}/desktop/vitrine.svg" DESTINATION "${icons}/scalable/apps" COMPONENT program)
    install(FILES "${resources}/desktop/application-x-vitrine.svg" DESTINATION "${icons}/scalable/mimetypes" COMPONENT program)
    install(CODE "set(source \"${resources}/desktop\")
        set(icons \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${icons}\")
        include(\"${VITRINE_INSTALLER}/icons.cmake\")" COMPONENT program)
endif()
# The programs tell their options themselves.
foreach(page IN LISTS pages)
    string(REPLACE ".1" "" program "${page}")
    install(CODE "set(folder \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_MANDIR}/man1\")
        file(MAKE_DIRECTORY \"\${folder}\")
        execute_process(COMMAND \"${VITRINE_INSTALLER}/manual_page.sh\" \"${resources}/man/${page}\"
            \"${CMAKE_BINARY_DIR}/bin/${program}\" ${PROJECT_VERSION} OUTPUT_FILE \"\${folder}/${page}\"
            COMMAND_ERROR_IS_FATAL ANY)
        execute_process(COMMAND gzip --best --no-name --force \"\${folder}/${page}\" COMMAND_ERROR_IS_FATAL ANY)"
        COMPONENT program)
endforeach()

# Both go on from what is linked: libraries that are found where this was built.
set(common "set(version ${PROJECT_VERSION})
    set(CMAKE_LIBRARY_ARCHITECTURE \"${CMAKE_LIBRARY_ARCHITECTURE}\")
    set(programs \"\")
    foreach(program ${programs} vitrine-decode vitrine-device)
        list(APPEND programs \"${CMAKE_BINARY_DIR}/bin/\${program}\")
    endforeach()
    set(prefix \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}\")
    set(libraries \"\${prefix}/${VITRINE_LIBRARIES}\")
    set(documents \"\${prefix}/${VITRINE_DOCUMENTS}\")")
install(CODE "${common}
    include(\"${VITRINE_INSTALLER}/debian.cmake\")" COMPONENT debian EXCLUDE_FROM_ALL)
install(CODE "${common}
    set(plugins \"${QT6_INSTALL_PREFIX}/${QT6_INSTALL_PLUGINS}\")
    include(\"${VITRINE_INSTALLER}/bundle.cmake\")" COMPONENT bundle EXCLUDE_FROM_ALL)
