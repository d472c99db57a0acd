"""Chromium for browser tests: named, on PATH, or from the system's package manager when root may ask it."""

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALLERS = {
    "apt-get": [
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
    ],
    "dnf": [["dnf", "install", "-y", "-q", "chromium"]],
    "apk": [["apk", "add", "--quiet", "chromium"]],
}


def find_chromium() -> str | None:
    if named := os.environ.get("EXAM_ENGINE_CHROMIUM"):
        return shutil.which(named)
    return on_path() or (installed() if os.geteuid() == 0 else None)


def on_path() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def installed() -> str | None:
    for manager, commands in INSTALLERS.items():
        if shutil.which(manager):
            for command in commands:
                subprocess.run(command, capture_output=True, check=False, timeout=600)
            return on_path()
    return None
