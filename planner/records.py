"""Data classes that are made quickly: the planner has over a hundred, and is started often.

`dataclasses.dataclass` writes six methods for each frozen class and compiles each on its own, half
a millisecond a class: together a tenth of the time of a small case. Here the fields, defaults and
slots are those of `dataclasses`, and so are `fields`, `replace` and what types are checked against;
but only `__init__` is compiled, and all classes share the other methods: a quarter of that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, fields
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    from dataclasses import dataclass as _with_fields

    _Class = TypeVar("_Class", bound=type)

    def dataclass(*, frozen: bool = False, slots: bool = False) -> Callable[[_Class], _Class]:
        """Make a data class, as `dataclasses.dataclass` does with these arguments.

        A field is an argument of `__init__`, by position or name; one that is not (`init=False`)
        has no default, and `__post_init__` sets it.

        Args:
            frozen: no field can be set once the object is made, and equal objects have one hash.
            slots: the objects have room for their fields only.
        """

        def made(cls: _Class) -> _Class:
            cls = _with_fields(init=False, repr=False, eq=False, slots=slots)(cls)
            cls.__init__ = _init(cls)
            cls.__match_args__ = tuple(field.name for field in fields(cls))
            compared = tuple(field.name for field in fields(cls) if field.compare)
            shown = tuple(field.name for field in fields(cls) if field.repr)
            cls._compared, cls._shown = compared, shown
            cls.__eq__, cls.__repr__ = _eq, _repr
            cls.__hash__ = _hash if frozen else None
            if frozen:
                cls.__setattr__, cls.__delattr__ = _refuse_to_set, _refuse_to_delete
                if slots:
                    cls.__getstate__, cls.__setstate__ = _getstate, _setstate
            return cls

        return made


def _init(cls: type) -> Callable[..., None]:
    """An `__init__` that takes the fields, as plain text would have it."""
    given: dict[str, Any] = {"_set": object.__setattr__, "_missing": MISSING}
    parameters, steps = [], []
    for field in fields(cls):
        name, value = field.name, field.name
        if not field.init:  # set by __post_init__
            continue
        if field.default_factory is not MISSING:
            given[f"_make_{name}"] = field.default_factory
            parameters.append(f"{name}=_missing")
            value = f"_make_{name}() if {name} is _missing else {name}"
        else:
            parameters.append(_parameter(field, given))
        steps.append(f" _set(self, {name!r}, {value})")
    if hasattr(cls, "__post_init__"):
        steps.append(" self.__post_init__()")
    text = f"def __init__({', '.join(['self', *parameters])}):\n" + "\n".join(steps or [" pass"])
    exec(text, given)
    init: Callable[..., None] = given["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init


def _parameter(field: Field[Any], given: dict[str, Any]) -> str:
    if field.default is MISSING:
        return field.name
    given[f"_default_{field.name}"] = field.default
    return f"{field.name}=_default_{field.name}"


def _values(record: Any) -> tuple[Any, ...]:
    return tuple([getattr(record, name) for name in record._compared])


def _eq(self: Any, other: object) -> Any:
    return _values(self) == _values(other) if other.__class__ is self.__class__ else NotImplemented


def _hash(self: Any) -> int:
    return hash(_values(self))


def _repr(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._shown)
    return f"{self.__class__.__qualname__}({shown})"


def _refuse_to_set(_: object, name: str, __: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_: object, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, field.name) for field in fields(self)]


def _setstate(self: Any, state: list[Any]) -> None:
    for field, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
