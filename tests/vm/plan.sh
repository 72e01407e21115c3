# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What a guest does: lines of its plan (see init.c) and the files they need. For run.sh.

others=sched_process_fork,sched_process_exec,sched_process_exit,module_load
kprobes=security_ptrace_traceme
rules=TRC-2,TRC-6
rules_of_caps=TRC-2 # TRC-6 finds other things where there are no kprobes

# Events at functions of the kernel. Of the first all are known; of the others there are some that nobody can foretell.
hooks=security_kernel_read_file,security_kernel_load_data,do_exit,security_bprm_check,security_inode_unlink,mem_prot_alert,commit_creds,switch_task_ns,vfs_writev,magic_write
hooks_among_others=cap_capable,security_file_open,vfs_write,sys_enter,sys_exit
hook_calls=getppid,sethostname # of which sys_enter and sys_exit are told

# Newer architectures have no dup2.
syscalls_of() { # kernel
	local syscalls=openat,openat2,execve,connect,ptrace,dup,dup2,dup3,getppid,finit_module
	if [ "$(arch_of "$1")" = arm64 ]; then syscalls=${syscalls/dup2,/}; fi
	echo $syscalls
}

storm_calls=64000 # of 16 processes; at some 300 bytes each they fit into 2 times 16 MiB
small_buffer=16K # a page, where pages are largest
flood_calls=1000000000 # more than are made before it is stopped
flood_times=20 # that each detection is provoked in a flood of events
boot_timeout_s=1500 # a few minutes where nothing else runs

plan() {
	printf '%s\n' "$*" >> "$guest/plan"
}

# Before 5.11 BPF is charged to the limit of locked memory, which has to be raised.
needed_caps() { # kernel
	if [ "$(version_number "$(release_of "$1")")" -lt 5011 ]; then
		echo bpf,perfmon,sys_resource
	else
		echo bpf,perfmon
	fi
}

# The version of a release as a number that can be compared: 5.10.0-46-amd64 → 5010.
version_number() { # release
	local major=${1%%.*} rest=${1#*.}
	echo $((major * 1000 + 10#${rest%%[!0-9]*}))
}

# Since 7.0 what is left of tracepoints without CAP_SYS_ADMIN misses some of the threads that end at once.
misses() { # kernel
	[ "$(version_number "$(release_of "$1")")" -ge 7000 ]
}
others_of_caps() { # kernel
	if misses "$1"; then echo "${others//sched_process_exit,/}"; else echo "$others"; fi
}

# The runtime and its options for a way of having the layout (see run.sh), and the words of a step for it:
# with a layout from headers, the kernel's BTF is hidden, as if it had none.
runtime_for() { # way
	case $1 in
	core) echo "/core/tracee-runtime" ;;
	*) echo "/bin/tracee-runtime --install-path /objects/$1" ;;
	esac
}
step_for() { # way
	case $1 in
	headers | base) echo nobtf ;;
	*) echo "" ;;
	esac
}

# A runtime in the background that is ready.
plan_tracer() { # name way "words of the step" options of the runtime...
	local name=$1 way=$2 step=$3
	shift 3
	plan "run $name-tracer background $(step_for "$way") $step -- $(runtime_for "$way") --output json --output option:exec-env --ready-file /run/$name.ready $*"
	plan "await /run/$name.ready 240"
}

# A runtime, the scenario, and the end of both.
plan_trace() { # name way events "words of the step"
	plan_tracer "$1" "$2" "$4" --trace "event=$3" --rules $rules
	plan "look $1-tracer"
	plan "run $1-scenario timeout=180 -- /bin/scenario --module /lib/modules/$module.ko --cgroup /sys/fs/cgroup"
	plan "stop $1-tracer"
}

# What differs between kernels and tiers, for the scenario: see its main.c.
hook_options() { # way
	if [ "$(tier_of "$kernel" "$1")" = base ]; then
		echo "--path-steps 22"
	elif knows_syscalls "$1"; then
		echo "--syscalls"
	fi
}

# The helper that tells the system call came with 5.15.
knows_syscalls() { # way
	[ "$(tier_of "$kernel" "$1")" != base ] && [ "$(version_number "$(release_of "$kernel")")" -ge 5015 ]
}

