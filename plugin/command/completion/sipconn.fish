# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of sipconn for fish.

# The ids of the rules, as the command itself lists them.
function __sipconn_rules
    sipconn --list-rules 2>/dev/null | sed -n 's/^  \([a-z0-9][a-z0-9-]*-[a-z0-9-]*\) .*/\1/p'
end

# What stands before the last comma of a list, with each rule behind it.
function __sipconn_rule_list
    set -l ready (commandline -ct | string replace -r '^--[a-z]+=' '' |
        string match -r '.*,' | string collect)
    printf "$ready%s\n" (__sipconn_rules)
end

complete -c sipconn -l format -x -a 'text ndjson json junit html' -d 'Form of the report'
complete -c sipconn -s o -l output -r -d 'Write the report to a file'
complete -c sipconn -l redact -d 'Replace addresses, users, hosts and Call-IDs by pseudonyms'
complete -c sipconn -s q -l quiet -d 'Tell only findings that count, and errors'
complete -c sipconn -l fail-on -x -a 'error warn note never' -d 'Exit with 1 from this severity on'
complete -c sipconn -l min-judged -x -d 'Exit with 3 if fewer responses could be judged'
complete -c sipconn -l only -x -a '(__sipconn_rule_list)' -d 'Tell only findings of these rules'
complete -c sipconn -l ignore -x -a '(__sipconn_rule_list)' -d 'Tell no findings of these rules'
complete -c sipconn -l allow -r -d 'Known findings that do not count'
complete -c sipconn -l baseline -r -d 'Earlier report, what stands there does not count'
complete -c sipconn -s Y -l filter -x -d 'Tell only frames that pass a display filter'
complete -c sipconn -l keylog -r -d 'TLS secrets'
complete -c sipconn -l decode-as -x -d 'As -d of tshark'
complete -c sipconn -s O -l preference -x -d 'As -o of tshark'
complete -c sipconn -s j -l jobs -x -d 'Captures read at once'
complete -c sipconn -l tshark -r -d 'The tshark to run'
complete -c sipconn -l list-rules -d 'List all rules'
complete -c sipconn -l explain -x -a '(__sipconn_rules)' -d 'Tell what a rule means'
complete -c sipconn -l version -d 'Tell the version'
complete -c sipconn -s h -l help -d 'Tell the options'
