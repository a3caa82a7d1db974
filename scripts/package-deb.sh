#!/usr/bin/env bash
# Builds the Debian package and checks it: target/debian/offprint_VERSION_ARCH.deb.
# Needs cargo-deb (cargo install cargo-deb --locked); lintian is used if it is there.
#
#   OFFPRINT_HOST_PROGRAM=FILE   the program for this machine that writes manual page and
#                                completions, where the packaged one is for another machine
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --release --locked
program=${OFFPRINT_HOST_PROGRAM:-target/release/offprint}

assets=target/assets
rm -rf "$assets"
mkdir -p "$assets"
# cargo-deb compresses the page as Debian wants it (gzip -9n).
"$program" man >"$assets/offprint.1"
"$program" completions bash >"$assets/offprint.bash"
"$program" completions zsh >"$assets/_offprint"
"$program" completions fish >"$assets/offprint.fish"

# Line tables are for whoever builds it; installed they would be most of the package.
deb=$(cargo deb --no-build --locked --strip | tail -n 1)
echo "made $deb"

listing=$(dpkg-deb -c "$deb" | awk '{ print $6 }')
for path in \
    ./usr/bin/offprint \
    ./etc/offprint/offprint.toml \
    ./usr/lib/systemd/system/offprint.service \
    ./lib/systemd/system/offprint.socket \
    ./usr/share/man/man1/offprint.1.gz \
    ./usr/share/bash-completion/completions/offprint \
    ./usr/share/zsh/vendor-completions/_offprint \
    ./usr/share/fish/vendor_completions.d/offprint.fish \
    ./usr/share/doc/offprint/copyright \
    ./usr/share/lintian/overrides/offprint \
    ./usr/share/doc/offprint/changelog.Debian.gz \
    ./usr/share/doc/offprint/running.md \
    ./usr/share/doc/offprint/examples/offprint.toml; do
    if ! grep -qxF "$path" <<<"$listing"; then
        echo "the package lacks $path" >&2
        exit 1
    fi
done
stray=$(grep -vE '^\./($|usr/|etc/|lib/systemd/|lib/$)' <<<"$listing" || true)
if [ -n "$stray" ]; then
    echo "the package has what belongs elsewhere: $stray" >&2
    exit 1
fi

control=$(mktemp -d)
trap 'rm -rf "$control"' EXIT
dpkg-deb -e "$deb" "$control"
# expect FILE TEXT: that file of the package's control data holds that text.
expect() {
    if ! grep -qF "$2" "$control/$1"; then
        echo "$1 of the package lacks: $2" >&2
        exit 1
    fi
}
expect conffiles /etc/offprint/offprint.toml
expect postinst 'enable offprint.service'
expect prerm 'stop offprint.service'
expect postrm 'rm -rf /var/lib/private/offprint'
if grep -q 'offprint.socket' "$control/postinst"; then
    echo "the package would enable the socket unasked" >&2
    exit 1
fi
for script in postinst prerm postrm; do
    sh -n "$control/$script"
    if grep -q '#DEBHELPER#' "$control/$script"; then
        echo "$script was not filled in" >&2
        exit 1
    fi
done

if command -v lintian >/dev/null; then
    lintian --fail-on error,warning "$deb"
    echo "lintian has nothing to say"
else
    echo "skipped: lintian is not installed"
fi
