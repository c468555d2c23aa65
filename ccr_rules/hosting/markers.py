"""The two markers of pluggy: what a hook is, and what implements one."""

from typing import Final

import pluggy

PROJECT: Final = "ccr_rules"
"""The name of the hooks, and of the group of entry points under which plugins are found."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
