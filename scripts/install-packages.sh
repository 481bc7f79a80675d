#!/bin/sh
# Installs Debian packages as root, quietly: `sh scripts/install-packages.sh PACKAGE...`.
# Packages that the release itself lacks come from its backports, read from the machine's own mirror for this one
# installation: no apt source is added, and no service is started.
set -u
export DEBIAN_FRONTEND=noninteractive
scratch=$(mktemp -d) || exit 1
policy=/usr/sbin/policy-rc.d
own_policy=''

cleanup() {
  [ -n "$own_policy" ] && rm -f "$policy"
  rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM

say() { printf 'setup: %s\n' "$*" >&2; }

apt() { apt-get -qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 "$@" >"$scratch/log" 2>&1; }

available() {
  for package in "$@"; do
    apt-cache policy "$package" 2>/dev/null | grep -q '^  Candidate: [^(]' || return 1
  done
}

# A second start of the same sources with backports beside them, in a folder that only this script uses.
backports() {
  # shellcheck source=/dev/null
  . /etc/os-release
  uri=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' |
    awk -v c="${VERSION_CODENAME:-}" '$2 == c && $3 == "main" { print $1; exit }')
  [ -n "$uri" ] && [ "${ID:-}" = debian ] || return 1
  mkdir "$scratch/sources"
  cp /etc/apt/sources.list.d/* "$scratch/sources/" 2>/dev/null
  printf 'Types: deb\nURIs: %s\nSuites: %s-backports\nComponents: main\nSigned-By: %s\n' \
    "$uri" "$VERSION_CODENAME" /usr/share/keyrings/debian-archive-keyring.gpg >"$scratch/sources/ccci-backports.sources"
  apt -o Dir::Etc::sourceparts="$scratch/sources" update &&
    apt -o Dir::Etc::sourceparts="$scratch/sources" install -y --no-install-recommends -t "$VERSION_CODENAME-backports" "$@"
}

say "installing Debian packages: $*"
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy" && own_policy=yes
fi
available "$@" || apt update

plain='' late=''
for package in "$@"; do
  if available "$package"; then plain="$plain $package"; else late="$late $package"; fi
done
# shellcheck disable=SC2086 # package names, one word each
if [ -n "$plain" ] && ! apt install -y --no-install-recommends $plain; then
  # Package lists that are too old name files that are gone.
  apt update && apt install -y --no-install-recommends $plain || { tail -n 5 "$scratch/log" >&2; exit 1; }
fi
# shellcheck disable=SC2086
if [ -n "$late" ] && ! backports $late; then
  say "not to be had from this machine's package sources:$late"
  tail -n 5 "$scratch/log" >&2
  exit 1
fi
