"""Weekly times: what can be written, and what comes back."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom import Availability, AvailabilityError, WeeklySlot


@given(data=st.data())
def test_what_is_written_reads_back_as_the_same(availabilities, data):
    availability = data.draw(availabilities)
    assert Availability.parse(str(availability)) == availability


@given(data=st.data())
def test_joining_neither_adds_nor_loses_a_minute(data):
    raw = data.draw(
        st.lists(
            st.tuples(st.integers(0, 6), st.integers(0, 1439), st.integers(0, 1439)).map(
                lambda raw: WeeklySlot(raw[0], min(raw[1:]), max(raw[1:]) + 1)
            ),
            max_size=8,
        )
    )

    def minutes(slots):
        return {(slot.day, minute) for slot in slots for minute in range(slot.start, slot.end)}

    joined = Availability(tuple(raw)).slots
    assert minutes(joined) == minutes(raw)
    assert sum(slot.end - slot.start for slot in joined) == len(minutes(raw))
    assert list(joined) == sorted(joined)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("", ""),
        (" ; ", ""),
        ("Mon 18:00-20:00; Sat 10:00-12:30", "Mon 18:00-20:00; Sat 10:00-12:30"),
        ("sat 10-12:30;monday 18:00–20:00", "Mon 18:00-20:00; Sat 10:00-12:30"),
        ("Mon-Fri 18:00-20:00", "Mon-Fri 18:00-20:00"),
        ("Mon,Wed 9:00 - 10:00", "Mon 09:00-10:00; Wed 09:00-10:00"),
        ("Sat-Mon 08:00-09:00", "Mon 08:00-09:00; Sat-Sun 08:00-09:00"),
        ("Fri 22:00-02:00", "Fri 22:00-02:00"),
        ("Sun 23:00-01:00", "Sun 23:00-01:00"),
        ("Mon 22:00-00:00", "Mon 22:00-24:00"),
        ("Mon 00:00-24:00\nTue 00:00-24:00", "Mon-Tue 00:00-24:00"),
        ("Mon 18:00-19:00; Mon 19:00-20:00; Mon 18:30-19:30", "Mon 18:00-20:00"),
    ],
)
def test_many_ways_to_write_the_same(written, read):
    assert str(Availability.parse(written)) == read


def test_a_night_lies_on_two_days():
    assert Availability.parse("Sun 22:00-02:00").slots == (
        WeeklySlot(0, 0, 120),
        WeeklySlot(6, 1320, 1440),
    )


@pytest.mark.parametrize(
    "piece",
    [
        "Mon",
        "18:00-20:00",
        "Mo 18:00-20:00",
        "Mon 18:00",
        "Mon 25:00-26:00",
        "Mon 18:60-20:00",
        "Mon 18:00-18:00",
        "Mon 24:00-02:00",
        "Mon 00:00-24:01",
        "Mon-Wed-Fri 18:00-20:00",
        "Mon 6pm-8pm",
        "Mon ١٨:٠٠-٢٠:٠٠",
    ],
)
def test_a_piece_that_cannot_be_read_is_named(piece):
    with pytest.raises(AvailabilityError) as caught:
        Availability.parse(f"Tue 10:00-11:00; {piece}; Wed nonsense")
    assert caught.value.pieces == (piece, "Wed nonsense")
    assert f'"{piece}"' in caught.value.sentence
    assert caught.value.code == "availability_invalid"


@given(st.text(alphabet="MonTue ,;:-0123456789\n–é", max_size=40))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(AvailabilityError):
        assert Availability.parse(str(Availability.parse(text))) == Availability.parse(text)


@pytest.mark.parametrize(
    "slot", [(-1, 0, 60), (7, 0, 60), (0, -1, 60), (0, 60, 60), (0, 61, 60), (0, 0, 1441)]
)
def test_a_slot_outside_the_week_is_refused(slot):
    with pytest.raises(AvailabilityError):
        WeeklySlot(*slot)
