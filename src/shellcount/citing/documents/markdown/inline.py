"""Take the inside of a paragraph of Markdown apart, in one pass: text, tags, code, maths, links, emphasis.

markdown-it takes time in proportion to the square of some paragraphs, such as one of comments that do not
close, and knows no maths; blocks are its work, and this is not.
"""

from __future__ import annotations

import re

from shellcount.citing.documents.html.reader import BEGINS, Reader
from shellcount.citing.documents.markdown.items import ALT, CODE, TAGS, Item, flanks
from shellcount.citing.documents.maths import MONEY

LINK = "a link"

_SPECIAL = re.compile(r"[\\`<$\[\]!{]|\*+|_+|~~+|(?<![\w/.])(?:https?://|www\.)", re.IGNORECASE)
_ESCAPABLE = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_TICKS = re.compile("`+")
_AUTOLINK = re.compile(
    r"<(?:[A-Za-z][A-Za-z0-9+.-]{1,31}:[^<>\x00-\x20]*+|[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]++@[A-Za-z0-9.-]++)>"
)
_ADDRESS = re.compile(r"[^\s<]*+")
_NAME = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*+)")
_ATTRIBUTE = re.compile(
    r"""\s++[A-Za-z_:][A-Za-z0-9_.:-]*+(?:\s*+=\s*+(?:[^\s"'=<>`]++|'[^']*+'|"[^"]*+"))?+"""
)
_CLOSE = re.compile(r"\s*+/?>")
_TITLE = r"""(?:"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'|\((?:[^()\\]|\\.)*+\))"""
_TARGET = re.compile(
    rf"\(\s*+(?:<[^<>\n]*+>|(?:[^\s()\\<]|\\.|\((?:[^\s()\\]|\\.)*+\))*+)(?:\s++{_TITLE})?+\s*+\)", re.DOTALL
)
_LABEL = re.compile(r"\[(?:[^\[\]\\]|\\.){0,999}+\]", re.DOTALL)
_FOOTNOTE = re.compile(r"\[\^(?P<label>[^\[\]\s]++)\]")
_NUMBER = re.compile(r"[{ ](?:data-)?shellcount=\"?(?P<id>[^\" }]++)")
_SET = re.compile(r"\{[^{}\n]*+\}")
_DEFINITION = re.compile(
    r"[ ]{0,3}\[(?!\^)(?:[^\[\]\\]|\\.)++\]:\s*+(?:<[^<>\n]*+>|[^\s<]\S*+)"
    rf"(?:\s++{_TITLE}[ \t]*+(?=\n|\Z)|[ \t]*+(?=\n|\Z))\n?",
    re.DOTALL,
)


