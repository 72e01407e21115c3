#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The runtime's command line: what it prints, where, and with which status. Needs no root and no BPF;
# run as root, the steps that are about a user without privileges give them up first.
source "$(dirname "$0")/../tap.sh"
runtime=$BUILD/tracee-runtime
builder=$BUILD/tracee-builder
btf=/sys/kernel/btf/vmlinux
unset TRACEE_BPF_FILE

# Runs a command as a user who may do nothing.
unprivileged() {
	if [ "$(id -u)" -eq 0 ]; then
		# The build directory may lie where only root can look: the program comes along.
		cp "$runtime" "$T/tracee-runtime"
		chmod 755 "$T"
		shift
		setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all "$T/tracee-runtime" "$@"
	else
		"$@"
	fi
}

can_trace() {
	[ "$("$runtime" --check --format json | jq .privileged)" = true ]
}

# Nothing on stdout, one line on stderr.
expect_complaint() { # status words
	expect_status "$1"
	expect_equal "" "$out"
	expect_equal 1 "$(wc -l <<< "$err")"
	expect_in "$2" "$err"
}

help_and_version() {
	capture "$runtime" --help
	expect_status 0
	expect_equal "" "$err"
	expect_in "--trace EXPRESSION" "$out"
	capture "$runtime" --version
	expect_status 0
	expect_equal "tracee-runtime $(< VERSION)" "$out"
	capture "$runtime" --trace help
	expect_status 0
	expect_in "event=NAME" "$out"
	expect_in "EVENT.retval" "$out"
	expect_equal "" "$err"
	capture "$runtime" --output help
	expect_status 0
	expect_in "template:FILE" "$out"
	expect_in "option:wall-time" "$out"
	expect_equal "" "$err"
	capture "$runtime" --output help --output json --trace event=openat
	expect_status 0
}

lists() {
	capture "$runtime" --list
	expect_status 0
	expect_equal "ID TRC-1 TRC-2 TRC-3 TRC-4 TRC-5 TRC-6 TRC-7" "$(awk '{ print $1 }' <<< "$out" | paste -sd ' ')"
	expect_equal 8 "$(grep -cE "linux,container [a-z]|SOURCE HERE" <<< "$out")"
	expect_equal "" "$err"
	capture "$runtime" --list=rules
	expect_in "TRC-2" "$out"
	capture "$runtime" --list=sets
	expect_in "fs_async_io            6" "$out"
	capture unprivileged "$runtime" --list=events
	expect_status 0
	expect_equal 1 "$(grep -c '^System Calls ' <<< "$out")"
	expect_equal 1 "$(grep -c '^Other Events ' <<< "$out")"
	expect_in "openat                 [default syscalls fs fs_file_ops]        (int dirfd, const char* pathname, int flags, mode_t mode)" "$out"
}

# What the table of events has for a column that is not empty, or for a kind.
counted() { # awk condition
	awk -F '\t' "NR > 1 && $1" libtracee/events.tsv | wc -l
}

lists_every_event_of_the_table() {
	local column=4 compat counts
	case $(uname -m) in aarch64) column=5 ;; esac
	compat=$(awk -F'\t' -v column=$column 'NR == FNR { is_called[$3]; next } $3 ~ /^syscall/ && $column == "" && $2 in is_called' \
		"libtracee/$([ $column -eq 5 ] && echo aarch32 || echo ia32).tsv" libtracee/events.tsv | wc -l)
	counts="$(counted "\$$column != \"\"") system calls, $compat system calls that only 32-bit processes have, $(counted '$3 == "other"') other events"
	capture "$runtime" --list=events
	expect_in "$counts" "$out"
	expect_equal "$("$runtime" --list=events --format json | jq -r '"\([.[] | select(.syscall and (.compatOnly | not))] | length) system calls, \([.[] |
		select(.compatOnly)] | length) system calls that only 32-bit processes have, \([.[] | select(.syscall | not)] | length) other events"')" "$counts"
}

lists_as_json() {
	local what
	for what in rules events sets; do
		"$runtime" --list=$what --format json | jq -e 'type == "array" and length > 0 and all(.[]; .name != "")' > /dev/null
	done
	expect_equal 'int dirfd' "$("$runtime" --list=events --format json |
		jq -r '.[] | select(.name == "openat") | .args[0] | .type + " " + .name')"
}

