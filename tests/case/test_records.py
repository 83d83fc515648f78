"""The planner's own data classes behave as those of the standard library."""

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError, field
from functools import cached_property

import pytest

from planner.records import dataclass


def body():
    """A class with every kind of field that the planner uses."""

    class Record:
        name: str
        size: float
        unit: str = "t"
        cells: dict[str, str] = field(default_factory=dict, compare=False)
        seen: tuple[int, ...] = field(default=(), repr=False)

    return Record


OURS = dataclass(frozen=True, slots=True)(body())
THEIRS = dataclasses.dataclass(frozen=True, slots=True)(body())


@dataclass(frozen=True, slots=True)
class Picked:
    """For pickle, which looks classes up by name."""

    name: str
    size: float = 1.0


@dataclass(frozen=True)
class Kept:
    """With room for what is worked out once."""

    size: float

    @cached_property
    def double(self):
        return 2 * self.size


@dataclass(slots=True)
class Draft:
    """One that changes, with a field that it fills itself."""

    name: str
    folded: str = field(init=False)
    rows: list[int] = field(default_factory=list)

    def __post_init__(self):
        self.folded = self.name.lower()


@pytest.mark.parametrize("made", [OURS, THEIRS])
def test_a_record_is_made_by_position_and_by_name(made):
    one = made("CN", 2.0)
    assert (one.name, one.size, one.unit, one.cells, one.seen) == ("CN", 2.0, "t", {}, ())
    assert one == made(size=2.0, name="CN", cells={"Price": "F2"})
    assert one != made("CN", 2.0, seen=(1,))
    assert made("CN", 2.0).cells is not one.cells


@pytest.mark.parametrize("given", [(), ("CN",), ("CN", 1, "t", {}, (), 6)])
def test_a_wrong_number_of_arguments_is_refused_in_the_same_words(given):
    with pytest.raises(TypeError) as theirs:
        THEIRS(*given)
    with pytest.raises(TypeError) as ours:
        OURS(*given)
    assert str(ours.value) == str(theirs.value)


def test_an_unknown_argument_is_refused():
    with pytest.raises(TypeError, match="sise"):
        OURS("CN", sise=1)


def test_text_hash_and_fields_are_the_same():
    ours, theirs = OURS("CN", 2.0, cells={"a": "b"}), THEIRS("CN", 2.0, cells={"a": "b"})
    assert repr(ours) == repr(theirs)
    assert hash(ours) == hash(theirs)
    assert [one.name for one in dataclasses.fields(ours)] == [
        one.name for one in dataclasses.fields(theirs)
    ]
    assert OURS.__match_args__ == THEIRS.__match_args__
    assert OURS.__slots__ == THEIRS.__slots__
    assert ours != theirs


def test_a_frozen_record_cannot_be_changed():
    one = OURS("CN", 2.0)
    with pytest.raises(FrozenInstanceError, match="'size'"):
        one.size = 3.0
    with pytest.raises(FrozenInstanceError, match="'size'"):
        del one.size
    with pytest.raises(FrozenInstanceError, match="'other'"):
        one.other = 3.0
    assert one.size == 2.0


def test_a_changed_copy_is_checked_by_its_fields():
    one = OURS("CN", 2.0, cells={"a": "b"})
    other = dataclasses.replace(one, size=3.0)
    assert (other.name, other.size, other.cells) == ("CN", 3.0, {"a": "b"})
    with pytest.raises(TypeError, match="sise"):
        dataclasses.replace(one, sise=3.0)


def test_records_can_be_sent_and_copied():
    one = Picked("CN", 2.0)
    assert pickle.loads(pickle.dumps(one)) == one
    assert copy.deepcopy(one) == one
    assert Kept(2.0).double == 4.0
    assert pickle.loads(pickle.dumps(Kept(2.0))) == Kept(2.0)


def test_one_that_changes_fills_its_own_fields_and_has_no_hash():
    draft = Draft("CN")
    draft.rows.append(1)
    draft.name = "AU"
    assert (draft.name, draft.folded, draft.rows) == ("AU", "cn", [1])
    again = Draft("AU", [1])
    again.folded = "cn"
    assert draft == again
    assert draft != Draft("AU")
    with pytest.raises(TypeError, match="unhashable"):
        hash(draft)
    with pytest.raises(AttributeError):
        draft.other = 1


def test_a_shared_default_is_refused():
    with pytest.raises(ValueError, match="mutable default"):

        @dataclass(frozen=True, slots=True)
        class Shared:
            rows: list[int] = []  # noqa: RUF012
