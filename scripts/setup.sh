# What ./run and ./test need on a bare Debian 12 or Ubuntu 24.04: taken in by both, installs only what is missing.
# shellcheck shell=bash

: "${HOME:=/root}"
export HOME
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/bangban/target}"
OLDEST_RUST=1.89
OLDEST_NODE=20.19
CARGO=cargo
CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/bangban"

# say 中文 English: by BANGBAN_LANG, Chinese where it says nothing.
say() { case "${BANGBAN_LANG:-zh}" in en*|EN*) printf '%s\n' "$2" ;; *) printf '%s\n' "$1" ;; esac; }
fail() { printf '✗ ' >&2; say "$1" "$2" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif have sudo; then sudo "$@"
    else fail "要安装软件包，但当前不是管理员，也没有 sudo。请用管理员运行：$*" \
              "Packages have to be installed, but this is not root and there is no sudo. As root, run: $*"
    fi
}

apt_install() {
    have apt-get || fail "这台机器没有 apt-get，请自行安装：$*" "There is no apt-get here. Please install: $*"
    say "安装缺少的软件包：$*" "Installing what is missing: $*"
    if [ -z "${apt_updated:-}" ]; then
        as_root apt-get update -qq || say "软件源没有全部刷新，先用已有的试试。" "Not every package list could be refreshed; going on with what is there."
        apt_updated=yes
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null \
        || fail "没有装上：$*。请检查网络和软件源。" "Could not install: $*. Please check the network and the package sources."
}

need_packages() {
    local missing=()
    have cc && have make || missing+=(build-essential)
    have pkg-config || missing+=(pkg-config)
    { have pkg-config && pkg-config --exists openssl; } || missing+=(libssl-dev)
    [ -s /etc/ssl/certs/ca-certificates.crt ] || missing+=(ca-certificates)
    [ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
}

# What the agent's window is built with.
need_window_packages() {
    local missing=() name
    for name in webkit2gtk-4.1:libwebkit2gtk-4.1-dev librsvg-2.0:librsvg2-dev; do
        pkg-config --exists "${name%%:*}" || missing+=("${name#*:}")
    done
    [ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
}

# What drives the window and the browser in tests; Ubuntu's chromium is a snap and stays out.
need_driving_packages() {
    local missing=()
    have WebKitWebDriver || missing+=(webkit2gtk-driver)
    have Xvfb || missing+=(xvfb)
    have xdotool || missing+=(xdotool)
    have convert && have import || missing+=(imagemagick)
    have gnome-keyring-daemon || missing+=(gnome-keyring)
    have dbus-run-session || missing+=(dbus)
    have fc-list && [ -n "$(fc-list :lang=zh family 2>/dev/null | head -n1)" ] || missing+=(fontconfig fonts-noto-cjk)
    have chromium || grep -qi ubuntu /etc/os-release || missing+=(chromium)
    [ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
    [ -x "$CACHE/tools/bin/tauri-driver" ] || have tauri-driver ||
        "$CARGO" install tauri-driver --version 2.1.0 --locked --quiet --root "$CACHE/tools" ||
        say "没有装上 tauri-driver，窗口测试会跳过。" "tauri-driver could not be installed: the window's tests will be skipped."
    PATH="$PATH:$CACHE/tools/bin"
}

# at_least OLDEST VERSION: whether it is as new as this code needs.
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n1)" = "$1" ]; }
rust_fits() { have cargo && have rustc && at_least "$OLDEST_RUST" "$(rustc --version 2>/dev/null | cut -d' ' -f2)"; }
node_fits() { have node && have npm && at_least "$OLDEST_NODE" "$(node --version 2>/dev/null | tr -d v)"; }

# Node for building the screens: what is there, else that of the npm registry, for which any older npm suffices.
need_node() {
    [ -d "$CACHE/node/node_modules/.bin" ] && PATH="$CACHE/node/node_modules/.bin:$PATH"
    node_fits && return
    have npm || apt_install npm
    say "安装 Node（编译界面用）……" "Installing Node, which builds the screens …"
    mkdir -p "$CACHE/node"
    npm install --silent --no-audit --no-fund --prefix "$CACHE/node" node@22 npm@11 >/dev/null 2>&1 || true
    PATH="$CACHE/node/node_modules/.bin:$PATH"
    hash -r
    node_fits || fail "没有装上 Node $OLDEST_NODE 或更新的版本。请自行安装后再运行。" \
                      "No Node $OLDEST_NODE or newer could be installed. Please install it and run again."
}

need_rust() {
    [ -d "$HOME/.cargo/bin" ] && PATH="$HOME/.cargo/bin:$PATH"
    rust_fits && return
    rust_by_rustup && return
    rust_by_apt && return
    fail "没有装上 Rust $OLDEST_RUST 或更新的版本：rustup 下载不了，软件源里也没有。请自行安装后再运行。" \
         "No Rust $OLDEST_RUST or newer: rustup cannot be downloaded and the package sources have none. Please install it and run again."
}

rust_by_rustup() {
    if ! have rustup; then
        have curl || apt_install curl
        say "安装 Rust（rustup）……" "Installing Rust (rustup) …"
        local installer='' from
        for from in https://sh.rustup.rs "${RUSTUP_UPDATE_ROOT:-https://static.rust-lang.org/rustup}/rustup-init.sh"; do
            installer=$(curl --proto '=https' --tlsv1.2 -fsSL --connect-timeout 15 "$from" 2>/dev/null) && break
        done
        [ -n "$installer" ] || return 1
        sh -c "$installer" sh -y --no-modify-path --profile minimal -c clippy -c rustfmt >/dev/null 2>&1 || return 1
        PATH="$HOME/.cargo/bin:$PATH"
    fi
    rust_fits && return
    rustup toolchain install stable --profile minimal -c clippy -c rustfmt >/dev/null 2>&1 || return 1
    export RUSTUP_TOOLCHAIN=stable
    rust_fits
}

# The newest Rust of the distribution: rustc-web on Debian, rustc-1.xx on Ubuntu.
rust_by_apt() {
    have apt-cache || return 1
    say "rustup 用不了，改用系统软件源里最新的 Rust。" "rustup cannot be had; taking the newest Rust of the package sources."
    [ -n "${apt_updated:-}" ] || { as_root apt-get update -qq || true; apt_updated=yes; }
    local name version best='' best_version=0
    for name in $(apt-cache search --names-only '^rustc(-web|-[0-9.]+)?$' | cut -d' ' -f1); do
        version=$(apt-cache policy "$name" | sed -n 's/^ *Candidate: \([0-9.]*\).*/\1/p')
        if [ "$(printf '%s\n%s\n' "$best_version" "$version" | sort -V | tail -n1)" = "$version" ]; then
            best=$name best_version=$version
        fi
    done
    { [ -n "$best" ] && at_least "$OLDEST_RUST" "$best_version"; } || return 1
    apt_install "$best" "${best/rustc/cargo}"
    case "$best" in
        rustc-[0-9]*) export RUSTC="$best"; CARGO="${best/rustc/cargo}"; have "$CARGO" ;;
        *) rust_fits ;;
    esac
}

