"""一㈠1⑴、二㈢1、二㈢4: what the windows vouch for, told to citizens."""
