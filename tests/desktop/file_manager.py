#!/usr/bin/python3
"""The part of a desktop that shows files. Prints "ready", then the addresses of those that it is to show, as lines of JSON."""

import json

from gi.repository import Gio, GLib

NAME = "org.freedesktop.FileManager1"
PATH = "/org/freedesktop/FileManager1"
INTERFACE = f"""
<node><interface name="{NAME}">
  <method name="ShowItems"><arg type="as" direction="in"/><arg type="s" direction="in"/></method>
</interface></node>
"""


def called(bus, sender, path, interface, method, arguments, call):
    files, _ = arguments.unpack()
    print(json.dumps(files), flush=True)
    call.return_value(None)


def owned(bus, name):
    bus.register_object(PATH, Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0], called, None, None)
    print("ready", flush=True)


Gio.bus_own_name(Gio.BusType.SESSION, NAME, Gio.BusNameOwnerFlags.NONE, owned, None, None)
GLib.MainLoop().run()
