"""The catalogue of activities: those that come with the package, and one's own as TOML files.

A file is one activity. This one is complete::

    id = "whiteboard"
    title = "Whiteboard"
    summary = "Draw it before you type it."
    sizes = [2, 3]               # 2 to 5 where nothing is said
    families = ["technical"]     # technical, soft_skills, career
    serves = ["S6", "S9"]
    material = ["A board that all can see"]

    [[steps]]
    title = "Draw"
    text = "One of you draws how it works and explains. The others ask."
    minutes = 12                 # what it usually takes
    least = 8                    # so short it may become; so much longer it may become, too
    in_turn = true               # once for each, and the seats move on
    [steps.a]                    # the one whose turn it is
    role = "teaches"             # teaches, learns, listens, speaks, together
    prompts = ["This box is ..."]
    [steps.b]                    # the next one, and the rest unless there is a [steps.rest]
    role = "learns"

    [[steps]]
    title = "Compare"
    text = "What do your drawings have in common?"
    minutes = 10
    least = 4                    # one step that is not in turn must be able to change
    is_optional = false          # true for a step to be left out when time is short

Further keys are ``kind = "listening"``, ``occasions`` (first_meeting, stuck_goal, gear_change),
``prompts`` of a step for everybody, and ``replaces_built_in = true``.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType

from peerloom.errors import FileError, PeerloomError, Problem
from peerloom.mentoring.activities import Activity
from peerloom.mentoring.schemas.activities import load_activity

REPLACES = "replaces_built_in"
"""The key with which a file says that it means to replace an activity of the package."""


class ActivityFileError(FileError):
    """A file of an activity that cannot be used. `problems` holds every problem of it."""

    code = "activity_file_invalid"


class ActivityFolderError(PeerloomError):
    """A folder of activities that cannot be used.

    Parameters
    ----------
    errors
        One for each file that cannot be used, in the order of their names.
    """

    code = "activity_folder_invalid"

    def __init__(self, errors: Iterable[ActivityFileError]) -> None:
        self.errors = tuple(errors)
        super().__init__(
            "\n".join(error.sentence for error in self.errors),
            detail=f"{len(self.errors)} file(s) of activities cannot be used",
        )


@cache
def built_in_activities() -> Mapping[str, Activity]:
    """Give the activities that come with the package, by id.

    Examples
    --------
    >>> built_in_activities()["mock_interview"].title
    'Mock Interview'
    """
    folder = resources.files("peerloom.mentoring") / "catalogue"
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    found = (_activity(file.name, file.read_text("utf-8"))[0] for file in files)
    return MappingProxyType({activity.id: activity for activity in found})


def read_activities(folder: str | os.PathLike[str]) -> Mapping[str, Activity]:
    """Read one's own activities, and give them together with those of the package.

    Each file of the folder whose name ends in ``.toml``, in capitals or not, is one activity; names
    that begin with a dot are left to the programs that made them. An id that the package has
    already is only taken where the file says ``replaces_built_in = true``. If one file is wrong,
    none is taken: an activity that is silently missing would be found out in the session.

    Parameters
    ----------
    folder
        Where the files are. Folders inside it are not read.

    Returns
    -------
    mapping of str to Activity
        By id: first those of the package, then the others in the order of their files' names.

    Raises
    ------
    ActivityFolderError
        With every problem of every file at once, each with its file, its place, what was expected
        and what stands there.
    """
    folder = Path(folder)
    try:
        files = sorted(filter(_is_activity, folder.iterdir()))
    except OSError as error:
        found = (error.strerror or "an error").lower()
        problem = Problem(expected="a folder that can be read", found=found, is_literal=False)
        raise ActivityFolderError([ActivityFileError(folder.name, [problem])]) from None
    activities = dict(built_in_activities())
    errors: list[ActivityFileError] = []
    places: dict[str, str] = {}
    for file in files:
        try:
            activity, replaces = _read(file)
            if clash := _clash(activity.id, places, replaces=replaces):
                raise ActivityFileError(file.name, [clash])
        except ActivityFileError as error:
            errors.append(error)
        else:
            places[activity.id] = file.name
            activities[activity.id] = activity
    if errors:
        raise ActivityFolderError(errors)
    return MappingProxyType(activities)


def read_activity(path: str | os.PathLike[str]) -> Activity:
    """Read one activity from a TOML file.

    Raises
    ------
    ActivityFileError
        With every problem of the file at once.
    """
    return _read(Path(path))[0]


def _is_activity(file: Path) -> bool:
    return file.suffix.lower() == ".toml" and not file.name.startswith(".")


def _read(file: Path) -> tuple[Activity, bool]:
    expected = "a text file in UTF-8 that can be read"
    try:
        text = file.read_text("utf-8-sig")
    except OSError as error:
        found = (error.strerror or "an error").lower()
    except UnicodeDecodeError:
        found = "another encoding"
    else:
        return _activity(file.name, text)
    problem = Problem(expected=expected, found=found, is_literal=False)
    raise ActivityFileError(file.name, [problem])


def _clash(activity: str, places: Mapping[str, str], *, replaces: bool) -> Problem | None:
    """Say what is wrong with an id that is taken, or that is not there to be replaced."""
    if activity in places:
        found = f'"{activity}", which {places[activity]} has already'
        return Problem(column="id", expected="an id of its own", found=found, is_literal=False)
    if activity in built_in_activities() and not replaces:
        return Problem(
            column="id",
            expected=f'an id of its own, or "{REPLACES} = true"',
            found=f'"{activity}", which comes with the package',
            is_literal=False,
        )
    if replaces and activity not in built_in_activities():
        expected = f"the id of an activity of the package, because of {REPLACES}"
        return Problem(column="id", expected=expected, found=activity)
    return None


def _activity(name: str, text: str) -> tuple[Activity, bool]:
    """Read the text of a file: the activity, and whether it means to replace one."""
    try:
        data = tomllib.loads(text)
        replaces = data.pop(REPLACES, False)
        loaded = load_activity(data)
    except (ValueError, RecursionError) as error:
        problem = Problem(expected="TOML", found=str(error), is_literal=False)
        raise ActivityFileError(name, [problem]) from None
    problems = loaded if isinstance(loaded, list) else []
    if not isinstance(replaces, bool):
        problems.append(Problem(column=REPLACES, expected="true or false", found=str(replaces)))
    if problems or isinstance(loaded, list):
        raise ActivityFileError(name, problems)
    return loaded, bool(replaces)
