#!/bin/bash
# Makes the certificates of the ladders once more: an authority, whose key is thrown away, and
# certificates with every kind of name that RFC 5922 7.1 knows. Captures made before stay readable.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

from=20250101000000Z until=21241231235959Z

cat >"$work/ca.cnf" <<END
[ca]
default_ca = ladder
[ladder]
database = $work/index
new_certs_dir = $work
serial = $work/serial
default_md = sha256
policy = any
[any]
commonName = supplied
[req]
distinguished_name = any
END
touch "$work/index"
echo 01 >"$work/serial"

# key NAME: a new private key, unless the one in NAME.pem can stay.
key() {
    if [ -f "$1.pem" ] && openssl pkey -in "$1.pem" -out "$work/$1.key" 2>/dev/null; then
        return
    fi
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/$1.key"
}

# sign NAME ISSUER COMMON-NAME EXTENSION...: a certificate in $work/NAME.crt.
sign() {
    local name=$1 issuer=$2 common_name=$3 authority
    shift 3
    printf '%s\n' "[extensions]" "$@" >"$work/extensions"
    openssl req -new -config "$work/ca.cnf" -key "$work/$name.key" -subj "/CN=$common_name" \
        -out "$work/$name.csr"
    authority=(-cert "$work/$issuer.crt" -keyfile "$work/$issuer.key")
    [ "$name" != "$issuer" ] || authority=(-selfsign -keyfile "$work/$name.key")
    openssl ca -batch -notext -config "$work/ca.cnf" "${authority[@]}" \
        -startdate "$from" -enddate "$until" -extfile "$work/extensions" -extensions extensions \
        -in "$work/$name.csr" -out "$work/$name.crt" 2>/dev/null
}

# end NAME ISSUER COMMON-NAME [NAMES]: NAME.pem for one end of a connection.
end() {
    key "$1"
    sign "$1" "$2" "$3" "basicConstraints = CA:false" ${4:+"subjectAltName = $4"}
    cat "$work/$1.crt" "$work/$1.key" >"$1.pem"
}

key ca
sign ca ca "Ladder test authority" "basicConstraints = critical, CA:true"
cp "$work/ca.crt" ca.pem

end p1 ca p1 "URI:sip:p1.example.com, URI:sip:example.com"
end p2 ca p2 "URI:sip:p2.example.net, URI:sip:example.net"
end dns ca dns "DNS:p1.example.com, DNS:example.com"
end domain ca domain "URI:sip:example.com"
end both-kinds ca both-kinds "URI:sip:example.com, DNS:p1.example.com"
end user ca user "URI:sip:alice@example.com, DNS:p1.example.com"
end common-name ca p1.example.com
end wildcard-com ca wildcard-com "DNS:*.example.com"
end wildcard-net ca wildcard-net "DNS:*.example.net"

# An issuer with names of its own, which are not those of the certificates it issues.
key issuer
sign issuer ca issuer "basicConstraints = critical, CA:true" \
    "subjectAltName = URI:sip:issuer.example.org"
end chain issuer chain "URI:sip:p1.example.com, URI:sip:example.com"
sed -i "/-----END CERTIFICATE-----/r $work/issuer.crt" chain.pem
