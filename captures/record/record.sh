#!/bin/bash
# Makes the recorded captures ../rNN-*.pcapng. See README.md.
#
# usage: record.sh [SCENARIO...]        without arguments: all of them
#        record.sh --list
#
# Each scenario is a function named after what it records; what it writes is named in it. Those
# about the use of connections are in connections.sh, all others here.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$(dirname "$here")
work=$(mktemp -d)
lab_log=$work/log
. "$here/lab.sh"

# Neighbour discovery and multicast group reports are left out: they depend on when the lab was
# set up and not on what is recorded.
capture_filter="(ip and not igmp) or (ip6 and not ip6[6] == 0 and \
not (ip6[6] == 58 and ip6[40] >= 130 and ip6[40] <= 143))"

server=203.0.113.10
public=203.0.113.30
client=192.168.10.10

finish() {
    lab_down
    rm -rf "$work"
}

# capture_start NODE INTERFACE NAME: records until capture_stop into NAME.pcapng of the work folder.
capture_start() {
    local _
    lab_log=$work/dumpcap-$3 lab_start "$1" dumpcap -q -i "$2" -f "$capture_filter" \
        -w "$work/$3.pcapng"
    captures+=("$lab_pid")
    for _ in $(seq 100); do
        grep -q '^File:' "$work/dumpcap-$3" 2>/dev/null && break
        sleep 0.05
    done
    # dumpcap names its file a moment before the first packet can be recorded.
    sleep 0.2
}

capture_stop() {
    local pid
    sleep 0.4
    for pid in "${captures[@]}"; do
        lab_end "$pid" INT
    done
    captures=()
}
captures=()

# publish NAME [WORK-FILE]: the finished capture, without metadata of the machine.
publish() {
    python3 -B "$here/strip_metadata.py" "$work/${2:-$1}.pcapng" "$out/$1.pcapng"
    (cd "$out" && capinfos -TMrc "$1.pcapng")
}

# kamailio_run NODE CONFIGURATION [MORE...]: Kamailio in a folder of its own. Pid in $kamailio_pid.
# With -A TLS (see tls_start) its keys go to $work/keys.
kamailio_run() {
    local node=$1 configuration=$2 preload=
    shift 2
    mkdir -p "$work/$node"
    cp "$here/$configuration" "$work/$node"
    [[ " $* " != *" -A TLS "* ]] || preload=$work/key_log.so
    lab_start "$node" env LD_PRELOAD="$preload" SSLKEYLOGFILE="$work/keys" \
        kamailio -DD -E -m 64 -M 4 -f "$work/$node/$configuration" -Y "$work/$node" "$@"
    kamailio_pid=$lab_pid
}

# kamailio_start ADDRESS [MORE...]: on the server, UDP and TCP port 5060.
kamailio_start() {
    local address=$1
    shift
    kamailio_run server kamailio.cfg -l "udp:$address:5060" -l "tcp:$address:5060" "$@"
    lab_wait_port server udp 5060 && lab_wait_port server tcp 5060
}

# sipp_call NODE SOURCE REMOTE SCENARIO VIA-PARAMS [MORE...]: calls once and waits for the end.
# User and host of the Request-URI are $user and $uri_host and the sent-by host is $via_host, if
# these are set.
sipp_call() {
    local node=$1 source=$2 remote=$3 scenario=$4 via_params=$5 host=$2
    shift 5
    case $source in *:*) host="[$source]" ;; esac
    # sipp waits for its last retransmission after its own time-out: 6 s are the limit.
    (cd "$work" && lab_in "$node" timeout 6 sipp "$remote" -sf "$here/sipp/$scenario.xml" \
        -i "$source" -p 5060 -key user "${user:-service}" -key uri_host "${uri_host:-$remote}" \
        -key via_host "${via_host:-$host}" -key via_params "$via_params" \
        -m 1 -r 10 -nostdin -timeout 4 "$@" </dev/null >>"$lab_log" 2>&1)
}

# sipp_answer SCENARIO: one call is answered on proxy2. Pid in $sipp_pid.
sipp_answer() {
    lab_start proxy2 sipp -sf "$here/sipp/$1.xml" -i 203.0.113.20 -p 5060 -m 1 -nostdin -timeout 6
    sipp_pid=$lab_pid
    lab_wait_port proxy2 udp 5060
}

# ua NODE PROGRAM ARGUMENTS...: one of the small user agents in ua/.
ua() {
    local node=$1 program=$2
    shift 2
    lab_in "$node" python3 -B "$here/ua/$program" "$@" >>"$lab_log" 2>&1 </dev/null
}

# ua_start NODE PROGRAM ARGUMENTS...: the same in the background. Pid in $lab_pid.
ua_start() {
    local node=$1 program=$2
    shift 2
    lab_start "$node" python3 -B "$here/ua/$program" "$@"
}

udp_nat_rport() {
    kamailio_start $server
    capture_start server wan nat
    sipp_call client $client $server:5060 options ";rport"
    sipp_call client $client $server:5060 invite-rejected ";rport"
    capture_stop
    publish r01-udp-nat-rport nat
}

