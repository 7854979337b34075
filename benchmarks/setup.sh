#!/bin/sh
# Optional: virtual environments for the peers `make bench` does not need, under benchmarks/var.
set -eu
cd "$(dirname "$0")"
mkdir -p var
python=${PYTHON:-python3}
"$python" -m venv var/aiogram
var/aiogram/bin/pip install --quiet aiogram==3.31.0 aiosqlite==0.22.1
"$python" -m venv var/nonebot
var/nonebot/bin/pip install --quiet nonebot2==2.5.0 nonebot-adapter-telegram==0.1.0b20 aiosqlite==0.22.1
