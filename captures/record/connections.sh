# Scenarios of record.sh about the use of connections: RFC 5923 aliases, RFC 5626 and registered
# flows, WebSocket, and connections that are dead or cannot be made. Sourced by record.sh.

connection_scenarios="alias_honoured alias_not_honoured alias_no_client_certificate
alias_client_certificate_not_asked alias_other_domain alias_owner_gone outbound_baresip
outbound_tls registered_flow registered_flow_tls websocket secure_websocket closed_then_used
flow_dead_behind_nat connection_back_refused late_start_connection"

certificates=$out/certificates
proxy2=203.0.113.20

# tls_start NODE tls12|tls13 NAME [ask|ask-not] [own|none]: TLS configuration for the Kamailio that
# is started next on the node. Its certificate is NAME.pem; as a server it asks its clients for one
# or not, and as a client it has its own or none.
tls_start() {
    local node=$1 version=TLSv1.2 name=$3
    # With the plus both ends choose the newest that they know.
    [ "$2" = tls12 ] || version=TLSv1.2+
    [ -e "$work/key_log.so" ] ||
        gcc -shared -fPIC -O -Wall -Werror -o "$work/key_log.so" "$here/key_log.c" \
            -l:libssl.so.3 -ldl || return
    mkdir -p "$work/$node"
    rm -f "$work/keys"
    cat >"$work/$node/tls.cfg" <<END
[server:default]
method = $version
certificate = $certificates/$name.pem
private_key = $certificates/$name.pem
ca_list = $certificates/ca.pem
verify_certificate = $([ "${4:-ask}" = ask ] && echo yes || echo no)
require_certificate = no

[client:default]
method = $version
ca_list = $certificates/ca.pem
verify_certificate = yes
require_certificate = yes
END
    if [ "${5:-own}" = own ]; then
        printf '%s\n' "certificate = $certificates/$name.pem" \
            "private_key = $certificates/$name.pem" >>"$work/$node/tls.cfg"
    fi
}

# publish_tls NAME WORK-FILE: the finished capture without its TLS keys, and with them.
publish_tls() {
    publish "$1-nokeys" "$2"
    # Only the lines of the connections in the file would be needed, but there are no others.
    editcap --inject-secrets "tls,$work/keys" "$work/$2.pcapng" "$work/$2-keys.pcapng"
    publish "$1" "$2-keys"
}

# peers_start tls12|tls13|tcp: two proxies, p1.example.com on proxy2 and p2.example.net on the
# server. p1 offers an alias, p2 honours it unless $honour is no. With TLS p2 asks for a certificate
# unless $ask is ask-not, and p1 has one unless $own is none. Pid of p1 in $p1_pid.
peers_start() {
    local wire=tls port=5061 tls=(-A TLS) honouring=(-A HONOUR_ALIAS)
    if [ "$1" = tcp ]; then
        wire=tcp port=5060 tls=()
    else
        tls_start server "$1" p2 "${ask:-ask}" || return
        tls_start proxy2 "$1" p1 ask "${own:-own}" || return
    fi
    [ "${honour:-yes}" = yes ] || honouring=()
    kamailio_run server peer.cfg "${tls[@]}" "${honouring[@]}" -l "udp:$server:5060" \
        -l "$wire:$server:$port/p2.example.net:$port"
    kamailio_run proxy2 peer.cfg "${tls[@]}" -A OFFER_ALIAS -l "udp:$proxy2:5060" \
        -l "$wire:$proxy2:$port/p1.example.com:$port"
    p1_pid=$kamailio_pid
    local node
    for node in server proxy2; do
        lab_wait_port $node udp 5060 && lab_wait_port $node tcp $port || return
    done
}

# forth SCENARIO, back SCENARIO: a request through p1 to p2, or through p2 to p1, then for a user of
# $back_domain. How it comes to the first proxy, over UDP, is not recorded.
forth() {
    user=bob uri_host=example.net sipp_call public $public $proxy2:5060 "$1" ";rport"
}

back() {
    user=alice uri_host=${back_domain:-example.com} \
        sipp_call public $public $server:5060 "$1" ";rport"
}

# alias_recording WIRE: an INVITE from p1 to p2, which takes an alias with it, and then OPTIONS from
# p2 back to p1 and forth once more.
alias_recording() {
    local capture_filter=tcp
    peers_start "$1" || return
    capture_start server wan "alias-$1"
    forth invite-rejected
    back options
    forth options
    capture_stop
}

# each_wire NUMBER TEXT WIRE...: alias_recording over each, published as NUMBER-WIRE-TEXT.
each_wire() {
    local number=$1 text=$2 wire
    for wire in "${@:3}"; do
        lab_up
        alias_recording "$wire" || return
        if [ "$wire" = tcp ]; then
            publish "$number-tcp-$text" alias-tcp
        else
            publish_tls "$number-$wire-$text" "alias-$wire"
        fi
    done
}

alias_honoured() {
    each_wire r30 alias-honoured tls12 tls13 tcp
}

alias_not_honoured() {
    honour=no each_wire r31 alias-not-honoured tls12 tls13 tcp
}

alias_no_client_certificate() {
    own=none each_wire r32 alias-no-client-certificate tls12 tls13
}

alias_client_certificate_not_asked() {
    ask=ask-not each_wire r33 alias-client-certificate-not-asked tls12
}

alias_other_domain() {
    back_domain=example.org each_wire r34 alias-other-domain tls12 tls13 tcp
}

