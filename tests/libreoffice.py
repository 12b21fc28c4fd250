"""LibreOffice Calc without a window: opens a spreadsheet and saves it, as a person in some country would."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

_SOFFICE = shutil.which("soffice")
# Writer alone has a soffice too.
HAS_CALC = _SOFFICE is not None and (Path(_SOFFICE).resolve().parent / "libsclo.so").exists()
_SEPARATORS = {"en-US": ord(","), "de-DE": ord(";")}
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">\
<value>{}</value></prop></item>
</oor:items>
"""


def saved(source: Path, profiles: Path, kind: str, locale: str) -> Path:
    """A file that LibreOffice saves of another: CSV as its locale writes it, or XLSX.

    It starts quicker where there is a profile already.
    """
    profile = profiles / locale
    settings = profile / "user" / "registrymodifications.xcu"
    if not settings.exists():
        settings.parent.mkdir(parents=True)
        settings.write_text(_SETTINGS.format(locale), "utf-8")
    separator = _SEPARATORS[locale]
    # Of the file that is opened: commas, quotation marks, UTF-8, from row 1 on, the language of the locale.
    opening = ["--infilter=CSV:44,34,76,1,,0,false,false"] if source.suffix == ".csv" else []
    # As shown, in UTF-8, with quotation marks where they are needed.
    saving = f"csv:Text - txt - csv (StarCalc):{separator},34,76,1,,0,false,true" if kind == "csv" else kind
    target = source.parent / f"{source.stem}-{source.suffix[1:]}-{locale}"
    subprocess.run(
        [
            *("soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", *opening),
            *("--convert-to", saving, "--outdir", str(target), str(source)),
        ],
        check=True,
        capture_output=True,
    )
    return target / f"{source.stem}.{kind}"
