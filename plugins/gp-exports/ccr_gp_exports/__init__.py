"""A practice's CSV export in, its worklist out: EMIS Web, SystmOne and Vision.

The plugin is `ccr_gp_exports.plugin:plugin`.
"""
