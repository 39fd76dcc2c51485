#!/usr/bin/env bash
# Print the path of an nginx for the test of deploy/nginx.conf, unpacking Debian's into .venv where there is none: nothing is
# installed and no service started. Prints nothing, with the reason on stderr, where that fails: the test is then skipped.
# The exit status is always 0.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$PWD/.venv/nginx
no_luck=.venv/no-nginx # it failed here, so that every later run does not wait for it again

find_one() {
    local name
    for name in "${NGINX:-}" nginx /usr/sbin/nginx /opt/homebrew/bin/nginx "$folder/usr/sbin/nginx"; do
        if [[ -n $name ]] && "$name" -v 2>/dev/null; then command -v "$name" && return 0; fi
    done
    return 1
}

update_lists() {
    if [[ $(id -u) == 0 ]]; then apt-get update -q; else sudo -n apt-get update -q; fi
}

# The program is in the package nginx, or in nginx-core where nginx only names others.
unpack_package() {
    mkdir -p "$folder"
    (cd "$folder" && apt-get download nginx nginx-core || apt-get download nginx) || return 1
    local package
    for package in "$folder"/*.deb; do dpkg -x "$package" "$folder"; done
}

find_one && exit
if [[ ! -e $no_luck ]] && command -v apt-get >/dev/null; then
    echo "Fetching nginx for the test of deploy/nginx.conf." >&2
    unpack_package >/dev/null 2>&1 || { update_lists && unpack_package; } >/dev/null 2>&1 || true
    find_one && exit
    touch "$no_luck"
fi
echo "The test of deploy/nginx.conf is skipped: no nginx is here or could be fetched (install one, or delete $no_luck to try again)." >&2