udp_nat_no_rport() {
    kamailio_start $server
    capture_start server wan nat
    # The answers never arrive: the repeats of Timer E at 0.5 and 1.5 s belong to the recording.
    sipp_call client $client $server:5060 options "" -timeout 2 -timeout_error
    capture_stop
    publish r02-udp-nat-no-rport nat
}

udp_nat_forced_rport() {
    kamailio_start $server -A FORCE_RPORT
    capture_start server wan nat
    sipp_call client $client $server:5060 options ""
    sipp_call client $client $server:5060 invite-rejected ""
    capture_stop
    publish r03-udp-nat-forced-rport nat
}

udp_other_source() {
    ua_start server wildcard_server.py
    lab_wait_port server udp 5060
    capture_start server wan other
    # The request goes to the second address of the server.
    sipp_call public $public 203.0.113.11:5060 options ";rport"
    sipp_call public $public 203.0.113.11:5060 options ""
    sipp_call client $client 203.0.113.11:5060 options ";rport" -timeout 2 -timeout_error
    capture_stop
    publish r04-udp-other-source other
}

tcp_persistent() {
    kamailio_start $server
    capture_start server wan persistent
    sipp_call public $public $server:5060 options "" -t t1 -m 3 -r 5
    sipp_call client $client $server:5060 options ";rport" -t t1 -m 3 -r 5
    capture_stop
    publish r05-tcp-persistent persistent
}

# closed_call NODE SOURCE NAME fin|rst [rport]: the caller's connection is gone when its call ends.
closed_call() {
    local name=$3
    sipp_answer uas-late-busy
    kamailio_start $server -A PROXY
    capture_start server wan "$name"
    ua "$1" closing_client.py "$2" $server "${@:4}"
    capture_stop
    publish "$name"
}

tcp_fin_rport() {
    closed_call public $public r06-tcp-fin-rport fin rport
}

tcp_fin() {
    closed_call public $public r07-tcp-fin fin
}

tcp_rst() {
    closed_call public $public r08-tcp-rst rst
}

tcp_rst_rport() {
    closed_call public $public r08-tcp-rst-rport rst rport
}

tcp_nat_fin() {
    closed_call client $client r09-tcp-nat-fin fin
}

tcp_nat_fin_rport() {
    closed_call client $client r09-tcp-nat-fin-rport fin rport
}

tcp_other_connection() {
    ua_start server misrouting_server.py $server connection
    lab_wait_port server tcp 5060
    capture_start server wan other
    ua public patient_client.py $public $server
    capture_stop
    publish r10-tcp-other-connection other
}

tcp_answered_over_udp() {
    ua_start server misrouting_server.py $server udp
    lab_wait_port server tcp 5060
    capture_start server wan other
    ua public patient_client.py $public $server
    capture_stop
    publish r11-tcp-answered-over-udp other
}

# both_sides NAME: publishes what was recorded as inside and as outside in one file.
both_sides() {
    mergecap -w "$work/both.pcapng" "$work/inside.pcapng" "$work/outside.pcapng"
    publish "$1" both
}

nat_both_sides() {
    kamailio_start $server
    capture_start nat lan inside
    capture_start nat wan outside
    sipp_call client $client $server:5060 options ";rport"
    sipp_call client $client $server:5060 invite-rejected ";rport"
    capture_stop
    both_sides r12-nat-both-sides-udp
    capture_start nat lan inside
    capture_start nat wan outside
    sipp_call client $client $server:5060 invite-rejected ";rport" -t t1
    capture_stop
    both_sides r12-nat-both-sides-tcp
    publish r12-nat-inside-tcp inside
}

sip_alg() {
    lab_in nat iptables -t raw -A PREROUTING -i lan -p udp --dport 5060 -j CT --helper sip
    lab_in nat conntrack -F >>"$lab_log" 2>&1
    kamailio_start $server
    capture_start nat lan inside
    capture_start nat wan outside
    sipp_call client $client $server:5060 options ""
    sipp_call client $client $server:5060 invite-rejected ";rport"
    capture_stop
    publish r13-sip-alg-outside outside
    both_sides r13-sip-alg-both-sides
}

tcp_segments() {
    kamailio_start $server
    capture_start server wan segments
    ua public segment_client.py $public $server
    capture_stop
    publish r14-tcp-segments segments
}

ipv6() {
    kamailio_start "[2001:db8:113::10]"
    capture_start server wan ipv6
    sipp_call public 2001:db8:113::30 "[2001:db8:113::10]:5060" options ";rport"
    sipp_call public 2001:db8:113::30 "[2001:db8:113::10]:5060" options ""
    # The same address written otherwise: a server that compares text adds received.
    via_host="[2001:DB8:113:0:0:0:0:30]" \
        sipp_call public 2001:db8:113::30 "[2001:db8:113::10]:5060" options ";rport"
    sipp_call public 2001:db8:113::30 "[2001:db8:113::10]:5060" invite-rejected "" -t t1
    capture_stop
    publish r15-ipv6 ipv6
}

