# Whether the library with CUDA's kernels is built: where nvcc is found and new enough, and nobody
# forbids it. It is no condition for anything else. Sets VITRINE_BUILDS_CUDA.
set(VITRINE_CUDA AUTO CACHE STRING "Kernels for CUDA: AUTO builds them where nvcc 12 or later is found, OFF does not")
set_property(CACHE VITRINE_CUDA PROPERTY STRINGS AUTO OFF)

# Gives the version of a compiler, or nothing.
function(vitrine_nvcc_version nvcc result)
    execute_process(COMMAND "${nvcc}" --version OUTPUT_VARIABLE text ERROR_QUIET)
    string(REGEX MATCH "release ([0-9]+\\.[0-9]+)" ignored "${text}")
    set(${result} "${CMAKE_MATCH_1}" PARENT_SCOPE)
endfunction()

set(VITRINE_BUILDS_CUDA OFF)
if(VITRINE_CUDA)
    find_program(VITRINE_NVCC nvcc HINTS "$ENV{CUDACXX}" "$ENV{CUDA_PATH}/bin" /usr/local/cuda/bin)
    if(NOT VITRINE_NVCC)
        message(STATUS "CUDA: not built, there is no nvcc")
    else()
        vitrine_nvcc_version("${VITRINE_NVCC}" version)
        if(version VERSION_LESS 12)
            message(STATUS "CUDA: not built, ${VITRINE_NVCC} is ${version}, wanted 12 or later")
        else()
            set(VITRINE_BUILDS_CUDA ON)
        endif()
    endif()
endif()

if(VITRINE_BUILDS_CUDA)
    set(CMAKE_CUDA_COMPILER "${VITRINE_NVCC}")
    # Code for the A100 and its like, and what later ones compile when they load it. All that there
    # are: 75-real 80-real 86-real 89-real 90a-real 90.
    set(VITRINE_CUDA_ARCHITECTURES 80 CACHE STRING "What CUDA's kernels are compiled for, as in CMAKE_CUDA_ARCHITECTURES")
    set(CMAKE_CUDA_ARCHITECTURES ${VITRINE_CUDA_ARCHITECTURES})
    include(CheckLanguage)
    check_language(CUDA)
    if(CMAKE_CUDA_COMPILER)
        enable_language(CUDA)
        set(CMAKE_CUDA_STANDARD 20)
        set(CMAKE_CUDA_RUNTIME_LIBRARY Static)
        if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)  # CMake 3.25 does not know nvcc's flag
            set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)
            set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION -std=c++20)
        endif()
    else()
        message(STATUS "CUDA: not built, ${VITRINE_NVCC} compiles nothing here")
        set(VITRINE_BUILDS_CUDA OFF)
    endif()
endif()
