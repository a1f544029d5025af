# What makes the switch follow its configuration; CMakeLists.txt beside it makes bvs_switch of it.
set(SWITCH_SOURCES
    vswitch.cpp)
