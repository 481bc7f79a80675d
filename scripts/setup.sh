#!/bin/sh
# Makes this checkout ready: `sh scripts/setup.sh check|demo|test|long`.
#   check  npm dependencies, with the Node that the project runs on
#   demo   also tmux, git and ps
#   test   also what the integration tests drive: ssh, Incus, a static busybox, openssl, claude from npm
#   long   also the other agent programs from npm: codex, opencode, gemini
# Does nothing, quickly, when all is there. As root it installs missing Debian packages; otherwise it says what to install.
# CCCI_NO_INSTALL=1 never installs system packages.
set -u
cd "$(dirname "$0")/.." || exit 1
wanted=${1:-test}
stamp=node_modules/.ccci-lock.json

say() { printf 'setup: %s\n' "$*" >&2; }

in_place() { [ -e "$stamp" ] && cmp -s package-lock.json "$stamp"; }

fits() {
  version=$(node --version 2>/dev/null) || return 1
  version=${version#v}
  minor=${version#*.}
  [ "${version%%.*}" -gt 24 ] || { [ "${version%%.*}" -eq 24 ] && [ "${minor%%.*}" -ge 12 ]; }
}

# npm 10 leaves the link out. The packaged Node needs glibc: where it does not run (NixOS, musl) the machine's own has to do.
link_node() {
  for packaged in node_modules/node-*/bin/node; do
    [ -e "$packaged" ] || continue
    if "$packaged" --version >/dev/null 2>&1; then
      ln -sf "../${packaged#node_modules/}" node_modules/.bin/node
    else
      rm -rf "${packaged%/bin/node}" node_modules/.bin/node
    fi
  done
}

install_node_modules() {
  say 'installing npm dependencies (npm ci)'
  npm ci --no-audit --no-fund --loglevel=error >&2 9>&- ||
    npm ci --no-audit --no-fund --loglevel=error >&2 9>&- ||
    { say 'npm ci failed twice, so nothing can be run yet; its message stands above'; exit 1; }
  link_node
  PATH=$PWD/node_modules/.bin:$PATH
  fits || { say "Node $(node --version 2>/dev/null || echo "(none)") is on PATH and none could be brought for this platform: install Node 24.12 or newer"; exit 1; }
  cp package-lock.json "$stamp"
}

if ! in_place; then
  # Where there is no flock (macOS) two set-ups at once are the user's own care.
  if command -v flock >/dev/null; then
    exec 9<package-lock.json
    flock 9
  fi
  in_place || install_node_modules
  exec 9<&-
fi

missing=''
need() {
  [ -x "$1" ] || command -v "$1" >/dev/null || missing="$missing $2"
}
case $wanted in
  demo | test | long)
    need tmux tmux
    need git git
    need ps procps
    ;;
esac
case $wanted in test | long)
  need ssh openssh-client
  need /usr/libexec/incus/incusd incus-base
  need incus incus-client
  need busybox busybox-static
  need openssl openssl
  # A login server is not put on a person's machine for a test; there the test is skipped and says so.
  [ -n "${CI:-}" ] && need /usr/sbin/sshd openssh-server
  ;;
esac

# They go into a folder of their own below node_modules. Where they can not be had, the tests that need them say so.
case $wanted in
  test) agents=claude ;;
  long) agents='claude codex opencode gemini' ;;
  *) agents='' ;;
esac
# shellcheck disable=SC2086 # program names, one word each
[ -z "$agents" ] || PATH=$PWD/node_modules/.bin:$PATH node scripts/install-agent-clis.ts $agents >/dev/null || true
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && [ -z "${CCCI_NO_INSTALL:-}" ]; then
  # shellcheck disable=SC2086 # package names, one word each
  sh scripts/install-packages.sh $missing && exit 0
fi
say "please install (Debian package names):$missing"
case $missing in
  *' tmux'* | *' git'*) exit 1 ;;
esac
say 'going on without; what needs them is skipped and listed at the end'