plan_hooks() { # name way
	local known_only=${hooks_among_others%,sys_enter*}
	plan_tracer "$1" "$2" "" --output option:detect-syscall --buffer-size 16M --trace "event=$hooks,$known_only" \
		--trace "sys_enter.syscall=$hook_calls" --trace "sys_exit.syscall=$hook_calls"
	plan "look $1-tracer"
	plan "run $1-scenario timeout=180 -- /bin/scenario --module /lib/modules/$module.ko --cgroup /sys/fs/cgroup $(hook_options "$2")" \
		"hook-files hook-writes hook-memory hook-creds hook-namespaces hook-exec hook-module"
	plan "stop $1-tracer"
}

plan_statuses() {
	local runtime="/bin/tracee-runtime --install-path /objects"
	plan "run check-root -- $runtime/headers --check"
	plan "run check-user user=1000 -- $runtime/headers --check"
	plan "run check-user-json user=1000 -- $runtime/headers --check --format json"
	plan "run trace-user user=1000 -- $runtime/headers --trace event=openat"
	! has_mark "$kernel" sleeping-rings || {
		plan "run check-ring -- $runtime/ring --check"
		plan "run trace-ring -- $runtime/ring --trace event=openat"
	}
	plan "run no-object -- $runtime/nothing --trace event=openat"
	plan "run other-kernel -- $runtime/other --trace event=openat"
	plan "run other-kernel-named env=TRACEE_BPF_FILE=/objects/other.o -- /bin/tracee-runtime --trace event=openat"
}

# Many processes, one event, and a buffer that is too small or that holds them all.
plan_storm() { # name way buffer-size
	plan_tracer "$1" "$2" discard --trace event=getppid --buffer-size "$3"
	plan "run $1-storm timeout=180 -- /bin/getppid $storm_calls 1 16"
	plan "stop $1-tracer"
}

plan_flood() { # name way
	plan_tracer "$1" "$2" "" --trace event=getppid --rules $rules --buffer-size $small_buffer
	plan "run $1-flood timeout=180 -- /bin/flood $flood_times"
	plan "stop $1-tracer"
}

# Whether it runs our program of i386, or of AArch32, which is made for pages of 4 KiB, and there is one.
runs_32_bit() { # kernel
	[ -e "$guest_programs/tests/syscalls/calls32" ] &&
		grep -qE "^CONFIG_$(case $(arch_of "$1") in x86_64) echo IA32_EMULATION ;; *) echo ARM64_4K_PAGES ;; esac)=y" \
			"$BUILD/vm/$1/build/.config"
}

# Every system call, by a program that says what it called: see tests/syscalls/calls.c.
plan_calls() { # name way
	plan_tracer "$1" "$2" "" --trace set=syscalls --buffer-size 16M
	plan "run $1-made -- /bin/calls /tmp"
	! runs_32_bit "$kernel" || plan "run $1-made32 -- /bin/calls32 /tmp"
	plan "stop $1-tracer"
}

# A module that hides itself cannot be removed: it is loaded once.
has_hidden() { [ -e "$BUILD/vm/$kernel/hidden.ko" ]; }
hidden_option() { ! has_hidden || echo "--hidden /lib/modules/hidden.ko"; }

plan_detection() {
	plan_tracer rules headers "" --rules $rules
	plan "look rules-tracer"
	plan "run rules-scenario timeout=120 -- /bin/scenario --module /lib/modules/$module.ko $(hidden_option) --cgroup /sys/fs/cgroup" \
		"ptrace namespaces module $(has_hidden && echo hidden-module)"
	plan "run rules-trigger -- /bin/trigger /bin/trigger"
	plan "stop rules-tracer"
}

# Every case of every rule, without anything traced.
plan_cases() { # name way
	plan_tracer "$1" "$2" ""
	plan "run $1-made timeout=180 env=TMPDIR=/ -- /bin/tracee-simulate --json all"
	plan "stop $1-tracer"
}

# On a kernel of each series.
floods_cases() { [ "$1" = headers ] && has_mark "$kernel" quick; }

# The same while more events come than the buffer holds. The runtime alone can decide by the binary: so all of them come to it, and
# none is written, for which there is no room here.
plan_flooded_cases() { # name way
	plan_tracer "$1" "$2" "" --trace event=getppid --trace binary=/nonexistent --rules TRC-1,TRC-2,TRC-3,TRC-4,TRC-5,TRC-6,TRC-7 --buffer-size $small_buffer
	plan "run $1-storm background timeout=180 -- /bin/getppid $flood_calls 1"
	plan "run $1-made timeout=180 env=TMPDIR=/ -- /bin/tracee-simulate --json all"
	plan "stop $1-storm"
	plan "stop $1-tracer"
}