# The owner of an alias ends; p2 then tries its address in vain.
alias_owner_gone() {
    local capture_filter=tcp
    peers_start tls12 || return
    capture_start server wan gone
    forth invite-rejected
    back options
    lab_end "$p1_pid"
    back options-unreachable
    capture_stop
    publish_tls r35-tls12-alias-owner-gone gone
}

# registrar_start [MORE...]: the server as registrar for flows over TCP, TLS and WebSocket.
registrar_start() {
    tls_start server "${version:-tls12}" p2 ask-not || return
    kamailio_start $server -A REGISTRAR -A TLS -l "tls:$server:5061" "$@"
}

# register_start NODE SOURCE tcp|tls|ws|wss USER [MORE...]: a user agent that registers.
register_start() {
    ua_start "$1" registering_client.py "$2" $server "${@:3}"
    # The handshake and the registration take a few milliseconds.
    sleep 0.5
}

# called_back USER SCENARIO [MORE...]: a request to the user who registered.
called_back() {
    user=$1 uri_host=example.net sipp_call public $public $server:5060 "$2" ";rport" "${@:3}"
}

outbound_baresip() {
    registrar_start -A OUTBOUND
    cp -r "$here/baresip" "$work/baresip"
    cp "$here/baresip/accounts-outbound" "$work/baresip/accounts"
    echo "module uuid.so" >>"$work/baresip/config"
    printf %s 5a3b8c1e-0000-4000-8000-000000000010 >"$work/baresip/uuid"
    capture_start server wan outbound
    lab_start client timeout 8 baresip -f "$work/baresip" -t 2
    sleep 0.7
    called_back over-flow options
    # It rings until baresip ends.
    called_back over-flow invite-rejected -timeout 3
    wait "$lab_pid"
    capture_stop
    publish r36-tcp-outbound-baresip outbound
}

# flow_recording NAME TRANSPORT [MORE...]: a client behind the NAT registers, and is then sent
# OPTIONS and INVITE over its flow.
flow_recording() {
    capture_start server wan flow
    register_start client $client "$2" flow "${@:3}"
    called_back flow options
    called_back flow invite-rejected
    sleep 0.5
    capture_stop
    case $2 in
    tls | wss) publish_tls "$1" flow ;;
    *) publish "$1" flow ;;
    esac
}

outbound_tls() {
    version=tls13 registrar_start -A OUTBOUND
    flow_recording r36-tls13-outbound tls --outbound
}

registered_flow() {
    registrar_start
    flow_recording r37-tcp-registered-flow tcp --requests 2
}

# Some stacks put alias into the Via of every stream: it means nothing without a certificate.
registered_flow_tls() {
    registrar_start
    flow_recording r37-tls12-registered-flow-alias tls --alias
}

websocket() {
    registrar_start -A WEBSOCKET -l "tcp:$server:80"
    flow_recording r38-websocket ws --requests 2
}

secure_websocket() {
    registrar_start -A WEBSOCKET -l "tls:$server:443"
    flow_recording r38-secure-websocket wss
}

# The server is started anew while a client has an idle connection to it.
closed_then_used() {
    kamailio_start $server
    capture_start server wan closed
    ua_start public idle_client.py $public $server 3
    local client_pid=$lab_pid
    sleep 0.7
    lab_end "$kamailio_pid"
    kamailio_start $server
    wait "$client_pid"
    capture_stop
    publish r39-tcp-closed-then-used closed
}

flow_dead_behind_nat() {
    registrar_start
    capture_start server wan dead
    register_start client $client tcp flow
    local client_pid=$lab_pid
    called_back flow options
    sleep 0.2
    # The client vanishes and the NAT forgets it: the server learns nothing of that.
    lab_in nat iptables -A FORWARD -p tcp -j DROP
    lab_end "$client_pid"
    lab_in nat conntrack -F >>"$lab_log" 2>&1
    called_back flow options -timeout 1 -timeout_error -default_behaviors none
    called_back flow options-unreachable
    capture_stop
    publish r39-tcp-flow-dead-behind-nat dead
}

connection_back_refused() {
    # The port in the Via: the caller has closed its connection before the final response.
    closed_call public $public r40-tcp-via-refused fin deaf
    # The port in the Contact.
    lab_up
    kamailio_start $server -A REGISTRAR -A TO_CONTACT
    capture_start server wan contact
    register_start public $public tcp flow --contact-port 5099
    called_back flow options-unreachable
    capture_stop
    publish r40-tcp-contact-refused contact
}

# first_frame WORK-FILE FILTER: number of the first frame that the display filter selects.
first_frame() {
    tshark -r "$work/$1.pcapng" -o "tls.keylog_file:$work/keys" -Y "$2" -T fields \
        -e frame.number 2>>"$lab_log" | head -1
}

# late WORK-FILE FIRST: what is left, in late.pcapng, if the recording starts with frame FIRST.
late() {
    editcap -r "$work/$1.pcapng" "$work/late.pcapng" "$2-1000"
}

# Recordings that start within a connection on which requests go both ways.
late_start_connection() {
    alias_recording tcp || return
    late alias-tcp "$(first_frame alias-tcp 'sip.Method == INVITE')"
    publish r41-tcp-late-start-no-syn late
    late alias-tcp "$(first_frame alias-tcp 'sip.Method == OPTIONS')"
    publish r41-tcp-late-start-in-use late
    lab_up
    alias_recording tls12 || return
    local hello
    hello=$(first_frame alias-tls12 'tls.handshake.type == 1')
    late alias-tls12 "$hello"
    publish_tls r41-tls12-late-start-no-syn late
    # Its keys are of no use any more.
    late alias-tls12 $((hello + 1))
    publish_tls r41-tls12-late-start-no-hello late
}
