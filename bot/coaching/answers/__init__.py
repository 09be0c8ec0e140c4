"""Ask: answers from the library and from leads, and what can be done with one."""
