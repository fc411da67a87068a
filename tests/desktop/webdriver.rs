//! The window as a person uses it, driven by WebKit's own driver over plain HTTP: find, click, read.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::environment::target_folder;
use crate::processes::runs;
use crate::session::Session;

/// One running app with its window.
pub struct Window {
    driver: Child,
    address: String,
    session: String,
    pid: u32,
    http: reqwest::Client,
}

impl Window {
    /// Starts the app and waits until its page can be asked things.
    pub async fn open(desktop: &Session) -> Window {
        let window = Window::start(desktop).await;
        window
            .until(
                "the server to run, and Home to stand",
                "return !!document.querySelector('[data-server=running]') \
                    && !!document.querySelector('[data-action=paste]')",
            )
            .await;
        window
    }

    /// Starts the app, whatever its page begins with.
    pub async fn start(desktop: &Session) -> Window {
        let program = Window::program();
        let port = free_port();
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(desktop.home.path().join("app.log"))
            .expect("a file for the app's log");
        let driver = desktop
            .command("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log, twice"))
            .stderr(log)
            .spawn()
            .expect("WebKitWebDriver starts");
        let mut window = Window {
            driver,
            address: format!("http://127.0.0.1:{port}"),
            session: String::new(),
            pid: 0,
            http: http(),
        };
        window.wait_for_driver().await;
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "webkitgtk:browserOptions": {"binary": program, "args": []}
        }}});
        let answer = window.post("/session", wanted).await;
        window.session = answer["sessionId"].as_str().expect("a session").to_owned();
        window.pid = window.find_app();
        window
    }

    /// The app under test.
    pub fn program() -> PathBuf {
        let program = target_folder().join("vitrine-desktop");
        assert!(
            program.exists(),
            "{} is missing; run `cargo build --workspace` first",
            program.display()
        );
        program
    }

    /// What a script in the page returns.
    pub async fn ask(&self, script: &str) -> Value {
        let path = format!("/session/{}/execute/sync", self.session);
        self.post(&path, json!({"script": script, "args": []}))
            .await
    }

    /// Whether a script returns something true within five seconds.
    pub async fn soon(&self, script: &str) -> bool {
        for _ in 0..100 {
            if self.ask(script).await == Value::Bool(true) {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        false
    }

    /// Asks the page again until a script returns something true; returns that.
    pub async fn until(&self, what: &str, script: &str) -> Value {
        for _ in 0..600 {
            let answer = self.ask(script).await;
            if !matches!(answer, Value::Null | Value::Bool(false)) {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let page = self.ask("return document.body.innerText").await;
        panic!("waited 30 s in vain for {what}; the page says: {page}");
    }

    /// Clicks what a CSS selector finds, as a mouse does.
    pub async fn click(&self, selector: &str) {
        let path = format!("/session/{}/element", self.session);
        let found = self
            .post(&path, json!({"using": "css selector", "value": selector}))
            .await;
        let element = found
            .as_object()
            .and_then(|ids| ids.values().next())
            .and_then(Value::as_str)
            .expect("an element");
        let path = format!("/session/{}/element/{element}/click", self.session);
        if let Err(refusal) = self.try_post(&path, json!({})).await {
            panic!("{selector} cannot be clicked: {refusal}");
        }
    }

    /// Clicks what a CSS selector finds, as soon as it is there.
    pub async fn press(&self, selector: &str) {
        let there = format!(
            "const found = document.querySelector('{selector}'); \
             found?.scrollIntoView({{ block: 'center' }}); \
             return found !== null && !found.disabled"
        );
        self.until(selector, &there).await;
        self.click(selector).await;
    }

    /// Writes into a field, and leaves it.
    pub async fn write(&self, selector: &str, text: &str) {
        let text = Value::from(text);
        self.set(selector, &format!("field.value = {text}")).await;
    }

    /// Chooses from a list.
    pub async fn pick(&self, selector: &str, value: &str) {
        self.set(selector, &format!("field.value = '{value}'"))
            .await;
    }

    async fn set(&self, selector: &str, how: &str) {
        let there = format!("return document.querySelector('{selector}') !== null");
        self.until(selector, &there).await;
        self.ask(&format!(
            "const field = document.querySelector('{selector}'); {how}; \
             for (const event of ['input', 'change']) \
                 field.dispatchEvent(new Event(event, {{ bubbles: true }}));"
        ))
        .await;
    }

    /// Makes the window so large, and waits until its page is.
    pub async fn resize(&self, width: u32, height: u32) {
        let path = format!("/session/{}/window/rect", self.session);
        let size = json!({"x": 0, "y": 0, "width": width, "height": height});
        self.post(&path, size).await;
        let there = format!("return innerWidth === {width} && innerHeight === {height}");
        self.until("the window's new size", &there).await;
    }

    /// Waits until nothing moves any more and what is there has been drawn, before it is looked at.
    pub async fn settle(&self) {
        let script = "const drawn = () => new Promise((done) => requestAnimationFrame(done)); \
             return Promise.all(document.getAnimations().map((each) => each.finished)) \
                 .then(drawn).then(drawn).then(() => true)";
        self.until("the page to be still", script).await;
    }

    /// Takes the mouse away from whatever it was over, so that nothing is lit up or explained.
    pub async fn rest(&self) {
        let path = format!("/session/{}/actions", self.session);
        // Where it was already it does not count as moved.
        let moves =
            [3, 1].map(|at| json!({"type": "pointerMove", "duration": 0, "x": at, "y": at}));
        let mouse = json!({"type": "pointer", "id": "mouse", "actions": moves});
        self.post(&path, json!({"actions": [mouse]})).await;
    }

    /// Presses keys, one after the other, wherever the focus is; WebDriver has characters of its own for those without one.
    pub async fn keys(&self, keys: &str) {
        let presses: Vec<Value> = keys
            .chars()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({"type": kind, "value": key})))
            .collect();
        let path = format!("/session/{}/actions", self.session);
        let actions = json!({"actions": [{"type": "key", "id": "keyboard", "actions": presses}]});
        self.post(&path, actions).await;
    }

    /// Goes on with Tab until the focus is on what a selector finds.
    pub async fn tab_to(&self, selector: &str) {
        const STOPS: usize = 60;
        let there = format!("return document.activeElement.matches('{selector}')");
        for _ in 0..STOPS {
            if self.ask(&there).await == true {
                return;
            }
            self.keys("\u{e004}").await;
        }
        panic!("Tab does not lead to {selector}");
    }

    /// Clicks what ends the app: there is no window left that could answer.
    pub async fn click_at_last(&self, selector: &str) {
        let path = format!("{}/session/{}/execute/sync", self.address, self.session);
        let script = format!("document.querySelector('{selector}').click()");
        let body = json!({"script": script, "args": []}).to_string();
        let _ = self.http.post(path).body(body).send().await;
    }

    /// Sets one of the two switches, whichever shape the width of the window gives it.
    pub async fn choose(&self, switch: &str, value: &str) {
        let script = format!(
            "const bar = document.querySelector('[data-switch={switch}]'); \
             if (!bar) return false; \
             const list = bar.querySelector('select'); \
             if (list && list.offsetParent) {{ \
               list.value = '{value}'; \
               list.dispatchEvent(new Event('change', {{ bubbles: true }})); \
             }} else bar.querySelector('input[value={value}]').click(); \
             return true;"
        );
        self.until("the switch", &script).await;
    }

    /// The process of the app itself.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// The app is a child of the driver that started it.
    fn find_app(&self) -> u32 {
        let children = format!("/proc/{0}/task/{0}/children", self.driver.id());
        let children = std::fs::read_to_string(children).expect("the driver's children");
        children
            .split_whitespace()
            .filter_map(|pid| pid.parse().ok())
            .find(|pid| {
                std::fs::read_to_string(format!("/proc/{pid}/comm"))
                    .is_ok_and(|name| name.trim() == "vitrine-desktop")
            })
            .expect("the running app")
    }

    async fn wait_for_driver(&self) {
        for _ in 0..200 {
            if self
                .http
                .get(format!("{}/status", self.address))
                .send()
                .await
                .is_ok()
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("WebKitWebDriver did not answer within 10 s");
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        match self.try_post(path, body).await {
            Ok(value) => value,
            Err(refusal) => panic!("{path}: {refusal}"),
        }
    }

    async fn try_post(&self, path: &str, body: Value) -> Result<Value, String> {
        let answer = self
            .http
            .post(format!("{}{path}", self.address))
            .body(body.to_string())
            .send()
            .await
            .unwrap_or_else(|error| panic!("the window is gone: {error}"));
        let status = answer.status();
        let text = answer.text().await.expect("the driver's answer");
        let mut answer: Value = serde_json::from_str(&text).expect("the driver speaks JSON");
        match status.is_success() {
            true => Ok(answer["value"].take()),
            false => Err(text),
        }
    }
}

/// The driver ends first, so that it doesn't start to look for the app; then the app, as by logout.
impl Drop for Window {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        if self.pid == 0 || !runs(self.pid) {
            return;
        }
        let _ = Command::new("kill").arg(self.pid.to_string()).status();
        let deadline = Instant::now() + Duration::from_secs(5);
        while runs(self.pid) && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = Command::new("kill")
            .args(["-KILL", &self.pid.to_string()])
            .stderr(Stdio::null())
            .status();
    }
}

/// A client without a proxy: all that these tests talk to is this computer.
pub fn http() -> reqwest::Client {
    // A second client in the same process finds the provider there already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("an HTTP client")
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its number").port()
}
