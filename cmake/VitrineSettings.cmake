# Compiler settings that hold for all of our code.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
endif()

find_program(VITRINE_CCACHE ccache)
if(VITRINE_CCACHE)
    # Precompiled headers: GCC has to name them in its preprocessed output, and ccache to accept that.
    set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=pch_defines,time_macros "${VITRINE_CCACHE}")
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
endif()

add_library(vitrine_settings INTERFACE)
target_include_directories(vitrine_settings INTERFACE "${CMAKE_SOURCE_DIR}" "${CMAKE_BINARY_DIR}/generated")
# -Wno-maybe-uninitialized and the three after it: GCC 12 warns falsely about std::string and std::optional at -O3.
# -ffp-contract=off: what is fused is written as fused, so that results do not depend on the compiler's mood.
target_compile_options(vitrine_settings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wcast-align -Woverloaded-virtual -Werror
    -Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds
    -ffp-contract=off)
if(VITRINE_SANITIZE)
    target_compile_options(vitrine_settings INTERFACE -fsanitize=${VITRINE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(vitrine_settings INTERFACE -fsanitize=${VITRINE_SANITIZE})
    if(VITRINE_SANITIZE MATCHES "thread" AND NOT EXISTS "${CMAKE_SOURCE_DIR}/build/tsan-tbb")
        message(FATAL_ERROR "The thread sanitizer needs an instrumented oneTBB: run cmake/build_tsan_tbb.sh first.")
    endif()
endif()
