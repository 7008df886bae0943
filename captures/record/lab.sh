#!/bin/bash
# The network in which the recordings are made: six namespaces joined by veth pairs.
#
#   client 192.168.10.10 -- nat 192.168.10.1 | 203.0.113.1 -- hub -+- server  203.0.113.10 .11  ::10
#                                                                  +- proxy2  203.0.113.20      ::20
#                                                                  +- public  203.0.113.30      ::30
#
# IPv6 is 2001:db8:113::/64, without NAT. Needs root. Use `lab.sh up` and `lab.sh down` by hand, or
# source the file for its functions; both forms are safe to repeat.

lab_prefix=sipconn-lab
lab_nodes="client nat hub server proxy2 public"
lab_pids=()

# lab_in NODE COMMAND...: runs a command inside a node.
lab_in() {
    local node=$1
    shift
    ip netns exec "$lab_prefix-$node" "$@"
}

# lab_link NODE INTERFACE MAC PEER-NODE PEER-INTERFACE PEER-MAC: a cable between two nodes.
# MAC addresses are fixed so that recordings do not depend on the machine.
lab_link() {
    ip link add "$2" netns "$lab_prefix-$1" address "$3" \
        type veth peer name "$5" netns "$lab_prefix-$4" address "$6"
    local pair
    for pair in "$1 $2" "$4 $5"; do
        set -- $pair
        # Without this the packets are recorded before their checksums are filled in, and as large
        # segments that never were on a wire.
        lab_in "$1" ethtool -K "$2" tx off rx off gso off tso off gro off >/dev/null
        lab_in "$1" ip link set "$2" up
    done
}

lab_down() {
    lab_end_all
    local node
    for node in $lab_nodes; do
        if [ -e "/run/netns/$lab_prefix-$node" ]; then
            ip netns del "$lab_prefix-$node"
        fi
        rm -rf "/etc/netns/$lab_prefix-$node"
    done
}

lab_up() {
    lab_down
    local node number
    for node in $lab_nodes; do
        ip netns add "$lab_prefix-$node"
        # `ip netns exec` puts this in place of /etc/hosts; nobody asks a name server.
        mkdir -p "/etc/netns/$lab_prefix-$node"
        printf '%s\n' "203.0.113.10 p2.example.net" "203.0.113.20 p1.example.com" \
            >"/etc/netns/$lab_prefix-$node/hosts"
        # No duplicate address detection: addresses must be usable at once.
        lab_in "$node" sysctl -qw net.ipv6.conf.default.accept_dad=0 \
            net.ipv6.conf.default.router_solicitations=0
        lab_in "$node" ip link set lo up
    done

    lab_link client lan 02:00:c0:a8:0a:0a nat lan 02:00:c0:a8:0a:01
    lab_in client ip addr add 192.168.10.10/24 dev lan
    lab_in nat ip addr add 192.168.10.1/24 dev lan
    lab_in client ip route add default via 192.168.10.1

    lab_in hub ip link add hub type bridge
    lab_in hub ip link set hub up
    number=1
    for node in nat server proxy2 public; do
        lab_link "$node" wan "02:00:cb:00:71:0$number" hub "port$number" "02:00:00:00:00:0$number"
        lab_in hub ip link set "port$number" master hub
        number=$((number + 1))
    done
    lab_in nat ip addr add 203.0.113.1/24 dev wan
    lab_in server ip addr add 203.0.113.10/24 dev wan
    lab_in server ip addr add 203.0.113.11/24 dev wan
    lab_in server ip addr add 2001:db8:113::10/64 dev wan nodad
    lab_in proxy2 ip addr add 203.0.113.20/24 dev wan
    lab_in proxy2 ip addr add 2001:db8:113::20/64 dev wan nodad
    lab_in public ip addr add 203.0.113.30/24 dev wan
    lab_in public ip addr add 2001:db8:113::30/64 dev wan nodad

    lab_in nat sysctl -qw net.ipv4.ip_forward=1
    # Port ranges of their own: a NAT that keeps the port would hide what rport is for.
    lab_in nat iptables -t nat -A POSTROUTING -o wan -s 192.168.10.0/24 -p udp \
        -j MASQUERADE --to-ports 40000-40999
    lab_in nat iptables -t nat -A POSTROUTING -o wan -s 192.168.10.0/24 -p tcp \
        -j MASQUERADE --to-ports 41000-41999
    lab_in nat iptables -t nat -A POSTROUTING -o wan -s 192.168.10.0/24 -j MASQUERADE
}

# lab_start NODE COMMAND...: starts a process inside a node; its pid is left in $lab_pid and it is
# ended by lab_end or, at the latest, by lab_down. Output goes to $lab_log.
lab_start() {
    local node=$1
    shift
    ip netns exec "$lab_prefix-$node" "$@" >>"${lab_log:-/dev/null}" 2>&1 </dev/null &
    lab_pid=$!
    lab_pids+=("$lab_pid")
}

# lab_end PID [SIGNAL]: ends one process and waits until it is gone.
lab_end() {
    kill "-${2:-TERM}" "$1" 2>/dev/null
    wait "$1" 2>/dev/null
    local pid left=()
    for pid in "${lab_pids[@]}"; do
        [ "$pid" = "$1" ] || left+=("$pid")
    done
    lab_pids=("${left[@]}")
}

lab_end_all() {
    local pid
    for pid in "${lab_pids[@]}"; do
        lab_end "$pid"
    done
}

# lab_wait_port NODE udp|tcp PORT: waits, at most 5 s, until somebody listens there.
lab_wait_port() {
    local _ flag=u
    [ "$2" = tcp ] && flag=t
    for _ in $(seq 100); do
        if lab_in "$1" ss -Hln$flag "sport = :$3" | grep -q .; then
            return 0
        fi
        sleep 0.05
    done
    echo "nobody listens on $2 port $3 of $1" >&2
    return 1
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    case ${1:-} in
    up) lab_up ;;
    down) lab_down ;;
    *) echo "usage: $0 up|down" >&2; exit 2 ;;
    esac
fi
