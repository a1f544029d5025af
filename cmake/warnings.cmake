# One set of warnings for all of our own code; each is an error.
add_compile_options(
    $<$<COMPILE_LANGUAGE:C,CXX>:-Wall>
    $<$<COMPILE_LANGUAGE:C,CXX>:-Wextra>
    $<$<COMPILE_LANGUAGE:C,CXX>:-Werror>
    $<$<COMPILE_LANGUAGE:C,CXX>:-Wshadow>
    $<$<COMPILE_LANGUAGE:CXX>:-Wpedantic>
    $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>
    # Designated initialisers leave the rest at its default on purpose.
    $<$<COMPILE_LANGUAGE:C,CXX>:-Wno-missing-field-initializers>
    # The sort of libstdc++ 12 uses what C++23 deprecates; clang says so at the place of use.
    $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-Wno-deprecated-declarations>)
