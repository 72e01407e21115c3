/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SANITIZER_H
#define BASE_SANITIZER_H

/* Whether this is built with the address sanitizer, whose own memory is terabytes of address space. */
#if defined(__SANITIZE_ADDRESS__)
#define HAS_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ADDRESS_SANITIZER 1
#endif
#endif
#ifndef HAS_ADDRESS_SANITIZER
#define HAS_ADDRESS_SANITIZER 0
#endif

#endif
