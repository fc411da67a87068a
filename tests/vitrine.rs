//! A `Vitrine`: the real program `vitrine` on a data folder of its own, and how to talk to it.
//!
//! It serves on a free port of the loopback address and ends with the test. When a test fails, the
//! server's log is shown.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use tempfile::TempDir;

use crate::http::connect;
use crate::{Answer, Form, Request};

pub struct Vitrine {
    world: World,
    server: Child,
    address: SocketAddr,
    key: String,
    arguments: Vec<String>,
}

impl Vitrine {
    /// A server as it comes.
    pub fn start() -> Vitrine {
        Vitrine::with(&[])
    }

    /// A server with these configuration keys set.
    pub fn with(set: &[(&str, &str)]) -> Vitrine {
        let arguments = set
            .iter()
            .flat_map(|(key, value)| ["--set".into(), format!("{key}={value}")]);
        Vitrine::serving(World::new(), arguments.collect())
    }

    fn serving(world: World, arguments: Vec<String>) -> Vitrine {
        let mut command = world.vitrine(&["serve", "--listen", "127.0.0.1:0"]);
        command.args(&arguments);
        Vitrine::launch(world, command, arguments)
    }

    /// A server that some other command line starts, as a shell that sets a limit first.
    pub fn launched_by(world: World, command: Command) -> Vitrine {
        Vitrine::launch(world, command, Vec::new())
    }

    fn launch(world: World, command: Command, arguments: Vec<String>) -> Vitrine {
        let (server, address) = world.serve(command);
        let key = world.new_key(&[]);
        Vitrine {
            world,
            server,
            address,
            key,
            arguments,
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://HOST:PORT`, without a slash at the end.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The secret of a key that may do everything, owned by `owner`.
    pub fn key(&self) -> &str {
        &self.key
    }

    pub fn world(&self) -> &World {
        &self.world
    }

    pub fn pid(&self) -> u32 {
        self.server.id()
    }

    #[track_caller]
    pub fn send(&self, request: &Request) -> Answer {
        match request.send(self.address) {
            Ok(answer) => answer,
            Err(error) => panic!("no answer: {error}"),
        }
    }

    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.send(&Request::get(path))
    }

    /// Uploads with the key of this world, whatever the answer.
    #[track_caller]
    pub fn post(&self, name: &str, bytes: &[u8]) -> Answer {
        self.send(&Form::file(name, bytes).post("/upload").bearer(&self.key))
    }

    /// Begins an upload with the first half of its body; the rest is to be written, or never comes.
    #[track_caller]
    pub fn begin_upload(&self, body: &[u8]) -> TcpStream {
        let head = format!(
            "POST /upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n",
            self.key,
            Form::content_type(),
            body.len()
        );
        let mut stream = connect(self.address).expect("a connection");
        stream
            .write_all(head.as_bytes())
            .expect("the head is taken");
        stream
            .write_all(&body[..body.len() / 2])
            .expect("half the body is taken");
        stream
    }

    /// Uploads a picture that must be taken, and answers its id.
    #[track_caller]
    pub fn upload(&self, name: &str, bytes: &[u8]) -> String {
        let answer = self.post(name, bytes).is(200);
        answer.json()["id"]
            .as_str()
            .expect("an id is a string")
            .to_owned()
    }

    #[track_caller]
    pub fn delete(&self, id: &str) -> Answer {
        self.send(&Request::delete(&format!("/{id}")).bearer(&self.key))
    }

    /// Runs a command beside the server, on its folder.
    pub fn run(&self, arguments: &[&str]) -> CommandOutput {
        self.world.run(arguments)
    }

    /// Asks the server to end, and waits until it has.
    pub fn terminate(&mut self) -> ExitStatus {
        signal(self.pid(), "TERM");
        self.server.wait().expect("the server ends")
    }

    /// Waits for the end that a signal has asked for already.
    pub fn ended(&mut self) -> ExitStatus {
        self.server.wait().expect("the server ends")
    }

    /// Pulls the plug.
    pub fn kill(&mut self) {
        self.server.kill().expect("the server can be killed");
        self.server.wait().expect("the server ends");
    }

    /// Starts the server again, on the same folder and another port.
    pub fn start_again(&mut self) {
        let mut command = self.world.vitrine(&["serve", "--listen", "127.0.0.1:0"]);
        command.args(&self.arguments);
        (self.server, self.address) = self.world.serve(command);
    }

    pub fn log(&self) -> String {
        self.world.log()
    }
}

impl Drop for Vitrine {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
        if std::thread::panicking() {
            eprintln!("--- the server's log ---\n{}", self.log());
        }
    }
}

/// A folder that is home, data and everything to the programs of one test.
pub struct World {
    home: TempDir,
}

