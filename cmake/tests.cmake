# One call a test binary: bvs_test(NAME LABELS l... SOURCES f... LIBRARIES t...).
# Labels are the layers of selftests/ (unit, prog, netns, property, interop, fuzz, structure); the
# target tests-LABEL builds those of one label.
find_package(GTest REQUIRED)

function(bvs_test name)
    cmake_parse_arguments(T "" "" "LABELS;SOURCES;LIBRARIES" ${ARGN})
    add_executable(${name} ${T_SOURCES})
    # What is tested is optimised as it is shipped; the tests of values are built, not waited for.
    if(unit IN_LIST T_LABELS)
        target_compile_options(${name} PRIVATE -O0 -g1)
    endif()
    target_link_libraries(${name} PRIVATE ${T_LIBRARIES} GTest::gtest GTest::gmock GTest::gtest_main)
    # Failures alone, so that they are what is seen of a long output.
    add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
    set_tests_properties(${name} PROPERTIES LABELS "${T_LABELS}" TIMEOUT 300)
    foreach(label ${T_LABELS})
        if(NOT TARGET tests-${label})
            add_custom_target(tests-${label})
        endif()
        add_dependencies(tests-${label} ${name})
    endforeach()
endfunction()
