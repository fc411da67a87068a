#!/usr/bin/python3
"""A screen reader, as far as it looks at an app's window: prints what it is told of, from the window inwards, as JSON.
Nothing where there is no such app yet."""

import json
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402


def look(thing):
    states = thing.get_state_set()
    return {
        "role": thing.get_role_name(),
        "name": thing.get_name(),
        "focusable": states.contains(Atspi.StateType.FOCUSABLE),
        "attributes": thing.get_attributes(),
        "within": [look(part) for part in parts(thing)],
    }


def parts(thing):
    found = (thing.get_child_at_index(index) for index in range(thing.get_child_count()))
    # What went away meanwhile is nothing.
    return [part for part in found if part]


try:
    for app in parts(Atspi.get_desktop(0)):
        if app.get_name() == sys.argv[1]:
            print(json.dumps(look(app)))
except GLib.Error as gone:
    print(gone, file=sys.stderr)
