# BPF programs: compiled by clang, embedded in the library that loads them.
#
# bvs_bpf_object(TARGET name.bpf.c ...) makes an object library whose symbols
# <name>_object_begin and <name>_object_end hold the ELF file; loader/objects.cpp knows them.
set(BVS_BPF_CLANG "" CACHE STRING "clang for BPF; empty: the newest of 19 to 14, or clang")
if(NOT BVS_BPF_CLANG)
    find_program(BVS_BPF_CLANG_FOUND NAMES clang-19 clang-18 clang-17 clang-16 clang-15 clang-14
                                           clang REQUIRED)
    set(BVS_BPF_CLANG ${BVS_BPF_CLANG_FOUND})
endif()
# Where the distribution keeps asm/types.h, which a bpf target does not look for by itself.
set(BVS_BPF_FLAGS -O2 -g -target bpf -mcpu=v3 -Wall -Wextra -Werror
                  -Wno-unused-parameter -I${CMAKE_SOURCE_DIR}
                  -idirafter /usr/include/${CMAKE_LIBRARY_ARCHITECTURE} ${BVS_ABI_DEFINES})

function(bvs_bpf_object target)
    foreach(source ${ARGN})
        get_filename_component(name ${source} NAME_WE)
        set(object ${CMAKE_CURRENT_BINARY_DIR}/${name}.bpf.o)
        set(embed ${CMAKE_CURRENT_BINARY_DIR}/${name}_object.S)
        add_custom_command(
            OUTPUT ${object}
            COMMAND ${BVS_BPF_CLANG} ${BVS_BPF_FLAGS} -MMD -MF ${object}.d -c
                    ${CMAKE_CURRENT_SOURCE_DIR}/${source} -o ${object}
            DEPENDS ${source}
            DEPFILE ${object}.d
            COMMENT "Building BPF object ${name}.bpf.o")
        file(CONFIGURE OUTPUT ${embed} CONTENT [[
    .section .rodata
    .balign 8
    .global @name@_object_begin, @name@_object_end
@name@_object_begin:
    .incbin "@object@"
@name@_object_end:
    .section .note.GNU-stack,"",%progbits
]] @ONLY)
        set_source_files_properties(${embed} PROPERTIES OBJECT_DEPENDS ${object})
        list(APPEND embedded ${embed})
    endforeach()
    add_library(${target} OBJECT ${embedded})
endfunction()
