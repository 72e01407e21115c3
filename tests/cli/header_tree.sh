# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For scripts: header trees that are small and made up, in the shape in which Debian unpacks them.

# Gives a tree the shapes of an old kernel, and of BPF what 4.18 has: include/uapi/linux/bpf.h ends its lists there.
make_header_tree_old() { # dir LIKE_4_18|LIKE_5_4
	local kernel=$1/source/include/linux/kernel_of_test.h bpf=$1/source/include/uapi/linux/bpf.h
	sed -i "1i #define $2" "$kernel"
	awk '/FN\(get_current_cgroup_id\)|FN\(get_current_cgroup_id,/ { print; ended = 1; next }
		ended && /^\tFN\(/ { next }
		/^\tBPF_MAP_TYPE_SOCKHASH/ { print; maps = 1; next }
		maps && /^};/ { maps = 0 }
		!maps { print }' "$bpf" > "$bpf.old"
	mv "$bpf.old" "$bpf"
}

# Makes DIR/build and DIR/source, for x86_64 unless told otherwise.
make_header_tree() { # dir release [x86|arm64]
	local dir=$1 release=$2 arch=${3:-x86} name config major minor
	local build=$dir/build source=$dir/source
	mkdir -p "$source"/include/{linux/sched,net,uapi/linux} "$source/arch/$arch/include/asm" \
		"$build/include/generated/uapi/linux" "$build/arch/$arch/include/generated/asm"
	case $arch in x86) config=CONFIG_X86_64 ;; arm64) config=CONFIG_ARM64 ;; esac
	major=${release%%.*} minor=${release#*.} minor=${minor%%[!0-9]*}
	printf '#define %s 1\n#define CONFIG_CC_IS_GCC 1\n' "$config" > "$build/include/generated/autoconf.h"
	echo '#define MAX_NR_ZONES 5' > "$build/include/generated/bounds.h"
	printf '#define UTS_RELEASE "%s"\n' "$release" > "$build/include/generated/utsrelease.h"
	printf '#define LINUX_VERSION_CODE %d\n' $((major * 65536 + minor * 256 + 7)) > "$build/include/generated/uapi/linux/version.h"
	printf 'VERSION = %d\nPATCHLEVEL = %d\n' "$major" "$minor" > "$source/Makefile"
	echo '#include <generated/autoconf.h>' > "$source/include/linux/kconfig.h"
	echo '#define __bitwise' > "$source/include/linux/compiler_types.h"
	cat > "$source/include/linux/types.h" <<-'END'
		typedef unsigned char __u8;
		typedef signed char __s8;
		typedef unsigned short __u16;
		typedef short __s16;
		typedef unsigned int __u32;
		typedef int __s32;
		typedef unsigned long long __u64;
		typedef long long __s64;
		typedef __u16 __be16;
		typedef __u32 __be32, __wsum;
		#define __aligned_u64 __u64 __attribute__((aligned(8)))
	END
	cp tests/data/headers/kernel.h "$source/include/linux/kernel_of_test.h"
	for name in linux/{sched,sched/signal,binfmts,bpf,cgroup,cred,dcache,fdtable,filter,fs,ipc_namespace,kernfs,list_bl,mm_types,module,mount,net,ns_common,nsproxy,path,pid,pid_namespace,shmem_fs,tty,utsname} net/{net_namespace,sock}; do
		echo '#include <linux/kernel_of_test.h>' > "$source/include/$name.h"
	done
	echo '#include <linux/kernel_of_test.h>' > "$source/arch/$arch/include/asm/ptrace.h"
	# The kernel's own lists, from its user space headers.
	cp /usr/include/linux/{bpf,bpf_common}.h "$source/include/uapi/linux/"
}