class Inline:
    """Inside of a paragraph, taken apart.

    Parameters
    ----------
    content
        Its source, free of the marks of blocks.
    heading
        Whether it is a heading, at the end of which attributes may stand.
    """

    def __init__(self, content: str, *, heading: bool = False) -> None:
        self.items: list[Item] = []
        self.footnote = ""
        self._content = content
        self._heading = heading
        self._ticks: dict[int, list[int]] | None = None
        self._absent: set[str] = set()  # ends that do not occur from here on
        self._dead: set[int] = set()  # where no tag goes on
        self._brackets: list[tuple[int, bool]] = []
        self._pictures: list[tuple[int, int]] = []
        self._runs: dict[str, list[Item]] = {}
        self._take_apart(self._definitions())
        self._mark_pictures()

    def show(self, reader: Reader) -> None:
        """Show the pieces to a reader."""
        for item in self.items:
            item.show(reader)

    # --- from left to right --------------------------------------------------------------

    def _definitions(self) -> int:
        """Take the definitions of links, or the label of a footnote, that a paragraph begins with."""
        place = 0
        while (found := _DEFINITION.match(self._content, place)) is not None:
            self.items.append(Item("aside", found[0], LINK))
            place = found.end()
        footnote = _FOOTNOTE.match(self._content) if place == 0 else None
        if footnote is not None and self._content.startswith(":", footnote.end()):
            self.footnote = footnote["label"]
            self.items.append(Item("aside", footnote[0], "the label of a footnote"))
            place = footnote.end() + 1
        return place

    def _take_apart(self, place: int) -> None:
        content = self._content
        while True:
            found = _SPECIAL.search(content, place)
            if found is None:
                self._text(content[place:])
                return
            if found.start() > place:
                self._text(content[place : found.start()])
            place = self._special(found)

    def _text(self, text: str) -> None:
        if text:
            self.items.append(Item("text", text))

    def _special(self, found: re.Match[str]) -> int:
        """Take what begins with a special character, and tell where it ends."""
        start = found.start()
        sign = found[0][0]
        if sign in "*_~":
            return self._run(found)
        taken = {
            "\\": self._escape,
            "`": self._code,
            "<": self._angle,
            "$": self._maths,
            "[": self._opening,
            "!": self._opening,
            "]": self._closing,
            "{": self._set,
        }.get(sign, self._address)(start)
        if taken is None:
            self._text(sign)
            return start + 1
        return taken

    def _escape(self, start: int) -> int | None:
        following = self._content[start + 1 : start + 2]
        if following in _ESCAPABLE and following:
            self.items.append(Item("literal", following))
            return start + 2
        return None

    def _code(self, start: int) -> int:
        """Take code up to the next run of as many backticks."""
        if self._ticks is None:
            self._ticks = {}
            for run in reversed(list(_TICKS.finditer(self._content))):
                self._ticks.setdefault(len(run[0]), []).append(run.start())
        end = start
        while self._content.startswith("`", end):
            end += 1
        length = end - start
        places = self._ticks.get(length, [])
        while places and places[-1] < end:
            places.pop()
        if not places:
            self._text(self._content[start:end])
            return end
        self.items.append(Item("code", self._content[end : places[-1]], CODE))
        return places[-1] + length

    def _find(self, end: str, start: int) -> int:
        """Find the end of something, and remember if there is none."""
        if end in self._absent:
            return -1
        place = self._content.find(end, start)
        if place < 0:
            self._absent.add(end)
        return place

    def _angle(self, start: int) -> int | None:
        """Take an address in angle brackets, a tag, a comment, or the like."""
        content = self._content
        address = _AUTOLINK.match(content, start)
        if address is not None:
            self.items += [Item("aside", address[0], LINK), Item("literal", address[0][1:-1], LINK)]
            return address.end()
        if content.startswith(("<!--", "<?", "<!"), start):
            return self._declaration(start)
        tag = _NAME.match(content, start)
        if tag is None:
            return None
        place = tag.end()
        passed: list[int] = []
        while (close := _CLOSE.match(content, place)) is None:
            attribute = None if tag["end"] else _ATTRIBUTE.match(content, place)
            passed.append(place)
            if attribute is None or place in self._dead:
                self._dead.update(passed)
                return None
            place = attribute.end()
        self.items.append(
            Item(
                "end" if tag["end"] else "start",
                f"{content[tag.end() : place]}{close[0].strip()[:-1]}",
                tag["name"].lower(),
            )
        )
        return close.end()

    def _declaration(self, start: int) -> int | None:
        content = self._content
        for opening, closing in (("<!-->", ""), ("<!--->", ""), ("<!--", "-->"), ("<![CDATA[", "]]>")):
            if content.startswith(opening, start):
                end = self._find(closing, start + len(opening))
                if end < 0:
                    return None
                passage = content[start + 4 : end]
                cdata = opening.startswith("<![")
                self.items.append(
                    Item("aside", passage, "a declaration") if cdata else Item("comment", passage)
                )
                return end + len(closing)
        instruction = content.startswith("<?", start)
        if not instruction and not content[start + 2 : start + 3].isalpha():
            return None
        closing = "?>" if instruction else ">"
        end = self._find(closing, start + 2)
        if end < 0:
            return None
        place = "an instruction" if instruction else "a declaration"
        self.items.append(Item("aside", content[start:end], place))
        return end + len(closing)

    def _maths(self, start: int) -> int | None:
        """Take maths between dollar signs, by the rules of pandoc."""
        content = self._content
        if content.startswith("$$", start):
            end = self._find("$$", start + 2)
            if end < 0:
                return None
            self.items.append(Item("maths", content[start + 2 : end], closes=("$$",)))
            return end + 2
        if content[start + 1 : start + 2].isspace():
            return None
        end = self._find("$", start + 1)
        while end > 0 and content[end - 1] == "\\":
            end = self._find("$", end + 1)
        if end < 0 or content[end - 1].isspace():
            return None
        following = content[end + 1 : end + 2]
        if following.isdigit():
            return None
        place = MONEY if following == BEGINS else ""
        self.items.append(Item("maths", content[start + 1 : end], place, closes=("$",)))
        return end + 1

    def _set(self, start: int) -> int | None:
        """Take the attributes that pandoc reads behind links, code and headings."""
        found = _SET.match(self._content, start)
        if found is None:
            return None
        behind = self._content[start - 1 : start] in {"]", ")", "`"}
        if not behind and not (self._heading and not self._content[found.end() :].strip()):
            return None
        self.items.append(Item("aside", found[0], "attributes"))
        return found.end()

    def _address(self, start: int) -> int:
        found = _ADDRESS.match(self._content, start)
        end = start + 1 if found is None else found.end()
        self.items.append(Item("text", self._content[start:end], LINK))
        return end

    # --- links and pictures --------------------------------------------------------------

    def _opening(self, start: int) -> int | None:
        content = self._content
        picture = content[start] == "!"
        if picture and not content.startswith("[", start + 1):
            return None
        note = None if picture else _FOOTNOTE.match(content, start)
        if note is not None:
            self.items.append(Item("aside", note[0], "the label of a footnote"))
            return note.end()
        self._brackets.append((len(self.items), picture))
        self._text("![" if picture else "[")
        return start + 1 + picture

    def _closing(self, start: int) -> int | None:
        if not self._brackets:
            return None
        begin, picture = self._brackets.pop()
        span = None if picture else _SET.match(self._content, start + 1)
        if span is not None:  # a span of pandoc
            number = _NUMBER.search(span[0])
            attributes = "" if number is None else f' data-shellcount="{number["id"]}"'
            self.items[begin] = Item("start", attributes, "span")
            self.items += [Item("end", "", "span"), Item("aside", span[0], "attributes")]
            return span.end()
        target = _TARGET.match(self._content, start + 1) or _LABEL.match(self._content, start + 1)
        if target is None or _FOOTNOTE.match(self._content, start + 1):
            return None
        self.items[begin].text = ""
        if picture:
            self._pictures.append((begin, len(self.items)))
        place = LINK if target[0].startswith("(") else "the label of a link"
        self.items.append(Item("aside", target[0], place))
        return target.end()

    def _mark_pictures(self) -> None:
        """Name the place of everything within a picture."""
        edges = [0] * (len(self.items) + 1)
        for begin, end in self._pictures:
            edges[begin] += 1
            edges[end] -= 1
        depth = 0
        for item, edge in zip(self.items, edges, strict=False):
            depth += edge
            if depth and item.kind in {"text", "literal", "maths"}:
                item.name = ALT

    # --- emphasis ------------------------------------------------------------------------

    def _run(self, found: re.Match[str]) -> int:
        """Take a run of stars, underscores or tildes, and pair it with one before it."""
        content, (start, end) = self._content, found.span()
        sign = found[0][0]
        item = Item("run", found[0])
        self.items.append(item)
        opens, closes = flanks(
            content[start - 1 : start] if start else " ", content[end : end + 1] or " ", sign
        )
        before = self._runs.setdefault(sign, [])
        while closes and before and item.text:
            opener = before[-1]
            count = 2 if min(len(opener.text), len(item.text)) > 1 else 1
            name = TAGS[sign][count - 1]
            opener.text, item.text = opener.text[count:], item.text[count:]
            opener.opens, item.closes = (name, *opener.opens), (*item.closes, name)
            if not opener.text:
                before.pop()
        if opens and item.text:
            before.append(item)
        return end
