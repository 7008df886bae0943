# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of sipconn for bash.

# The ids of the rules, as the command itself lists them.
_sipconn_rules()
{
    "$1" --list-rules 2>/dev/null | sed -n 's/^  \([a-z0-9][a-z0-9-]*-[a-z0-9-]*\) .*/\1/p'
}

_sipconn()
{
    local command=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]}
    local before=${COMP_WORDS[COMP_CWORD-1]} ready=

    # "--only=x" reaches us as three words.
    if [[ $word == = ]]; then
        word=
    elif [[ $before == = ]]; then
        before=${COMP_WORDS[COMP_CWORD-2]}
    fi

    COMPREPLY=()
    case $before in
    --format)
        COMPREPLY=($(compgen -W "text ndjson json junit html" -- "$word"))
        return ;;
    --fail-on)
        COMPREPLY=($(compgen -W "error warn note never" -- "$word"))
        return ;;
    --only | --ignore)
        # A list: the last rule of it is completed.
        [[ $word == *,* ]] && ready=${word%,*},
        COMPREPLY=($(compgen -P "$ready" -W "$(_sipconn_rules "$command")" -- "${word##*,}"))
        return ;;
    --explain)
        COMPREPLY=($(compgen -W "$(_sipconn_rules "$command")" -- "$word"))
        return ;;
    --min-judged | --decode-as | --filter | -Y | --preference | -O | --jobs | -j)
        return ;;
    esac
    if [[ $word == -* && $before != --output && $before != -o ]]; then
        COMPREPLY=($(compgen -W "--format --output -o --redact --quiet -q --fail-on --min-judged
            --only --ignore --allow --baseline --filter -Y --keylog --decode-as --preference -O
            --jobs -j --tshark --list-rules --explain --version --help -h" -- "$word"))
    else
        compopt -o filenames 2>/dev/null
        COMPREPLY=($(compgen -f -- "$word"))
    fi
}

complete -F _sipconn sipconn