wrong_usage() {
	capture "$runtime" --trace event=openat execve
	expect_complaint 2 "'execve'"
	capture "$runtime" --trace user=0
	expect_complaint 2 "field 'user' is not known: expected one of comm, container, event,"
	capture "$runtime" --trace 'uid<=0'
	expect_complaint 2 "operator '<=' is not known: expected one of = != < >"
	capture "$runtime" --trace 'open.nosuch=5'
	expect_complaint 2 "event 'open' has no argument 'nosuch': expected one of pathname, flags, mode, retval"
	capture "$runtime" --trace event=exit_group
	expect_complaint 2 "'sched_process_exit'"
	capture "$runtime" --trace event=nosuch
	expect_complaint 2 "'nosuch'"
	capture "$runtime" --rules TRC-99
	expect_complaint 2 "expected one of TRC-1 (Standard Input/Output Over Socket), TRC-2 (Anti-Debugging), TRC-3"
	capture "$runtime" --buffer-size 3M
	expect_complaint 2 "'3M'"
	capture "$runtime" --output gob
	expect_complaint 2 "use 'json'"
	capture "$runtime" --output gotemplate=/x.tmpl
	expect_complaint 2 "'template:FILE'"
	capture "$runtime" --output xml
	expect_complaint 2 "format 'xml' is not known: expected 'table', 'table-verbose', 'json', 'template:FILE' or 'none'"
	capture "$runtime" --output file:x
	expect_complaint 2 "'file:x' is not known: expected 'format:FORMAT', 'out-file:PATH', 'err-file:PATH', 'host-root:DIR', 'option:NAME'"
	capture "$runtime" --output option:fd
	expect_complaint 2 "option 'fd' is not known: expected 'stack-addresses', 'detect-syscall', 'exec-env', 'fd-paths', 'relative-time', 'wall-time', 'container-names'"
	capture "$runtime" --output json table
	expect_complaint 2 "'table'"
	capture "$runtime" --check --list
	expect_complaint 2 "'--check' and '--list'"
	capture "$runtime" --nosuch
	expect_complaint 2 "'--nosuch'"
	capture "$runtime" --trace
	expect_complaint 2 "needs a value"
	capture "$runtime" --trace $'event=a\e[2Jb'
	expect_complaint 2 'a\x1b[2Jb'
}

# What is wrong with a template is found before there is need for privileges or an object.
wrong_templates() {
	printf 'a\n{{.eventName}} {{if .x}}\n' > "$T/template"
	capture "$runtime" --output "template:$T/template" --output "out-file:$T/out"
	expect_complaint 2 "template '$T/template': line 2, column 16: '{{if .x}}' is not known: expected {{.KEY}}"
	[ ! -e "$T/out" ] || fail "it made the file all the same"
	capture "$runtime" --output "template:$T/none"
	expect_complaint 2 "template '$T/none': No such file or directory"
	head -c 70000 /dev/zero > "$T/large"
	capture "$runtime" --output "template:$T/large"
	expect_complaint 2 "template '$T/large': it has more than 65536 bytes"
}

files_that_cannot_be() {
	capture "$runtime" --output "out-file:$T"
	expect_complaint 1 "out-file '$T': cannot be opened for writing: Is a directory"
	: > "$T/file"
	capture "$runtime" --output "err-file:$T/file/x"
	expect_complaint 1 "err-file '$T/file/x': cannot be opened for writing: Not a directory"
	chmod 500 "$T"
	capture unprivileged "$runtime" --output "out-file:$T/new/x"
	chmod 700 "$T"
	expect_complaint 1 "out-file '$T/new/x': directory '$T/new': Permission denied"
}

without_privileges() {
	capture unprivileged "$runtime" --trace event=openat
	expect_status 5
	expect_equal "" "$out"
	expect_equal 1 "$(wc -l <<< "$err")"
	# CAP_BPF is number 39, and kernels that do not know it want the old one.
	if [ "$(< /proc/sys/kernel/cap_last_cap)" -ge 39 ]; then
		expect_in "tracing on kernel $(uname -r) needs CAP_BPF and CAP_PERFMON" "$err"
		expect_in "or CAP_SYS_ADMIN, and we lack CAP_BPF and CAP_PERFMON" "$err"
	else
		expect_in "tracing on kernel $(uname -r) needs CAP_SYS_ADMIN, which we lack" "$err"
	fi
}

user_namespace() {
	capture unshare --user --map-root-user "$runtime"
	expect_complaint 5 "those of a user namespace"
}

check_without_privileges() {
	capture unprivileged "$runtime" --check --install-path "$T"
	expect_equal "" "$err"
	expect_in "kernel         ok    $(uname -r)" "$out"
	expect_in "capabilities   bad   tracing on kernel" "$out"
	expect_in "tracepoints    note  not tried: no privileges" "$out"
	expect_in "TRC-2 Anti-Debugging: " "$out"
	capture unprivileged "$runtime" --check --format json --install-path "$T"
	expect_equal "false" "$(jq .privileged <<< "$out")"
	expect_equal "bad" "$(jq -r '.lines[] | select(.subject == "capabilities") | .mark' <<< "$out")"
	expect_equal "" "$(jq -r '.lines[] | select(.mark == "bad" and .advice == "") | .subject' <<< "$out")"
}