# What each compiler made, loaded with the layout of the object that is the same but for that.
plan_compilers() { # tier way
	local clang
	for clang in "${clangs[@]}"; do
		guest_add "clang/$clang/$1.o" "$(compiled_by "$clang" "$1" "$(arch_of "$kernel")")"
		plan "run load-$2-clang-$clang -- /bin/load --layout-of /objects/$2/$(object_name "$2") /clang/$clang/$1.o"
	done
}

# With each layout of a tier the programs are the same to the verifier. The runtime loads what it needs of all.
plan_loads() { # way...
	local way
	for way in "$@"; do
		case $way in headers | base) plan "run load-$way -- /bin/load /objects/$way/$(object_name "$way")" ;; esac
	done
	plan_compilers "$(tier_of "$kernel" headers)" headers
	case " $* " in *' base '*) plan_compilers base base ;; esac
}

# Another kernel's object, under this kernel's name: only its contents tell.
add_foreign_object() { # kernel other
	guest_add "objects/other/$(object_name headers)" "$(object_path "$2" headers)"
	guest_add objects/other.o "$(object_path "$2" headers)"
}

add_files() { # kernel other ways...
	local kernel=$1 other=$2 way program
	shift 2
	for program in flood load scenario trigger; do
		guest_add "bin/$program" "$guest_programs/tests/vm/$program"
	done
	guest_add bin/calls "$guest_programs/tests/syscalls/calls"
	! runs_32_bit "$kernel" || guest_add bin/calls32 "$guest_programs/tests/syscalls/calls32"
	# For what is about the loader, there has to be one.
	[ "$(arch_of "$kernel")" != x86_64 ] || [ ! -e /lib64/ld-linux-x86-64.so.2 ] ||
		guest_add lib64/ld-linux-x86-64.so.2 /lib64/ld-linux-x86-64.so.2
	guest_add bin/getppid "$guest_programs/tests/bench/getppid"
	guest_add bin/tracee-runtime "$guest_programs/tracee-runtime"
	guest_add bin/tracee-simulate "$guest_programs/tracee-simulate"
	guest_add core/tracee-runtime "$guest_programs/tracee-runtime"
	guest_add "lib/modules/$module.ko" "$BUILD/vm/$kernel/module.ko"
	! has_hidden || guest_add lib/modules/hidden.ko "$BUILD/vm/$kernel/hidden.ko"
	for way in "$@"; do
		guest_add "objects/$way/$(object_name "$way")" "$(object_path "$kernel" "$way")"
	done
	guest_add "core/$(object_name core)" "$(object_path "$kernel" core)"
	! has_mark "$kernel" sleeping-rings || guest_add "objects/ring/$(object_name ring)" "$(object_path "$kernel" ring)"
	[ -z "$other" ] || add_foreign_object "$kernel" "$other"
}

# Boots a kernel with all of this; $guest/ended is there if it came to the end.
boot() { # kernel other ways...
	local kernel=$1 other=$2 way name
	shift 2
	guest_begin "$kernel" matrix
	add_files "$kernel" "$other" "$@"
	plan "run constants -- /bin/calls --constants"
	plan_statuses
	plan_loads "$@"
	for way in "$@"; do
		plan_trace "$way" "$way" "$(syscalls_of "$kernel"),$others,$kprobes" ""
	done
	# Debian forbids kprobes, and perf buffers, to those without CAP_SYS_ADMIN (kernel.perf_event_paranoid=3).
	[ "$(tier_of "$kernel" headers)" = base ] || rules=$rules_of_caps plan_trace caps headers "$(syscalls_of "$kernel"),$(others_of_caps "$kernel")" "user=1000 caps=$(needed_caps "$kernel")"
	plan_detection
	for name in headers base; do
		case " $* " in *" $name "*) ;; *) continue ;; esac
		plan_storm "$name-small" "$name" $small_buffer
		plan_storm "$name-large" "$name" 16M
		plan_flood "$name-flood" "$name"
		plan_calls "$name-calls" "$name"
		plan_hooks "$name-hooks" "$name"
		plan_cases "$name-cases" "$name"
		! floods_cases "$name" || plan_flooded_cases flooded-cases headers
	done
	guest_run "$boot_timeout_s"
	touch "$guest/ended"
}
