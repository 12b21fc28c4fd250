"""Hold a sequence whose entries are also found by name."""

from __future__ import annotations

from typing import Self, SupportsIndex, overload

from shellcount.errors import UnknownNameError


class Named[T](tuple[T, ...]):
    """Tuple whose entries are also found by name: the base of the lists that cases and results give.

    Examples
    --------
    >>> import shellcount
    >>> claims = shellcount.load_case().claim
    >>> claims["ua-gur-2024"] is claims[claims.keys().index("ua-gur-2024")]
    True
    >>> "ua-gur-2024" in claims, "ua-gur-2025" in claims
    (True, False)
    """

    __slots__ = ()

    @property
    def kind(self) -> str:
        """Word for an entry, for messages."""
        return "entry"

    def _name(self, entry: T) -> str:
        """Give the name of an entry."""
        raise NotImplementedError

    @overload
    def __getitem__(self, key: SupportsIndex | str, /) -> T: ...
    @overload
    def __getitem__(self, key: slice, /) -> Self: ...
    def __getitem__(self, key: SupportsIndex | slice | str, /) -> T | Self:
        """Look up an entry by name or place, or several by their places.

        Raises
        ------
        UnknownNameError
            When no entry has the name; close names are suggested.
        """
        if isinstance(key, slice):
            return type(self)(super().__getitem__(key))
        if not isinstance(key, str):
            return super().__getitem__(key)
        for entry in self:
            if self._name(entry) == key:
                return entry
        raise UnknownNameError(self.kind, key, self.keys())

    def __contains__(self, entry: object, /) -> bool:
        """Tell whether an entry, or one of this name, is among these."""
        return entry in self.keys() if isinstance(entry, str) else super().__contains__(entry)

    def keys(self) -> tuple[str, ...]:
        """List the names, each once, in the order of the entries."""
        return tuple(dict.fromkeys(map(self._name, self)))

    def _ipython_key_completions_(self) -> list[str]:  # the name that IPython looks for
        return list(self.keys())
