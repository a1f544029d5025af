# bash completion for bvsctl; `bvsctl completion bash` prints this file
_bvsctl() {
    local line=${COMP_LINE:0:COMP_POINT} words word
    read -ra words <<<"$line"
    [[ $line == *' ' ]] && words+=('')
    word=${words[-1]}
    mapfile -t COMPREPLY < <("${words[0]}" complete "${words[@]}" 2>/dev/null)
    [[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace
    # Readline replaces only what follows the last : or =.
    word=${word%"${word##*[:=]}"}
    COMPREPLY=("${COMPREPLY[@]#"$word"}")
}
complete -F _bvsctl bvsctl
