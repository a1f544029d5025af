# One call a fuzz target: bvs_fuzz(NAME CORPUS folder SOURCES f... LIBRARIES t...). The sources define
# LLVMFuzzerTestOneInput, which ends the process when a claim does not hold.
#
# With BVS_LIBFUZZER, for clang, the target is libFuzzer's. Else selftests/fuzz/driver.cpp replays
# the corpus and then mutations of it. As a test either runs for BVS_FUZZ_SECONDS; longer by hand:
#     build/release/bin/NAME -max_total_time=600 CORPUS
option(BVS_LIBFUZZER "Build the fuzz targets with libFuzzer" OFF)
set(BVS_FUZZ_SECONDS 5 CACHE STRING "Time each fuzz target gets as a test")

function(bvs_fuzz name)
    cmake_parse_arguments(F "" "CORPUS" "SOURCES;LIBRARIES" ${ARGN})
    add_executable(${name} ${F_SOURCES})
    target_link_libraries(${name} PRIVATE ${F_LIBRARIES})
    if(BVS_LIBFUZZER)
        if(NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
            message(FATAL_ERROR "BVS_LIBFUZZER needs clang, not ${CMAKE_CXX_COMPILER_ID}")
        endif()
        target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
        target_link_options(${name} PRIVATE -fsanitize=fuzzer)
        # libFuzzer writes what it finds into the first folder; the one in the tree stays as it is.
        set(folders ${CMAKE_CURRENT_BINARY_DIR}/${name}.found ${F_CORPUS})
        file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/${name}.found)
    else()
        target_sources(${name} PRIVATE ${CMAKE_SOURCE_DIR}/selftests/fuzz/driver.cpp)
        target_link_libraries(${name} PRIVATE fmt::fmt)
        set(folders ${F_CORPUS})
    endif()
    add_test(NAME ${name} COMMAND ${name} -max_total_time=${BVS_FUZZ_SECONDS} ${folders})
    math(EXPR timeout "${BVS_FUZZ_SECONDS} + 60")
    set_tests_properties(${name} PROPERTIES LABELS fuzz TIMEOUT ${timeout}
                         ENVIRONMENT "ASAN_OPTIONS=abort_on_error=1")
endfunction()
