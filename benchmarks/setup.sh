#!/bin/sh
# What the peers of `make bench` need, under benchmarks/var and nowhere else. What cannot be had is named and left out.
set -u
python=$(command -v "${PYTHON:-python3}") || exit 1
case $python in /*) ;; *) python=$PWD/$python ;; esac
cd "$(dirname "$0")"
mkdir -p var

environment() { # NAME PACKAGE…: a virtual environment with these and nothing else, made once
	name=$1
	shift
	[ "$(cat "var/$name/.holds" 2>/dev/null)" = "$*" ] && return
	echo "bench: an environment for $name ($*)"
	rm -rf "var/$name"
	if "$python" -m venv "var/$name" && "var/$name/bin/pip" --disable-pip-version-check install --quiet "$@"; then
		echo "$*" >"var/$name/.holds"
	else
		rm -rf "var/$name"
		echo "bench: no $name to be had; its figures are left out" >&2
	fi
}

unpacked() { # Debian's redis beside the project, not installed
	rm -rf var/redis
	mkdir -p var/redis
	(
		cd var/redis
		packages="redis-server redis-tools libjemalloc2 liblzf1"
		apt-get -qq download $packages || { apt-get -qq update && apt-get -qq download $packages; } || exit 1
		for package in *.deb; do dpkg -x "$package" . || exit 1; done
		rm -f ./*.deb
		LD_LIBRARY_PATH=$(echo "$PWD"/usr/lib/*-linux-gnu) usr/bin/redis-server --version
	) >var/redis.log 2>&1
}

redis() {
	command -v redis-server >/dev/null && return
	[ -x var/redis/usr/bin/redis-server ] && return
	echo "bench: Debian's redis, unpacked under benchmarks/var"
	unpacked && return
	rm -rf var/redis
	echo "bench: no redis-server to be had (benchmarks/var/redis.log); aiogram with Redis is left out" >&2
}

slow_disk() { # a shim that adds a pause to every fsync
	[ var/slowsync.so -nt slowsync.c ] && return
	${CC:-cc} -shared -fPIC -O2 -o var/slowsync.so slowsync.c -ldl 2>var/slowsync.log && return
	echo "bench: no C compiler (benchmarks/var/slowsync.log); the slow disk is left out" >&2
}

environment aiogram aiogram==3.31.0 redis==8.1.0 aiosqlite==0.22.1
environment nonebot nonebot2==2.5.0 nonebot-adapter-telegram==0.1.0b20 aiosqlite==0.22.1
redis
slow_disk
exit 0
