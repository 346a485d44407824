"""``NamedTuple`` as `typing.NamedTuple` is, for a fifth of what that costs at each launch.

`typing.NamedTuple` compiles each annotation and a ``__new__`` of its own for each class: about a million instructions, thirty
times in an ordinary launch. Type checkers see the one of `typing`; whoever uses an object sees no difference.
"""

from __future__ import annotations

TYPE_CHECKING = False  # what type checkers take for True; importing it from typing would cost more than this module
if TYPE_CHECKING:
    from typing import NamedTuple
else:
    from collections import _tuplegetter

    def _new(cls, /, *values, **named):
        if named or len(values) != len(cls._fields):
            values = _complete(cls, values, named)
        return tuple.__new__(cls, values)

    def _complete(cls, values, named):
        """Return a value for each field; a TypeError says what is wrong, as that of a function's arguments does."""
        if len(values) > len(cls._fields):
            raise TypeError(f"{cls.__name__} takes {len(cls._fields)} values, and {len(values)} were given")
        given = dict(zip(cls._fields, values, strict=False))
        if twice := given.keys() & named.keys():
            raise TypeError(f"{cls.__name__} was given {', '.join(sorted(twice))} twice")
        if unknown := named.keys() - set(cls._fields):
            raise TypeError(f"{cls.__name__} has no {', '.join(sorted(unknown))}")
        complete = {**cls._field_defaults, **given, **named}
        missing = [name for name in cls._fields if name not in complete]
        if missing:
            raise TypeError(f"{cls.__name__} misses {', '.join(missing)}")
        return [complete[name] for name in cls._fields]

    class _NamedTupleType(type):
        def __new__(metaclass, name, bases, namespace):
            fields = tuple(namespace.get("__annotations__", ()))
            defaults = {field: namespace[field] for field in fields if field in namespace}
            if fields[len(fields) - len(defaults) :] != tuple(defaults):
                raise TypeError(f"A field of {name} without a default follows one that has a default")
            namespace.update((field, _tuplegetter(index, "")) for index, field in enumerate(fields))
            namespace.update(__slots__=(), _fields=fields, _field_defaults=defaults, __match_args__=fields)
            return super().__new__(metaclass, name, bases, namespace)

    class NamedTuple(tuple, metaclass=_NamedTupleType):
        """Base class: its annotations are the fields, their values are the defaults."""

        __new__ = _new

        @classmethod
        def _make(cls, values):
            return cls(*values)

        def _replace(self, /, **changes):
            values = self._asdict()
            if unknown := changes.keys() - values.keys():
                raise ValueError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
            return self._make({**values, **changes}.values())

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._asdict().items())})"

        def __getnewargs__(self):
            return tuple(self)


__all__ = ["NamedTuple"]
