"""What the platform does with resources of a kind beyond create, update and delete: as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Displacement:
    """Creating one with the create parameter ``parameter`` set takes down all others that have
    the same value at ``shared``."""

    parameter: str
    shared: str


@dataclass(frozen=True, slots=True)
class Manners:
    """Each default is the manner of a plain record: at once, for ever, without a second thought.

    ``billing`` says how a paid resource costs while it is there. ``vanishes`` says what the
    platform may have done when it is not there. ``dry_run`` is the query parameter that makes a
    create say what it would do and do nothing. ``repeated`` are fields that go with every
    PATCH though its mask does not name them: in its body, or where they go at creation.
    ``rolls_out``: an update takes time and is waited for.
    ``ready_before_delete``: one that is still coming up cannot be deleted. ``purge`` is the query
    parameter of a delete that frees the id at once; without it a deleted record keeps its id for a
    while. ``delete_hint`` is what helps when the platform refuses a delete for now.
    ``displaces``: making one may take down others. ``loss`` says what goes with a delete. The loss
    curve of a job is a file behind a signed URL: in the field ``metrics_field`` of its record, or
    what ``metrics_verb`` answers. ``may_be_retired``: the platform may not have the collection.
    """

    billing: str = ""
    vanishes: str = ""
    dry_run: str = ""
    repeated: tuple[str, ...] = ()
    rolls_out: bool = False
    ready_before_delete: bool = False
    purge: str = ""
    delete_hint: str = ""
    displaces: Displacement | None = None
    loss: str = "data loss"
    metrics_field: str = ""
    metrics_verb: str = ""
    may_be_retired: bool = False


PLAIN = Manners()
