#!/usr/bin/python3
"""The part of a desktop that shows notifications. Prints "ready", then each notification as a line of JSON. Each line that
it reads names the button that the user presses on the last one."""

import json
import sys

from gi.repository import Gio, GLib

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
INTERFACE = f"""
<node><interface name="{NAME}">
  <method name="Notify">
    <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
    <arg type="a{{sv}}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/>
  </method>
  <method name="GetCapabilities"><arg type="as" direction="out"/></method>
  <method name="GetServerInformation">
    <arg type="s" direction="out"/><arg type="s" direction="out"/><arg type="s" direction="out"/><arg type="s" direction="out"/>
  </method>
  <method name="CloseNotification"><arg type="u" direction="in"/></method>
  <signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
  <signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
</interface></node>
"""
last = 0
connection = None


def called(bus, sender, path, interface, method, arguments, call):
    global last
    if method == "Notify":
        _, _, icon, summary, body, actions, hints, _ = arguments.unpack()
        last += 1
        told = {"summary": summary, "body": body, "actions": actions, "icon": icon, "picture": hints.get("image-path", "")}
        print(json.dumps(told), flush=True)
        call.return_value(GLib.Variant("(u)", (last,)))
    elif method == "GetCapabilities":
        call.return_value(GLib.Variant("(as)", (["actions", "body"],)))
    elif method == "GetServerInformation":
        call.return_value(GLib.Variant("(ssss)", ("panel", "test", "1", "1.2")))
    else:
        call.return_value(None)


def pressed(source, condition):
    line = sys.stdin.readline()
    if line.strip():
        connection.emit_signal(None, PATH, NAME, "ActionInvoked", GLib.Variant("(us)", (last, line.strip())))
        connection.emit_signal(None, PATH, NAME, "NotificationClosed", GLib.Variant("(uu)", (last, 2)))
    return bool(line)


def owned(bus, name):
    global connection
    connection = bus
    bus.register_object(PATH, Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0], called, None, None)
    print("ready", flush=True)


GLib.io_add_watch(0, GLib.IO_IN, pressed)
Gio.bus_own_name(Gio.BusType.SESSION, NAME, Gio.BusNameOwnerFlags.NONE, owned, None, None)
GLib.MainLoop().run()
