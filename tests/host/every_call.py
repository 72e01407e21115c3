# SPDX-License-Identifier: Apache-2.0
"""every_call.py: reads numbers of system calls and makes each in a process of its own, with arguments of
which the kernel takes none: all bits set. What does not return within a moment is killed."""
import ctypes
import os
import select
import signal
import sys

libc = ctypes.CDLL(None)
nothing = ctypes.c_long(-1)


def child(number):
    os.setpgid(0, 0)
    null = os.open("/dev/null", os.O_RDWR)
    for fd in range(3):
        os.dup2(null, fd)
    libc.syscall(ctypes.c_long(number), *[nothing] * 6)
    os._exit(0)


for number in map(int, sys.stdin.read().split()):
    pid = os.fork()
    if pid == 0:
        child(number)
    pidfd = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
    if pidfd is None or not select.select([pidfd], [], [], 0.3)[0]:
        os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    if pidfd is not None:
        os.close(pidfd)
