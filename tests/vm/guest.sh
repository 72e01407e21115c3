# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For scripts that boot kernels: source this after setting $BUILD. A guest is made in three steps:
#   guest_begin KERNEL CASE      empty directory $guest = $BUILD/vm/KERNEL/guest-CASE for its files
#   guest_add PATH FILE          a file for its file system; the plan's lines go to $guest/plan
#   guest_run SECONDS            boots it, runs the plan (see init.c), unpacks what the steps wrote into
#                                $guest/out; the console is in $BUILD/vm/KERNEL/CASE.log
# $guest_programs is where the programs of the guest's architecture are, guest_needs KERNEL says what is
# missing to boot it. VM_ACCEL chooses qemu's accelerator; the default, tcg, works everywhere.

# As Debian calls it.
kernel_arch() { # kernel
	awk -F'\t' -v name="$1" '!/^#/ && $1 == name { print $2 }' tests/vm/kernels.tsv
}

machine_arch() {
	case $(uname -m) in
	x86_64) echo amd64 ;;
	aarch64) echo arm64 ;;
	esac
}

programs_of() { # arch
	if [ "$1" = "$(machine_arch)" ]; then
		echo "$BUILD"
	elif [ "$1" = amd64 ]; then
		echo "$BUILD/x86_64"
	else
		echo "$BUILD/$1"
	fi
}

qemu_of() { # arch
	case $1 in
	amd64) echo qemu-system-x86_64 ;;
	arm64) echo qemu-system-aarch64 ;;
	esac
}

# Prints the reason why a kernel cannot be booted here, if there is one.
guest_needs() { # kernel
	local arch
	arch=$(kernel_arch "$1")
	if ! command -v "$(qemu_of "$arch")" > /dev/null; then
		echo "$(qemu_of "$arch") is not installed"
	elif [ ! -x "$(programs_of "$arch")/tests/vm/init" ] || [ ! -x "$(programs_of "$arch")/tracee-runtime" ]; then
		echo "no programs of $arch are built in $(programs_of "$arch") (make deps-cross)"
	fi
}

guest_begin() { # kernel case
	guest_kernel=$BUILD/vm/$1
	guest=$guest_kernel/guest-$2
	guest_log=$guest_kernel/$2.log
	rm -rf "$guest"
	mkdir -p "$guest/out"
	: > "$guest/plan"
	guest_arch=$(kernel_arch "$1")
	guest_programs=$(programs_of "$guest_arch")
	guest_files=(init="$guest_programs/tests/vm/init" plan="$guest/plan")
}

guest_add() { # path file
	guest_files+=("$1=$2")
}

# Sets $machine to what qemu is told about the machine: two serial ports, for the console and for the
# results. The board of arm64 has one; the other one sits on PCI, for which Debian's kernels have the
# driver built in. With pointer authentication by qemu's own algorithm instead of the architecture's, a guest
# boots in a third of the processor time.
guest_machine() {
	local accel=${VM_ACCEL:-tcg} cpu=max
	[ "$guest_arch" = "$(machine_arch)" ] || accel=tcg
	machine=(-serial "file:$guest_log")
	case $guest_arch in
	amd64)
		# A PREEMPT_RT kernel takes the threaded interrupts of a port for spurious ones, and turns the port off.
		machine+=(-serial "file:$guest/results.cpio" -append "noirqdebug console=ttyS0 results=/dev/ttyS1 $1")
		;;
	arm64)
		[ "$accel" != tcg ] || cpu=max,pauth-impdef=on
		machine+=(-machine virt -chardev "file,id=results,path=$guest/results.cpio" -device "pci-serial,chardev=results")
		machine+=(-append "console=ttyAMA0 results=/dev/ttyS0 $1")
		;;
	esac
	machine+=(-accel "$accel" -cpu "$cpu")
}

# Fails if the guest did not come to the end of its plan.
guest_run() { # seconds
	local status=0 machine
	tests/vm/initramfs.sh "$guest/initrd" "${guest_files[@]}"
	guest_machine 'panic=-1 loglevel=4'
	timeout "$1" "$(qemu_of "$guest_arch")" "${machine[@]}" -m 512 -smp 2 -nographic -no-reboot \
		-nodefaults -kernel "$guest_kernel/vmlinuz" -initrd "$guest/initrd" \
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
