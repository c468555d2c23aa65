"""Write the sheets of the example anew, through the installed plugin: `python examples/write_sheets.py`."""

from pathlib import Path

from ccr_rules.hosting.plugins import Plugins

HERE = Path(__file__).parent


def main() -> None:
    """Write the files beside this one."""
    plugins = Plugins.load("build-sheets")
    library = plugins.library(HERE / "library").library
    for file in plugins.export(library.find("our-talk"), library, "build-sheet-emis"):
        (HERE / file.name).write_bytes(file.content)


if __name__ == "__main__":
    main()
