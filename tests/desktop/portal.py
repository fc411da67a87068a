#!/usr/bin/python3
"""The desktop's portal, as far as it gives keys to programs. Prints "ready", then as lines of JSON what it is asked and
which sessions end. Lines that it reads are what its user does: "allow" and "decline" answer the question, "press paste"
presses the keys for that."""

import json

from gi.repository import Gio, GLib

NAME = "org.freedesktop.portal.Desktop"
PATH = "/org/freedesktop/portal/desktop"
SHORTCUTS = "org.freedesktop.portal.GlobalShortcuts"
REQUEST = "org.freedesktop.portal.Request"
INTERFACES = f"""
<node>
  <interface name="{SHORTCUTS}">
    <method name="CreateSession"><arg type="a{{sv}}" direction="in"/><arg type="o" direction="out"/></method>
    <method name="BindShortcuts">
      <arg type="o" direction="in"/><arg type="a(sa{{sv}})" direction="in"/><arg type="s" direction="in"/>
      <arg type="a{{sv}}" direction="in"/><arg type="o" direction="out"/>
    </method>
    <signal name="Activated"><arg type="o"/><arg type="s"/><arg type="t"/><arg type="a{{sv}}"/></signal>
    <property name="version" type="u" access="read"/>
  </interface>
  <interface name="org.freedesktop.host.portal.Registry">
    <method name="Register"><arg type="s" direction="in"/><arg type="a{{sv}}" direction="in"/></method>
    <property name="version" type="u" access="read"/>
  </interface>
</node>
"""
# Who speaks on which connection: an app's id, or nobody in particular.
apps = {}
# The session of each connection.
sessions = {}
# Read without a buffer: what is in one is nothing new to the main loop.
user = open(0, "rb", buffering=0)
# The question that the user has not answered: who asks, its path, and the keys.
question = None
connection = None


def tell(**what):
    print(json.dumps(what), flush=True)


def refuse(call, error, sentence):
    call.return_dbus_error(f"org.freedesktop.portal.Error.{error}", sentence)


def request_path(sender, options):
    return f"{PATH}/request/{sender[1:].replace('.', '_')}/{options['handle_token']}"


def answer(sender, path, code, results):
    connection.emit_signal(sender, path, REQUEST, "Response", GLib.Variant("(ua{sv})", (code, results)))


def left(bus, sender):
    global question
    apps.pop(sender, None)
    if question and question[0] == sender:
        question = None
    if sessions.pop(sender, None):
        tell(ended=True)


def register(sender, call, app, options):
    if sender in apps:
        refuse(call, "Failed", "Connection already associated with an application ID")
    elif not is_installed(app):
        refuse(call, "Failed", f"Could not register app ID: App info not found for '{app}'")
    else:
        apps[sender] = app
        call.return_value(None)


def is_installed(app):
    try:
        return Gio.DesktopAppInfo.new(app + ".desktop") is not None
    except TypeError:
        return False


def create_session(sender, call, options):
    if not apps.setdefault(sender, ""):
        return refuse(call, "NotAllowed", "An app id is required")
    path = request_path(sender, options)
    session = path.replace("/request/", "/session/").rsplit("/", 1)[0] + "/" + options["session_handle_token"]
    sessions[sender] = {"path": session, "bound": False}
    Gio.bus_watch_name_on_connection(connection, sender, Gio.BusNameWatcherFlags.NONE, None, left)
    call.return_value(GLib.Variant("(o)", (path,)))
    answer(sender, path, 0, {"session_handle": GLib.Variant("s", session)})


def bind_shortcuts(sender, call, session, shortcuts, window, options):
    global question
    mine = sessions.get(sender)
    if not mine or mine["path"] != session or mine["bound"]:
        return refuse(call, "NotAllowed", "Invalid session")
    mine["bound"] = True
    path = request_path(sender, options)
    question = (sender, path, shortcuts)
    call.return_value(GLib.Variant("(o)", (path,)))
    tell(app=apps[sender], asks=[[name, about["description"], about["preferred_trigger"]] for name, about in shortcuts])


METHODS = {"Register": register, "CreateSession": create_session, "BindShortcuts": bind_shortcuts}


def called(bus, sender, path, interface, method, arguments, call):
    METHODS[method](sender, call, *arguments.unpack())


def done(source, condition):
    global question
    line = user.readline()
    match line.decode().split():
        case ["allow"]:
            sender, path, shortcuts = question
            given = [
                (name, {"description": GLib.Variant("s", about["description"]), "trigger_description": GLib.Variant("s", "")})
                for name, about in shortcuts
            ]
            answer(sender, path, 0, {"shortcuts": GLib.Variant("a(sa{sv})", given)})
            question = None
        case ["decline"]:
            sender, path, _ = question
            answer(sender, path, 1, {})
            question = None
        case ["press", name]:
            for sender, session in sessions.items():
                press = GLib.Variant("(osta{sv})", (session["path"], name, 0, {}))
                connection.emit_signal(sender, PATH, SHORTCUTS, "Activated", press)
    return bool(line)


def owned(bus, name):
    global connection
    connection = bus
    for interface in Gio.DBusNodeInfo.new_for_xml(INTERFACES).interfaces:
        bus.register_object(PATH, interface, called, lambda *_: GLib.Variant("u", 1), None)
    print("ready", flush=True)


GLib.io_add_watch(0, GLib.IO_IN, done)
Gio.bus_own_name(Gio.BusType.SESSION, NAME, Gio.BusNameOwnerFlags.NONE, owned, None, None)
GLib.MainLoop().run()
