# SPDX-License-Identifier: Apache-2.0
#
# events.tsv → C initialisers of struct tracee_event_def, by ascending id. The kind of an argument
# follows from its C type, with the exceptions at the end of kind().
BEGIN {
	FS = "\t"
	n = split("int pid_t uid_t gid_t mqd_t clockid_t key_t key_serial_t timer_t", names, " ")
	for (i = 1; i <= n; i++)
		kinds[names[i]] = "INT"
	kinds["const clockid_t"] = "INT"
	kinds["unsigned int"] = kinds["u32"] = kinds["mode_t"] = kinds["dev_t"] = kinds["qid_t"] = "UINT"
	kinds["alert_t"] = "ALERT"
	kinds["enum kernel_read_file_id"] = kinds["enum kernel_load_data_id"] = "CONTENT"
	kinds["way_t"] = "WAY"
	kinds["memory_t"] = "MEMORY"
	kinds["long"] = kinds["off_t"] = "LONG"
	kinds["unsigned long"] = kinds["u64"] = kinds["size_t"] = "ULONG"
	kinds["const char*"] = "STRING"
	kinds["const char*const*"] = kinds["const char**"] = kinds["char**"] = "STRINGS"
	# By type, or by event and argument where results have the same type.
	structures["struct open_how*"] = "OPEN_HOW"
	structures["struct clone_args*"] = "CLONE_ARGS"
	structures["struct mount_attr*"] = "MOUNT_ATTR"
	structures["const struct timespec*"] = "TIMESPEC"
	structures["const struct timeval*"] = "TIMEVAL"
	structures["const struct itimerspec*"] = "ITIMERSPEC"
	structures["const struct utimbuf*"] = "UTIMBUF"
	structures["const struct rlimit*"] = "RLIMIT"
	structures["const struct rlimit64*"] = "RLIMIT64"
	structures["const struct sigaction*"] = "SIGACTION"
	structures["const struct mq_attr*"] = structures["mq_open attr"] = "MQ_ATTR"
	structures["futex_wait timeout"] = structures["futex_waitv timeout"] = "TIMESPEC"
	structures["io_getevents timeout"] = structures["io_pgetevents timeout"] = "TIMESPEC"
	structures["utimensat times"] = "TIMESPECS"
	structures["utimes times"] = structures["futimesat times"] = "TIMEVALS"
	structures["setitimer new_value"] = "ITIMERVAL"
	structures["epoll_ctl event"] = "EPOLL_EVENT"
	structures["sched_setparam param"] = structures["sched_setscheduler param"] = "SCHED_PARAM"
	structures["sched_setattr attr"] = "SCHED_ATTR"
	kinds["bytes"] = "BYTES"
	# The caller's address goes in; elsewhere its length is a pointer, and the content is a result.
	address["connect"] = address["bind"] = address["sendto"] = address["stdio_socket"] = 1
}

function structure(event, type, name) {
	# Its structure is an older one; only 32-bit processes have it.
	if (event == "sigaction")
		return "NONE"
	if (type in structures)
		return structures[type]
	return (event " " name) in structures ? structures[event " " name] : "NONE"
}

function kind(event, type, name, is_other) {
	if (structure(event, type, name) != "NONE")
		return "STRUCTURE"
	if (type == "struct sockaddr*")
		return event in address ? "SOCKADDR" : "SOCKADDR_RESULT"
	# utimes: its file name lacks the const.
	if (event == "utimes" && type == "char*")
		return "STRING"
	if (is_other && name == "syscall")
		return "SYSCALL"
	return type in kinds ? kinds[type] : "POINTER"
}

# By their names: fd, dirfd, from_dfd, sockfd, fd_in, infd, …
function is_descriptor(type, name) {
	return (type == "int" || type == "unsigned int") && name !~ /^(pidfd|targetfd)$/ &&
		name ~ /(^|_|old|new|dir|sock|in|out|ep|d|mount|group|ruleset|cgroup|fs|uring|inotify|fanotify_)fd$|^fd_?(in|out)$|^fd[0-9]$/
}

NR > 1 {
	nr_x86 = $4 == "" ? "TRACEE_NO_SYSCALL" : $4
	nr_arm = $5 == "" ? "TRACEE_NO_SYSCALL" : $5
	sets = $7
	gsub(/,/, " ", sets)
	n = $8 == "" ? 0 : split($8, args, /; */)
	printf "\t{ %d, \"%s\", %s, %s, { %s, %s }, \"%s\", %d, {", $1, $2, $3 == "other" ? "false" : "true",
		$6 == "yes" ? "true" : "false", nr_x86, nr_arm, sets, n
	for (i = 1; i <= n; i++) {
		match(args[i], /[^ ]+$/)
		type = substr(args[i], 1, RSTART - 2)
		name = substr(args[i], RSTART)
		printf " { \"%s\", \"%s\", TRACEE_ARG_%s, %s, TRACEE_STRUCTURE_%s },", name, type,
			kind($2, type, name, $3 == "other"), is_descriptor(type, name) ? "true" : "false", structure($2, type, name)
	}
	print " } },"
}
