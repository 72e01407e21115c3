# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For scripts that boot kernels: source this after setting $BUILD. A guest is made in three steps:
#   guest_begin KERNEL CASE      empty directory $guest = $BUILD/vm/KERNEL/guest-CASE for its files
#   guest_add PATH FILE          a file for its file system; the plan's lines go to $guest/plan
#   guest_run SECONDS            boots it, runs the plan (see init.c), unpacks what the steps wrote into
#                                $guest/out; the console is in $BUILD/vm/KERNEL/CASE.log
# VM_ACCEL chooses qemu's accelerator; the default, tcg, works everywhere.

guest_begin() { # kernel case
	guest_kernel=$BUILD/vm/$1
	guest=$guest_kernel/guest-$2
	guest_log=$guest_kernel/$2.log
	rm -rf "$guest"
	mkdir -p "$guest/out"
	: > "$guest/plan"
	guest_files=(init="$BUILD/tests/vm/init" plan="$guest/plan")
}

guest_add() { # path file
	guest_files+=("$1=$2")
}

# Fails if the guest did not come to the end of its plan.
guest_run() { # seconds
	local status=0
	tests/vm/initramfs.sh "$guest/initrd" "${guest_files[@]}"
	timeout "$1" qemu-system-x86_64 -accel "${VM_ACCEL:-tcg}" -cpu max -m 512 -smp 2 -nographic -no-reboot \
		-nodefaults -kernel "$guest_kernel/vmlinuz" -initrd "$guest/initrd" \
		-append 'console=ttyS0 panic=-1 loglevel=4' \
		-serial "file:$guest_log" -serial "file:$guest/results.cpio" \
		> "$guest/qemu.log" 2>&1 < /dev/null || status=$?
	rm -f "$guest/initrd"
	(cd "$guest/out" && cpio --quiet -idm < ../results.cpio) 2> "$guest/cpio.log" || true
	if [ $status -ne 0 ] || ! grep -q '^init: powers off' "$guest_log"; then
		echo "the guest did not end its plan (qemu: status $status; 124 means more than $1 s)"
		guest_console
		return 1
	fi
}

guest_console() {
	cat "$guest/qemu.log"
	tail -n 40 "$guest_log" | tr -d '\r'
}

guest_status() { # step
	cat "$guest/out/$1.status" 2> /dev/null || echo none
}