impl World {
    #[allow(clippy::new_without_default, reason = "it makes a folder")]
    pub fn new() -> World {
        let home = tempfile::Builder::new()
            .prefix("vitrine-test-")
            .tempdir()
            .expect("a temp folder can be made");
        fs::create_dir(home.path().join("data")).expect("a folder can be made");
        World { home }
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// Writes a file into the home folder, and says where it is.
    pub fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.home.path().join(name);
        fs::write(&path, bytes).expect("a file can be written");
        path
    }

    /// A command line of the program on this world's data, with nothing of our own surroundings.
    pub fn vitrine(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(program().as_os_str().to_str().expect("a path in UTF-8"));
        command.args(arguments).env("VITRINE_DATA", self.data());
        command
    }

    /// Any program, in the surroundings that ours gets.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let ours = |name: &str| {
            name.starts_with("VITRINE_")
                || name.starts_with("XDG_")
                || name.to_lowercase().ends_with("_proxy")
        };
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(ours) {
                command.env_remove(&name);
            }
        }
        command
            .current_dir(self.home.path())
            .env("HOME", self.home.path());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> CommandOutput {
        self.run_with_input(arguments, b"")
    }

    pub fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> CommandOutput {
        CommandOutput::run(self.vitrine(arguments), input)
    }

    /// Makes a key with these options of `key create`, and answers its secret.
    #[track_caller]
    pub fn new_key(&self, options: &[&str]) -> String {
        let ran = self.run(&[&["key", "create"], options].concat()).ended(0);
        ran.out.trim_end().to_owned()
    }

    /// Starts `command`, which must become a server, and waits for its address.
    fn serve(&self, mut command: Command) -> (Child, SocketAddr) {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log_file())
            .expect("a log can be written");
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log);
        let mut server = command.spawn().expect("the program starts");
        let mut line = String::new();
        let stdout = server.stdout.take().expect("a pipe");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("the server's stdout can be read");
        let address = line
            .strip_prefix("listening on http://")
            .and_then(|rest| rest.trim_end().parse().ok());
        let Some(address) = address else {
            let _ = server.kill();
            let ended = server.wait();
            panic!(
                "the server did not say its address but {line:?} ({ended:?}):\n{}",
                self.log()
            );
        };
        (server, address)
    }

    fn log_file(&self) -> PathBuf {
        self.home.path().join("server.log")
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// The files under a folder of the data folder, as paths from there, sorted.
    pub fn files(&self, under: &str) -> Vec<String> {
        let root = self.data().join(under);
        let mut found = Vec::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            let Ok(entries) = fs::read_dir(&folder) else {
                continue;
            };
            for entry in entries.flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Ok(path) = path.strip_prefix(&root) {
                    found.push(path.to_string_lossy().into_owned());
                }
            }
        }
        found.sort();
        found
    }
}

/// What a command that has ended said.
#[derive(Debug)]
pub struct CommandOutput {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl CommandOutput {
    /// Runs a command to its end with `input` on stdin.
    pub fn run(mut command: Command, input: &[u8]) -> CommandOutput {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        let input = input.to_owned();
        // A program that does not read its stdin is free to: its pipe just breaks.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let Output {
            status,
            stdout,
            stderr,
        } = child.wait_with_output().expect("the program ends");
        writer.join().expect("the input is written");
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        CommandOutput {
            code: status.code(),
            out: text(stdout),
            err: text(stderr),
        }
    }

    /// Asserts the exit code, showing what was said when it is another.
    #[track_caller]
    pub fn ended(self, code: i32) -> CommandOutput {
        assert_eq!(
            self.code,
            Some(code),
            "stdout: {}\nstderr: {}",
            self.out,
            self.err
        );
        self
    }

    pub fn lines(&self) -> Vec<&str> {
        self.out.lines().collect()
    }
}

pub fn signal(pid: u32, name: &str) {
    let sent = Command::new("kill")
        .args([&format!("-{name}"), &pid.to_string()])
        .status();
    assert!(
        sent.is_ok_and(|status| status.success()),
        "SIG{name} could not be sent to process {pid}"
    );
}

/// The program, in the folder that `VITRINE_PROGRAMS` names, or beside the folder of this test's own program:
/// they are apart where cargo's `build-dir` is.
fn program() -> PathBuf {
    let folder = match std::env::var_os("VITRINE_PROGRAMS") {
        Some(folder) => PathBuf::from(folder),
        None => {
            let own = std::env::current_exe().expect("a program knows where it is");
            let profile = own.parent().and_then(Path::parent);
            profile
                .expect("tests lie in target/<profile>/deps")
                .to_owned()
        }
    };
    let program = folder.join(format!("vitrine{}", std::env::consts::EXE_SUFFIX));
    assert!(
        program.is_file(),
        "{} is not there: run `cargo build --workspace` first.",
        program.display()
    );
    program
}
