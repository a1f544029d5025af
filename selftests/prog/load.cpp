// SPDX-License-Identifier: Apache-2.0
//
// bvs_load FILE...: does the running kernel take these BPF objects? For objects of other compilers
// than the one whose programs are built in. The programs go with the process.
#include <bpf/libbpf.h>
#include <cstdio>

int main(int count, char **files) {
    int refused = 0;
    for (int i = 1; i < count; ++i) {
        bpf_object *object = bpf_object__open(files[i]);
        const bool loaded = object && !bpf_object__load(object);
        std::printf("%s %s\n", files[i], loaded ? "loaded" : "refused");
        refused += !loaded;
        bpf_object__close(object);
    }
    return refused ? 1 : 0;
}