fragments() {
    kamailio_start $server
    capture_start server wan fragments
    sipp_call public $public $server:5060 options-large ";rport"
    user=large sipp_call public $public $server:5060 options ";rport"
    capture_stop
    publish r16-fragments-ipv4 fragments
    lab_end "$kamailio_pid"
    kamailio_start "[2001:db8:113::10]"
    capture_start server wan fragments6
    sipp_call public 2001:db8:113::30 "[2001:db8:113::10]:5060" options-large ";rport"
    user=large sipp_call public 2001:db8:113::30 "[2001:db8:113::10]:5060" options ";rport"
    capture_stop
    publish r16-fragments-ipv6 fragments6
}

wrong_via() {
    ua_start server wrong_via_server.py $server
    lab_wait_port server udp 5060
    capture_start server wan wrong
    # Two right answers first: they show that no translation lies between recording and server.
    ua public options_client.py $public $server --rport right-1 right-2 rport-off-by-one \
        received-of-another rport-echoed rport-without-received other-sent-by cut-branch \
        port-removed two-vias
    capture_stop
    publish r17-udp-wrong-via wrong
}

call_through_proxy() {
    sipp_answer uas-call
    kamailio_start $server -A PROXY
    capture_start server wan call
    sipp_call public $public $server:5060 call ";rport"
    wait "$sipp_pid"
    sipp_answer uas-call
    sipp_call public $public $server:5060 call "" -t t1
    capture_stop
    publish r18-call-through-proxy call
    # A capture that starts when the first call is being answered: its INVITE is not in it.
    local first
    first=$(tshark -r "$work/call.pcapng" -Y 'sip.Status-Code == 200' -T fields -e frame.number |
        head -1)
    editcap -r "$work/call.pcapng" "$work/late.pcapng" "$first-1000"
    publish r20-late-start-udp late
}

cancel_through_proxy() {
    sipp_answer uas-cancelled
    kamailio_start $server -A PROXY
    capture_start server wan cancel
    sipp_call public $public $server:5060 cancel ";rport"
    capture_stop
    publish r18-cancel-through-proxy cancel
}

icmp_errors() {
    # Requests: nobody listens on proxy2, the NAT box has no route, and a TTL that ends there.
    lab_in nat ip route add unreachable 198.51.100.0/24
    capture_start client lan request
    ua client options_client.py $client 203.0.113.20 --rport nobody-listens
    ua client options_client.py $client 198.51.100.20 --rport no-route
    ua client options_client.py $client 203.0.113.20 --rport --ttl 1 ttl-too-small
    capture_stop
    publish r19-icmp-request request
    # Responses: to a port written in the Via on which nobody listens, and to a client that left.
    ua_start server wildcard_server.py 0.2
    lab_wait_port server udp 5060
    capture_start server wan response
    ua public options_client.py $public $server --via-port 5070 via-port-closed
    ua public options_client.py $public $server --rport --leave 0.05 client-left
    capture_stop
    publish r19-icmp-response response
}

tcp_late_start() {
    kamailio_start $server
    capture_start server wan late
    sipp_call public $public $server:5060 options "" -t t1 -m 3 -r 5
    capture_stop
    # The first five frames are the handshake and the first request with its answer.
    editcap "$work/late.pcapng" "$work/cut.pcapng" 1-5
    publish r20-late-start-tcp cut
}

baresip_registers() {
    kamailio_start $server -A REGISTRAR
    # baresip writes into its configuration folder.
    cp -r "$here/baresip" "$work/baresip"
    capture_start server wan baresip
    lab_start client timeout 8 baresip -f "$work/baresip" -t 2
    # Its two registrations take a few milliseconds; the two OPTIONS below come back to it.
    sleep 0.7
    user=over-udp sipp_call public $public $server:5060 options ";rport"
    user=over-tcp sipp_call public $public $server:5060 options ";rport"
    wait "$lab_pid"
    capture_stop
    publish r21-baresip-registers baresip
}

. "$here/connections.sh"

scenarios="udp_nat_rport udp_nat_no_rport udp_nat_forced_rport udp_other_source tcp_persistent
tcp_fin_rport tcp_fin tcp_rst tcp_rst_rport tcp_nat_fin tcp_nat_fin_rport tcp_other_connection
tcp_answered_over_udp nat_both_sides sip_alg tcp_segments ipv6 fragments wrong_via
call_through_proxy cancel_through_proxy icmp_errors tcp_late_start
baresip_registers $connection_scenarios"

if [ "${1:-}" = --list ]; then
    printf '%s\n' $scenarios
    rm -rf "$work"
    exit
fi
trap finish EXIT
trap 'exit 130' INT TERM
[ $# -gt 0 ] || set -- $scenarios
for scenario; do
    if ! printf '%s\n' $scenarios | grep -qx "$scenario"; then
        echo "$0: no scenario called $scenario" >&2
        exit 2
    fi
    # A network of its own for each: no connection tracking or TIME_WAIT is left from the last one.
    lab_up
    "$scenario"
done
if [ -n "${RECORD_KEEP_LOG:-}" ]; then
    cat "$lab_log" >"$RECORD_KEEP_LOG"
fi