set_up() {
    [ "$(uname -s)" = Linux ] || fail "这里只支持 Linux。" "This works on Linux only."
    need_packages
    need_rust
    need_node
    mkdir -p "$CARGO_TARGET_DIR"
    scripts/build-ui || fail "界面没有编译成功。" "The screens could not be built."
}

# Whether a window would open here.
display_opens() {
    if [ -n "${WAYLAND_DISPLAY:-}" ]; then [ -S "${XDG_RUNTIME_DIR:-/run/user/$(id -u)}/$WAYLAND_DISPLAY" ] && return; fi
    case "${DISPLAY:-}" in
        '') return 1 ;;
        :*) local number=${DISPLAY#:}; [ -S "/tmp/.X11-unix/X${number%%.*}" ] ;;
        *) return 0 ;;
    esac
}

# build NAME ARGUMENTS…: runs cargo with one plain line of progress; what went wrong is shown in full.
build() {
    local name=$1 log="$CARGO_TARGET_DIR/last-build.log"; shift
    local expected; expected=$(grep -c '^\[\[package\]\]' Cargo.lock)
    # shellcheck disable=SC2094
    if "$CARGO" build --locked "$@" 2>&1 | tee "$log" | show_compiling "$name" "$expected"; then return; fi
    tail -n 40 "$log" >&2
    fail "没有编译成功，详情见 $log" "The build failed; see $log"
}

show_compiling() {
    local shown=0; [ -t 1 ] && shown=1
    awk -v name="$1" -v all="$2" -v shown="$shown" '
        / (Downloaded|Compiling) / { if ($1 == "Compiling") n++; if (shown) { printf "\r\033[K  %s  %d/%d  %s", name, n, all, $2; fflush() }
                                     else if (n % 100 == 1 && $1 == "Compiling") { print "  " name "  " n "/" all; fflush() } }
        END { if (shown) printf "\r\033[K" }'
}
