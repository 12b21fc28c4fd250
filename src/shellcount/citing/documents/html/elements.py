"""Elements of HTML, by what browsers do with their content."""

from __future__ import annotations


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


VOID = _names(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr"
)
# Elements whose content is not taken apart; that of noscript is not where scripts run.
RAW = _names("iframe noembed noframes noscript plaintext script style textarea title xmp")
FOREIGN = _names("svg math")
# Elements whose content is shown otherwise than as text, or not at all.
OPAQUE = (
    RAW
    | FOREIGN
    | _names("audio canvas datalist frameset meter object optgroup option progress rp select template video")
)
BLOCKS = _names(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav ol p "
    "pre search section summary table tbody td tfoot th thead tr ul"
)
# Elements that no end of another element closes.
SCOPES = _names("object select template")
# Elements that end where the next of their kind begins.
ONCE = _names("dd dt li option p td th tr")
# Tags that leave the characters of a number as they are; those of emphasis, if they enclose all of it.
PLAIN = _names("a bdi br font nobr span wbr")
EMPHASIS = _names("abbr b big cite code dfn em i mark samp small strong tt u var")
STRUCK = _names("del s strike")
# Tags that word processors put into the middle of words; a placeholder may be split over them.
SPLITTING = _names("b big em font i mark small span strong u wbr")
