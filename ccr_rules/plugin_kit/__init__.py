"""For who writes plugins: a kit that tries a plugin, and the files of a new one."""
