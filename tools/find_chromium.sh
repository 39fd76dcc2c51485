#!/usr/bin/env bash
# Print the path of a Chromium for the browser tests, installing one where that is possible without asking anything.
# Prints nothing, with the reason on stderr, where there is none: those tests are then skipped. The exit status is always 0.
set -euo pipefail
cd "$(dirname "$0")/.."

python=.venv/bin/python
no_luck=.venv/no-chromium # an install failed here, so that every later run does not wait for it again

find_one() {
    local name
    for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
        if [[ -n $name ]] && command -v "$name"; then return 0; fi
    done
    # One that Playwright has fetched for itself, at an address that only Playwright knows.
    local path
    path=$("$python" -c 'from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)' 2>/dev/null) && [[ -x $path ]] && echo "$path"
}

# Run a command as root, its output kept for when it fails.
as_root() {
    local log
    log=$(mktemp)
    if ! ${sudo:-} env DEBIAN_FRONTEND=noninteractive "$@" </dev/null >"$log" 2>&1; then
        tail -n 3 "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}

install_package() {
    command -v apt-get >/dev/null || return 1
    sudo=
    if [[ $(id -u) != 0 ]]; then
        sudo -n true 2>/dev/null || return 1
        sudo=sudo
    fi
    echo "Installing the package chromium for the browser tests." >&2
    as_root apt-get update -q && as_root apt-get install -y -q --no-install-recommends chromium
}

install_with_playwright() {
    echo "Fetching a Chromium with Playwright for the browser tests." >&2
    "$python" -m playwright install chromium </dev/null >/dev/null 2>&1
}

find_one && exit
if [[ ! -e $no_luck ]]; then
    if install_package || install_with_playwright; then
        find_one && exit
    fi
    touch "$no_luck"
fi
echo "Browser tests are skipped: no Chromium is here or could be installed (install one, or delete $no_luck to try again)." >&2
