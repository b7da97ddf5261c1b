# Installs the icons in the sizes that desktops ask for, drawn from the SVG in the folder `source`.
# Where rsvg-convert is not there, desktops draw the SVG by themselves.
find_program(rsvg rsvg-convert)
foreach(size IN ITEMS 16 22 24 32 48 64 128 256 512)
    foreach(icon IN ITEMS apps/vitrine mimetypes/application-x-vitrine)
        if(rsvg)
            get_filename_component(name "${icon}" NAME)
            get_filename_component(kind "${icon}" DIRECTORY)
            set(drawing "${source}/${name}.svg")
            if(size LESS 32 AND EXISTS "${source}/${name}-small.svg")
                set(drawing "${source}/${name}-small.svg")
            endif()
            file(MAKE_DIRECTORY "${icons}/${size}x${size}/${kind}")
            execute_process(COMMAND "${rsvg}" --width ${size} --height ${size}
                --output "${icons}/${size}x${size}/${icon}.png" "${drawing}" COMMAND_ERROR_IS_FATAL ANY)
        endif()
    endforeach()
endforeach()
