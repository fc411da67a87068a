#!/usr/bin/python3
"""A small window to drag files from: the other half of a real drag-and-drop.

Usage: drag_source.py X Y FILE...   Prints "ready" once it is on the screen and "dropped" when a drag has ended well.
"""

import pathlib
import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GdkPixbuf, Gtk  # noqa: E402

x, y = int(sys.argv[1]), int(sys.argv[2])
uris = [pathlib.Path(file).resolve().as_uri() for file in sys.argv[3:]]


def say(word):
    print(word, flush=True)


handle = Gtk.EventBox()
handle.add(Gtk.Label(label=f"drag {len(uris)}"))
handle.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
handle.drag_source_add_uri_targets()
handle.connect("drag-data-get", lambda _w, _c, data, _i, _t: data.set_uris(uris))
# Without a compositor a see-through icon is a black square over what is pictured: it is held far from the pointer.
icon = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, False, 8, 1, 1)
FAR = 4000
handle.connect("drag-begin", lambda _w, context: Gtk.drag_set_icon_pixbuf(context, icon, FAR, FAR))
handle.connect("drag-end", lambda *_: say("dropped"))

# Unmanaged, so that no window manager moves it or gives the focus to it.
window = Gtk.Window(type=Gtk.WindowType.POPUP)
window.set_default_size(140, 140)
window.move(x, y)
window.add(handle)
window.connect("map-event", lambda *_: say("ready"))
window.connect("destroy", Gtk.main_quit)
window.show_all()
Gtk.main()
