layout: /proc/self/fd/4/include/linux/kconfig.h \
  /usr/lib/clang/include/stdarg.h /proc/self/fd/5/include/a\ b$$.h