check_tells_every_place() {
	local name
	name=tracee.bpf.$(uname -r | tr . _).$(tr . _ < VERSION).o
	capture "$runtime" --check --install-path "$T/none"
	expect_in "'$BUILD/$name': not there" "$out"
	expect_in "'$T/none/$name': not there" "$out"
	expect_in "'/usr/lib/tracee/$name': not there" "$out"
	[ ! -r $btf ] || expect_in "'$BUILD/tracee.bpf.core." "$out"
	expect_in "object         bad   no object '$name'" "$out"
	expect_in "tracee-builder build --kernel $(uname -r)" "$out"
	expect_status 3
}

check_takes_the_object() {
	"$builder" -q build --output-dir "$T/objects" > /dev/null
	chmod 755 "$T" "$T/objects"
	TRACEE_BPF_FILE=$T/objects capture "$runtime" --check
	expect_in "object         ok    '$T/objects/tracee.bpf." "$out"
	expect_status 0
	TRACEE_BPF_FILE='' capture "$runtime" --check --install-path "$T/objects"
	expect_in "object         ok    '$T/objects/tracee.bpf." "$out"
	chmod 777 "$T/objects"
	TRACEE_BPF_FILE=$T/objects capture "$runtime" --check --format json
	expect_status 4
	expect_equal "4" "$(jq .status <<< "$out")"
	expect_in "can be written by others" "$(jq -r '.lines[] | select(.subject == "object") | .found' <<< "$out")"
}

no_object() {
	capture "$runtime" --install-path "$T"
	expect_complaint 3 "no object 'tracee.bpf.$(uname -r | tr . _).$(tr . _ < VERSION).o' in"
	TRACEE_BPF_FILE=$T/none.o capture "$runtime" --trace event=openat
	expect_complaint 3 "TRACEE_BPF_FILE names '$T/none.o'"
}

refused_object() {
	mkdir "$T/objects"
	head -c 3000 /dev/zero > "$T/objects/tracee.bpf.$(uname -r | tr . _).$(tr . _ < VERSION).o"
	capture "$runtime" --install-path "$T/objects"
	expect_complaint 4 "object '$T/objects/tracee.bpf."
	mkfifo "$T/pipe"
	TRACEE_BPF_FILE=$T/pipe capture "$runtime"
	expect_complaint 4 "named pipe"
}

full_stdout() {
	local status=0
	"$runtime" --list=events > /dev/full 2> "$T/err" || status=$?
	[ $status -eq 1 ] || fail "status $status"
	expect_in "No space left" "$(< "$T/err")"
}

one_small_file() {
	[ "$(stat -c %s "$runtime")" -lt $((4 << 20)) ] || fail "$(stat -c %s "$runtime") bytes"
	if readelf -d "$runtime" | grep -q NEEDED; then
		fail "it needs shared libraries"
	fi
	expect_equal 0 "$(readelf -l "$runtime" | grep -c INTERP)"
}

run "help and version go to stdout with status 0" help_and_version
run "lists need nothing" lists
run "lists as JSON hold the same" lists_as_json
run "every event of the table is listed, and they are counted" lists_every_event_of_the_table
run "wrong usage is status 2 and one line that names the word" wrong_usage
run "a template that is wrong is status 2, with its place" wrong_templates
run "a file that cannot be opened is status 1, with its path" files_that_cannot_be
run "the check works without privileges" check_without_privileges
run "the check tells every place it looked at" check_tells_every_place
if [ -r $btf ]; then
	run "the check takes or refuses the object as tracing would" check_takes_the_object
else
	skip "the check takes or refuses the object as tracing would" "the running kernel has no BTF to make one from"
fi
run "tracing without privileges is status 5 and names what is missing" without_privileges
if unshare --user --map-root-user true 2> /dev/null; then
	run "capabilities of a user namespace are told apart" user_namespace
else
	skip "capabilities of a user namespace are told apart" "user namespaces are not allowed here"
fi
if can_trace; then
	run "no object is status 3" no_object
	run "an object that must not be loaded is status 4" refused_object
else
	skip "no object is status 3" "needs the capabilities that are checked before"
	skip "an object that must not be loaded is status 4" "needs the capabilities that are checked before"
fi
run "a full stdout is status 1" full_stdout
case $BUILD in
*/san-*) skip "it is one static file under 4 MB" "a build with sanitizers is not" ;;
*) run "it is one static file under 4 MB" one_small_file ;;
esac
finish
