// SPDX-License-Identifier: Apache-2.0
/*
 * The static libelf of elfutils 0.192 and later (Debian 13) lacks two functions that it calls: they lie in an internal library that is
 * not part of it. They make and free a tree of what elf_getdata_rawchunk(3) has read, which neither we nor libbpf call: without that
 * call the tree is never looked at, and nothing has to be done. With it, the linker takes the rest of the tree, and the true functions with
 * it, or misses that too.
 */
void eu_search_tree_init(void *tree);
void eu_search_tree_fini(void *tree, void (*free_node)(void *node));

__attribute__((weak)) void eu_search_tree_init(void *tree)
{
	(void)tree;
}

__attribute__((weak)) void eu_search_tree_fini(void *tree, void (*free_node)(void *node))
{
	(void)tree, (void)free_node;
}
