# Shared by the scripts of bin/: sourced, never run.
# Every server is started with a parent-death signal, so that even a killed script leaves nothing alive.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PYTHON=$ROOT/.venv/bin/python
cd "$ROOT" || exit 1

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

tied() { setpriv --pdeathsig TERM "$@"; } # a program that ends when this script does, however that ends

free_port() {
    "$PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

postgres_bin() { # the newest PostgreSQL server of this machine; nothing where there is none
    local dir
    dir=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
    if [ -n "$dir" ] && [ -x "$dir/initdb" ]; then
        printf '%s\n' "$dir"
    fi
}

chromium_path() { # a Chromium that really starts: Ubuntu's is a stub where there is no snap
    local name path
    for name in "${VSH_CHROMIUM:-chromium}" chromium-browser google-chrome; do
        path=$(command -v "$name") || continue
        if timeout 20 "$path" --version >/dev/null 2>&1; then
            printf '%s\n' "$path"
            return
        fi
    done
}

start_postgres() { # start_postgres DIR: sets POSTGRES_PID and POSTGRES_URL
    local dir=$1 bin
    local -a user=(setpriv)
    bin=$(postgres_bin)
    if [ "$(id -u)" = 0 ]; then # the server refuses to run as root
        chown postgres "$dir"
        user+=(--reuid=postgres --regid=postgres --clear-groups)
    fi
    (cd / && "${user[@]}" "$bin/initdb" -D "$dir/data" -A trust -U vs --no-sync -E UTF8 --locale=C.UTF-8 >/dev/null)
    cd "$dir" || return 1 # the postgres user may be unable to read the checkout
    "${user[@]}" --pdeathsig INT "$bin/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= \
        -c max_connections=150 -c fsync=off -c full_page_writes=off -c synchronous_commit=off >"$dir/postgres.log" 2>&1 &
    POSTGRES_PID=$!
    cd "$ROOT" || return 1
    for _ in $(seq 100); do
        if "$bin/pg_isready" -q -h "$dir" -U vs -d postgres; then
            "$bin/createdb" -h "$dir" -U vs portal
            POSTGRES_URL="postgres://vs@/$dir/portal"
            return
        fi
        kill -0 "$POSTGRES_PID" 2>/dev/null || break
        sleep 0.1
    done
    cat "$dir/postgres.log" >&2
    die "PostgreSQL did not start."
}

start_redis() { # start_redis DIR: sets REDIS_PID and REDIS_SERVER_URL
    local dir=$1 port
    port=$(free_port)
    setpriv --pdeathsig TERM redis-server --port "$port" --bind 127.0.0.1 --dir "$dir" --save '' --appendonly no >"$dir/redis.log" 2>&1 &
    REDIS_PID=$!
    for _ in $(seq 100); do
        if redis-cli -p "$port" ping 2>/dev/null | grep -q PONG; then
            REDIS_SERVER_URL="redis://127.0.0.1:$port/0"
            return
        fi
        kill -0 "$REDIS_PID" 2>/dev/null || break
        sleep 0.1
    done
    cat "$dir/redis.log" >&2
    die "Redis did not start."
}

stop_pids() { # stop_pids SIGNAL PID...: asks, waits five seconds, then insists
    local signal=$1 pid
    shift
    for pid in "$@"; do kill -s "$signal" "$pid" 2>/dev/null || true; done
    for pid in "$@"; do
        for _ in $(seq 50); do
            kill -0 "$pid" 2>/dev/null || continue 2
            sleep 0.1
        done
        kill -KILL "$pid" 2>/dev/null || true
    done
    return 0
}
